"""Keeps the middle of a large sheet as columns, so that the shape detector looks at its head and its tail only."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from assets.read.grid import BLANK, Grid
from assets.read.limits import Limits
from assets.read.values import looks_like

__all__ = ["HEAD_ROWS", "TAIL_ROWS", "condense", "kinds_of", "split_frame"]

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
    middle = grid.cells[HEAD_ROWS:until]
    grid.body = pl.DataFrame(
        [pl.Series(f"c{column}", [row[column] for row in middle], dtype=pl.String) for column in range(grid.width)]
    )
    grid.body_at = HEAD_ROWS
    grid.body_kinds = grid.kinds[HEAD_ROWS:until]
    grid.cells = grid.cells[:HEAD_ROWS] + grid.cells[until:]
    grid.kinds = grid.kinds[:HEAD_ROWS] + grid.kinds[until:]
    if grid.lengths is not None:
        grid.lengths = grid.lengths[:HEAD_ROWS] + grid.lengths[until:]
    grid.row_numbers = grid.row_numbers[:HEAD_ROWS] + grid.row_numbers[until:]
    return grid


def split_frame(frame: pl.DataFrame, first_row: int = 1, first_column: int = 1) -> Grid:
    """A grid of a frame of text with columns c0, c1, …: its head and tail as cells, the rest as `body`."""
    height = frame.height
    whole = height <= 2 * (HEAD_ROWS + TAIL_ROWS)
    head, until = (height, height) if whole else (HEAD_ROWS, height - TAIL_ROWS)
    rows = frame.head(head).rows() + frame.slice(until).rows()
    numbers = [*range(first_row, first_row + head), *range(first_row + until, first_row + height)]
    return Grid(
        sheet="",
        cells=[list(row) for row in rows],
        kinds=[kinds_of(row).replace("n", "N").replace("d", "D") for row in rows],
        row_numbers=numbers,
        first_column=first_column,
        body=None if whole else frame.slice(head, until - head),
        body_at=0 if whole else head,
    )
