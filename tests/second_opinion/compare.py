"""Holds the cells that the hub reads against those of another program, form set aside, and says why they differ."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assets.read.grid import Grid
from data.table import cell_address
from tests.second_opinion.flat_xml import Cell, Flat

__all__ = [
    "COMPUTED",
    "NOT_STORED",
    "Compared",
    "Difference",
    "compare_sheet",
    "grid_cells",
    "reason_for",
    "same_value",
]

Place = tuple[int, int]

_CLOSE = 1e-13
"""Relative difference of two numbers that are one: LibreOffice writes 15 to 17 digits."""
_CLOCK = re.compile(r"(-?)(\d+):(\d\d)(?::(\d\d(?:\.\d+)?))?")
_BLANKS = re.compile(r"\s+")
_NOT_COMPUTED = re.compile(r"Err:\d+|#NAME\?|#MACRO\?")
_LEAP_DAY = 61
PIVOT = "LibreOffice lays the pivot table out anew"
NOT_COMPUTED = "LibreOffice cannot compute the formula; ours is the stored result"
COMPUTED = "LibreOffice computed the formula anew; ours is the stored result"
NOT_STORED = frozenset({PIVOT, NOT_COMPUTED, COMPUTED})
"""Reasons that mean that LibreOffice shows a result of its own and not the value that the file stores."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell on which the two do not agree; `reason` is empty where no rule explains it."""

    sheet: str
    row: int
    column: int
    ours: str | None
    theirs: str | None
    reason: str
    formula: bool = False
    """Whether LibreOffice has a formula in the cell."""

    @property
    def cell(self) -> str:
        """Address as spreadsheets write it."""
        return cell_address(self.row, self.column)


@dataclass(frozen=True)
class Compared:
    """How many cells hold a value on either side, and those that differ."""

    values: int
    differences: tuple[Difference, ...]


def grid_cells(grid: Grid) -> dict[Place, str]:
    """Text of every filled cell of a raw grid, by sheet row and column from 1."""
    found: dict[Place, str] = {}

    def take(number: int, cells: Sequence[str | None]) -> None:
        found.update({(number, c): text for c, text in enumerate(cells, grid.first_column) if text})

    for number, cells in zip(grid.row_numbers, grid.cells, strict=True):
        take(number, cells)
    if grid.body is not None:
        start = grid.row_numbers[grid.body_at - 1] + 1
        for place, values in enumerate(grid.body.iter_rows()):
            take(start + place, values)
    return found


def compare_sheet(sheet: str, ours: Mapping[Place, str], flat: Flat, kind: str) -> Compared:
    """All cells of a sheet that hold something in one of the two; `kind` is the file's format."""
    theirs = flat.sheets.get(sheet, {})
    filled = {p for p, text in ours.items() if text.strip()} | {p for p, c in theirs.items() if c.value.strip()}
    return Compared(len(filled), tuple(_differences(sheet, sorted(filled), ours, flat, kind)))


def _differences(
    sheet: str, places: Sequence[Place], ours: Mapping[Place, str], flat: Flat, kind: str
) -> Iterator[Difference]:
    theirs = flat.sheets.get(sheet, {})
    for place in places:
        text, cell = ours.get(place), theirs.get(place)
        if text is None or cell is None or not same_value(text, cell, kind, flat.first_day):
            reason = PIVOT if sheet in flat.pivots else reason_for(text, cell, flat.first_day)
            theirs_text, formula = (cell.value, bool(cell.formula)) if cell else (None, False)
            yield Difference(sheet, *place, text, theirs_text, reason, formula)


def same_value(text: str, cell: Cell, kind: str = "xlsx", first_day: str = "1899-12-30") -> bool:
    """Whether a text of ours stands for the stored value of a cell, whatever format it is shown in.

    A number is the same as a date where a file (`kind`) tells the two apart and stores a number, or where it is
    negative, so that no date can be shown. A date is also the same as a length of time where one number is behind both,
    and a date before March 1900 where only the day lies between them that Excel counts there and that never was.
    """
    if cell.kind == "number":
        number = {"TRUE": 1.0, "FALSE": 0.0}.get(text, _number(text))
        return number is not None and _close(number, float(cell.value))
    if cell.kind in ("date", "time"):
        ours, theirs = _days(text, first_day), _days(cell.value, first_day)
        if theirs is not None and (number := _number(text)) is not None:
            return (kind == "ods" or theirs < 0) and _one_second(number, theirs)
        if ours is None or theirs is None:
            return False
        leap = 1 if theirs >= 0 and 1 <= ours < _LEAP_DAY and "-" in text else 0
        return _one_second(ours, theirs) or _one_second(ours - leap, theirs)
    if cell.kind == "boolean":
        return text.upper() == cell.value
    return _plain(text) == _plain(cell.value)


def reason_for(text: str | None, cell: Cell | None, first_day: str = "1899-12-30") -> str:
    """Why the two differ, by rule; empty where no rule says."""
    if text is None or cell is None:
        return ""
    if cell.formula and cell.kind == "error" and _NOT_COMPUTED.fullmatch(cell.value):
        return NOT_COMPUTED
    if cell.kind in ("date", "time") and (_days(cell.value, first_day) or 0.0) < 0:
        return "a negative number in a date format is no date"
    return COMPUTED if cell.formula else ""


def _days(value: str, first_day: str) -> float | None:
    """The number behind a date, a clock or a number of seconds: days since the calendar's first."""
    seconds = _clock(value)
    if seconds is None and "-" not in value[1:]:
        seconds = _number(value)
    if seconds is not None:
        return seconds / 86400
    moment, zero = _moment(value), _moment(first_day)
    return None if moment is None or zero is None else (moment - zero).total_seconds() / 86400


def _one_second(one: float, other: float) -> bool:
    return abs(one - other) * 86400 <= 1


def _plain(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _close(one: float, other: float) -> bool:
    return one == other or math.isclose(one, other, rel_tol=_CLOSE, abs_tol=1e-300)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text[:26])
    except ValueError:
        return None


def _clock(text: str) -> float | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    seconds = 3600 * int(found[2]) + 60 * int(found[3]) + float(found[4] or 0)
    return -seconds if found[1] else seconds
