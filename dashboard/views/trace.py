"""From a number to the cells it came from: its formula, the submissions behind it, and the rows of each."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dashboard.models import CellMark
from dashboard.views.datasets import contracts
from dashboard.views.lake import Lake, Record
from dashboard.views.names import names_for, subject_column
from data.contract import Contract, IndicatorFeed
from data.warehouse import quoted

__all__ = [
    "Contribution",
    "Formula",
    "Source",
    "contributions",
    "formula_of",
    "history",
    "missing_units",
    "source_of",
    "total",
    "value_of",
]

_MOST = 200


@dataclass(frozen=True, slots=True)
class Formula:
    """How a number is made from a dataset's core rows: parts are SQL over its columns, as the contract writes them."""

    source: Contract
    parts: tuple[tuple[str, str], ...]
    """(title, expression) of each part that is summed: one, or numerator and denominator."""
    scale: float = 1.0
    where: str | None = None
    columns: tuple[str, ...] = ()
    """Contract columns that the expressions read."""

    @property
    def ratio(self) -> bool:
        """Whether the number is the first part over the second."""
        return len(self.parts) == 2


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one subject gave: its parts' sums, from which submission, and how its rules went."""

    subject: str
    name: str
    parts: tuple[float | None, ...]
    submission_id: int
    receipt: str
    rules: int
    passed: int
    worst: str


@dataclass(frozen=True, slots=True)
class Source:
    """The cells behind one contribution: rows of the sheet, and what was repaired in them."""

    row: int | None
    marks: tuple[CellMark, ...]
    values: tuple[tuple[str, ...], ...]
    mapping: Mapping[str, int] = field(default_factory=dict)


def _read_columns(source: Contract, *expressions: str | None) -> tuple[str, ...]:
    words = {w for e in expressions if e for w in re.findall(r"[A-Za-z_]\w*", e)}
    return tuple(c.name for c in source.columns if c.name in words)


def formula_of(indicator: str = "", dataset: str = "", measure: str = "") -> Formula | None:
    """The formula of an indicator, or of a dataset's measure; None where no contract has it."""
    registry = contracts()
    if indicator:
        for source in registry.values():
            for feed in source.indicators:
                if feed.indicator == indicator:
                    return _of_feed(source, feed)
        return None
    if dataset not in registry:
        return None
    source = registry[dataset]
    column = next((c for c in source.measures if c.name == measure), None)
    if column is None:
        return None
    if column.measure == "ratio" and column.numerator and column.denominator:
        scale = 100.0 if (column.unit or "").strip() == "%" else 1.0
        parts = (
            (source.column(column.numerator).title, quoted(column.numerator)),
            (source.column(column.denominator).title, quoted(column.denominator)),
        )
        return Formula(source, parts, scale, columns=(column.numerator, column.denominator))
    return Formula(source, ((column.title, quoted(column.name)),), columns=(column.name,))


def _of_feed(source: Contract, feed: IndicatorFeed) -> Formula:
    titles = {c.name: c.title for c in source.columns}

    def said(expression: str) -> str:
        """Columns by their titles; the expression itself stays as the hint beside it."""
        return re.sub(r"[A-Za-z_]\w*", lambda word: titles.get(word[0], word[0]), expression)

    if feed.numerator and feed.denominator:
        parts = ((said(feed.numerator), feed.numerator), (said(feed.denominator), feed.denominator))
        columns = _read_columns(source, feed.numerator, feed.denominator)
        return Formula(source, parts, feed.scale, feed.where, columns)
    expression = feed.sum or feed.value or "1"
    return Formula(source, ((said(expression), expression),), 1.0, feed.where, _read_columns(source, expression))


def _parts(formula: Formula) -> str:
    return ", ".join(f"sum({expression})::DOUBLE AS part_{i}" for i, (_, expression) in enumerate(formula.parts))


def _core(formula: Formula) -> str:
    where = f" AND ({formula.where})" if formula.where else ""
    return f"FROM lake.core.{quoted(formula.source.id)} WHERE _period = $period{where}"


def total(
    lake: Lake, formula: Formula, period: str, subject: str = ""
) -> tuple[tuple[float | None, ...], float | None, int]:
    """The parts' sums, the number itself, and how many submissions it stands on."""
    by = quoted(formula.source.subject or "_reporter")
    # S608 here and below: expressions and names come from a contract, never from an address.
    rows = lake.records_if_any(
        f"SELECT {_parts(formula)}, count(DISTINCT _submission_id) AS n {_core(formula)} "
        f"AND ($subject = '' OR CAST({by} AS VARCHAR) = $subject)",
        {"period": period, "subject": subject},
    )
    if not rows:
        return (None,) * len(formula.parts), None, 0
    found = rows[0]
    parts = tuple(found[f"part_{i}"] for i in range(len(formula.parts)))
    return parts, value_of(formula, parts), found["n"]


def value_of(formula: Formula, parts: tuple[float | None, ...]) -> float | None:
    """The number that the parts make."""
    if not formula.ratio:
        return parts[0] if parts else None
    top, bottom = parts
    return formula.scale * top / bottom if top is not None and bottom else None


def contributions(lake: Lake, formula: Formula, period: str) -> tuple[Contribution, ...]:
    """One line a subject, largest first."""
    by = quoted(formula.source.subject or "_reporter")
    rows = lake.records_if_any(
        f"WITH own AS (SELECT CAST({by} AS VARCHAR) AS subject, _submission_id AS submission_id, {_parts(formula)} "
        f"{_core(formula)} GROUP BY ALL), "
        "rules AS (SELECT submission_id, count(*) AS rules, count(*) FILTER (failed = 0) AS passed, "
        "bool_or(failed > 0 AND severity = 'error') AS error FROM lake.quality.result GROUP BY submission_id) "
        "SELECT own.*, l.receipt, r.rules, r.passed, r.error FROM own "
        "LEFT JOIN lake.landing.submission l USING (submission_id) LEFT JOIN rules r USING (submission_id) "
        "ORDER BY part_0 DESC NULLS LAST, subject LIMIT $most",
        {"period": period, "most": _MOST},
    )
    names = names_for(lake, subject_column(formula.source))
    return tuple(
        Contribution(
            r["subject"] or "",
            names.get(r["subject"], r["subject"] or ""),
            tuple(r[f"part_{i}"] for i in range(len(formula.parts))),
            r["submission_id"],
            r["receipt"] or "",
            r["rules"] or 0,
            r["passed"] or 0,
            "error" if r["error"] else "warning" if (r["passed"] or 0) < (r["rules"] or 0) else "",
        )
        for r in rows
    )


def source_of(lake: Lake, formula: Formula, period: str, chosen: Contribution) -> Source:
    """The rows of one contribution in its sheet, the cells that were summed marked."""
    by = quoted(formula.source.subject or "_reporter")
    columns = ", ".join(f"CAST({quoted(c)} AS VARCHAR) AS {quoted(c)}" for c in formula.columns)
    rows: list[Record] = lake.records(
        f"SELECT _row{f', {columns}' if columns else ''} {_core(formula)} "
        f"AND _submission_id = $id AND CAST({by} AS VARCHAR) = $subject ORDER BY _row LIMIT 50",
        {"period": period, "id": chosen.submission_id, "subject": chosen.subject},
    )
    verdict = lake.first("SELECT mapping FROM lake.quality.verdict WHERE submission_id = ?", [chosen.submission_id])
    mapping: dict[str, int] = json.loads(verdict["mapping"]) if verdict and verdict["mapping"] else {}
    marks = tuple(
        CellMark(r["_row"], mapping[c], "source", selected=i == 0)
        for i, r in enumerate(rows)
        for c in formula.columns
        if c in mapping and r["_row"] is not None
    )
    return Source(
        row=rows[0]["_row"] if rows else None,
        marks=marks,
        values=tuple(tuple(r[c] or "" for c in formula.columns) for r in rows),
        mapping=mapping,
    )


def history(lake: Lake, formula: Formula, subject: str, most: int = 6) -> tuple[tuple[str, float | None], ...]:
    """The subject's number in the newest periods, oldest first."""
    by = quoted(formula.source.subject or "_reporter")
    where = f"AND ({formula.where})" if formula.where else ""
    rows = lake.records(
        f"SELECT _period AS period, max(_period_end) AS day, {_parts(formula)} "
        f"FROM lake.core.{quoted(formula.source.id)} WHERE CAST({by} AS VARCHAR) = $subject {where} "
        "GROUP BY _period ORDER BY day DESC LIMIT $most",
        {"subject": subject, "most": most},
    )
    return tuple(
        (r["period"], value_of(formula, tuple(r[f"part_{i}"] for i in range(len(formula.parts)))))
        for r in reversed(rows)
    )


def missing_units(lake: Lake, now: datetime, dataset: str, period: str) -> int:
    """Units that owe the dataset for the period and have nothing in force."""
    found = lake.first(
        # S608: the name is a constant of the lake's.
        f"SELECT count(*) AS n FROM {lake.status_at(now)} WHERE dataset = $dataset AND period = $period "
        "AND status IN ('missing', 'rejected')",
        {"dataset": dataset, "period": period},
    )
    return found["n"] if found else 0
