"""Builds the table that was found: its frame, the role of each row, its titles, unit of measure and notes."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from assets.read.grid import TEXT
from assets.read.shape.header import Header
from assets.read.shape.lines import measure_unit, total_role
from assets.read.shape.names import column_names
from assets.read.shape.view import View
from data.table import Ignored, Repair, Table

__all__ = ["Found", "build_table"]


@dataclass(slots=True)
class Found:
    """Where a table lies in a view: its header, its data rows (`begin` to before `end`) and what belongs to it.

    The rows from `top` to the header are its titles, those from `end` to before `stop` its notes.
    """

    header: Header | None
    begin: int
    end: int
    top: int = 0
    stop: int = 0
    ignored: list[Ignored] = field(default_factory=list)


def build_table(view: View, found: Found) -> Table:
    """Turn a found table into a frame of text with its rows, roles, header, titles and notes."""
    grid = view.grid
    left_out = {row for span in found.ignored for row in range(span.first, span.last + 1)}
    rows = [row for row in range(found.begin, found.end) if view.filled(row) and grid.row_numbers[row] not in left_out]
    names = column_names(view, found.header.first, found.header.last) if found.header else {}
    columns = _columns(view, rows, names)
    whole = grid.body is not None and found.begin <= grid.body_at <= found.end
    frame, numbers = _frame(view, rows, columns, whole)
    titles = _lines(view, found.top, found.header.first if found.header else found.begin)
    notes = _lines(view, found.end, found.stop)
    return Table(
        sheet=grid.sheet,
        frame=frame,
        rows=numbers,
        row_roles=_roles(view, rows, columns, whole),
        columns=tuple(column + grid.first_column for column in columns),
        header=tuple(names.get(c, "") for c in columns) if found.header else (),
        header_rows=_header_rows(view, found.header),
        repairs=_realigned(view, rows, columns),
        ignored=tuple(sorted(found.ignored + _around(view, found, rows), key=lambda span: span.first)),
        titles=titles,
        measure_unit=_unit(view, found),
        hidden=grid.hidden,
        hidden_rows=grid.hidden_rows,
        hidden_columns=grid.hidden_columns,
        percent_columns=grid.percent_columns,
        typed=grid.typed,
        notes=notes,
    )


def _columns(view: View, rows: list[int], names: dict[int, str]) -> list[int]:
    """Columns of the table: every one where signs separate them, else those that hold a value or have a name."""
    body = view.grid.body
    used = {column for row in rows for column in view.filled(row)}
    if body is not None:
        used.update(c for c in view.columns if body[f"c{c}"].null_count() < body.height)
    lengths = view.grid.lengths
    if view.grid.header_known or (view.grid.separated and lengths is None):
        return list(view.columns)
    if lengths is not None:
        named = [column + 1 for column, name in names.items() if name]
        longest = max([lengths[row] for row in rows] + named + [column + 1 for column in used], default=view.right + 1)
        return list(range(view.left, longest))
    return [column for column in view.columns if column in used or names.get(column, "").strip()]


def _realigned(view: View, rows: list[int], columns: list[int]) -> tuple[Repair, ...]:
    """The records that were split anew, each told by the first cell that changed."""
    grid = view.grid
    if not grid.realigned:
        return ()
    at = {grid.row_numbers[row]: row for row in rows}
    return tuple(
        Repair(number, column, before, grid.cells[at[number]][column - grid.first_column] or "", "realigned")
        for number, column, before in grid.realigned
        if number in at and column - grid.first_column in columns
    )


def _header_rows(view: View, header: Header | None) -> tuple[int, ...]:
    if header is None or view.grid.header_known:
        return ()
    numbers = view.grid.row_numbers
    return tuple(numbers[row] for row in range(header.first, header.last + 1))


def _frame(view: View, rows: list[int], columns: list[int], whole: bool) -> tuple[pl.DataFrame, pl.Series]:
    """Values of the rows as String columns c1, c2, …, and the sheet's number of each row."""
    grid = view.grid
    head = [row for row in rows if row < grid.body_at] if whole else rows
    tail = rows[len(head) :]

    said = _said_above(view, rows)

    def part(chosen: list[int]) -> pl.DataFrame:
        picked = [_with(grid.cells[row], said.get(row)) for row in chosen]
        return pl.DataFrame(
            [
                pl.Series(f"c{place}", [row[column] for row in picked], dtype=pl.String)
                for place, column in enumerate(columns, 1)
            ]
        )

    numbers = pl.Series("rows", [grid.row_numbers[row] for row in head], dtype=pl.UInt32)
    frame = part(head)
    if grid.body is not None and whole:
        start = grid.row_numbers[grid.body_at - 1] + 1
        body = grid.body.select(pl.col(f"c{c}").alias(f"c{place}") for place, c in enumerate(columns, 1))
        counted = pl.Series("rows", range(start, start + body.height), dtype=pl.UInt32)
        kept = ~body.select(pl.all_horizontal(pl.all().is_null())).to_series()
        rest = pl.Series("rows", [grid.row_numbers[row] for row in tail], dtype=pl.UInt32)
        numbers = pl.concat([numbers, counted.filter(kept), rest])
        frame = pl.concat([frame, body.filter(kept), part(tail)])
    return frame, numbers


def _said_above(view: View, rows: list[int]) -> dict[int, dict[int, str]]:
    """Texts that a merged cell says for several records at once: row → column → text, for those below its first.

    A number is left where it stands: said twice it would count twice.
    """
    said: dict[int, dict[int, str]] = {}
    if not rows:
        return said
    among = set(rows)
    for merge in view.grid.merges:
        if merge.bottom == merge.top or merge.top not in among or merge.left not in view.columns:
            continue
        if view.kind(merge.top, merge.left) != TEXT:
            continue
        for row in range(merge.top + 1, min(merge.bottom, rows[-1]) + 1):
            if row in among and view.grid.cells[row][merge.left] is None:
                said.setdefault(row, {})[merge.left] = view.text(merge.top, merge.left)
    return said


def _with(cells: list[str | None], said: dict[int, str] | None) -> list[str | None]:
    return cells if said is None else [said.get(column, text) for column, text in enumerate(cells)]


def _roles(view: View, rows: list[int], columns: list[int], whole: bool) -> pl.Series:
    """Role of each row: total and subtotal by their label, note for a banner, else detail."""
    roles: list[str] = []
    for place, row in enumerate(rows):
        if whole and row >= view.grid.body_at:
            roles.extend(_body_roles(view, columns))
            whole = False
        roles.append(_role(view, row, place, rows))
    if whole:
        roles.extend(_body_roles(view, columns))
    return pl.Series("row_roles", roles, dtype=pl.String)


def _body_roles(view: View, columns: list[int]) -> list[str]:
    body = view.grid.body
    assert body is not None
    kept = body.filter(~pl.all_horizontal(pl.col(f"c{c}").is_null() for c in columns))
    roles = ["detail"] * kept.height
    for column in columns[:3]:
        series = kept[f"c{column}"]
        hits = series.str.contains(r"(?i)^\W*(?:tổng|cộng|total|sub-?total|toàn)").fill_null(False).arg_true()
        for place in hits:
            roles[place] = total_role(series[place]) or roles[place]
    return roles


def _role(view: View, row: int, place: int, rows: list[int]) -> str:
    filled = view.filled(row)
    words = [c for c in filled if view.kind(row, c) == "T"]
    valued = len(words) < len(filled)
    for column in words[:2]:
        role = total_role(view.text(row, column)) if valued else None
        if role == "subtotal" or (role == "total" and 0 < place < len(rows) - 1 and _inner(place, rows)):
            return "subtotal"
        if role:
            return role
    cells = {view.master(row, c) for c in filled}
    if len(cells) == 1 and words and view.span(row, filled[0]) > 0.6 * (view.right - view.left + 1) > 1:
        return "note"
    return "detail"


def _inner(place: int, rows: list[int]) -> bool:
    """Whether a total stands in the middle of the data: not among the first rows and not among the last."""
    return 3 <= place < len(rows) - 2


def _lines(view: View, start: int, stop: int) -> tuple[str, ...]:
    """Texts of the rows from one to before another, each once, left to right and top to bottom."""
    found: list[str] = []
    for row in range(max(0, start), stop):
        for column in view.filled(row):
            found.append(view.text(row, column))
    return tuple(found)


def _unit(view: View, found: Found) -> str | None:
    """Unit of measure named over the table, the line nearest to the header winning."""
    until = (found.header.last if found.header else found.begin) + 1
    for row in range(until - 1, max(0, found.top) - 1, -1):
        for column in reversed(view.filled(row)):
            unit = measure_unit(view.text(row, column))
            if unit and not (found.header and row >= found.header.first and unit == "%"):
                return unit
    return None


def _around(view: View, found: Found, rows: list[int]) -> list[Ignored]:
    """Rows of the table's stretch that are not its records, and why."""
    spans: list[Ignored] = []

    def add(start: int, stop: int, why: str) -> None:
        filled = [row for row in range(max(0, start), stop) if view.filled(row)]
        if filled:
            spans.append(Ignored(view.grid.row_numbers[filled[0]], view.grid.row_numbers[filled[-1]], why))

    add(found.top, found.header.first if found.header else found.begin, "title")
    if found.header:
        add(found.header.last + 1, found.begin, "column numbers")
    add(found.end, found.stop, "notes")
    return spans
