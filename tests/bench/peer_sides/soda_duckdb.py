"""Soda Core on DuckDB: a contract whose checks become SQL; the csv is loaded into a table for it, everything told.

What it cannot do by itself: a value that is not of its type (a cast leaves nothing, so the load keeps a column that
says so) and, beyond counts, which cells failed. The rules across columns are SQL expressions there, too.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["SODA_CORE_TELEMETRY_ENABLED"] = "false"

import duckdb
import yaml
from soda_core.contracts import verify_contract_locally
from soda_duckdb.common.data_sources.duckdb_data_source import DuckDBDataSourceImpl

from tests.bench.dossiers import COLUMNS, CROSS, Column, untyped
from tests.bench.peer_sides.polars_frame import allowed, communes_told

__all__ = ["validate"]

_COUNTS = ("failed_rows_count", "invalid_count", "missing_count")


def _check(column: Column, kind: str, communes: list[str]) -> dict[str, Any]:
    if kind == "required" and column.type == "string":
        return {"missing": {}}
    if kind == "required":
        return {"failed_rows": {"expression": f"{column.name} IS NULL AND NOT {untyped(column.name)}"}}
    if kind == "type":
        return {"failed_rows": {"expression": untyped(column.name)}}
    valid: dict[str, dict[str, Any]] = {
        "range": {"valid_min": column.minimum, "valid_max": column.maximum},
        "enum": {"valid_values": allowed(column, communes)},
        "reference": {"valid_values": allowed(column, communes)},
        "pattern": {"valid_format": {"regex": column.pattern, "name": "code"}},
        "length": {"valid_min_length": column.min_length, "valid_max_length": column.max_length},
    }
    return {"invalid": valid[kind]}


def _contract(communes: list[str]) -> dict[str, Any]:
    """The contract; checks that are no column's own stand under the dataset."""
    columns: list[dict[str, Any]] = []
    whole: list[dict[str, Any]] = []
    for column in COLUMNS:
        checks: list[dict[str, Any]] = []
        for kind in column.rules:
            check = _check(column, kind, communes)
            body = next(iter(check.values()))
            body |= {"name": f"{column.name}.{kind}", "qualifier": f"{column.name}_{kind}"}
            (whole if "failed_rows" in check else checks).append(check)
        columns.append({"name": column.name, **({"checks": checks} if checks else {})})
    for rule in CROSS:
        expression = f"{rule.left} < {rule.right}"
        whole.append({"failed_rows": {"name": rule.id, "qualifier": rule.id, "expression": expression}})
    return {"dataset": "bench/main/dossiers", "columns": columns, "checks": whole}


def _typed(column: Column) -> list[str]:
    cell = f"nullif(trim(\"{column.title}\"), '')"
    if column.type == "string":
        return [f"{cell} AS {column.name}"]
    if column.type == "date":
        value = f"try_strptime({cell}, '%d/%m/%Y')::DATE"
    else:
        value = f"try_cast(replace({cell}, ',', '.') AS {'BIGINT' if column.type == 'integer' else 'DOUBLE'})"
    return [f"{value} AS {column.name}", f"{cell} IS NOT NULL AND {value} IS NULL AS {untyped(column.name)}"]


def validate(path: str, scratch: str) -> Callable[[], dict[str, Any]]:
    """Side: load into a table and verify the contract."""
    contract = Path(scratch) / "contract.yml"
    contract.write_text(yaml.safe_dump(_contract(communes_told()), allow_unicode=True), encoding="utf-8")
    listed = ", ".join(part for column in COLUMNS for part in _typed(column))
    logging.disable(logging.WARNING)

    def work() -> dict[str, Any]:
        con = duckdb.connect()
        con.execute(
            f"CREATE TABLE dossiers AS SELECT {listed} "
            f"FROM read_csv('{path}', delim=';', header=true, all_varchar=true)"
        )
        source = DuckDBDataSourceImpl.from_existing_cursor(con, name="bench")
        done = verify_contract_locally(data_sources=[source], contract_file_path=str(contract))
        if done.has_errors:
            raise RuntimeError(done.get_errors_str())
        failed = {}
        for result in done.results[0].check_results:
            values = result.diagnostic_metric_values or {}
            # A check of validity tells of missing values, too: its own count stands first.
            count = next((values[key] for key in _COUNTS if key in values), 0)
            if count:
                failed[result.check.name] = int(count)
        rows = con.execute("SELECT count(*) FROM dossiers").fetchall()[0][0]
        return {"rows": rows, "failed": failed}

    return work
