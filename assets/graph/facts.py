"""What a materialisation says of itself, read from the lake: rows, rejects, scores and a preview without names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
from dagster import MetadataValue

from checks.finding import PRINCIPLES
from checks.score import define_scores
from data.clock import now
from data.contract import Contract
from data.settings import settings
from data.vietnamese_format import format_value
from data.warehouse import LAKE, data_version, quoted

__all__ = ["PeriodFacts", "newest_period", "newest_submissions", "period_facts", "preview", "scores_of"]

_PREVIEW_ROWS, _PREVIEW_COLUMNS, _WORD = 5, 12, 40
_MASK = "•••"


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """One period of a dataset as the lake holds it."""

    period: str
    submissions: int
    refused: int
    rows: int
    quarantined: int
    in_force: int

    def metadata(self, layer: str) -> dict[str, int]:
        """What matters of it in a layer."""
        if layer == "landing":
            return {"submissions": self.submissions}
        if layer == "staging":
            return {"rows": self.rows, "rejects": self.quarantined, "submissions_refused": self.refused}
        return {"rows": self.in_force, "dagster/partition_row_count": self.in_force}


def period_facts(con: duckdb.DuckDBPyConnection, dataset: str) -> dict[str, PeriodFacts]:
    """Period token → its facts, for every period that anything was sent for, in order."""
    rows = con.execute(
        f"""
        SELECT v.period, count(*), count_if(v.verdict IN ('rejected', 'unreadable')), sum(v.rows_total)::BIGINT,
               sum(v.rows_quarantined)::BIGINT, coalesce(any_value(c.n), 0)
        FROM {LAKE}.quality.verdict v
        LEFT JOIN (SELECT _period, count(*) AS n FROM {LAKE}.core.{quoted(dataset)} GROUP BY ALL) c
          ON c._period = v.period
        WHERE v.dataset = ? GROUP BY v.period ORDER BY v.period
        """,
        [dataset],
    ).fetchall()
    return {row[0]: PeriodFacts(*row) for row in rows}


def newest_period(con: duckdb.DuckDBPyConnection, dataset: str) -> str | None:
    """The latest period that anything was sent for."""
    row = con.execute(f"SELECT max(period) FROM {LAKE}.quality.verdict WHERE dataset = ?", [dataset]).fetchone()
    return row[0] if row else None


def newest_submissions(con: duckdb.DuckDBPyConnection, dataset: str, periods: Sequence[str]) -> list[int]:
    """The newest version of each reporter for these periods."""
    rows = con.execute(
        f"SELECT max_by(submission_id, version) FROM {LAKE}.quality.verdict "
        "WHERE dataset = $dataset AND list_contains($periods, period) GROUP BY reporter, period ORDER BY 1",
        {"dataset": dataset, "periods": list(periods)},
    ).fetchall()
    return [row[0] for row in rows]


_Scores = dict[str | None, dict[str, float]]
_known: dict[tuple[object, ...], _Scores] = {}


def scores_of(con: duckdb.DuckDBPyConnection, dataset: str | None = None) -> dict[str, float]:
    """The six scores of a dataset, or of the province, as of now; undefined ones are left out.

    All are asked for at once and kept for this state of the lake: a run over the whole graph needs every one of them.
    """
    moment = now()
    key = (settings().home, data_version(con), moment.date(), moment.hour)
    if key not in _known:
        _known.clear()
        _known[key] = _all_scores(con, moment)
    return _known[key].get(dataset, {})


def _all_scores(con: duckdb.DuckDBPyConnection, moment: datetime) -> _Scores:
    define_scores(con)
    means = ", ".join(f"round(avg({p}), 1)" for p in PRINCIPLES)
    rows = con.execute(
        f"SELECT dataset, {means} FROM score_items($as_of) GROUP BY GROUPING SETS ((), (dataset))", {"as_of": moment}
    ).fetchall()
    return {
        row[0]: {f"score_{p}": value for p, value in zip(PRINCIPLES, row[1:], strict=True) if value is not None}
        for row in rows
    }


def preview(con: duckdb.DuckDBPyConnection, contract: Contract, schema: str, periods: Sequence[str]) -> MetadataValue:
    """A few rows as a table in Markdown; personal columns are masked, as Dagster's pages have no sign-in."""
    shown = contract.columns[:_PREVIEW_COLUMNS]
    listed = ", ".join(quoted(c.name) for c in shown)
    where = "WHERE list_contains($periods, _period)" if periods else ""
    rows = con.execute(
        f"SELECT _period, _row, {listed} FROM {LAKE}.{schema}.{quoted(contract.id)} {where} LIMIT {_PREVIEW_ROWS}",
        {"periods": list(periods)} if periods else None,
    ).fetchall()
    head = ["kỳ", "dòng", *(c.title for c in shown)]
    lines = [
        [row[0], row[1], *(_MASK if c.personal else v for c, v in zip(shown, row[2:], strict=True))] for row in rows
    ]
    return MetadataValue.md("\n".join(_line(cells) for cells in (head, ["---"] * len(head), *lines)))


def _line(cells: Sequence[object]) -> str:
    texts = (cell if isinstance(cell, str) else "" if cell is None else format_value(cell) for cell in cells)
    return "| " + " | ".join(_short(text) for text in texts) + " |"


def _short(text: str) -> str:
    plain = text.replace("|", "\\|").replace("\n", " ")
    return plain if len(plain) <= _WORD else plain[: _WORD - 1] + "…"
