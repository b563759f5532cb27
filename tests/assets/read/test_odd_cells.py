"""Cells that are neither a plain value nor empty: errors, formulas that were never calculated, numbers kept as text."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from assets.read import read_file
from data.table import Table
from tests.assets.read.books import Cell, write

CODES = {"#NULL!": 0x00, "#DIV/0!": 0x07, "#VALUE!": 0x0F, "#REF!": 0x17, "#NAME?": 0x1D, "#NUM!": 0x24, "#N/A": 0x2A}
ERRORS = sorted(CODES)


def first(path: Path) -> Table:
    return read_file(path).tables[0]


def _xlsx(path: Path, errors: list[str]) -> Path:
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Xã", "Số", "Tỷ lệ"])
        for row, error in enumerate(errors, 1):
            sheet.write_row(row, 0, [f"Xã {row}", row])
            sheet.write_formula(row, 2, "=1/0", None, error)
    return path


def _xls(path: Path, errors: list[str]) -> Path:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for place, name in enumerate(["Xã", "Số", "Tỷ lệ"]):
        sheet.write(0, place, name)
    for row, error in enumerate(errors, 1):
        sheet.write(row, 0, f"Xã {row}")
        sheet.write(row, 1, row)
        sheet.row(row).set_cell_error(2, CODES[error])
    book.save(str(path))
    return path


def _ods(path: Path, errors: list[str]) -> Path:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table as Sheet
    from odf.table import TableCell, TableRow
    from odf.text import P

    book = OpenDocumentSpreadsheet()
    sheet = Sheet(name="S")
    lines = [["Xã", "Số", "Tỷ lệ"], *[[f"Xã {i}", i, error] for i, error in enumerate(errors, 1)]]
    for number, line in enumerate(lines):
        row = TableRow()
        for value in line:
            cell = TableCell(valuetype="float", value=str(value)) if isinstance(value, int) else TableCell()
            if number and value in ERRORS:
                cell.setAttrNS(
                    "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0", "value-type", "error"
                )
                cell.setAttribute("stringvalue", "")
            if isinstance(value, str):
                cell.setAttribute("valuetype", "string")
            cell.addElement(P(text=str(value)))
            row.addElement(cell)
        sheet.addElement(row)
    book.spreadsheet.addElement(sheet)
    book.save(str(path))
    return path


@pytest.mark.parametrize(("kind", "make"), [("xlsx", _xlsx), ("xls", _xls), ("ods", _ods)])
def test_an_error_is_its_text(tmp_path: Path, kind: str, make) -> None:  # type: ignore[no-untyped-def]
    table = first(make(tmp_path / f"e.{kind}", ERRORS))
    assert table.header == ("Xã", "Số", "Tỷ lệ")
    assert table.frame["c3"].to_list() == ERRORS
    assert table.errors == tuple((row, 3) for row in range(2, 9))
    assert table.frame["c2"].to_list() == [str(i) for i in range(1, 8)]


def test_an_error_that_came_with_a_newer_program_does_not_lose_the_sheet(tmp_path: Path) -> None:
    table = first(_xlsx(tmp_path / "e.xlsx", ["#SPILL!", "#DIV/0!"]))
    assert table.frame["c3"].to_list() == ["#SPILL!", "#DIV/0!"]


def test_formulas_without_a_value_are_said(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Xã", "Số", "Cộng"], ["A", 1, "=B2+1"], ["B", 2, "=B3+1"]):
        sheet.append(row)
    book.save(tmp_path / "o.xlsx")
    table = first(tmp_path / "o.xlsx")
    assert table.header == ("Xã", "Số", "Cộng")
    assert table.frame["c3"].to_list() == [None, None]
    assert table.uncalculated == ((2, 3), (3, 3))


def test_formulas_that_a_program_gave_0_for_want_of_a_value_are_said(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "f.xlsx") as book:
        sheet = book.add_worksheet()
        for row, line in enumerate([["Xã", "Số", "Cộng"], ["A", 1, "=B2+1"], ["B", 2, "=B3+1"]]):
            sheet.write_row(row, 0, line)
    table = first(tmp_path / "f.xlsx")
    assert table.frame["c3"].to_list() == [None, None] and table.uncalculated == ((2, 3), (3, 3))


def test_an_xls_that_was_never_calculated_is_said(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for row, line in enumerate([["Xã", "Số"], ["A", 1], ["B", 2]]):
        for column, value in enumerate([*line, "Cộng" if row == 0 else xlwt.Formula(f"B{row + 1}+1")]):
            sheet.write(row, column, value)
    book.save(str(tmp_path / "f.xls"))
    assert first(tmp_path / "f.xls").uncalculated == ((2, 3), (3, 3))


def test_formulas_with_a_value_give_it(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "f.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Xã", "Số", "Ghi chú"])
        for row in (1, 2):
            sheet.write_row(row, 0, [f"X{row}"])
            sheet.write_formula(row, 1, "=1+1", None, row * 2)
            sheet.write_formula(row, 2, "=A1", None, "đạt")
    table = first(tmp_path / "f.xlsx")
    assert table.frame.rows() == [("X1", "2", "đạt"), ("X2", "4", "đạt")] and table.uncalculated == ()


MIXED: list[list[Cell]] = [
    ["Xã", "Mã", "Số", "Ngày"],
    ["A", "001", 1.234, date(2026, 1, 5)],
    ["B", "002", "1.234", date(2026, 1, 6)],
    ["C", "003", 5, "07/01/2026"],
    ["D", "004", 6, date(2026, 1, 8)],
]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_table_knows_which_cells_stood_as_text(tmp_path: Path, kind: str) -> None:
    table = first(write(tmp_path / f"m.{kind}", kind, {"S": MIXED}))
    assert table.stored == "TTnd"
    assert table.frame["c3"].to_list()[:2] == ["1.234", "1.234"]
    assert table.is_text(2).to_list() == [False, True, False, False]
    assert table.is_text(3).to_list() == [False, False, True, False]
    assert table.is_text(1).all() and not table.uncalculated


def test_all_of_a_csv_is_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Xã,Số\nA,1\nB,2\n", encoding="utf-8")
    table = first(path)
    assert not table.typed and table.stored == "" and table.is_text(1).to_list() == [True, True]


def test_values_are_what_a_reader_sees(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "v.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": True}) as book:
        sheet = book.add_worksheet()
        day, clock, hours = (book.add_format({"num_format": form}) for form in ("dd/mm/yyyy", "hh:mm", "[h]:mm:ss"))
        money = book.add_format({"num_format": '#,##0 "đ"'})
        sheet.write_row(0, 0, ["Tên", "Ngày", "Giờ", "Thời lượng", "Tiền", "Đúng"])
        for row in (1, 2, 3):
            sheet.write_rich_string(row, 0, "Dòng một\n", book.add_format({"bold": True}), "dòng hai")
            sheet.write_datetime(row, 1, datetime(2026, 10, row), day)
            sheet.write_datetime(row, 2, time(7, 30), clock)
            sheet.write_datetime(row, 3, timedelta(hours=25, minutes=30), hours)
            sheet.write_number(row, 4, 1234567, money)
            sheet.write_boolean(row, 5, True)
    table = first(path)
    assert table.frame.row(1) == ("Dòng một\ndòng hai", "2026-10-02", "07:30:00", "25:30:00", "1234567", "TRUE")


def test_one_value_in_the_last_row_of_all_costs_nothing(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "far.xlsx") as book:
        sheet = book.add_worksheet()
        for row in range(4):
            sheet.write_row(row, 0, ["Xã", "Số"] if row == 0 else [f"X{row}", row])
        sheet.write(1_048_575, 0, "cuối")
    table = first(tmp_path / "far.xlsx")
    assert table.header == ("Xã", "Số") and table.rows.to_list()[:3] == [2, 3, 4]
