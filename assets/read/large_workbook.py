"""Reads very large sheets of xlsx workbooks as columns, at little more than the cost of parsing them."""

from __future__ import annotations

import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import polars as pl

from assets.read.condense import HEAD_ROWS, TAIL_ROWS, placed
from assets.read.grid import BOOLEAN, ERROR, Area, Grid
from assets.read.limits import Limits
from assets.read.marked_areas import column_number, marked_areas
from assets.read.package import open_package
from assets.read.package_parts import hidden_sheets, sheet_parts
from assets.read.percent_format import percent_columns, percent_styles
from assets.read.refusal import refuse
from assets.read.sheet_cells import Cells, OddCells, odd_cells, rows_of_cells
from assets.read.sheet_layout import Range, SheetLayout
from assets.read.sheet_stream import SheetStream
from assets.read.small_workbook import Shell
from assets.read.typed_columns import Columns
from assets.read.xlsx_layout import LARGE_PART, plain_errors, without_errors
from data.table import column_letters

__all__ = ["read_large_sheets"]

_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')

End = tuple[int, int, Cells]


def read_large_sheets(raw: bytes, name: str, kind: str, limits: Limits) -> dict[str, Grid]:
    """Raw grids of the sheets of an xlsx workbook that are large, by title;
    the middle of each stands in columns.

    A sheet whose rows do not say their numbers is left out: it is read as smaller ones are.
    Raises UnreadableError damaged or too_large.
    """
    if kind not in ("xlsx", "xlsm"):
        return {}
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        if not any(m.file_size > LARGE_PART and "worksheets/" in m.filename for m in package.infolist()):
            return {}
    with open_package(raw, name, limits) as package:
        parts = sheet_parts(package)
        hidden = hidden_sheets(package)
        marked = marked_areas(package, parts)
        found = {}
        for title, part in parts.items():
            if part in package.NameToInfo and package.getinfo(part).file_size > LARGE_PART:
                grid = _read(raw, title, part, marked.get(title, ()), name, limits)
                if grid is not None:
                    grid.sheet, grid.hidden = title, title in hidden
                    found[title] = grid
    return found


def _read(raw: bytes, title: str, part: str, areas: tuple[Area, ...], name: str, limits: Limits) -> Grid | None:
    import fastexcel

    with open_package(raw, name, limits) as package, ThreadPoolExecutor(1) as pool:
        stream = SheetStream(package, part, HEAD_ROWS, TAIL_ROWS)
        if not stream.usable:
            return None
        first = stream.last_of_head + 1
        parsing = pool.submit(Columns, raw, title, first)  # the parser leaves this thread free
        shell = Shell(package)
        shares = percent_columns(stream.head, percent_styles(package))
        [top] = _ends(shell, [stream.head], {})
        layout = stream.go_through(_with_numeric_text(top))
        if layout is None:
            return None
        try:
            body = parsing.result()
        except fastexcel.FastExcelError:
            if not layout.errors:
                raise
            body = Columns(plain_errors(raw, title, name, limits), title, first)
        odd = odd_cells(layout)
        if any(row < first for row in odd):
            [top] = _ends(shell, [stream.head], odd)
        ends = [top, *_ends(shell, [stream.tail], odd)]
        body.until(stream.first_of_tail - 1)
        _settle(body, stream, layout, package, part)
    layout = replace(layout, areas=(*areas, *layout.areas), percent_columns=tuple(map(column_number, shares)))
    return _grid(body, ends, layout, _merges(stream.after), name, limits)


def _with_numeric_text(end: End) -> list[bytes]:
    """Letters of the columns in which, by the sheet's first rows, text may look like a number or a date."""
    left, width, (_, kinds, _) = end
    together = "".join(kinds)
    return [
        column_letters(left + place + 1).encode() for place in range(width) if {"n", "d"} & set(together[place::width])
    ]


def _settle(body: Columns, stream: SheetStream, layout: SheetLayout, package: zipfile.ZipFile, part: str) -> None:
    """Tell text from numbers in the columns that hold both, and put errors and truth values in their places."""
    doubtful = {place: column_letters(body.left + place).encode() for place in body.doubtful()}
    missed = [letters for letters in doubtful.values() if letters not in stream.texts]
    if missed:  # the first rows did not show that these columns hold such text: the sheet is gone through again
        again = SheetStream(package, part, HEAD_ROWS, TAIL_ROWS)
        again.go_through(missed)
        stream.texts.update(again.texts)
    for place, letters in doubtful.items():
        body.tell_apart(place, stream.texts[letters])
    body.put(
        {place: ("TRUE" if value in ("1", "true") else "FALSE", BOOLEAN) for place, value in stream.truths.items()}
    )
    body.put({place: (text, ERROR) for place, text in layout.errors.items()})


def _ends(shell: Shell, parts: list[bytes], odd: OddCells) -> list[End]:
    """First column (from 0), width and cells of some first or last rows, read as a small sheet is."""
    import python_calamine as calamine

    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(shell.workbook([without_errors(part) for part in parts])))
    found: list[End] = []
    for number in range(len(parts)):
        sheet = book.get_sheet_by_index(number)
        if sheet.start is None or sheet.end is None:
            found.append((0, 0, ([], [], [])))
            continue
        (top, left), width = sheet.start, sheet.end[1] - sheet.start[1] + 1
        found.append((left, width, rows_of_cells(sheet.to_python(skip_empty_area=True), top, left, width, odd)))
    return found


def _grid(body: Columns, ends: list[End], layout: SheetLayout, merges: list[Range], name: str, limits: Limits) -> Grid:
    columns = {body.left - 1 + place: place for place, series in enumerate(body.texts)}
    filled = [at for at, place in columns.items() if body.texts[place].null_count() < len(body.texts[place])]
    left = min([begin for begin, width, _ in ends if width] + filled[:1])
    width = max([begin + wide for begin, wide, _ in ends] + [at + 1 for at in filled[-1:]]) - left
    count = len(body.texts[0]) if body.texts else 0
    height = sum(len(cells[0]) for _, _, cells in ends) + count
    if height * width > limits.cells or width > limits.columns:
        size = f"{height} hàng x {width} cột", f"{height} rows x {width} columns"
        raise refuse("too_large", name, f"một trang tính có {size[0]}", f"a sheet has {size[1]}")
    cells: list[list[str | None]] = []
    kinds: list[str] = []
    numbers: list[int] = []
    for begin, wide, (texts, letters, rows) in ends:
        before, after = begin - left, width - (begin - left) - wide
        cells.extend([None] * before + row + [None] * after for row in texts)
        kinds.extend(" " * before + row + " " * after for row in letters)
        numbers.extend(rows)
    at = len(ends[0][2][2])
    if at == 0 or numbers[at - 1] + 1 != body.first:  # the head's last rows were blank
        cells[at:at], kinds[at:at], numbers[at:at] = [[None] * width], [" " * width], [body.first - 1]
        at += 1
    places = [columns.get(column) for column in range(left, left + width)]
    empty = pl.Series([None], dtype=pl.String).new_from_index(0, count)
    return Grid(
        sheet="",
        cells=cells,
        kinds=kinds,
        row_numbers=numbers,
        first_column=left + 1,
        merges=placed(merges, numbers, left),
        hidden_rows=layout.hidden_rows,
        hidden_columns=layout.hidden_columns,
        percent_columns=layout.percent_columns,
        uncalculated=layout.uncalculated,
        errors=tuple(layout.errors),
        areas=layout.areas,
        filtered=layout.filtered,
        body=pl.DataFrame(
            [(empty if p is None else body.texts[p]).alias(f"c{column}") for column, p in enumerate(places)]
        ),
        body_at=at,
        body_kinds=[" " if p is None else body.kinds[p] for p in places],
    )


def _merges(after: bytes) -> list[Range]:
    """The merged ranges, which stand after the rows."""
    return [
        ((int(m[2]) - 1, column_number(m[1]) - 1), (int(m[4]) - 1, column_number(m[3]) - 1))
        for m in _MERGE.finditer(after)
    ]
