"""A window on a raw grid: which cells of a row are filled, with what, and which merged range covers them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assets.read.grid import Grid, Merge

__all__ = ["View", "squeeze"]

_YEAR = re.compile(r"(?:19|20)\d{2}")
NUMERIC = frozenset("NnDd")


def squeeze(text: str) -> str:
    """Text without case and with single spaces, for comparing cells."""
    return " ".join(text.split()).casefold()


@dataclass(slots=True)
class View:
    """The columns `left` to `right` (both included) of a grid, looked at row by row."""

    grid: Grid
    left: int
    right: int
    covered: dict[tuple[int, int], Merge] = field(default_factory=dict)
    _filled: dict[int, list[int]] = field(default_factory=dict)
    _numbers: dict[int, list[int]] = field(default_factory=dict)
    _words: dict[int, tuple[str, ...]] = field(default_factory=dict)
    profiles: dict[int, object] = field(default_factory=dict)
    """What profile_until has made for this view, by the row before which it ends."""

    def __post_init__(self) -> None:
        last_row, last_column = self.height - 1, self.grid.width - 1
        for merge in self.grid.merges:
            bottom, right = min(merge.bottom, last_row), min(merge.right, last_column)
            # A range over a whole sheet tells nothing and would fill memory.
            if (bottom - merge.top + 1) * (right - merge.left + 1) > 20_000:
                continue
            for row in range(merge.top, bottom + 1):
                for column in range(merge.left, right + 1):
                    self.covered[row, column] = merge

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.grid.cells)

    @property
    def columns(self) -> range:
        """Positions of the window's columns in the grid."""
        return range(self.left, self.right + 1)

    def kind(self, row: int, column: int) -> str:
        """Kind letter of a cell."""
        return self.grid.kinds[row][column]

    def text(self, row: int, column: int) -> str:
        """Text of a cell, "" where it is empty."""
        return self.grid.cells[row][column] or ""

    def filled(self, row: int) -> list[int]:
        """Columns of a row whose cells are not blank."""
        found = self._filled.get(row)
        if found is None:
            kinds = self.grid.kinds[row]
            found = [column for column in self.columns if kinds[column] != " "]
            self._filled[row] = found
        return found

    def master(self, row: int, column: int) -> tuple[int, int]:
        """Cell that gives a covered cell its value: the first of its merged range, else itself."""
        merge = self.covered.get((row, column))
        return (merge.top, merge.left) if merge else (row, column)

    def is_year(self, row: int, column: int) -> bool:
        """Whether a cell is a year such as 2026."""
        return self.kind(row, column) in "Nn" and bool(_YEAR.fullmatch(self.text(row, column).strip()))

    def numbers(self, row: int) -> list[int]:
        """Columns of a row that hold a number or a date."""
        found = self._numbers.get(row)
        if found is None:
            kinds = self.grid.kinds[row]
            found = self._numbers[row] = [column for column in self.filled(row) if kinds[column] in NUMERIC]
        return found

    def words(self, row: int) -> tuple[str, ...]:
        """The row's texts for comparing it with another row."""
        found = self._words.get(row)
        if found is None:
            found = self._words[row] = tuple([squeeze(self.text(row, column)) for column in self.columns])
        return found

    def span(self, row: int, column: int) -> int:
        """Number of columns that a cell covers."""
        merge = self.covered.get((row, column))
        return merge.right - merge.left + 1 if merge else 1
