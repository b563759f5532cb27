"""Clean rows of large submissions enter the lake as the files they are: linked, registered, never written again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

import duckdb
import polars as pl

from assets.lake_schema import core_table, staging_table
from checks.clean import CleanPart
from checks.judge import FAILED
from checks.staged import Staged
from data.settings import settings
from data.warehouse import LAKE, quoted

__all__ = ["good_files", "incoming_folder", "take_failed", "take_in"]


def incoming_folder(submission_id: int) -> Path:
    """Empty folder for the clean rows of a submission that is under way; what an earlier try left is taken out.

    Rows of a file that is only judged (submission 0) lie in the system's folder for such things.
    """
    if not submission_id:
        return Path(mkdtemp(prefix="hub-check-"))
    folder = settings().lake_folder / "incoming" / str(submission_id)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def good_files(con: duckdb.DuckDBPyConnection, staged: Staged) -> list[Path]:
    """Files of the clean rows, without those that a rule over many rows found at fault since (FAILED has them)."""
    if staged.clean is None:
        return []
    failed = _failed(con, staged)
    return [_without(part, failed) for part in staged.clean.parts]


def take_failed(con: duckdb.DuckDBPyConnection, staged: Staged, table: str) -> None:
    """Insert clean rows that a rule over many rows found at fault into a table like the dataset's staging table."""
    if staged.clean is None:
        return
    failed = _failed(con, staged)
    files = [str(part.path) for part in staged.clean.parts if _touched(part, failed)]
    if files:
        con.execute(
            f"""
            INSERT INTO {table} BY NAME
            SELECT p.* EXCLUDE (_failed), f.rules AS _failed
            FROM read_parquet($files) p JOIN (
                SELECT _row, list(DISTINCT rule ORDER BY rule) AS rules
                FROM {FAILED} WHERE _submission_id = $id GROUP BY ALL
            ) f USING (_row)
            """,
            {"files": files, "id": staged.context.submission_id},
        )


def take_in(con: duckdb.DuckDBPyConnection, dataset: str, schema: str, files: Sequence[Path]) -> None:
    """Make files part of a dataset's staging or core table; inside the caller's transaction.

    A lake on this machine gets a second name of each file; a lake elsewhere gets a copy of the rows.
    """
    if not files:
        return
    table = core_table(dataset) if schema == "core" else staging_table(dataset)
    if settings().lake_files:
        columns = ", ".join(quoted(row[0]) for row in con.execute(f"DESCRIBE {table}").fetchall())
        con.execute(
            f"INSERT INTO {table} BY NAME SELECT {columns} FROM read_parquet($files)",
            {"files": [str(file) for file in files]},
        )
        return
    folder = settings().lake_folder / "files" / schema / dataset
    folder.mkdir(parents=True, exist_ok=True)
    linked = [folder / f"clean-{uuid4()}.parquet" for _ in files]
    for file, link in zip(files, linked, strict=True):
        os.link(file, link)
    con.execute(
        f"CALL ducklake_add_data_files('{LAKE}', ?, ?, schema => ?, ignore_extra_columns => true)",
        [dataset, [str(link) for link in linked], schema],
    )


def _failed(con: duckdb.DuckDBPyConnection, staged: Staged) -> set[int]:
    own = set(staged.frame["_row"].to_list())
    rows: Iterable[tuple[int]] = con.execute(
        f"SELECT DISTINCT _row FROM {FAILED} WHERE _submission_id = ?", [staged.context.submission_id]
    ).fetchall()
    return {row for (row,) in rows if row not in own}


def _touched(part: CleanPart, failed: set[int]) -> bool:
    return any(part.first <= row <= part.last for row in failed)


def _without(part: CleanPart, failed: set[int]) -> Path:
    """The part's file, or a copy that lacks the failed rows."""
    if not _touched(part, failed):
        return part.path
    path = part.path.with_suffix(".good.parquet")
    rows = pl.read_parquet(part.path)
    rows.filter(~rows["_row"].is_in(list(failed))).write_parquet(path)
    return path
