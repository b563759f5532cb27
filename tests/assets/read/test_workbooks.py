"""What a workbook's tables are, the same in xlsx, xls and ods."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from assets.read import read_file
from data.table import Reading, Table
from tests.assets.read.books import BUDGET, BUDGET_MERGES, WRITERS, write


def first(reading: Reading) -> Table:
    return reading.tables[0]


@pytest.fixture(params=WRITERS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def budget(tmp_path: Path, kind: str) -> Table:
    return first(read_file(write(tmp_path / f"b.{kind}", kind, {"Biểu 07": BUDGET}, BUDGET_MERGES)))


def test_merged_header_cells_count_for_each_column_they_cover(budget: Table) -> None:
    assert budget.header == ("STT", "Nội dung", "Thực hiện Tháng", "Thực hiện Lũy kế", "So sánh (%)")
    assert budget.header_rows == (5, 6)


def test_rows_keep_the_sheets_numbers_and_plain_values(budget: Table) -> None:
    assert budget.rows.to_list() == [8, 9, 10]
    assert budget.frame.rows() == [
        (None, "Tổng số", "30", "300.5", "1.25"),
        ("1", "Phường Nha Trang", "10", "100", "0.12"),
        ("2", "Xã Vạn Thắng", "20", "200.5", None),
    ]


def test_titles_unit_column_numbers_and_notes_are_told_apart(budget: Table) -> None:
    assert "THU NGÂN SÁCH THÁNG 3 NĂM 2026" in budget.titles
    assert budget.measure_unit == "Triệu đồng"
    assert budget.notes[0].startswith("Ghi chú")
    assert [(span.first, span.last, span.why) for span in budget.ignored] == [
        (1, 4, "title"),
        (7, 7, "column numbers"),
        (12, 14, "notes"),
    ]


def test_total_rows_are_marked(budget: Table) -> None:
    assert budget.row_roles.to_list() == ["total", "detail", "detail"]


def test_dates_become_iso_and_times_stay(tmp_path: Path, kind: str) -> None:
    rows = [["Ngày", "Số"], [date(2026, 10, 23), 1], [datetime(2026, 10, 24, 14, 30), 2]]
    table = first(read_file(write(tmp_path / f"d.{kind}", kind, {"S": rows})))
    assert table.frame["c1"].to_list() == ["2026-10-23", "2026-10-24T14:30:00"]


def test_a_length_of_time_in_an_ods_is_a_clock(tmp_path: Path) -> None:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table as Sheet
    from odf.table import TableCell, TableRow

    book = OpenDocumentSpreadsheet()
    sheet = Sheet(name="S")
    for stored in ("PT07H30M00S", "PT25H00M15S"):
        row = TableRow()
        row.addElement(TableCell(valuetype="time", timevalue=stored))
        row.addElement(TableCell(valuetype="float", value="3"))
        sheet.addElement(row)
    book.spreadsheet.addElement(sheet)
    book.save(str(tmp_path / "a.ods"))
    assert first(read_file(tmp_path / "a.ods")).frame["c1"].to_list() == ["07:30:00", "25:00:15"]


def test_a_sheet_without_a_header_has_none(tmp_path: Path, kind: str) -> None:
    rows = [[1, 2.5, 3], [4, 5.5, 6], [7, 8.5, 9]]
    table = first(read_file(write(tmp_path / f"n.{kind}", kind, {"S": rows})))
    assert table.header == () and table.frame.height == 3 and table.rows[0] == 1


def test_columns_named_by_years_are_a_header(tmp_path: Path, kind: str) -> None:
    rows = [["Chỉ tiêu", 2023, 2024, 2025], ["GRDP", 10.5, 11.25, 12], ["Thu ngân sách", 1520, 1644, 1701]]
    table = first(read_file(write(tmp_path / f"y.{kind}", kind, {"S": rows})))
    assert table.header == ("Chỉ tiêu", "2023", "2024", "2025")


def test_two_tables_one_under_the_other(tmp_path: Path, kind: str) -> None:
    rows = [
        ["Bảng 1. Dân số"],
        ["Xã", "Dân số"],
        ["A", 100],
        ["B", 200],
        ["C", 300],
        [],
        ["Bảng 2. Trường học"],
        ["Trường", "Cấp", "Học sinh"],
        ["X", "Tiểu học", 40],
        ["Y", "THCS", 50],
    ]
    reading = read_file(write(tmp_path / f"t.{kind}", kind, {"S": rows}))
    assert [(t.header, t.rows.to_list()) for t in reading.tables] == [
        (("Xã", "Dân số"), [3, 4, 5]),
        (("Trường", "Cấp", "Học sinh"), [9, 10]),
    ]
    assert reading.tables[1].titles == ("Bảng 2. Trường học",)


def test_two_tables_side_by_side(tmp_path: Path, kind: str) -> None:
    rows = [
        ["STT", "Xã", "Số hộ", None, "STT", "Xã", "Số hộ"],
        [1, "A", 10, None, 4, "D", 40],
        [2, "B", 20, None, 5, "E", 50],
        [3, "C", 30, None, 6, "F", 60],
    ]
    reading = read_file(write(tmp_path / f"s.{kind}", kind, {"S": rows}))
    assert [t.columns for t in reading.tables] == [(1, 2, 3), (5, 6, 7)]
    assert reading.tables[1].frame["c2"].to_list() == ["D", "E", "F"]


def test_a_page_header_that_stands_again_is_left_out(tmp_path: Path, kind: str) -> None:
    rows = [["STT", "Xã", "Số hộ"], [1, "A", 10], [2, "B", 20], ["STT", "Xã", "Số hộ"], [3, "C", 30]]
    table = first(read_file(write(tmp_path / f"r.{kind}", kind, {"S": rows})))
    assert table.rows.to_list() == [2, 3, 5]
    assert [(span.first, span.why) for span in table.ignored] == [(4, "repeated header")]


def test_blank_rows_and_columns_around_and_inside(tmp_path: Path, kind: str) -> None:
    rows = [[], [], [None, "Xã", None, "Số hộ"], [None, "A", None, 10], [], [None, "B", None, 20]]
    table = first(read_file(write(tmp_path / f"e.{kind}", kind, {"S": rows})))
    assert table.columns == (2, 4)
    assert table.rows.to_list() == [4, 6]


def test_numbers_and_dates_that_stand_as_text_are_listed(tmp_path: Path, kind: str) -> None:
    rows = [
        ["Xã", "Số", "Ngày"],
        ["A", 1500.5, date(2026, 1, 5)],
        ["B", "1.234.567,89", date(2026, 1, 6)],
        ["C", 10, "07/01/2026"],
        ["D", 20, date(2026, 1, 8)],
        ["Đ", "-", "…"],
    ]
    table = first(read_file(write(tmp_path / f"x.{kind}", kind, {"S": rows})))
    assert [(r.cell, r.before, r.after, r.kind) for r in table.repairs] == [
        ("B3", "1.234.567,89", "1234567.89", "number_as_text"),
        ("C4", "07/01/2026", "2026-01-07", "date_as_text"),
    ]
    assert table.frame["c2"][1] == "1.234.567,89"


def test_text_repairs_keep_the_value_as_it_stands(tmp_path: Path, kind: str) -> None:
    rows = [["Xã", "Số"], ["Ninh  Hoà ", 1], ["Kha\u0301nh Hòa", 2]]
    table = first(read_file(write(tmp_path / f"v.{kind}", kind, {"S": rows})))
    kinds = {(r.cell, r.kind) for r in table.repairs}
    assert ("A2", "tone_placement") in kinds
    assert ("A3", "unicode_form") in kinds
    if kind != "ods":  # an ods paragraph folds its spaces
        assert table.frame["c1"][0] == "Ninh  Hoà "
        assert ("A2", "stray_spaces") in kinds


def test_the_content_decides_whatever_the_name_says(tmp_path: Path) -> None:
    path = write(tmp_path / "report.xls", "xlsx", {"S": [["a", "b"], [1, 2]]})
    assert read_file(path).format == "xlsx"


def test_hidden_sheets_rows_and_columns_are_said(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "h.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("Hiện", "Ẩn"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Xã", "Số", "Nội bộ"])
            sheet.write_row(1, 0, ["A", 1, 5])
            sheet.write_row(2, 0, ["B", 2, 6])
        book.worksheets()[1].hide()
        book.worksheets()[0].set_row(2, None, None, {"hidden": True})
        book.worksheets()[0].set_column(2, 2, None, None, {"hidden": True})
    shown, hidden = read_file(path).tables
    assert (shown.hidden, hidden.hidden) == (False, True)
    assert shown.hidden_rows == (3,) and shown.hidden_columns == (3,)


def test_a_thousand_rows_take_little_time(tmp_path: Path) -> None:
    import time

    rows: list[list[object]] = [[f"Cột {c}" for c in range(20)]]
    rows += [[f"Xã số {r}" if c == 1 else r * c + 0.5 for c in range(20)] for r in range(1000)]
    path = write(tmp_path / "big.xlsx", "xlsx", {"S": rows})  # type: ignore[dict-item]
    read_file(path)
    start = time.perf_counter()
    table = first(read_file(path))
    assert time.perf_counter() - start < 1.0
    assert table.frame.shape == (1000, 20)


def test_a_negative_number_in_a_date_format_is_a_number(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Xã", "Chênh lệch"], ["A", -12347.25], ["B", 45000]):
        sheet.append(row)
    for place in ("B2", "B3"):
        sheet[place].number_format = "dd/mm/yyyy"
    book.save(tmp_path / "n.xlsx")
    assert first(read_file(tmp_path / "n.xlsx")).frame["c2"].to_list() == ["-12347.25", "2023-03-15"]
