"""Findings as a page asks for them: by rule, a page of one rule, those in sight of a sheet; never all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.models import CellMark
from dashboard.verdict.stored import Stored

__all__ = ["PAGE", "Found", "Group", "Offer", "groups", "marks", "offered", "offers", "place_of", "some"]

PAGE = 50
"""Findings on one page of a rule."""
_NAMED = 4

_SEVERITY = {"error": 0, "warning": 1, "info": 2}
_REPAIR = "repair."
_ORDER = '"row" NULLS FIRST, cell NULLS FIRST, message_vi'


@dataclass(frozen=True, slots=True)
class Found:
    """One finding at its cell. place: among those of its rule, from 1, in the sheet's order."""

    rule: str
    severity: str
    principle: str
    row: int | None
    column: str | None
    cell: str | None
    value: str
    expected: str
    suggestion: str
    message_vi: str
    message_en: str
    place: int = 1


@dataclass(frozen=True, slots=True)
class Group:
    """What one rule found. severity: "info" for a repair that was made already.

    cells: addresses of the first few. suggested: how many cells have a repair to offer; suggestion, expected, and the
    messages: where they are the same for all.
    """

    rule: str
    severity: str
    principle: str
    count: int
    cells: tuple[str, ...]
    suggested: int
    suggestion: str
    expected: str
    message_vi: str
    message_en: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A cell with the repair that is offered for it: its sheet row, its contract column, and what to put there."""

    sheet: str
    row: int
    column: str
    cell: str
    value: str


def groups(of: Stored) -> tuple[Group, ...]:
    """Everything that was found, by rule: errors first, the most frequent first within a severity."""
    one = "CASE WHEN count(DISTINCT coalesce({0}, '')) = 1 THEN any_value({0}) END"
    rows = of.ask(
        f"""
        SELECT rule, any_value(severity) AS severity, any_value(principle) AS principle, count(*) AS count,
            arg_min(cell, coalesce("row", 0), {_NAMED + 1}) FILTER (WHERE cell IS NOT NULL) AS cells,
            count(suggestion_value) AS suggested, {one.format("suggestion_label")} AS suggestion,
            {one.format("expected")} AS expected, {one.format("message_vi")} AS vi, {one.format("message_en")} AS en
        FROM {{findings}} GROUP BY rule
        """
    )
    found = [
        Group(
            rule=r["rule"],
            severity="info" if r["rule"].startswith(_REPAIR) else r["severity"],
            principle=r["principle"],
            count=r["count"],
            cells=tuple(r["cells"] or ()),
            suggested=0 if r["rule"].startswith(_REPAIR) else r["suggested"],
            suggestion=r["suggestion"] or "",
            expected=r["expected"] or "",
            message_vi=r["vi"] or "",
            message_en=r["en"] or "",
        )
        for r in rows
    ]
    return tuple(sorted(found, key=lambda g: (_SEVERITY.get(g.severity, 3), -g.count, g.rule)))


def place_of(of: Stored, rule: str, cell: str) -> int:
    """Where the finding at a cell stands among those of its rule, from 1; 1 where there is none."""
    rows = of.ask(
        f"SELECT min(place) AS place FROM (SELECT cell, row_number() OVER (ORDER BY {_ORDER}) AS place "
        "FROM {findings} WHERE rule = $rule) WHERE cell = $cell",
        rule=rule,
        cell=cell,
    )
    return int(rows[0]["place"] or 1) if rows else 1


def some(of: Stored, rule: str, first: int, count: int) -> tuple[Found, ...]:
    """Findings of a rule from place `first` (from 1) on."""
    rows = of.ask(
        f'SELECT rule, severity, principle, "row" AS row_number, "column" AS column_name, cell, value, expected, '
        "suggestion_label, message_vi, message_en FROM {findings} WHERE rule = $rule "
        f"ORDER BY {_ORDER} LIMIT $count OFFSET $before",
        rule=rule,
        count=count,
        before=first - 1,
    )
    return tuple(_found(r, first + i) for i, r in enumerate(rows))


def _found(r: Mapping[str, Any], place: int) -> Found:
    return Found(
        rule=r["rule"],
        severity=r["severity"],
        principle=r["principle"],
        row=r["row_number"],
        column=r["column_name"],
        cell=r["cell"],
        value=r["value"] or "",
        expected=r["expected"] or "",
        suggestion=r["suggestion_label"] or "",
        message_vi=r["message_vi"] or "",
        message_en=r["message_en"] or "",
        place=place,
    )


def marks(
    of: Stored, rows: Iterable[int], mapping: Mapping[str, int], selected: Found | None, *, english: bool
) -> tuple[CellMark, ...]:
    """How findings stand out in these rows of the sheet; of several at one cell the gravest."""
    found = of.ask(
        'SELECT rule, severity, "row" AS row_number, "column" AS column_name, message_vi, message_en FROM {findings} '
        'WHERE "row" IN (SELECT unnest($rows))',
        rows=list(rows),
    )
    made: dict[tuple[int, int], CellMark] = {}
    for r in sorted(found, key=lambda r: -_SEVERITY.get(r["severity"], 3)):
        column = mapping.get(r["column_name"] or "")
        if column is None:
            continue
        repaired = r["rule"].startswith(_REPAIR)
        kind = "repaired" if repaired else "error" if r["severity"] == "error" else "warning"
        chosen = selected is not None and (r["row_number"], r["column_name"]) == (selected.row, selected.column)
        said = r["message_en"] if english else r["message_vi"]
        made[r["row_number"], column] = CellMark(r["row_number"], column, kind, said or "", chosen)
    return tuple(made.values())


def offered(of: Stored) -> int:
    """For how many cells a repair is offered; those that were made already are not among them."""
    rows = of.ask(
        'SELECT count(DISTINCT ("row", "column")) AS cells FROM {findings} WHERE suggestion_value IS NOT NULL '
        f'AND "row" IS NOT NULL AND "column" IS NOT NULL AND NOT starts_with(rule, \'{_REPAIR}\')'
    )
    return int(rows[0]["cells"]) if rows else 0


def offers(of: Stored, *, rule: str = "", cell: str = "") -> Sequence[Offer]:
    """Repairs that are offered: all of them, those of a rule, or the one at a cell; one for each cell.

    Repairs of form that were made on the way in are left out, unless their rule is named.
    """
    rows = of.ask(
        f"""
        SELECT sheet, "row" AS row_number, "column" AS column_name, cell, suggestion_label, suggestion_value
        FROM {{findings}}
        WHERE suggestion_value IS NOT NULL AND "row" IS NOT NULL AND "column" IS NOT NULL
            AND (rule = $rule OR $rule = '' AND NOT starts_with(rule, '{_REPAIR}')) AND (cell = $cell OR $cell = '')
        ORDER BY "row", "column", CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, rule
        """,
        rule=rule,
        cell=cell,
    )
    once: dict[tuple[int, str], Offer] = {}
    for r in rows:
        offer = Offer(
            r["sheet"] or "",
            r["row_number"],
            r["column_name"],
            r["cell"] or "",
            r["suggestion_label"] or r["suggestion_value"],
        )
        once.setdefault((offer.row, offer.column), offer)
    return tuple(once.values())
