"""Tables that stand glued together under one header: cut where a row repeats the header's own words.

A row of column numbers (A, B, 1, 2 …) that was left among the data is taken out as well.
"""

from __future__ import annotations

import re
from dataclasses import replace

from data.table import Ignored, Table
from data.vietnamese_text import fold

__all__ = ["split_tables"]

_SHORTEST = 3
"""Least number of rows that a part must have to be a table of its own."""


_NUMBER_LABEL = re.compile(r"\(?(?:[A-Z]|\d{1,2})\)?(?:\s*=.*)?")


def split_tables(table: Table) -> list[Table]:
    """The table itself, or its parts where its header stands again below a title of its own."""
    return [_without_numbering(part) for part in _parts(table)]


def _without_numbering(table: Table) -> Table:
    """The table less a first row that numbers its columns, whatever stray figure stands among the numbers."""
    if not table.frame.height:
        return table
    filled = [v.strip() for v in table.frame.row(0) if v is not None and v.strip()]
    labels = [v for v in filled if _NUMBER_LABEL.fullmatch(v)]
    if len(labels) < max(3, 0.75 * len(filled)) or not any(v.isalpha() for v in labels[:2]):
        return table
    row = int(table.rows[0])
    rest = _part(table, 1, table.frame.height, table.titles)
    return replace(rest, ignored=(*rest.ignored, Ignored(row, row, "column numbers")))


def _parts(table: Table) -> list[Table]:
    if len(table.header) < 2:
        return [table]
    starts = [row for row in range(_SHORTEST, table.frame.height - 1) if _repeats_header(table, row)]
    if not starts:
        return [table]
    parts: list[Table] = []
    begin, titles = 0, table.titles
    for start in [*starts, table.frame.height]:
        end = start
        above: list[str] = []
        while start < table.frame.height and end > begin and (line := _title_line(table, end - 1)) is not None:
            above.insert(0, line)
            end -= 1
        parts.append(_part(table, begin, end, titles))
        begin, titles = start + 1, tuple(above)
        while begin < table.frame.height and _header_rest(table, begin):
            begin += 1
    return [part for part in parts if part.frame.height >= _SHORTEST] or [table]


def _cells(table: Table, row: int) -> list[str]:
    return [fold(v) if v else "" for v in table.frame.row(row)]


def _repeats_header(table: Table, row: int) -> bool:
    cells = _cells(table, row)
    names = [fold(name) for name in table.header]
    same = [c for c, name in zip(cells, names, strict=True) if c and (name == c or name.startswith(f"{c} "))]
    return len(same) >= 2 and len(same) == len([c for c in cells if c]) and any(not c.isdigit() for c in same)


def _header_rest(table: Table, row: int) -> bool:
    """A further header row (its English twin, say): a few words that the header's names hold as well."""
    filled = [(c, fold(name)) for c, name in zip(_cells(table, row), table.header, strict=True) if c]
    return bool(filled) and all(not c.isdigit() and name.endswith(f" {c}") for c, name in filled)


def _title_line(table: Table, row: int) -> str | None:
    """The words of a row that holds but one cell of words, not in the column of names: a title inside the table."""
    filled = [(place, v) for place, v in enumerate(table.frame.row(row)) if v is not None and v.strip()]
    if len(filled) != 1 or filled[0][0] != 0 or len(filled[0][1].split()) < 3:
        return None
    return str(filled[0][1])


def _part(table: Table, begin: int, end: int, titles: tuple[str, ...]) -> Table:
    rows = table.rows[begin:end]
    inside = set(rows.to_list())
    first, last = (rows[0], rows[-1]) if len(rows) else (0, 0)
    return replace(
        table,
        frame=table.frame[begin:end],
        rows=rows,
        row_roles=table.row_roles[begin:end],
        titles=titles,
        repairs=tuple(r for r in table.repairs if r.row in inside),
        ignored=tuple(i for i in table.ignored if isinstance(i, Ignored) and first <= i.first <= last),
    )
