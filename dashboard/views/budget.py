"""The province's budget over the years: for a followed line, plan and settlement of each year with their cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assets.budget.lines import followed_lines
from dashboard.views.datasets import contract, contracts
from dashboard.views.lake import Lake, Record

__all__ = [
    "HEADLINES",
    "KINDS",
    "Figure",
    "Published",
    "Year",
    "arithmetic",
    "figure_of",
    "lines",
    "published",
    "series",
]

KINDS = ("plan", "settlement")
HEADLINES = ("local_revenue", "local_spending", "domestic_revenue", "development_investment")
"""Lines that head the page: whole revenue, whole expenditure, and the two that a province steers by."""
FORM_TOTAL = "total"
"""The line "Tổng số" means another thing on every form: it is followed within a form, never across forms."""
_ROUNDING = 1.0
"""Figures of two forms that differ by no more (triệu đồng) say the same."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure, in triệu đồng, and the cell that it stands in."""

    value: float
    year: int
    kind: str
    dataset: str
    form: str
    name: str
    level: int
    receipt: str
    row: int
    column: str
    expected: float | None = None
    """What its part lines add up to, where that is something else."""
    message_vi: str = ""
    message_en: str = ""

    @property
    def number(self) -> int:
        """The form's number in its circular: settlement-62 → 62."""
        number = self.form.rpartition("-")[2]
        return int(number) if number.isdigit() else 0


@dataclass(frozen=True, slots=True)
class Year:
    """A line in one year. A side is None where nobody published it; nothing is filled in."""

    year: int
    plan: Figure | None = None
    settlement: Figure | None = None
    others: tuple[Figure, ...] = ()
    """The same line of the same year and side on other forms, where they give another figure."""
    filed: frozenset[str] = frozenset()
    """Sides of which the hub has any form of this year: a side that is None although filed lacks only the line."""

    @property
    def ratio(self) -> float | None:
        """Settlement in percent of plan."""
        if self.plan is None or self.settlement is None or not self.plan.value:
            return None
        return 100 * self.settlement.value / self.plan.value

    def side(self, kind: str) -> Figure | None:
        """The figure of one side."""
        return self.plan if kind == "plan" else self.settlement


@dataclass(frozen=True)
class Published:
    """What the hub has: forms by year, and which sides of a year stand on any of them."""

    forms: Mapping[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """year → (dataset, form), the summary forms first."""
    sides: Mapping[int, frozenset[str]] = field(default_factory=dict)

    @property
    def years(self) -> tuple[int, ...]:
        """Years with any form, oldest first."""
        return tuple(sorted(self.forms))

    @property
    def span(self) -> range:
        """Every year from the first to the last, those without a form too."""
        return range(self.years[0], self.years[-1] + 1) if self.forms else range(0)

    def newest(self, kind: str) -> int | None:
        """The newest year of which a side was published."""
        return max((year for year, sides in self.sides.items() if kind in sides), default=None)


def published(lake: Lake) -> Published:
    """Years, forms and sides; empty where no budget was ever loaded. Raises LakeClosedError."""
    rows = lake.records_if_any(
        "SELECT year, dataset, form, list(DISTINCT kind) AS kinds FROM lake.marts.budget_line GROUP BY ALL"
    )
    forms: dict[int, list[tuple[str, str]]] = {}
    sides: dict[int, frozenset[str]] = {}
    for r in rows:
        forms.setdefault(r["year"], []).append((r["dataset"], r["form"]))
        sides[r["year"]] = sides.get(r["year"], frozenset()) | frozenset(r["kinds"])

    def place(named: tuple[str, str]) -> tuple[bool, int]:
        document, _, number = named[1].rpartition("-")
        return document == "plan", int(number) if number.isdigit() else 0

    return Published({year: tuple(sorted(found, key=place)) for year, found in forms.items()}, sides)


def lines(lake: Lake) -> tuple[tuple[str, str, str], ...]:
    """Lines to follow over the years that are there: (code, Vietnamese, English), in the reference's order."""
    rows = lake.records_if_any("SELECT DISTINCT line_code FROM lake.marts.budget_line WHERE line_code IS NOT NULL")
    known = {r["line_code"] for r in rows} - {FORM_TOTAL}
    return tuple((line.code, line.vi, line.en) for line in followed_lines() if line.code in known)


def arithmetic() -> str:
    """SQL: the cells whose part lines do not add up to them, one row each, to be joined by cell."""
    return (
        '(SELECT submission_id, "row", "column", any_value(expected) AS expected, any_value(message_vi) AS message_vi, '
        "any_value(message_en) AS message_en FROM lake.quality.finding WHERE starts_with(rule, 'hierarchy.') "
        "GROUP BY ALL)"
    )


def _told_number(expected: str | None) -> float | None:
    """The number in a finding's expectation, which is written for Vietnamese readers: "= 18.039.534,5"."""
    text = (expected or "").removeprefix("=").strip().replace(".", "").replace(",", ".").replace("\u2212", "-")
    try:
        return float(text)
    except ValueError:
        return None


def figure_of(r: Record) -> Figure:
    """A figure from a row of the mart joined with its receipt and its arithmetic."""
    return Figure(
        value=r["value_million"],
        year=r["year"],
        kind=r["kind"],
        dataset=r["dataset"],
        form=r["form"] or "",
        name=(r["line_name"] or "").split("\n", 1)[0].strip(),
        level=r["level"] or 0,
        receipt=r["receipt"] or "",
        row=r["row_number"] or 0,
        column=r["column_name"],
        expected=_told_number(r["expected"]),
        message_vi=r["message_vi"] or "",
        message_en=r["message_en"] or "",
    )


def series(lake: Lake, codes: Iterable[str], known: Published) -> dict[str, tuple[Year, ...]]:
    """Each line over every year of the span, missing years too.

    Of several forms with the line the document of its own side counts (a plan from the plan's forms), of those the
    summary form, which has the lowest number in its circular (10, 46, 62: balance of the budget).
    """
    wanted = list(dict.fromkeys(codes))
    rows = lake.records_if_any(
        'SELECT b.*, b."row" AS row_number, b."column" AS column_name, l.receipt, f.expected, f.message_vi, '
        "f.message_en FROM lake.marts.budget_line b LEFT JOIN lake.landing.submission l USING (submission_id) "
        f'LEFT JOIN {arithmetic()} f USING (submission_id, "row", "column") WHERE list_contains($codes, b.line_code)',
        {"codes": wanted},
    )
    whole: dict[tuple[str, str], str] = {}
    found: dict[tuple[str, int, str], list[Figure]] = {}
    for r in rows:
        key = r["dataset"], r["kind"]
        if key not in whole:
            whole[key] = _whole_measure(*key)
        if r["measure"] == whole[key]:
            found.setdefault((r["line_code"], r["year"], r["kind"]), []).append(figure_of(r))
    compared = _compared()
    return {
        code: tuple(_year(code, year, found, compared, known.sides.get(year, frozenset())) for year in known.span)
        for code in wanted
    }


def _whole_measure(dataset: str, kind: str) -> str:
    """The figure column of a side that is the whole; the contract names it before its shares by level."""
    source = contract(dataset)
    return next((m.name for m in source.measures if m.facet == kind), "") if source else ""


def _compared() -> dict[str, frozenset[str]]:
    """Dataset → the datasets that hold the same facts on another form, as the rules of either contract say."""
    known = contracts()
    pairs = {
        (name, word)
        for name in known
        for rule in known[name].rules
        for word in re.findall(r"\w+", rule.query or "")
        if word in known and word != name
    }
    linked: dict[str, frozenset[str]] = {}
    for a, b in pairs:
        for one, other in ((a, b), (b, a)):
            linked[one] = linked.get(one, frozenset()) | {other}
    return linked


def _preference(figure: Figure) -> tuple[bool, int, int, int]:
    return not figure.form.startswith(f"{figure.kind}-"), figure.number, figure.level, figure.row


def _year(
    code: str,
    year: int,
    found: Mapping[tuple[str, int, str], list[Figure]],
    compared: Mapping[str, frozenset[str]],
    filed: frozenset[str],
) -> Year:
    chosen: dict[str, Figure] = {}
    others: list[Figure] = []
    for kind in KINDS:
        ranked = sorted(found.get((code, year, kind), ()), key=_preference)
        if not ranked:
            continue
        first, seen = chosen.setdefault(kind, ranked[0]), {ranked[0].dataset}
        for other in ranked[1:]:
            # A form of the province's own level has lines of the same name: only forms that a contract's rule
            # compares are held against each other.
            comparable = other.dataset not in seen and other.dataset in compared.get(first.dataset, ())
            if comparable and abs(other.value - first.value) > _ROUNDING:
                others.append(other)
            seen.add(other.dataset)
    return Year(year, chosen.get("plan"), chosen.get("settlement"), tuple(others), filed)
