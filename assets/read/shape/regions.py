"""Splits a sheet into the stretches of columns that hold tables of their own, side by side."""

from __future__ import annotations

from assets.read.grid import Grid
from assets.read.shape.header import best_header
from assets.read.shape.names import column_names
from assets.read.shape.view import View, squeeze

__all__ = ["regions"]


def regions(grid: Grid) -> list[View]:
    """Views of a grid, one for each group of columns that stands apart from the others with a header of its own."""
    whole = View(grid, 0, grid.width - 1)
    if grid.separated or grid.header_known or grid.width < 5:
        return [whole]
    parts = _parts(whole)
    if len(parts) < 2:
        return [whole]
    views = [View(grid, left, right) for left, right in parts]
    headers = [best_header(view, 0, view.height) for view in views]
    if any(header is None for header in headers):
        return [whole]
    names = [
        {squeeze(n) for n in column_names(view, header.first, header.last).values() if n}
        for view, header in zip(views, headers, strict=True)
        if header
    ]
    firsts = [header.first for header in headers if header]
    alike = all(len(names[0] & other) >= 0.5 * min(len(names[0]), len(other)) for other in names[1:])
    apart = len(set(firsts)) > 1
    return views if alike or apart else [whole]


def _parts(view: View) -> list[tuple[int, int]]:
    """Stretches of at least two columns between columns that are blank in every row of two cells or more."""
    used = set()
    for row in range(view.height):
        filled = view.filled(row)
        if len(filled) > 1:
            used.update(filled)
            for column in filled:
                merge = view.covered.get((row, column))
                if merge:
                    used.update(range(merge.left, merge.right + 1))
    parts: list[tuple[int, int]] = []
    begin: int | None = None
    for column in range(view.left, view.right + 2):
        if column in used and column <= view.right:
            begin = column if begin is None else begin
        elif begin is not None:
            parts.append((begin, column - 1))
            begin = None
    return parts if all(right > left for left, right in parts) else []
