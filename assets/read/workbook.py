"""Reads the sheets of xlsx, xlsm, xlsb, xls and ods workbooks into raw grids."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from assets.read.grid import Grid, Merge
from assets.read.large_workbook import has_large_sheet, read_large_workbook
from assets.read.limits import Limits
from assets.read.refusal import refuse
from assets.read.sheet_layout import SheetLayout, layouts
from assets.read.values import as_cell
from data.table import UnreadableError

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

__all__ = ["read_workbook"]


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
    except Exception as error:  # calamine raises its own kinds and, on broken input, any of Python's
        raise refuse("damaged", name) from error
    if len(sheets) > limits.sheets:
        raise refuse("too_large", name, f"có {len(sheets)} trang tính", f"it has {len(sheets)} sheets")
    extra = layouts(raw, kind, [s.name for s in sheets], limits)
    grids, broken = [], 0
    for meta in sheets:
        hidden = meta.visible != calamine.SheetVisibleEnum.Visible
        try:
            sheet = book.get_sheet_by_name(meta.name)
            grid = _grid(sheet, meta.name, extra.get(meta.name, SheetLayout()), hidden, name, limits)
        except UnreadableError:
            raise
        except BaseException as error:  # a panic in the parser arrives as BaseException
            if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
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
    for row in sheet.to_python(skip_empty_area=True):
        pairs = [as_cell(value) for value in row]
        cells.append([text for text, _ in pairs])
        kinds.append("".join(kind for _, kind in pairs))
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
        row_numbers=list(range(top + 1, top + 1 + len(cells))),
        first_column=left + 1,
        merges=merges,
        hidden=hidden,
        hidden_rows=layout.hidden_rows,
        hidden_columns=layout.hidden_columns,
    )
