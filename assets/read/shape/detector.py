"""Finds every table of a sheet: side by side, one under the other, with titles, notes and repeated headers."""

from __future__ import annotations

from dataclasses import replace

from assets.read.evidence import keep_table
from assets.read.grid import Grid
from assets.read.shape.assemble import Found, build_table
from assets.read.shape.header import Header, best_header
from assets.read.shape.lines import closes_table
from assets.read.shape.names import column_names
from assets.read.shape.notes import notes_start
from assets.read.shape.profile import Profile
from assets.read.shape.regions import regions
from assets.read.shape.view import View
from data.table import Ignored, Table

__all__ = ["MOST_TABLES", "TooManyTablesError", "find_tables"]

MOST_TABLES = 250
"""Tables under one another in a sheet; more are no report, and each costs a look at the rows around it."""
_MOST_COLUMNS = 30_000
"""Columns that they may have together, as a wide one costs more to look at."""


class TooManyTablesError(Exception):
    """A sheet falls into more parts than a report has."""


def find_tables(grid: Grid) -> list[Table]:
    """Tables of one sheet, the largest first, the others in the order in which they stand.

    Raises TooManyTablesError.
    """
    tables = [table for view in regions(grid) for table in _stacked(view)]
    if len(tables) > 1:
        main = max(tables, key=_size)
        if _size(tables[0]) > 0.8 * _size(main):
            main = tables[0]
        tables = [main, *[table for table in tables if table is not main]]
    return tables


def _size(table: Table) -> int:
    return sum(table.frame.height - table.frame[name].null_count() for name in table.frame.columns)


def _stacked(view: View) -> list[Table]:
    """Tables that stand one under the other in one view."""
    if view.grid.header_known:
        return [_built(view, Found(Header(0, 0, 9.0, 1), 1, view.height))]
    tables: list[Table] = []
    start = next((row for row in range(view.height) if view.filled(row)), view.height)
    while start < view.height:
        header = best_header(view, start, view.height)
        if header is None and tables:
            break
        header = _earlier(view, start, header) if header else None
        stop = _next_header(view, header, view.height) if header else view.height
        found = _bounds(view, start, header, stop)
        if found is not None:
            table = _built(view, found)
            if tables and not table.titles and not table.measure_unit:
                # a part without a title of its own goes on with the unit of the part above
                table = replace(table, measure_unit=tables[-1].measure_unit)
            tables.append(table)
            if len(tables) > MOST_TABLES or len(tables) * view.grid.width > _MOST_COLUMNS:
                raise TooManyTablesError
        start = stop
    return tables


def _built(view: View, found: Found) -> Table:
    table = build_table(view, found)
    keep_table(view, found, table)
    return table


def _earlier(view: View, start: int, header: Header) -> Header:
    """The header of a table that stands above the most convincing one, where there is such a table."""
    while True:
        stop = _titles_start(view, header.first, start)
        above = [row for row in range(start, stop) if len(view.filled(row)) > 1]
        if len(above) < 4:
            return header
        other = best_header(view, start, stop)
        if other is None or other.data_from >= stop or not _holds_table(view, other, above):
            return header
        header = other


def _holds_table(view: View, header: Header, rows: list[int]) -> bool:
    """Whether enough rows stand under a header for a table: three, and numbers among them where it is narrow."""
    data = [row for row in rows if row >= header.data_from]
    if len([row for row in data if len(view.filled(row)) > 2]) >= 3:
        return True
    labels = [view.text(row, view.filled(row)[0]).rstrip() for row in rows]
    named = sum(label.endswith(":") for label in labels) > 0.3 * len(labels)
    return len(data) >= 3 and not named and bool(Profile(view, rows).numeric_below(header.last))


def _next_header(view: View, header: Header, height: int) -> int:
    """First row of the titles of the next table below a header; `height` where there is no other table."""
    names = _names(view, header)
    block = [view.words(r) for r in range(header.first, header.last + 1)]
    for row in range(header.data_from + 1, height):
        words = view.words(row)
        page = words == block[0] and all(view.words(row + k) == block[k] for k in range(len(block)) if row + k < height)
        again = page or _repeats(words, names)
        if not again and (not _may_begin_table(view, row) or words in block[1:]):
            continue
        other = best_header(view, row, height, candidates=[row])
        if other is None or other.data_from >= height:
            continue
        top = _titles_start(view, row, header.data_from)
        if not again and not _clearly_header(view, other, header):
            continue
        as_wide = len(view.filled(row)) == len([name for name in names if name])
        if not page and _names(view, other) != names and not (again and as_wide):
            return top
        if _new_title(view, top, row) or _starts_over(view, header, other):
            return top
    return height


def _repeats(words: tuple[str, ...], names: list[str]) -> bool:
    """Whether a row's words repeat (nearly) all of a header's names in their columns."""
    named = [(name, word.replace(" ", "")) for name, word in zip(names, words, strict=True) if name]
    return len(named) > 2 and sum(name == word for name, word in named) >= 0.8 * len(named)


def _starts_over(view: View, header: Header, other: Header) -> bool:
    """Whether the rows under a repeated header begin again with the table's first one, as those of a page never do."""
    first = next((r for r in range(header.data_from, other.first) if view.filled(r)), None)
    again = next((r for r in range(other.data_from, view.height) if view.filled(r)), None)
    if first is None or again is None:
        return False
    both = [c for c in view.filled(first) if c in view.filled(again)][:3]
    return bool(both) and all(view.text(first, c) == view.text(again, c) for c in both)


def _names(view: View, header: Header) -> list[str]:
    return ["".join(name.split()).casefold() for name in column_names(view, header.first, header.last).values()]


def _new_title(view: View, top: int, row: int) -> bool:
    """Whether the lines over a repeated header are a title of their own: not all of them stand higher up as well.

    A line right under a row of the table is rather that table's last row, unless it runs over several columns.
    """
    if top < row and view.filled(top - 1) and all(view.span(top, c) < 2 for c in view.filled(top)):
        return False
    seen = {view.words(r) for r in range(top) if view.filled(r)}
    return any(view.words(r) not in seen for r in range(top, row) if view.filled(r))


def _may_begin_table(view: View, row: int) -> bool:
    """Whether a row can be the first of a new table's header: words only, under a blank row or a title."""
    filled = view.filled(row)
    if len(filled) < 2 or any(view.kind(row, c) != "T" and not view.is_year(row, c) for c in filled):
        return False
    above = view.filled(row - 1)
    return not above or len({view.master(row - 1, c) for c in above}) == 1


def _clearly_header(view: View, other: Header, header: Header) -> bool:
    """Whether a header-like row in the middle of a sheet is truly one: words over numbers, across the table."""
    rows = [row for row in range(header.first, view.height) if view.filled(row)]
    numeric = Profile(view, rows).numeric_below(other.last)
    before = Profile(view, [row for row in rows if row < other.first]).numeric_below(header.last)
    names = column_names(view, other.first, other.last)
    over = [c for c in numeric if names.get(c)]
    width = len(view.filled(header.last))
    broad = len([c for c in view.columns if names.get(c)]) >= max(2, 0.5 * width)
    if view.grid.separated and view.filled(other.first - 1):
        return False
    return broad and len(over) >= max(1, 0.8 * len(numeric)) and bool(numeric) and bool(before or view.grid.typed)


def _titles_start(view: View, row: int, floor: int) -> int:
    """First of the title lines over a header: narrow rows of words that hang together above it."""
    start = row
    blanks = 0
    for above in range(row - 1, floor, -1):
        filled = view.filled(above)
        if not filled:
            blanks += 1
            if blanks > 4 and start < row:
                break
            continue
        if len({view.master(above, c) for c in filled}) > 2 or view.numbers(above):
            break
        if closes_table(view.text(above, filled[0])):
            break
        if not _title_like(view, above):
            break
        start, blanks = above, 0
    return start


def _title_like(view: View, row: int) -> bool:
    """Whether a narrow row is a title and not the last row of the table above it."""
    filled = view.filled(row)
    wide = any(view.span(row, c) > 1 for c in filled)
    return wide or filled[0] == view.left or not view.filled(row - 1)


def _bounds(view: View, start: int, header: Header | None, stop: int) -> Found | None:
    """Where the data of a table begin and end between two rows."""
    first = header.data_from if header else start
    rows = [row for row in range(first, stop) if view.filled(row)]
    if not rows:
        return Found(header, stop, stop) if header else None
    if header is None and len(rows) == 1 and len(view.filled(rows[0])) == 1 and view.grid.separated:
        return Found(None, first, stop)
    if header is None and view.grid.separated:
        first = _after_preamble(view, rows)
        rows = [row for row in rows if row >= first]
    end = notes_start(view, rows, header)
    found = Found(header, first, end if end is not None else stop, start, stop)
    if header:
        found.ignored.extend(_repeated(view, header, [r for r in rows if r < found.end]))
    return found


def _after_preamble(view: View, rows: list[int]) -> int:
    """First row after the lone cells that may stand over records of three cells or more without a header."""
    begin = next((row for row in rows if len(view.filled(row)) > 1), rows[0])
    records = [row for row in rows if row >= begin]
    wide = sum(len(view.filled(row)) > 2 for row in records)
    return begin if wide >= 0.9 * len(records) and wide > 0 else rows[0]


def _repeated(view: View, header: Header, rows: list[int]) -> list[Ignored]:
    """Page headers that stand again among the data, with their numbering rows."""
    wanted = [view.words(r) for r in range(header.first, header.last + 1)]
    numbers = view.grid.row_numbers
    numbered = header.data_from > header.last + 1
    found: list[Ignored] = []
    again = {row for row in rows if view.words(row) in wanted}
    for row in rows:
        beside = len(view.filled(row)) > 1 or row - 1 in again or row + 1 in again
        if row in again and beside:
            found.append(Ignored(numbers[row], numbers[row], "repeated header"))
        elif numbered and view.words(row) == view.words(header.data_from - 1):
            found.append(Ignored(numbers[row], numbers[row], "repeated column numbers"))
    return found
