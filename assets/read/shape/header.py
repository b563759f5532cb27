"""Finds a table's header rows and makes one name a column of them."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass

from assets.read.shape.lines import is_numbering, measure_unit
from assets.read.shape.view import View, squeeze

__all__ = ["Header", "Profile", "best_header", "column_names"]

_SAMPLE_ROWS = 80
# After so many rows with numbers, a gap of so many blank rows ends what a header is measured by.
_VALUED_BEFORE_GAP = {1: 8, 2: 3, 3: 3}
_MOST_HEADER_ROWS = 8
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
    profile = Profile(view, rows)
    best: Header | None = None
    for first in candidates if candidates is not None else rows[:_LOOK_AHEAD]:
        figures = [c for c in view.numbers(first) if not view.is_year(first, c)]
        if 2 * len(figures) > len(view.filled(first)) and not _is_series(view, first):
            continue
        last = _extend(view, first, stop, profile)
        score = _score(view, rows, first, last, profile)
        if score >= THRESHOLD and (best is None or score > best.score + 1e-9):
            best = Header(first, last, score, _after_numbering(view, last, stop, profile))
    return best


class Profile:
    """What the columns of a stretch of rows mostly hold."""

    def __init__(self, view: View, rows: list[int]) -> None:
        self.view, self.rows = view, rows
        self._below: dict[int, dict[int, Counter[str]]] = {}

    def below(self, row: int) -> dict[int, Counter[str]]:
        """Kinds of the values of each column under a row, the column numbering left out."""
        found = self._below.get(row)
        if found is None:
            found = {}
            for position, r in enumerate(self.zone(row)):
                filled = self.view.filled(r)
                if position == 0 and is_numbering([self.view.text(r, c) for c in filled]):
                    continue
                kinds = self.view.grid.kinds[r]
                for column in filled:
                    found.setdefault(column, Counter())[kinds[column].upper()] += 1
            self._below[row] = found
        return found

    def zone(self, row: int) -> list[int]:
        """Rows that follow a row closely: a long gap ends them, so that the next table has no say."""
        zone: list[int] = []
        valued = 0
        for r in self.rows[bisect_right(self.rows, row) :]:
            gap = r - zone[-1] - 1 if zone else 0
            if len(zone) >= _SAMPLE_ROWS or (gap and valued >= _VALUED_BEFORE_GAP.get(gap, 1)):
                break
            zone.append(r)
            valued += bool(self.view.numbers(r))
        return zone

    def numeric_below(self, row: int) -> set[int]:
        """Columns whose values under a row are mostly numbers or dates."""
        numeric = set()
        for column, kinds in self.below(row).items():
            known = sum(kinds.values()) - kinds["P"]
            if known and kinds["N"] + kinds["D"] >= 0.6 * known:
                numeric.add(column)
        return numeric


def _extend(view: View, first: int, stop: int, profile: Profile) -> int:
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
    if is_numbering([view.text(row, c) for c in filled]):
        return False
    if _words_on_numbers(view, first, last, row, profile):
        return True
    if len(filled) < 2:
        return False
    named = {c for c in view.columns for r in range(first, last + 1) if view.text(*view.master(r, c)).strip()}
    groups = _group_columns(view, first, last)
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
    if _is_title(view, row, len(below)) and view.span(row, view.filled(row)[0]) > 1:
        return False
    numeric = profile.numeric_below(row)
    measures = numeric - {min(below)}
    worded = [c for c in measures if _is_name(view, *view.master(row, c))]
    keys = sorted(below)[:2]
    labels = [c for c in view.filled(row) if c not in numeric and c in keys]
    return bool(worded) and (not labels or (len(measures) > 1 and 2 * len(worded) >= len(measures)))


def _group_columns(view: View, first: int, last: int) -> set[int]:
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


def _after_numbering(view: View, last: int, stop: int, profile: Profile) -> int:
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

    Letters, brackets and formulas give it away; bare numbers only over a column of words.
    """
    texts = [view.text(row, c) for c in view.filled(row)]
    if not is_numbering(texts):
        return False
    following = next((r for r in range(row + 1, min(stop, row + 4)) if view.filled(r)), None)
    if following is not None and is_numbering([view.text(following, c) for c in view.filled(following)]):
        return False
    if not all(text.strip().isdigit() for text in texts):
        return len(texts) > 2 or following is None
    numeric = profile.numeric_below(row)
    return len(texts) > 1 and any(c not in numeric for c in view.filled(row))


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
    if last > first and _is_title(view, first, len(active)):
        return 0.0
    numeric = profile.numeric_below(last)
    weights = {c: min(sum(below[c].values()), 5) if below else 1 for c in active}
    coverage = sum(weights[c] for c in named & active) / sum(weights.values())
    series = {r for r in range(first, last + 1) if _is_series(view, r)}
    plain = [
        (r, c)
        for r, c in block
        if view.kind(r, c) in "NnDd"
        and r not in series
        and not (view.is_year(r, c) and not _years_below(view, c, last, rows))
    ]
    bad = len([(r, c) for r, c in plain if c in numeric or view.kind(r, c) in "NDd"]) / len(block)
    lowest = {
        c: next((view.master(r, c) for r in range(last, first - 1, -1) if view.text(*view.master(r, c))), None)
        for c in named
    }
    worded = [c for c in numeric if (cell := lowest.get(c)) and (cell[0] in series or _is_name(view, *cell))]
    contrast = len(worded) / len(numeric) if numeric else 0.6
    distinct = len({squeeze(names[c]) for c in named}) / len(named)
    score = coverage + contrast + 0.3 * distinct - 2.0 * bad
    score -= 0.4 * _recurring(view, lowest, profile.zone(last), numeric)
    score -= 0.02 * rows.index(first) + 0.03 * (last - first)
    score -= sum(0.25 for r, c in block if len(view.text(r, c)) > 250)
    score -= _left_out_above(view, rows, first, active, numeric)
    score -= _words_between(view, rows, last, numeric)
    score -= 0.3 * _longer_than_records(view, first, profile.zone(last))
    return score


def _is_series(view: View, row: int) -> bool:
    """Whether a row names its columns by a series: words, then 1, 2, 3 … (months) or dates that ascend."""
    filled = view.filled(row)
    counted = [c for c in filled if view.kind(row, c) != "T"]
    if len(counted) < 3 or counted != filled[-len(counted) :] or len(counted) == len(filled):
        return False
    texts = [view.text(row, c) for c in counted]
    if all(view.kind(row, c) == "D" for c in counted):
        return texts == sorted(set(texts))
    return texts == [str(number) for number in range(1, len(texts) + 1)]


def _is_title(view: View, row: int, width: int) -> bool:
    """Whether a row holds one cell only that is no group of some columns: a title or a unit, not a header's top."""
    cells = {view.master(row, c) for c in view.filled(row)}
    if len(cells) != 1:
        return False
    span = view.span(*next(iter(cells)))
    return span == 1 or span >= 0.6 * width


def _is_name(view: View, row: int, column: int) -> bool:
    """Whether a cell can name a column of numbers: words, a year, or a lone letter."""
    kind = view.kind(row, column)
    return kind == "T" or (kind == "P" and view.text(row, column).isalpha()) or view.is_year(row, column)


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
        again += any(view.text(r, column) == name for r in under)
    return again / len(texts)


def _left_out_above(view: View, rows: list[int], first: int, active: set[int], numeric: set[int]) -> float:
    """Cost of the rows over a header: wide ones with values are lost data, wide ones of words a lost header."""
    cost = 0.0
    for row in rows:
        if row >= first:
            break
        filled = view.filled(row)
        wide = len([c for c in filled if c in active]) >= max(min(2, len(active)), 0.6 * len(active))
        if wide and any(c in numeric and view.kind(row, c) in "NnDd" for c in filled):
            cost += 0.5
        elif wide or (row == first - 1 and _belongs_to(view, row, first)):
            cost += 0.2
    return cost


def _belongs_to(view: View, row: int, first: int) -> bool:
    """Whether the row right above a header is its upper part: three names or more, or groups over its cells."""
    cells = {view.master(row, c) for c in view.filled(row)}
    if any(view.kind(*cell) != "T" for cell in cells):
        return False
    groups = _group_columns(view, row, row)
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


def column_names(view: View, first: int, last: int) -> dict[int, str]:
    """Name of each column: the words of its header rows from top to bottom, a merged cell's for each it covers.

    Where a format has no merged cells, a group's words hold for the blank cells to its right that have a name of
    their own further down.
    """
    names: dict[int, str] = {}
    for column in view.columns:
        parts: list[str] = []
        seen: tuple[int, int] | None = None
        for row in range(first, last + 1):
            cell = view.master(row, column)
            if first <= cell[0] and not view.text(*cell).strip():
                cell = _group_cell(view, row, column, last) or cell
            text = view.text(*cell)
            if text.strip() and cell != seen and cell[0] >= first:
                parts.append(text)
                seen = cell
        names[column] = parts[0] if len(parts) == 1 else " ".join(part.strip() for part in parts)
    return names


def _group_cell(view: View, row: int, column: int, last: int) -> tuple[int, int] | None:
    """The unmerged cell to the left that a blank header cell belongs to, where rows below name both columns."""
    if row == last or (row, column) in view.covered:
        return None
    left = column - 1
    while left >= view.left and not view.text(row, left).strip():
        if (row, left) in view.covered:
            return None
        left -= 1
    if left < view.left or (row, left) in view.covered:
        return None

    def named_below(place: int) -> bool:
        return any(view.text(r, place).strip() for r in range(row + 1, last + 1))

    return (row, left) if named_below(column) and named_below(left) else None
