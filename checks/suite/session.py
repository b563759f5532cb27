"""A lake session laid out for the suite: rows as staged, whose they are, and what they may look back on.

The same names are bound as when the verdict was made (checks/scan, checks/history), so that both runners read the same
rules over the same tables; only the rows now come from the lake.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import polars as pl

from checks.history import HISTORY, bind_history
from checks.scan import CONTEXT, JUDGED
from data.contract import Contract
from data.obligation import deadline_rule
from data.period import Period
from data.warehouse import LAKE, quoted

__all__ = ["bind_submissions"]


def bind_submissions(con: duckdb.DuckDBPyConnection, contract: Contract, ids: Sequence[int]) -> list[int]:
    """Bind the staged rows of these submissions of one dataset; gives those that could be read, in order."""
    known = con.execute(
        f"SELECT submission_id, reporter, period, received_at::DATE FROM {LAKE}.quality.verdict "
        "WHERE dataset = $dataset AND verdict <> 'unreadable' AND list_contains($ids, submission_id) "
        "ORDER BY submission_id",
        {"dataset": contract.id, "ids": list(ids)},
    ).fetchall()
    found = [row[0] for row in known]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {JUDGED} AS SELECT * EXCLUDE (_failed) FROM {LAKE}.staging.{quoted(contract.id)}"
        " WHERE list_contains($ids, _submission_id)",
        {"ids": found},
    )
    _bind_context(con, contract, known)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {HISTORY} AS SELECT * EXCLUDE (_marks) FROM {JUDGED} LIMIT 0")
    bind_history(con, contract, sorted({row[1] for row in known}))
    return found


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
