"""Keeps the middle of a large sheet as columns, so that the shape detector looks at its head and its tail only."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

import polars as pl

from assets.read.grid import BLANK, Grid, Merge
from assets.read.limits import Limits
from assets.read.values import looks_like

__all__ = ["HEAD_ROWS", "TAIL_ROWS", "condense", "kinds_of", "placed"]

HEAD_ROWS, TAIL_ROWS = 1000, 300


def kinds_of(row: Sequence[str | None]) -> str:
    """Kind letters of a row of text, as it looks."""
    return "".join([looks_like(cell) if cell else BLANK for cell in row])


def condense(grid: Grid, limits: Limits) -> Grid:
    """The same grid; where it has more than `limits.dense_cells` cells, its middle rows stand in `body`."""
    height = len(grid.cells)
    if grid.body is not None or height * grid.width <= limits.dense_cells or height <= 2 * (HEAD_ROWS + TAIL_ROWS):
        return grid
    until = height - TAIL_ROWS
    if grid.row_numbers[until - 1] - grid.row_numbers[HEAD_ROWS - 1] != until - HEAD_ROWS:
        return grid  # rows of a body are counted from its first one: with a gap among them they would miscount
    middle = grid.cells[HEAD_ROWS:until]
    grid.body = pl.DataFrame(
        [pl.Series(f"c{column}", [row[column] for row in middle], dtype=pl.String) for column in range(grid.width)]
    )
    grid.body_at = HEAD_ROWS
    if grid.typed:
        grid.body_kinds = _column_kinds(grid.kinds[HEAD_ROWS:until], grid.width)
    grid.cells = grid.cells[:HEAD_ROWS] + grid.cells[until:]
    grid.kinds = grid.kinds[:HEAD_ROWS] + grid.kinds[until:]
    if grid.lengths is not None:
        grid.lengths = grid.lengths[:HEAD_ROWS] + grid.lengths[until:]
    ranges = [
        ((grid.row_numbers[m.top] - 1, m.left), (grid.row_numbers[min(m.bottom, height - 1)] - 1, m.right))
        for m in grid.merges
        if m.top < height
    ]
    grid.row_numbers = grid.row_numbers[:HEAD_ROWS] + grid.row_numbers[until:]
    grid.merges = placed(ranges, grid.row_numbers, 0)
    return grid


def _column_kinds(rows: list[str], width: int) -> list[str | pl.Series]:
    """Kinds by column: one letter where all its filled cells are of one kind, else a letter a row."""
    together = "".join(rows)
    found: list[str | pl.Series] = []
    for column in range(width):
        letters = together[column::width]
        known = set(letters) - {BLANK}
        found.append(pl.Series(list(letters), dtype=pl.String) if len(known) > 1 else next(iter(known), BLANK))
    return found


def placed(
    ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]], numbers: Sequence[int], left: int
) -> tuple[Merge, ...]:
    """Merged ranges ((top, left), (bottom, right)) of a sheet, from 0, in the positions of the rows that are kept.

    Of a range that reaches over rows left out, the part at its top stays; one that begins among them is left out.
    """
    found = []
    for (top, first), (bottom, last) in ranges:
        begin, end = bisect_left(numbers, top + 1), bisect_right(numbers, bottom + 1) - 1
        if begin <= end and numbers[begin] == top + 1 and first >= left:
            end = next((row for row in range(begin, end) if numbers[row + 1] != numbers[row] + 1), end)
            found.append(Merge(begin, first - left, end, last - left))
    return tuple(found)
