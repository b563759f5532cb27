"""One published budget form of one year in full, its arithmetic, and where it contradicts another form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.views.budget import FORM_TOTAL, Figure, arithmetic, figure_of
from dashboard.views.datasets import contract
from dashboard.views.lake import Lake

__all__ = [
    "PAGE",
    "Contradiction",
    "FormLine",
    "FormTable",
    "contradictions",
    "form_table",
    "years_with_contradictions",
]

PAGE = 120
"""Lines of a form on one page: the agencies of a year are more than a thousand."""


@dataclass(frozen=True, slots=True)
class FormLine:
    """One line: its number, its name, how far in it stands, its figures by measure."""

    number: str
    name: str
    level: int
    code: str
    row: int
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class FormTable:
    """A form's page of lines, its measures (name, title) in the contract's order, and how many lines it has in all."""

    measures: tuple[tuple[str, str], ...] = ()
    lines: tuple[FormLine, ...] = ()
    total: int = 0
    broken: int = 0
    """Figures of the whole form that their part lines do not add up to."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One fact that two forms of a year give differently; a side without a figure is None."""

    name: str
    kind: str
    a: Figure | None
    b: Figure | None
    said_vi: str
    said_en: str


_CELL = (
    'b.*, b."row" AS row_number, b."column" AS column_name, l.receipt, f.expected, f.message_vi, f.message_en '
    "FROM lake.marts.budget_line b LEFT JOIN lake.landing.submission l USING (submission_id) "
    f'LEFT JOIN {arithmetic()} f USING (submission_id, "row", "column")'
)


def form_table(lake: Lake, dataset: str, year: int, page: int = 1) -> FormTable:
    """The lines of a dataset's form in one year, in the sheet's order."""
    source = contract(dataset)
    if source is None:
        return FormTable()
    asked = {"dataset": dataset, "year": year}
    count = lake.records_if_any(
        'SELECT count(DISTINCT b."row") AS lines, count(f.expected) AS broken FROM lake.marts.budget_line b '
        f'LEFT JOIN {arithmetic()} f USING (submission_id, "row", "column") WHERE dataset = $dataset AND year = $year',
        asked,
    )
    rows = lake.records_if_any(
        f'SELECT {_CELL} WHERE b.dataset = $dataset AND b.year = $year AND b."row" IN (SELECT DISTINCT "row" FROM '
        'lake.marts.budget_line WHERE dataset = $dataset AND year = $year ORDER BY "row" LIMIT $most OFFSET $before) '
        'ORDER BY b."row"',
        {**asked, "most": PAGE, "before": PAGE * (max(page, 1) - 1)},
    )
    grouped: dict[int, FormLine] = {}
    figures: dict[int, dict[str, Figure]] = {}
    for r in rows:
        own = figures.setdefault(r["row_number"], {})
        own[r["measure"]] = figure = figure_of(r)
        grouped.setdefault(
            r["row_number"],
            FormLine(r["line_no"] or "", figure.name, figure.level, _followed(r["line_code"]), figure.row, own),
        )
    there = {name for own in figures.values() for name in own}
    return FormTable(
        measures=tuple((m.name, m.title) for m in source.measures if m.name in there),
        lines=tuple(grouped.values()),
        total=count[0]["lines"] if count else 0,
        broken=count[0]["broken"] if count else 0,
    )


def _followed(code: str | None) -> str:
    """The code of a line that has its series over the years; "" for any other."""
    return code if code and code != FORM_TOTAL else ""


def years_with_contradictions(lake: Lake) -> dict[int, int]:
    """Year → how many facts two forms give differently."""
    rows = lake.records_if_any(
        "SELECT b.year, count(DISTINCT c.contradiction_id) AS found FROM lake.marts.contradiction c "
        "JOIN lake.marts.budget_line b ON b.submission_id = c.submission_a GROUP BY b.year ORDER BY b.year"
    )
    return {r["year"]: r["found"] for r in rows}


def contradictions(lake: Lake, year: int) -> tuple[Contradiction, ...]:
    """Those of one year, the widest apart first, each side with its cell."""
    asked = {"year": year}
    rows = lake.records_if_any(
        "SELECT DISTINCT c.* FROM lake.marts.contradiction c "
        "JOIN lake.marts.budget_line b ON b.submission_id = c.submission_a WHERE b.year = $year",
        asked,
    )
    if not rows:
        return ()
    cells = lake.records_if_any(
        f"SELECT {_CELL} WHERE b.year = $year AND b.submission_id IN "
        "(SELECT submission_a FROM lake.marts.contradiction UNION SELECT submission_b FROM lake.marts.contradiction)",
        asked,
    )
    at = {(r["submission_id"], r["row_number"], r["column_name"]): figure_of(r) for r in cells}
    found = []
    for r in rows:
        a, b = (at.get((r[f"submission_{s}"], r[f"row_{s}"], r[f"column_{s}"])) for s in ("a", "b"))
        known = a or b
        name, kind = (known.name, known.kind) if known else ("", "")
        found.append(Contradiction(name, kind, a, b, r["what_vi"] or "", r["what_en"] or ""))
    return tuple(sorted(found, key=lambda c: (-_apart(c), c.name)))


def _apart(found: Contradiction) -> float:
    return abs((found.a.value if found.a else 0.0) - (found.b.value if found.b else 0.0))
