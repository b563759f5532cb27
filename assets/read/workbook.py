"""Reads the sheets of xlsx, xlsm, xlsb, xls and ods workbooks into raw grids."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from assets.read.grid import Grid, Merge
from assets.read.large_workbook import has_large_sheet, read_large_workbook
from assets.read.limits import Limits
from assets.read.refusal import refuse
from assets.read.sheet_layout import SheetLayout, is_too_wide, layouts
from assets.read.values import as_cell
from data.table import UnreadableError

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

__all__ = ["read_workbook"]

_NOT_OURS = (KeyboardInterrupt, SystemExit, MemoryError)
_DENSE = 2_000_000
_LONGEST_GAP = 20


def read_workbook(raw: bytes, name: str, kind: str, limits: Limits) -> list[Grid]:
    """Raw grids of a workbook's sheets in their order, empty ones left out.

    calamine is given the bytes, never the path: with a path it trusts the file's extension.
    Raises UnreadableError damaged, encrypted, empty or too_large.
    """
    import python_calamine as calamine

    if has_large_sheet(raw, kind):
        return read_large_workbook(raw, name, limits)
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
    if is_too_wide(raw, kind, limits):
        raise refuse("too_large", name, "trang tính trải quá rộng", "a sheet spreads too far")
    extra = layouts(raw, kind, [s.name for s in sheets], limits)
    grids, broken = [], 0
    for meta in sheets:
        hidden = meta.visible != calamine.SheetVisibleEnum.Visible
        try:
            sheet = book.get_sheet_by_name(meta.name)
            grid = _grid(sheet, meta.name, extra.get(meta.name, SheetLayout()), hidden, name, limits)
        except UnreadableError:
            raise
        except BaseException as error:
            if isinstance(error, _NOT_OURS):
                raise
            broken += 1
            continue
        if grid is not None:
            grids.append(grid)
    if not grids:
        raise refuse("damaged" if broken else "empty", name)
    return grids


def _grid(
    sheet: CalamineSheet, title: str, layout: SheetLayout, hidden: bool, name: str, limits: Limits
) -> Grid | None:
    if sheet.start is None or sheet.end is None:
        return None
    top, left = sheet.start
    height, width = sheet.end[0] - top + 1, sheet.end[1] - left + 1
    if height * width > limits.cells:
        raise refuse(
            "too_large",
            name,
            f"trang “{title}” có {height} hàng x {width} cột",
            f"sheet “{title}” has {height} rows x {width} columns",
        )
    cells: list[list[str | None]] = []
    kinds: list[str] = []
    numbers: list[int] = []
    blank = 0
    rows: Iterable[Sequence[object]]
    if height * width <= _DENSE:
        rows = sheet.to_python(skip_empty_area=True)
    else:  # one row at a time; these begin at the sheet's first row
        rows = (row[-width:] for row in islice(sheet.iter_rows(), top, None))
    for number, row in enumerate(rows, top + 1):
        pairs = [as_cell(value) for value in row]
        letters = "".join([kind for _, kind in pairs])
        blank = 0 if letters.strip() else blank + 1
        # Of a long gap some rows are enough: a stray value far below must not cost a million rows.
        if blank > _LONGEST_GAP:
            continue
        cells.append([text for text, _ in pairs])
        kinds.append(letters)
        numbers.append(number)
    ranges = sheet.merged_cell_ranges or layout.merges
    merges = tuple(
        Merge(begin[0] - top, begin[1] - left, end[0] - top, end[1] - left)
        for begin, end in ranges
        if begin[0] >= top and begin[1] >= left
    )
    return Grid(
        sheet=title,
        cells=cells,
        kinds=kinds,
        row_numbers=numbers,
        first_column=left + 1,
        merges=merges,
        hidden=hidden,
        hidden_rows=layout.hidden_rows,
        hidden_columns=layout.hidden_columns,
        percent_columns=layout.percent_columns,
    )
