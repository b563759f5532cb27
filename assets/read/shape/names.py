"""Makes one name a column of a table's header rows."""

from __future__ import annotations

from assets.read.shape.view import View

__all__ = ["column_names"]


def column_names(view: View, first: int, last: int) -> dict[int, str]:
    """Name of each column: the words of its header rows from top to bottom, a merged cell's for each it covers.

    Where a format has no merged cells, a group's words hold for the blank cells to its right that have a name of
    their own further down.
    """
    parts: dict[int, list[str]] = {column: [] for column in view.columns}
    seen: dict[int, tuple[int, int]] = {}
    named_below = _named_below(view, first, last)
    for row in range(first, last + 1):
        group: tuple[int, int] | None = None
        for column in view.columns:
            cell = view.master(row, column)
            text = view.text(*cell)
            if (row, column) in view.covered:
                group = None
            elif text.strip():
                group = cell if column in named_below[row] else None
            elif group is not None and column in named_below[row]:
                cell, text = group, view.text(*group)
            if text.strip() and cell[0] >= first and seen.get(column) != cell:
                parts[column].append(text)
                seen[column] = cell
    return {
        column: texts[0] if len(texts) == 1 else " ".join(text.strip() for text in texts)
        for column, texts in parts.items()
    }


def _named_below(view: View, first: int, last: int) -> dict[int, set[int]]:
    """Columns that have words in a header row further down, for each header row."""
    below: dict[int, set[int]] = {last: set()}
    for row in range(last, first, -1):
        below[row - 1] = below[row] | set(view.filled(row))
    return below
