"""How far down a header goes that begins at a row, and where the data below it begin."""

from __future__ import annotations

from assets.read.shape.lines import is_numbering, is_ordinal, is_unit_row
from assets.read.shape.profile import Profile, is_name, is_title
from assets.read.shape.view import View

__all__ = ["first_data_row", "group_columns", "is_numbered", "last_header_row"]

_MOST_HEADER_ROWS = 8


def last_header_row(view: View, first: int, stop: int, profile: Profile) -> int:
    """Last row of the header that begins at a row: down its merged cells, and over rows that name more columns."""
    last = first
    limit = min(stop - 1, first + _MOST_HEADER_ROWS - 1)
    numbered = _before_numbering(view, first, limit)
    if numbered is not None:
        return numbered
    while last < limit:
        depth = max(
            (m.bottom for c in view.columns for r in range(first, last + 1) if (m := view.covered.get((r, c)))),
            default=last,
        )
        if depth > last:
            last = min(depth, limit)
            continue
        if not _names_more(view, first, last, last + 1, profile):
            break
        last += 1
    return last


def _before_numbering(view: View, first: int, limit: int) -> int | None:
    """Last row before the row of column numbers (A, B, 1, 2, 3=4+5), which always ends a header."""
    figures = cells = 0
    for row in range(first, limit + 2):
        filled = view.filled(row) if row < view.height else []
        if not filled and not any((row, c) in view.covered for c in view.columns):
            return None
        if row > first and len(filled) > 2 and is_numbering([view.text(row, c) for c in filled]):
            return row - 1 if figures <= 0.15 * cells else None
        cells += len(filled)
        figures += len([c for c in view.numbers(row) if not view.is_year(row, c)]) if row < view.height else 0
    return None


def _names_more(view: View, first: int, last: int, row: int, profile: Profile) -> bool:
    """Whether a row is a further header row: words under groups and under columns that have no name yet."""
    filled = view.filled(row)
    if not filled or any(view.kind(row, c) not in "TP" and not view.is_year(row, c) for c in filled):
        return False
    texts = [view.text(row, c) for c in filled]
    if is_numbering(texts):
        return False
    if is_unit_row(texts) or _words_on_numbers(view, first, last, row, profile):
        return True
    if len(filled) < 2:
        return False
    named = {c for c in view.columns for r in range(first, last + 1) if view.text(*view.master(r, c)).strip()}
    groups = group_columns(view, first, last)
    fresh = [c for c in filled if c not in named]
    under_group = [c for c in filled if c in groups]
    if not fresh and not (under_group and _has_group_merge(view, first, last)):
        return False
    return all(c in groups or c not in named for c in filled)


def _words_on_numbers(view: View, first: int, last: int, row: int, profile: Profile) -> bool:
    """Whether a row right under a header has words where the rows below it have numbers: a second line of names.

    Either it leaves the first columns, which tell records apart, alone, or it names half of the measures.
    """
    below = profile.below(row)
    block = [c for r in range(first, last + 1) for c in view.filled(r)]
    if not below or len([c for c in block if c not in below]) >= 0.3 * len(block):
        return False
    if is_title(view, row, len(below)) and view.span(row, view.filled(row)[0]) > 1:
        return False
    numeric = profile.numeric_below(row)
    measures = numeric - {min(below)}
    worded = [c for c in measures if is_name(view, *view.master(row, c))]
    keys = sorted(below)[:2]
    labels = [c for c in view.filled(row) if c not in numeric and c in keys]
    return bool(worded) and (not labels or (len(measures) > 1 and 2 * len(worded) >= len(measures)))


def group_columns(view: View, first: int, last: int) -> set[int]:
    """Columns under a header cell that spans several: a merged one, or one with blank cells to its right."""
    groups: set[int] = set()
    for row in range(first, last + 1):
        filled = view.filled(row)
        for place, column in enumerate(filled):
            merge = view.covered.get((row, column))
            if merge:
                end = merge.right
            else:
                end = (filled[place + 1] if place + 1 < len(filled) else view.right + 1) - 1
                end = next((c - 1 for c in range(column + 1, end + 1) if (row, c) in view.covered), end)
            if end > column:
                groups.update(range(column, end + 1))
    return groups


def _has_group_merge(view: View, first: int, last: int) -> bool:
    return any(
        m.right > m.left and m.right - m.left + 1 < view.right - view.left + 1
        for r in range(first, last + 1)
        for c in view.filled(r)
        if (m := view.covered.get((r, c)))
    )


def is_numbered(view: View, last: int) -> bool:
    """Whether a row of column numbers with letters, brackets or formulas stands right under a row."""
    row = last + 1
    if row >= view.height or len(view.filled(row)) < 3:
        return False
    texts = [view.text(row, c) for c in view.filled(row)]
    return not all(text.strip().isdigit() for text in texts) and is_numbering(texts)


def first_data_row(view: View, last: int, stop: int, profile: Profile) -> int:
    """First row under the header that is not a row of column numbers."""
    row = last + 1
    while row < stop and not view.filled(row) and row <= last + 3:
        row += 1
    if row < stop:
        filled = view.filled(row)
        named = [c for c in view.columns if any(view.text(r, c) for r in range(max(0, last - 5), last + 1))]
        if len(filled) >= 0.5 * max(2, len(named)) and _numbers_columns(view, row, stop, profile):
            return row + 1
    return last + 1


def _numbers_columns(view: View, row: int, stop: int, profile: Profile) -> bool:
    """Whether a row only numbers the columns, and is not the first of rows that look the same.

    Letters, brackets and formulas give it away; bare numbers only over a column of words or of other numbers.
    """
    texts = [view.text(row, c) for c in view.filled(row)]
    if not is_numbering(texts):
        return False
    following = next((r for r in range(row + 1, min(stop, row + 4)) if view.filled(r)), None)
    if following is not None and is_numbering([view.text(following, c) for c in view.filled(following)]):
        return False
    if not all(text.strip().isdigit() for text in texts):
        return len(texts) > 2 or following is None or not is_ordinal(view.text(following, view.filled(following)[0]))
    numeric = profile.numeric_below(row)
    return len(texts) > 1 and (
        any(c not in numeric for c in view.filled(row)) or _counts_over_amounts(view, texts, following)
    )


def _counts_over_amounts(view: View, texts: list[str], following: int | None) -> bool:
    """Whether a workbook's row is 1, 2, 3 … to its end over other numbers: much larger ones or fractions."""
    if not view.grid.typed or following is None or len(texts) < 3:
        return False
    if [text.strip() for text in texts] != [str(number) for number in range(1, len(texts) + 1)]:
        return False
    below = [view.text(following, c) for c in view.filled(following)]
    return any("." in text or len(text) > len(str(2 * len(texts))) for text in below)
