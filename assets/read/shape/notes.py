"""Tells the notes, sources and signatures under a table from its last rows."""

from __future__ import annotations

from assets.read.shape.header import Header
from assets.read.shape.lines import closes_table
from assets.read.shape.names import column_names
from assets.read.shape.view import View

__all__ = ["notes_start"]


def notes_start(view: View, rows: list[int], header: Header | None) -> int | None:
    """First row of the notes and signatures among a table's filled rows, None where there are none.

    Notes are words in few cells: under a gap in a table of numbers, or from a line on that closes a table ("Ghi chú",
    a source, a date of signing, a signer) to the end.
    """
    width = len(view.filled(header.last)) if header else max(len(view.filled(row)) for row in rows)
    if header:
        names = column_names(view, header.first, header.last)
        width = max(width, len([c for c in names if names[c]]))
    if width < 3 and not (header and view.grid.typed):
        return None
    numeric = any(view.numbers(row) for row in rows)
    cut: int | None = None
    for segment in reversed(_segments(rows)):
        apart = segment[0] != rows[0]
        words = all(_words_only(view, row) for row in segment)
        narrow = numeric and all(_cells(view, row) <= max(1, width // 3) for row in segment)
        if words and ((apart and narrow) or (header and _closing(view, segment[0], width))):
            cut = segment[0]
            continue
        return _closing_within(view, segment, width, header is not None) or cut
    return cut


def _segments(rows: list[int]) -> list[list[int]]:
    """Rows in stretches without a blank row between them."""
    segments: list[list[int]] = []
    for row in rows:
        if segments and row == segments[-1][-1] + 1:
            segments[-1].append(row)
        else:
            segments.append([row])
    return segments


def _closing_within(view: View, segment: list[int], width: int, headed: bool) -> int | None:
    """First row of a stretch from which on all is note, beginning with a closing line."""
    first: int | None = None
    for row in reversed(segment if headed else segment[1:]):
        if not _words_only(view, row):
            break
        if _closing(view, row, width):
            first = row
    return first


def _cells(view: View, row: int) -> int:
    return len({view.master(row, c) for c in view.filled(row)})


def _words_only(view: View, row: int) -> bool:
    return all(view.kind(row, c) in "TP" for c in view.filled(row))


def _closing(view: View, row: int, width: int) -> bool:
    """Whether a row holds a closing line and little else."""
    few = _cells(view, row) <= max(1, width // 2)
    return few and any(closes_table(view.text(row, c)) for c in view.filled(row))
