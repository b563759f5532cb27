"""Reads the sheets of xlsx, xlsm, xlsb, xls and ods workbooks into raw grids."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from assets.read.condense import placed
from assets.read.grid import Grid
from assets.read.large_workbook import read_large_sheets
from assets.read.limits import Limits
from assets.read.refusal import refuse
from assets.read.sheet_cells import negative_cells, odd_cells, rows_of_cells
from assets.read.sheet_layout import SheetLayout, layouts
from assets.read.values import as_duration
from assets.read.xlsx_layout import plain_errors
from data.table import UnreadableError

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook, SheetMetadata

__all__ = ["read_workbook"]

_NOT_OURS = (KeyboardInterrupt, SystemExit, MemoryError)
_DENSE = 2_000_000


def read_workbook(raw: bytes, name: str, kind: str, limits: Limits) -> list[Grid]:
    """Raw grids of a workbook's sheets in their order, empty ones left out.

    calamine is given the bytes, never the path: with a path it trusts the file's extension.
    Raises UnreadableError damaged, encrypted, empty or too_large.
    """
    grids = read_large_sheets(raw, name, kind, limits)
    book, sheets = _open(raw, name, limits)
    extra = layouts(raw, kind, [s.name for s in sheets]) if len(grids) < len(sheets) else {}
    found: list[Grid] = []
    broken = 0
    for meta in sheets:
        if meta.name in grids:
            found.append(grids[meta.name])
            continue
        layout = extra.get(meta.name, SheetLayout())
        try:
            sheet = _sheet(book, meta.name, raw, kind, layout, name, limits)
            grid = _grid(sheet, meta, kind, layout, name, limits)
        except UnreadableError:
            raise
        except BaseException as error:
            if isinstance(error, _NOT_OURS):
                raise
            broken += 1
            continue
        if grid is not None:
            found.append(grid)
    if not found:
        raise refuse("damaged" if broken else "empty", name)
    return found


def _sheet(
    book: CalamineWorkbook, title: str, raw: bytes, kind: str, layout: SheetLayout, name: str, limits: Limits
) -> CalamineSheet:
    """A sheet as calamine gives it; where it gives up on an error that it does not know, without that."""
    import python_calamine as calamine

    try:
        return book.get_sheet_by_name(title)
    except calamine.CalamineError:
        if kind not in ("xlsx", "xlsm") or not layout.errors:
            raise
        return _open(plain_errors(raw, title, name, limits), name, limits)[0].get_sheet_by_name(title)


def _open(raw: bytes, name: str, limits: Limits) -> tuple[CalamineWorkbook, list[SheetMetadata]]:
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        sheets = [s for s in book.sheets_metadata if s.typ == calamine.SheetTypeEnum.WorkSheet]
    except calamine.PasswordError as error:
        raise refuse("encrypted", name) from error
    except BaseException as error:  # a panic in the parser arrives as BaseException
        if isinstance(error, _NOT_OURS):
            raise
        raise refuse("damaged", name) from error
    if len(sheets) > limits.sheets:
        raise refuse("too_large", name, f"có {len(sheets)} trang tính", f"it has {len(sheets)} sheets")
    return book, sheets


def _grid(
    sheet: CalamineSheet, meta: SheetMetadata, kind: str, layout: SheetLayout, name: str, limits: Limits
) -> Grid | None:
    import python_calamine as calamine

    if sheet.start is None or sheet.end is None:
        return None
    title = meta.name
    top, left = sheet.start
    height, width = sheet.end[0] - top + 1, sheet.end[1] - left + 1
    if height * width > limits.cells:
        raise refuse(
            "too_large",
            name,
            f"trang “{title}” có {height} hàng x {width} cột",
            f"sheet “{title}” has {height} rows x {width} columns",
        )
    rows: Iterable[Sequence[object]]
    if height * width <= _DENSE:
        rows = sheet.to_python(skip_empty_area=True)
    else:  # one row at a time; these begin at the sheet's first row
        rows = (row[-width:] for row in islice(sheet.iter_rows(), top, None))
    if kind == "ods":
        rows = ([as_duration(value) for value in row] for row in rows)
    cells, kinds, numbers = rows_of_cells(rows, top, left, width, odd_cells(layout), negative_cells(layout))
    ranges = sheet.merged_cell_ranges or layout.merges
    return Grid(
        sheet=title,
        cells=cells,
        kinds=kinds,
        row_numbers=numbers,
        first_column=left + 1,
        merges=placed(ranges, numbers, left),
        hidden=meta.visible != calamine.SheetVisibleEnum.Visible,
        hidden_rows=layout.hidden_rows,
        hidden_columns=layout.hidden_columns,
        percent_columns=layout.percent_columns,
        uncalculated=layout.uncalculated,
        errors=tuple(layout.errors),
        areas=layout.areas,
        filtered=layout.filtered,
    )
