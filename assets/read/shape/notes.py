"""Tells the notes, sources and signatures under a table from its last rows."""

from __future__ import annotations

from assets.read.shape.header import Header
from assets.read.shape.lines import closes_table
from assets.read.shape.names import column_names
from assets.read.shape.profile import Profile
from assets.read.shape.view import View

__all__ = ["notes_start"]


def notes_start(view: View, rows: list[int], header: Header | None) -> int | None:
    """First row of the notes and signatures among a table's filled rows, None where there are none.

    Notes are words to the end: under a gap, in few cells or where the table has its numbers; or from a line on that
    closes a table ("Ghi chú", a source, a date of signing, a signer).
    """
    width = len(view.filled(header.last)) if header else max(len(view.filled(row)) for row in rows)
    if header:
        names = column_names(view, header.first, header.last)
        width = max(width, len([c for c in names if names[c]]))
    if width < 3 and not (header and view.grid.typed):
        return None
    tail = _words_to_the_end(view, rows)
    if not tail:
        return None
    kept = rows[: len(rows) - len(tail)]
    numeric = any(view.numbers(row) for row in kept)
    measures = Profile(view, rows).numeric_below(header.last) if header and kept else set()
    narrow = {row for row in tail if _cells(view, row) <= max(1, width // 3) or _misplaced(view, row, measures)}
    cut: int | None = None
    for segment in reversed(_segments(tail)):
        apart = segment[0] - 1 not in rows and segment[0] != rows[0]
        closing = header is not None and segment[0] in _closing_rows(view, segment, width)
        if not ((numeric and apart and narrow.issuperset(segment)) or (closing and segment[0] - 1 not in tail)):
            break
        cut = segment[0]
    first = _first_closing(view, tail, width, set(tail) if numeric and header else narrow, header is not None)
    return min((row for row in (cut, first) if row is not None), default=None)


def _words_to_the_end(view: View, rows: list[int]) -> list[int]:
    """The last rows, as far up as they hold nothing but words."""
    start = len(rows)
    while start and all(view.kind(rows[start - 1], c) in "TP" for c in view.filled(rows[start - 1])):
        start -= 1
    return rows[start:]


def _segments(rows: list[int]) -> list[list[int]]:
    """Rows in stretches without a blank row between them."""
    segments: list[list[int]] = []
    for row in rows:
        if segments and row == segments[-1][-1] + 1:
            segments[-1].append(row)
        else:
            segments.append([row])
    return segments


def _misplaced(view: View, row: int, measures: set[int]) -> bool:
    """Whether a row has words in a column of numbers."""
    return any(view.kind(row, c) == "T" for c in view.filled(row) if c in measures)


def _first_closing(view: View, tail: list[int], width: int, likely: set[int], headed: bool) -> int | None:
    """The closing line from which on all is note; only likely notes may stand under the last closing line."""
    first: int | None = None
    closing = _closing_rows(view, tail, width)
    for segment in reversed(_segments(tail)):
        first = next((row for row in (segment if headed else segment[1:]) if row in closing), first)
        if first is None and not likely.issuperset(segment):
            break
    return first


def _cells(view: View, row: int) -> int:
    return len({view.master(row, c) for c in view.filled(row)})


def _closing_rows(view: View, rows: list[int], width: int) -> set[int]:
    """Rows that hold a closing line and little else, or nothing but closing lines."""
    found = set()
    for row in rows:
        closing = [closes_table(view.text(*cell)) for cell in {view.master(row, c) for c in view.filled(row)}]
        if any(closing) and (all(closing) or len(closing) <= max(1, width // 2)):
            found.add(row)
    return found
