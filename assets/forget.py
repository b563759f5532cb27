"""Taking an earlier judgement of submissions out of the lake, within the transaction that writes a new one."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from assets.lake_schema import staging_table
from data.warehouse import LAKE

__all__ = ["forget"]

_JUDGEMENT = ("landing.submission", "quality.verdict", "quality.result", "quality.finding")


def forget(con: duckdb.DuckDBPyConnection, dataset: str, submission_ids: Sequence[int]) -> None:
    """Delete rows, verdicts, results and findings; what people decided of the submissions stays."""
    con.execute(f"DELETE FROM {staging_table(dataset)} WHERE list_contains(?, _submission_id)", [list(submission_ids)])
    for table in _JUDGEMENT:
        con.execute(
            f"DELETE FROM {LAKE}.{table} WHERE dataset = ? AND list_contains(?, submission_id)",
            [dataset, list(submission_ids)],
        )
