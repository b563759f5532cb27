"""Finds the header rows of a table: the rows that name what stands below them."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace

from assets.read.shape.extent import first_data_row, group_columns, is_numbered, last_header_row
from assets.read.shape.lines import closes_table, is_form_line, is_numbering, measure_unit
from assets.read.shape.names import column_names
from assets.read.shape.profile import Profile, is_name, is_series, is_title, profile_until
from assets.read.shape.view import View, squeeze

__all__ = ["Header", "best_header"]

_RUN = 4
_LOOK_AHEAD = 60
THRESHOLD = 1.15


@dataclass(frozen=True, slots=True)
class Header:
    """Header rows `first` to `last` of a view, how well they fit, and where the data below them begin."""

    first: int
    last: int
    score: float
    data_from: int


def best_header(view: View, start: int, stop: int, candidates: list[int] | None = None) -> Header | None:
    """The most convincing header among the rows from `start` to before `stop`, None where there is none.

    A header names (nearly) every column that holds data below it, in words, above columns of numbers and dates; the
    rows over it are narrow titles, and the rows under it hold the values.
    """
    rows = [row for row in range(start, stop) if view.filled(row)]
    profile = profile_until(view, stop)
    best: Header | None = None
    for first in candidates if candidates is not None else rows[:_LOOK_AHEAD]:
        if _runs_on(view, rows, first):
            continue
        figures = [c for c in view.numbers(first) if not view.is_year(first, c)]
        if 2 * len(figures) > len(view.filled(first)) and not is_series(view, first):
            continue
        if _is_around(view, first) or _only_numbers_columns(view, first, figures):
            continue
        last = last_header_row(view, first, stop, profile)
        score = _score(view, rows, first, last, profile)
        if score >= THRESHOLD and (best is None or score > best.score + 1e-9):
            best = Header(first, last, score, first_data_row(view, last, stop, profile))
    return replace(best, first=_topmost(view, start, best)) if best and candidates is None else best


def _only_numbers_columns(view: View, row: int, figures: list[int]) -> bool:
    """Whether a row is A, B, 1, 2, 3: it stands between a header and its data and names nothing."""
    return bool(figures) and is_numbering([view.text(row, c) for c in view.filled(row)])


def _is_around(view: View, row: int) -> bool:
    """Whether a row holds what stands around a table: a unit of measure, the form's number, signers."""
    texts = [view.text(*cell) for cell in sorted({view.master(row, c) for c in view.filled(row)})]
    return (
        bool(measure_unit(" ".join(texts)))
        or (len(texts) < 3 and any(is_form_line(text) for text in texts))
        or all(closes_table(text) for text in texts)
    )


def _topmost(view: View, start: int, header: Header) -> int:
    """First row of a header whose groups stand over names that are all written in its lowest row."""
    names = {c for r in range(header.first, header.last + 1) for c in view.filled(r)}
    first = header.first
    for row in range(header.first - 1, start - 1, -1):
        cells = _groups_over(view, row, names)
        if not cells:
            break
        # one cell alone may as well be a title: it is a group only where there are groups over it
        if len(cells) > 1 or view.span(*cells[0]) > 1:
            first = row
    return first


def _groups_over(view: View, row: int, names: set[int]) -> list[tuple[int, int]]:
    """Cells of a row that holds nothing but groups of the names below it: words over columns that are no keys.

    The first column is a key, so a title or an agency's name at the left is no group; neither is a unit or the form's
    number at the right edge.
    """
    cells = sorted({view.master(row, c) for c in view.filled(row)})
    if not cells or not names or any(view.kind(*cell) != "T" or cell[1] not in names for cell in cells):
        return []
    texts = [view.text(*cell) for cell in cells]
    if any(measure_unit(text) or is_form_line(text) for text in (*texts, " ".join(texts))):
        return []
    grouped = group_columns(view, row, row).intersection(c for _, c in cells)
    wide = view.span(*cells[0]) >= 0.6 * (max(names) - min(names) + 1)
    return cells if cells[0][1] > min(names) and grouped and not wide else []


def _runs_on(view: View, rows: list[int], first: int) -> bool:
    """Whether a row stands several times running: then it is a value, however much it looks like names."""
    place = bisect_left(rows, first)
    stretch = rows[place : place + _RUN]
    return len(stretch) == _RUN and all(view.words(row) == view.words(first) for row in stretch[1:])


def _score(view: View, rows: list[int], first: int, last: int, profile: Profile) -> float:
    names = column_names(view, first, last)
    named = {c for c, name in names.items() if name}
    below = profile.below(last)
    active = set(below) or set(view.columns)
    block = [(r, c) for r in range(first, last + 1) for c in view.filled(r)]
    if not block or not named:
        return 0.0
    single = len({view.master(r, c) for r, c in block}) == 1
    if single and (len(active) > 1 or not below or measure_unit(view.text(*block[0]))):
        return 0.0
    if last > first and (is_title(view, first, len(active)) or _holds_title(view, first, last, min(active))):
        return 0.0
    numeric = profile.numeric_below(last)
    weights = {c: min(sum(below[c].values()), 5) if below else 1 for c in active}
    coverage = sum(weights[c] for c in named & active) / sum(weights.values())
    series = {r for r in range(first, last + 1) if is_series(view, r)}
    plain = [
        (r, c)
        for r, c in block
        if view.kind(r, c) in "NnDd"
        and r not in series
        and not (view.is_year(r, c) and not _years_below(view, c, last, rows))
    ]
    figures = "NDd" if view.grid.typed else "NnDd"
    bad = len([(r, c) for r, c in plain if c in numeric or view.kind(r, c) in figures]) / len(block)
    lowest = {
        c: next((view.master(r, c) for r in range(last, first - 1, -1) if view.text(*view.master(r, c))), None)
        for c in named
    }
    worded = [c for c in numeric if (cell := lowest.get(c)) and (cell[0] in series or is_name(view, *cell))]
    contrast = len(worded) / len(numeric) if numeric else 0.6
    distinct = len({squeeze(names[c]) for c in named}) / len(named)
    score = coverage + contrast + 0.3 * distinct - 2.0 * bad
    score += 0.3 * is_numbered(view, last) + 0.2 * _tied_together(view, first, last)
    score -= 0.4 * _recurring(view, lowest, profile.zone(last), numeric)
    score -= 0.02 * rows.index(first) + 0.03 * (last - first)
    score -= sum(0.25 for r, c in block if len(view.text(r, c)) > 250)
    score -= _left_out_above(view, rows, first, active, named, numeric)
    score -= _words_between(view, rows, last, numeric)
    score -= 0.3 * _longer_than_records(view, first, profile.zone(last))
    return score


def _holds_title(view: View, first: int, last: int, left: int) -> bool:
    """Whether a line that begins in a table's first column and has its row for itself stands over other names."""
    for row in range(first, last):
        cells = {view.master(row, c) for c in view.filled(row)}
        if len(cells) == 1 and (cell := next(iter(cells)))[1] <= left:
            merge = view.covered.get(cell)
            if merge is None or merge.bottom == merge.top:
                return True
    return False


def _tied_together(view: View, first: int, last: int) -> bool:
    """Whether merged cells make one block of several header rows."""
    return (
        any((merge := view.covered.get((first, c))) and first < merge.bottom <= last for c in view.columns)
        and last > first
    )


def _longer_than_records(view: View, first: int, under: list[int]) -> bool:
    """Whether a line of delimited text has more cells than any record under it: words that hold the delimiter."""
    lengths = view.grid.lengths
    return lengths is not None and bool(under) and lengths[first] > max(lengths[row] for row in under)


def _years_below(view: View, column: int, last: int, rows: list[int]) -> bool:
    under = [r for r in rows if r > last][:20]
    filled = [r for r in under if view.kind(r, column) != " "]
    return bool(filled) and sum(view.is_year(r, column) for r in filled) > 0.5 * len(filled)


def _recurring(view: View, lowest: dict[int, tuple[int, int] | None], under: list[int], numeric: set[int]) -> float:
    """Share of the text columns whose name stands again among their values: then it is a value, not a name."""
    texts = [(c, cell) for c, cell in lowest.items() if cell and c not in numeric]
    if not texts:
        return 0.0
    again = 0
    for column, cell in texts:
        name = view.text(*cell)
        # where the whole row stands again, a printed page repeats its header
        again += any(view.text(r, column) == name and view.words(r) != view.words(cell[0]) for r in under)
    return again / len(texts)


def _left_out_above(
    view: View, rows: list[int], first: int, active: set[int], named: set[int], numeric: set[int]
) -> float:
    """Cost of the rows over a header: wide ones with values are lost data, wide ones of words a lost header."""
    cost = 0.0
    across = active if len(active) > 1 else named
    for row in rows:
        if row >= first:
            break
        filled = view.filled(row)
        wide = len([c for c in filled if c in across]) >= max(min(2, len(across)), 0.6 * len(across))
        if wide and any(c in numeric and view.kind(row, c) in "NnDd" for c in filled):
            cost += 0.5
        elif wide or (row == first - 1 and _belongs_to(view, row, first)):
            # a title in delimited text has few cells, or an empty line under it
            close = view.grid.separated and all(view.filled(r) for r in range(row + 1, first))
            cost += 0.6 if close and len(filled) >= len(view.filled(first)) else 0.2
    return cost


def _belongs_to(view: View, row: int, first: int) -> bool:
    """Whether the row right above a header is its upper part: three names or more, or groups over its cells."""
    cells = {view.master(row, c) for c in view.filled(row)}
    if any(view.kind(*cell) != "T" for cell in cells):
        return False
    groups = group_columns(view, row, row)
    over = all(c in groups for c in view.filled(row)) and len(view.filled(first)) > len(view.filled(row))
    return len(cells) > 2 or (len(cells) > 1 and over)


def _words_between(view: View, rows: list[int], last: int, numeric: set[int]) -> float:
    """Cost of the rows of words that stand between a header and the first numbers, in columns of numbers."""
    cost = 0.0
    for row in [r for r in rows if r > last][:12]:
        if any(view.kind(row, c) in "NnDd" and c in numeric for c in view.filled(row)):
            break
        filled = view.filled(row)
        words = [c for c in filled if c in numeric and view.kind(row, c) == "T"]
        if len(words) >= 0.5 * len(numeric) and numeric:
            # with its labels filled it may be a record whose numbers are not known yet
            cost += 0.15 if len(words) < len(filled) else 0.35
    return cost
