"""Keeps the middle of a large sheet as columns, so that the shape detector looks at its head and its tail only."""

from __future__ import annotations

import polars as pl

from assets.read.grid import Grid
from assets.read.limits import Limits

__all__ = ["HEAD_ROWS", "TAIL_ROWS", "condense"]

HEAD_ROWS, TAIL_ROWS = 1000, 300


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
