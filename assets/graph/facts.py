"""What a materialisation says of itself, read from the lake: rows, rejects, scores and a preview without names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb
from dagster import MetadataValue

from checks.finding import PRINCIPLES
from checks.masking import MASK
from checks.score import define_scores
from data.clock import now
from data.contract import Contract
from data.settings import settings
from data.vietnamese_format import format_value
from data.warehouse import LAKE, data_version, quoted

__all__ = [
    "PeriodFacts",
    "newest_by_dataset",
    "newest_period",
    "newest_submissions",
    "period_facts",
    "preview",
    "scores_of",
]

_PREVIEW_ROWS, _PREVIEW_COLUMNS, _WORD = 5, 12, 40


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


@dataclass(frozen=True, slots=True)
class _LakeFacts:
    """Every dataset's periods, and of each period the newest submission of every reporter."""

    periods: dict[str, dict[str, PeriodFacts]]
    newest: dict[tuple[str, str], list[int]]


_facts: dict[tuple[object, ...], _LakeFacts] = {}


def _lake_facts(con: duckdb.DuckDBPyConnection) -> _LakeFacts:
    """Asked for at once and kept for this state of the lake: a run over the whole graph needs every dataset's."""
    key = (settings().home, settings().catalog, data_version(con))
    if key not in _facts:
        _facts.clear()
        _facts[key] = _all_facts(con)
    return _facts[key]


def _all_facts(con: duckdb.DuckDBPyConnection) -> _LakeFacts:
    facts = _LakeFacts({}, {})
    for dataset, *numbers, ids in con.execute(
        f"""
        WITH item AS (
            SELECT dataset, period, reporter, count(*) AS sent, max_by(submission_id, version) AS newest,
                   count_if(verdict IN ('rejected', 'unreadable')) AS refused, sum(rows_total) AS rows_total,
                   sum(rows_quarantined) AS quarantined,
                   -- As publish.py puts it into core: the rows accepted of the version that took force last.
                   coalesce(max_by(rows_accepted, submission_id) FILTER (counts), 0) AS in_force
            FROM {LAKE}.quality.verdict GROUP BY ALL
        )
        SELECT dataset, period, sum(sent)::BIGINT, sum(refused)::BIGINT, sum(rows_total)::BIGINT,
               sum(quarantined)::BIGINT, sum(in_force)::BIGINT, list(newest ORDER BY newest)
        FROM item GROUP BY dataset, period ORDER BY dataset, period
        """
    ).fetchall():
        found = PeriodFacts(*numbers)
        facts.periods.setdefault(dataset, {})[found.period] = found
        facts.newest[dataset, found.period] = ids
    return facts


def period_facts(con: duckdb.DuckDBPyConnection, dataset: str) -> dict[str, PeriodFacts]:
    """Period token → its facts, for every period that anything was sent for, in order."""
    return _lake_facts(con).periods.get(dataset, {})


def newest_period(con: duckdb.DuckDBPyConnection, dataset: str) -> str | None:
    """The latest period that anything was sent for."""
    return max(period_facts(con, dataset), default=None)


def newest_submissions(con: duckdb.DuckDBPyConnection, dataset: str, periods: Sequence[str]) -> list[int]:
    """The newest version of each reporter for these periods."""
    newest = _lake_facts(con).newest
    return sorted(number for period in periods for number in newest.get((dataset, period), ()))


def newest_by_dataset(con: duckdb.DuckDBPyConnection) -> dict[str, list[int]]:
    """Dataset → the newest version of each reporter for its newest period."""
    facts = _lake_facts(con)
    return {dataset: facts.newest[dataset, max(periods)] for dataset, periods in facts.periods.items()}


_Scores = dict[str | None, dict[str, float]]
_known: tuple[tuple[object, ...], datetime, _Scores] | None = None
"""State of the lake, moment, and the scores then."""


def scores_of(
    con: duckdb.DuckDBPyConnection, dataset: str | None = None, *, within: timedelta = timedelta(0)
) -> dict[str, float]:
    """The six scores of a dataset, or of the province; undefined ones are left out.

    All are asked for at once and kept for this state of the lake: a run over the whole graph needs every one of them.
    Those of an earlier state will do where they are no older than `within`.
    """
    moment = now()
    key = (settings().home, settings().catalog, data_version(con), moment.date(), moment.hour)
    of_here = _known is not None and _known[0][:2] == key[:2]
    if _known is None or not (_known[0] == key or (of_here and moment - _known[1] < within)):
        _remember(key, moment, _all_scores(con, moment))
    assert _known is not None
    return _known[2].get(dataset, {})


def _remember(key: tuple[object, ...], moment: datetime, scores: _Scores) -> None:
    global _known
    _known = key, moment, scores


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
        [row[0], row[1], *(MASK if c.personal else v for c, v in zip(shown, row[2:], strict=True))] for row in rows
    ]
    return MetadataValue.md("\n".join(_line(cells) for cells in (head, ["---"] * len(head), *lines)))


def _line(cells: Sequence[object]) -> str:
    texts = (cell if isinstance(cell, str) else "" if cell is None else format_value(cell) for cell in cells)
    return "| " + " | ".join(_short(text) for text in texts) + " |"


def _short(text: str) -> str:
    plain = text.replace("|", "\\|").replace("\n", " ")
    return plain if len(plain) <= _WORD else plain[: _WORD - 1] + "…"
