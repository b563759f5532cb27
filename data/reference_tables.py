"""Reference data as SQL tables: every csv of data/reference becomes `reference.<name>` in a session.

A file whose name ends in a province's code (`units_56.csv`) is loaded only for that province and loses the ending.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

__all__ = ["FOLDER", "load_reference", "reference_files"]

FOLDER = Path(__file__).parent / "reference"


def reference_files(province: str, folder: Path = FOLDER) -> dict[str, Path]:
    """Table name → csv file for one province."""
    files: dict[str, Path] = {}
    for path in sorted(folder.glob("*.csv")):
        match = re.fullmatch(r"(.+)_(\d{2})", path.stem)
        if match is None:
            files.setdefault(path.stem, path)
        elif match[2] == province:
            files[match[1]] = path
    return files


def load_reference(con: duckdb.DuckDBPyConnection, province: str, folder: Path = FOLDER) -> None:
    """Create schema `reference` with a table a file, all columns text but lat and lon, and `communes` from `units`."""
    con.execute("CREATE SCHEMA IF NOT EXISTS reference")
    for name, path in reference_files(province, folder).items():
        con.execute(
            f'CREATE OR REPLACE TABLE reference."{name}" AS '
            "SELECT * FROM read_csv($path, header = true, all_varchar = true, delim = ',', quote = '\"')",
            {"path": str(path)},
        )
    tables = {
        row[0]
        for row in con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'reference'").fetchall()
    }
    if "units" in tables:
        con.execute(
            "CREATE OR REPLACE VIEW reference.communes AS SELECT * FROM reference.units WHERE level = 'commune'"
        )
