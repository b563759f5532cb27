"""Says of each column of a table how its cells are stored: as text, numbers, dates, or some of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import polars as pl

from assets.read.grid import BLANK, BOOLEAN, DATE, ERROR, NUMBER, TEXT, Grid
from data.table import Table

__all__ = ["with_stored_kinds"]

_AS_TEXT = frozenset("TndP")
_WITH_TEXT = {NUMBER: "n", DATE: "d", BOOLEAN: "b"}


def with_stored_kinds(table: Table, grid: Grid) -> Table:
    """The table with `stored` and `text_cells`, and what its sheet says of formulas and filters."""
    table = replace(table, uncalculated=grid.uncalculated, errors=grid.errors, filtered=grid.filtered)
    if not table.typed or (grid.body is not None and grid.body_kinds is None):
        return table
    stored: list[str] = []
    texts: dict[int, pl.Series] = {}
    rows = _Rows(table, grid)
    for place, column in enumerate(table.columns):
        letters = rows.letters(column - grid.first_column)
        mark = _mark(letters)
        stored.append(mark)
        if mark.islower():
            kinds = letters.series()
            texts[place] = kinds.is_in(list(_AS_TEXT)).arg_true()
    return replace(table, stored="".join(stored), text_cells=texts)


class _Letters:
    """Kinds of a column's cells: of the rows seen cell by cell (before and after the body) and of the body's."""

    def __init__(self, before: str, body: str | pl.Series, height: int, after: str) -> None:
        self.before, self.body, self.height, self.after = before, body, height, after

    def counts(self) -> Counter[str]:
        found = Counter(self.before + self.after)
        if isinstance(self.body, str):
            found[self.body] += self.height
        else:
            found.update(dict(self.body.value_counts().iter_rows()))
        return found

    def series(self) -> pl.Series:
        body = self.body if isinstance(self.body, pl.Series) else pl.Series([self.body]).new_from_index(0, self.height)
        ends = [pl.Series(list(part), dtype=pl.String) for part in (self.before, self.after)]
        return pl.concat([ends[0], body.alias(""), ends[1]]) if self.height else pl.concat(ends)


class _Rows:
    """Where the records of a table stand in a grid."""

    def __init__(self, table: Table, grid: Grid) -> None:
        self.grid = grid
        numbers = table.rows.to_list() if grid.body is None else []
        self.inside: pl.Series | None = None
        before, after = numbers, []
        if grid.body is not None and grid.body_at:
            start = grid.row_numbers[grid.body_at - 1] + 1
            offsets = table.rows.cast(pl.Int64) - start
            before = table.rows.filter(offsets < 0).to_list()
            after = table.rows.filter(offsets >= grid.body.height).to_list()
            self.inside = offsets.filter((offsets >= 0) & (offsets < grid.body.height))
        kinds = dict(zip(grid.row_numbers, grid.kinds, strict=True))
        self.before = "".join([kinds[number] for number in before])
        self.after = "".join([kinds[number] for number in after])

    def letters(self, at: int) -> _Letters:
        width = self.grid.width
        before, after = self.before[at::width], self.after[at::width]
        if self.inside is None or not self.grid.body_kinds:
            return _Letters(before, BLANK, 0, after)
        body = self.grid.body_kinds[at]
        return _Letters(
            before, body.gather(self.inside) if isinstance(body, pl.Series) else body, len(self.inside), after
        )


def _mark(letters: _Letters) -> str:
    counts = letters.counts()
    texts = sum(counts.pop(letter, 0) for letter in _AS_TEXT)
    for nothing in (BLANK, ERROR):
        counts.pop(nothing, None)
    if not counts:
        return TEXT if texts else BLANK
    most = counts.most_common(1)[0][0]
    return _WITH_TEXT[most] if texts else most
