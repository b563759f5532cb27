"""A lake session laid out for the suite: rows as staged, whose they are, and what they may look back on.

The same names are bound as when the verdict was made (checks/scan, checks/history), so that both runners read the same
rules over the same tables; only the rows now come from the lake.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import polars as pl

from checks.history import HISTORY, bind_history
from checks.scan import ALL_ROWS, CONTEXT, JUDGED
from data.contract import Contract
from data.obligation import deadline_rule
from data.period import Period
from data.warehouse import LAKE, quoted

__all__ = ["bind_submissions"]

_MOST_COPIED = 500_000
"""Rows up to which a copy costs less than going over the files for each expectation."""


def bind_submissions(con: duckdb.DuckDBPyConnection, contract: Contract, ids: Sequence[int]) -> list[int]:
    """Bind the staged rows of these submissions of one dataset; gives those that could be read, in order."""
    known = con.execute(
        f"SELECT submission_id, reporter, period, received_at::DATE FROM {LAKE}.quality.verdict "
        "WHERE dataset = $dataset AND verdict <> 'unreadable' AND list_contains($ids, submission_id) "
        "ORDER BY submission_id",
        {"dataset": contract.id, "ids": list(ids)},
    ).fetchall()
    found = [row[0] for row in known]
    _bind_rows(con, contract, found)
    _bind_context(con, contract, known)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {HISTORY} AS SELECT * EXCLUDE (_marks) FROM {JUDGED} LIMIT 0")
    bind_history(con, contract, sorted({row[1] for row in known}))
    return found


def _bind_rows(con: duckdb.DuckDBPyConnection, contract: Contract, ids: Sequence[int]) -> None:
    """JUDGED: a copy of the rows, or where they are very many a view that goes over the lake's files each time."""
    staged = f"{LAKE}.staging.{quoted(contract.id)}"
    listed = ", ".join(str(int(number)) for number in ids) or "NULL"
    rows = con.execute(f"SELECT count(*) FROM {staged} WHERE _submission_id IN ({listed})").fetchone()
    con.execute(f"DROP VIEW IF EXISTS {ALL_ROWS}")
    for kind in _kinds_of(con, JUDGED):
        con.execute(f"DROP {kind} temp.main.{JUDGED}")
    kind = "VIEW" if rows and rows[0] > _MOST_COPIED else "TABLE"
    con.execute(
        f"CREATE TEMP {kind} {JUDGED} AS SELECT * EXCLUDE (_failed) FROM {staged} WHERE _submission_id IN ({listed})"
    )
    con.execute(f"CREATE TEMP VIEW {ALL_ROWS} AS SELECT * FROM {JUDGED}")


def _kinds_of(con: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    rows = con.execute(
        "SELECT table_type FROM information_schema.tables WHERE table_name = ? AND table_catalog = 'temp'", [name]
    ).fetchall()
    return ["VIEW" if row[0] == "VIEW" else "TABLE" for row in rows]


def _bind_context(
    con: duckdb.DuckDBPyConnection, contract: Contract, known: Sequence[tuple[int, str, str, object]]
) -> None:
    cutoff = deadline_rule(contract).cutoff
    periods = [Period.parse(row[2]) for row in known]
    frame = pl.DataFrame(
        {
            "_submission_id": [row[0] for row in known],
            "_reporter": [row[1] for row in known],
            "_period": [row[2] for row in known],
            "_period_start": [p.start(cutoff) for p in periods],
            "_period_end": [p.end(cutoff) for p in periods],
            "_received_on": [row[3] for row in known],
            "_previous": [str(p.previous()) for p in periods],
            "_last_year": [str(p.same_last_year()) for p in periods],
        },
        schema={
            "_submission_id": pl.Int64, "_reporter": pl.String, "_period": pl.String, "_period_start": pl.Date,
            "_period_end": pl.Date, "_received_on": pl.Date, "_previous": pl.String, "_last_year": pl.String,
        },
    )  # fmt: skip
    con.register("_context_frame", frame)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {CONTEXT} AS "
        "SELECT *, (_period_end - _period_start + 1)::INTEGER AS _period_days FROM _context_frame"
    )
    con.unregister("_context_frame")
