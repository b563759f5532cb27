"""Small real workbooks for the reader's tests: one sheet description, written as xlsx, xls or ods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

__all__ = ["BUDGET", "BUDGET_MERGES", "WRITERS", "write"]

Cell = str | float | int | bool | date | None
Merge = tuple[int, int, int, int]
WRITERS = ("xlsx", "xls", "ods")

# A report as a department sends it: titles, unit, a header of two rows with merged cells, column numbers, a total,
# an empty column, notes and signatures.
BUDGET: list[list[Cell]] = [
    ["UBND TỈNH KHÁNH HÒA", None, None, None, "Biểu số 07"],
    [],
    ["THU NGÂN SÁCH THÁNG 3 NĂM 2026"],
    [None, None, None, None, "Đơn vị tính: Triệu đồng"],
    ["STT", "Nội dung", "Thực hiện", None, "So sánh (%)"],
    [None, None, "Tháng", "Lũy kế", None],
    ["A", "B", 1, 2, "3=2/1"],
    [None, "Tổng số", 30, 300.5, 1.25],
    [1, "Phường Nha Trang", 10, 100, 0.12],
    [2, "Xã Vạn Thắng", 20, 200.5, None],
    [],
    ["Ghi chú: số liệu ước."],
    [None, None, None, "Khánh Hòa, ngày 5 tháng 4 năm 2026"],
    ["NGƯỜI LẬP BIỂU", None, None, "GIÁM ĐỐC"],
]
BUDGET_MERGES: tuple[Merge, ...] = ((2, 0, 2, 4), (4, 0, 5, 0), (4, 1, 5, 1), (4, 2, 4, 3), (4, 4, 5, 4))


def write(path: Path, kind: str, sheets: dict[str, Sequence[Sequence[Cell]]], merges: Sequence[Merge] = ()) -> Path:
    """Write sheets of rows as a workbook of a kind; merges (top, left, bottom, right), from 0, hold for each sheet."""
    {"xlsx": _xlsx, "xls": _xls, "ods": _ods}[kind](path, sheets, merges)
    return path


def _xlsx(path: Path, sheets: dict[str, Sequence[Sequence[Cell]]], merges: Sequence[Merge]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for top, left, bottom, right in merges:
                sheet.merge_range(top, left, bottom, right, "")
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if isinstance(value, (date, datetime)):
                        sheet.write_datetime(r, c, value, day)
                    elif isinstance(value, str):
                        sheet.write_string(r, c, value)
                    elif value is not None:
                        sheet.write(r, c, value)


def _xls(path: Path, sheets: dict[str, Sequence[Sequence[Cell]]], merges: Sequence[Merge]) -> None:
    import xlwt

    book = xlwt.Workbook()
    day = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name, cell_overwrite_ok=True)
        for top, left, bottom, right in merges:
            sheet.merge(top, bottom, left, right)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, (date, datetime)):
                    sheet.write(r, c, value, day)
                elif value is not None:
                    sheet.write(r, c, value)
    book.save(str(path))


def _ods(path: Path, sheets: dict[str, Sequence[Sequence[Cell]]], merges: Sequence[Merge]) -> None:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import CoveredTableCell, Table, TableCell, TableRow
    from odf.text import P

    book = OpenDocumentSpreadsheet()
    covered = {
        (r, c): (top, left)
        for top, left, bottom, right in merges
        for r in range(top, bottom + 1)
        for c in range(left, right + 1)
    }
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in merges}
    width = max(len(row) for rows in sheets.values() for row in rows)
    for name, rows in sheets.items():
        table = Table(name=name)
        for r, row in enumerate(rows):
            line = TableRow()
            for c in range(width):
                value = row[c] if c < len(row) else None
                attributes: dict[str, object] = {}
                if (r, c) in spans:
                    attributes["numberrowsspanned"], attributes["numbercolumnsspanned"] = spans[r, c]
                if isinstance(value, (int, float)):
                    attributes.update(valuetype="float", value=str(value))
                elif isinstance(value, (date, datetime)):
                    attributes.update(valuetype="date", datevalue=value.isoformat())
                elif value is not None:
                    attributes["valuetype"] = "string"
                inside = (r, c) in covered and covered[r, c] != (r, c)
                cell = CoveredTableCell() if inside else TableCell(**attributes)
                if value is not None and not inside:
                    cell.addElement(P(text=str(value)))
                line.addElement(cell)
            table.addElement(line)
        book.spreadsheet.addElement(table)
    book.save(str(path))
