"""Outlined datasets (budget forms): lines followed over the years, plan against settlement, and one year's outline."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dashboard.views.datasets import contracts
from dashboard.views.lake import Lake, Record
from data.contract import Contract

__all__ = ["Line", "YearPair", "followed", "outline", "pairs", "years_of"]


@dataclass(frozen=True, slots=True)
class YearPair:
    """A line in one year, in triệu đồng; None where no published form gives it."""

    year: int
    plan: float | None
    settlement: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a year's outline, with the submission and row that it stands in."""

    number: str
    name: str
    level: int
    code: str
    plan: float | None
    settlement: float | None
    receipt: str
    row: int
    cells: tuple[str, ...] = ()

    @property
    def ratio(self) -> float | None:
        """Settlement in percent of plan."""
        return 100 * self.settlement / self.plan if self.settlement is not None and self.plan else None


def _first_line(name: str | None) -> str:
    """The Vietnamese part of a title that carries its English twin on a second line."""
    return (name or "").split("\n", 1)[0].strip()


def _sources(source: Contract) -> list[str]:
    """The dataset itself, then those that its own rules compare it with: the same facts on another form."""
    names = set(contracts()) - {source.id}
    told = [w for rule in source.rules if rule.query for w in re.findall(r"\w+", rule.query) if w in names]
    return [source.id, *dict.fromkeys(told)]


def followed(lake: Lake, source: Contract) -> tuple[tuple[str, str], ...]:
    """Lines followed over the years, in the form's order: (code, name as in the newest year)."""
    rows = lake.records_if_any(
        'SELECT line_code, max_by(line_name, year) AS name, max(year) AS newest, min("row") AS place, '
        "count(DISTINCT year) AS years FROM lake.marts.budget_line WHERE dataset = $dataset AND line_code IS NOT NULL "
        "GROUP BY line_code ORDER BY min(level), years DESC, place",
        {"dataset": source.id},
    )
    return tuple((r["line_code"], _first_line(r["name"])) for r in rows)


def years_of(lake: Lake, source: Contract) -> tuple[int, ...]:
    """Years that the dataset has, oldest first."""
    rows = lake.records_if_any(
        "SELECT DISTINCT year FROM lake.marts.budget_line WHERE dataset = $dataset ORDER BY year",
        {"dataset": source.id},
    )
    return tuple(r["year"] for r in rows)


def pairs(lake: Lake, source: Contract, code: str) -> tuple[YearPair, ...]:
    """Plan and settlement of a line for every year between the first and the last; what was not published is None."""
    sources = _sources(source)
    rows = lake.records_if_any(
        "SELECT year, kind, dataset, max(value_million) AS value FROM lake.marts.budget_line "
        "WHERE line_code = $code AND list_contains($sources, dataset) GROUP BY year, kind, dataset",
        {"code": code, "sources": sources},
    )
    best: dict[tuple[int, str], Record] = {}
    for r in sorted(rows, key=lambda r: sources.index(r["dataset"])):
        best.setdefault((r["year"], r["kind"]), r)
    if not best:
        return ()
    first, last = min(y for y, _ in best), max(y for y, _ in best)

    def value(year: int, kind: str) -> float | None:
        found = best.get((year, kind))
        return found["value"] if found else None

    return tuple(YearPair(y, value(y, "plan"), value(y, "settlement")) for y in range(first, last + 1))


def outline(lake: Lake, source: Contract, year: int) -> tuple[Line, ...]:
    """One year's lines in the form's order."""
    rows = lake.records_if_any(
        "SELECT b.line_no, b.line_name, b.level, b.line_code, b.kind, b.value_million, "
        'b."row" AS row_number, '
        "b.submission_id, l.receipt FROM lake.marts.budget_line b "
        "LEFT JOIN lake.landing.submission l USING (submission_id) "
        "WHERE b.dataset = $dataset AND b.year = $year ORDER BY b.submission_id, row_number",
        {"dataset": source.id, "year": year},
    )
    grouped: dict[tuple[int, int], list[Record]] = {}
    for r in rows:
        grouped.setdefault((r["submission_id"], r["row_number"]), []).append(r)

    def of(own: list[Record], kind: str) -> float | None:
        return next((r["value_million"] for r in own if r["kind"] == kind), None)

    return tuple(
        Line(
            number=own[0]["line_no"] or "",
            name=_first_line(own[0]["line_name"]),
            level=own[0]["level"] or 0,
            code=own[0]["line_code"] or "",
            plan=of(own, "plan"),
            settlement=of(own, "settlement"),
            receipt=own[0]["receipt"] or "",
            row=own[0]["row_number"] or 0,
        )
        for own in grouped.values()
    )
