"""What the columns under a row mostly hold, and what a row looks like: names, a title, a series."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter

from assets.read.shape.lines import is_numbering
from assets.read.shape.view import View

__all__ = ["Profile", "is_name", "is_series", "is_title", "profile_until"]

_SAMPLE_ROWS = 80
# After so many rows with numbers, a gap of so many blank rows ends what a header is measured by.
_VALUED_BEFORE_GAP = {1: 8, 2: 3, 3: 3}


class Profile:
    """What the columns of a stretch of rows mostly hold."""

    def __init__(self, view: View, rows: list[int]) -> None:
        self.view, self.rows = view, rows
        self._below: dict[int, dict[int, Counter[str]]] = {}

    def below(self, row: int) -> dict[int, Counter[str]]:
        """Kinds of the values of each column under a row, the column numbering left out."""
        found = self._below.get(row)
        if found is None:
            found = {}
            for position, r in enumerate(self.zone(row)):
                filled = self.view.filled(r)
                if position == 0 and is_numbering([self.view.text(r, c) for c in filled]):
                    continue
                kinds = self.view.grid.kinds[r]
                upper = kinds.upper()
                for column in filled:
                    if column not in found:
                        found[column] = Counter()
                    found[column][upper[column]] += 1
            self._below[row] = found
        return found

    def zone(self, row: int) -> list[int]:
        """Rows that follow a row closely: a long gap ends them, so that the next table has no say."""
        zone: list[int] = []
        valued = 0
        for place in range(bisect_right(self.rows, row), len(self.rows)):
            r = self.rows[place]
            gap = r - zone[-1] - 1 if zone else 0
            if len(zone) >= _SAMPLE_ROWS or (gap and valued >= _VALUED_BEFORE_GAP.get(gap, 1)):
                break
            zone.append(r)
            valued += bool(self.view.numbers(r))
        return zone

    def numeric_below(self, row: int) -> set[int]:
        """Columns whose values under a row are mostly numbers or dates."""
        numeric = set()
        for column, kinds in self.below(row).items():
            known = sum(kinds.values()) - kinds["P"]
            if known and kinds["N"] + kinds["D"] >= 0.6 * known:
                numeric.add(column)
        return numeric


def profile_until(view: View, stop: int) -> Profile:
    """Profile of a view's rows before one, made once: each of many tables under one another would look again."""
    found = view.profiles.get(stop)
    if not isinstance(found, Profile):
        found = view.profiles[stop] = Profile(view, [row for row in range(stop) if view.filled(row)])
    return found


def is_series(view: View, row: int) -> bool:
    """Whether a row names its columns by a series: words, then 1, 2, 3 … (months) or dates that ascend."""
    filled = view.filled(row)
    counted = [c for c in filled if view.kind(row, c) != "T"]
    if len(counted) < 3 or counted != filled[-len(counted) :] or len(counted) == len(filled):
        return False
    texts = [view.text(row, c) for c in counted]
    if all(view.kind(row, c) == "D" for c in counted):
        return texts == sorted(set(texts))
    return texts == [str(number) for number in range(1, len(texts) + 1)]


def is_title(view: View, row: int, width: int) -> bool:
    """Whether a row holds one cell only that is no group of some columns: a title or a unit, not a header's top."""
    cells = {view.master(row, c) for c in view.filled(row)}
    if len(cells) != 1:
        return False
    span = view.span(*next(iter(cells)))
    return span == 1 or span >= 0.6 * width


def is_name(view: View, row: int, column: int) -> bool:
    """Whether a cell can name a column of numbers: words, a year, or a lone letter."""
    kind = view.kind(row, column)
    return kind == "T" or (kind == "P" and view.text(row, column).isalpha()) or view.is_year(row, column)
