"""Ugly sheets as offices send them, each with one thing that misleads a reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from assets.read import read_file
from data.table import Table
from tests.assets.read.books import Cell, write


@pytest.fixture
def read(tmp_path: Path):  # type: ignore[no-untyped-def]
    def reader(rows: Sequence[Sequence[Cell]], merges: Sequence[tuple[int, int, int, int]] = ()) -> list[Table]:
        return list(read_file(write(tmp_path / "a.xlsx", "xlsx", {"S": rows}, merges)).tables)

    return reader


def test_signers_right_under_the_last_row_are_notes(read) -> None:  # type: ignore[no-untyped-def]
    (table,) = read(
        [
            ["BÁO CÁO"],
            ["STT", "Xã", "Số hộ"],
            [1, "A", 10],
            [2, "B", 20],
            [None, "Cộng", 30],
            ["Nha Trang, ngày 5 tháng 3 năm 2026"],
            ["NGƯỜI LẬP", None, "GIÁM ĐỐC"],
            ["Nguyễn Văn A", None, "Trần Văn B"],
        ]
    )
    assert table.rows.to_list() == [3, 4, 5] and table.row_roles.to_list() == ["detail", "detail", "total"]
    assert table.notes[-1] == "Trần Văn B"


def test_named_values_over_the_header_are_titles(read) -> None:  # type: ignore[no-untyped-def]
    (table,) = read(
        [
            ["ĐƠN VỊ:", "Sở Tài chính"],
            ["KỲ:", "Tháng 3/2026"],
            ["Người lập:", "Nguyễn A"],
            ["Năm:", 2026],
            [],
            ["Mã", "Tên", "Số tiền", "Ngày"],
            ["01", "A", 100, date(2026, 1, 1)],
            ["02", "B", 200, date(2026, 1, 2)],
        ]
    )
    assert table.header == ("Mã", "Tên", "Số tiền", "Ngày") and table.rows.to_list() == [7, 8]
    assert table.titles[:2] == ("ĐƠN VỊ:", "Sở Tài chính")


def test_a_line_of_units_belongs_to_the_header(read) -> None:  # type: ignore[no-untyped-def]
    (table,) = read([["Xã", "Dân số", "Diện tích"], [None, "(người)", "(km2)"], ["A", 1000, 10.5], ["B", 2000, 20.5]])
    assert table.header == ("Xã", "Dân số (người)", "Diện tích (km2)")


def test_a_second_language_under_each_name_belongs_to_the_header(read) -> None:  # type: ignore[no-untyped-def]
    (table,) = read(
        [
            ["STT", "Đơn vị", "Kế hoạch", "Thực hiện"],
            ["No", "Agency", "Plan", "Actual"],
            [1, "Sở A", 100, 90.5],
            [2, "Sở B", 200, 180.5],
        ]
    )
    assert table.header == ("STT No", "Đơn vị Agency", "Kế hoạch Plan", "Thực hiện Actual")


def test_a_first_record_whose_numbers_are_not_known_is_no_header(read) -> None:  # type: ignore[no-untyped-def]
    (table,) = read(
        [
            ["Tên trường", "Hiệu trưởng", "Điểm"],
            ["THCS A", "Nguyễn A", "chưa chấm"],
            ["THCS B", "Trần B", 8.5],
            ["THCS C", "Lê C", 9],
        ]
    )
    assert table.header_rows == (1,) and table.frame.height == 3


@pytest.mark.parametrize("names", [[1, 2, 3, 4], [date(2026, m, 1) for m in (1, 2, 3, 4)]])
def test_columns_named_by_months(read, names: list[Cell]) -> None:  # type: ignore[no-untyped-def]
    (table,) = read([["Đơn vị", *names], ["A", 10, 20, 30, 40], ["B", 11, 21, 31, 41]])
    assert table.header_rows == (1,) and table.header[0] == "Đơn vị" and table.frame.height == 2


def test_a_first_record_like_column_numbers_stays(read) -> None:  # type: ignore[no-untyped-def]
    (table,) = read([["Xã", "Số"], ["A", 1], ["B", 2], ["C", 3]])
    assert table.rows.to_list() == [2, 3, 4]


def test_the_same_form_for_each_unit_gives_a_table_each(read) -> None:  # type: ignore[no-untyped-def]
    form: list[list[Cell]] = [["STT", "Họ tên", "Tuổi"]]
    first, second = read(
        [["Phường A"], *form, [1, "X", 20], [2, "Y", 30], [], ["Phường B"], *form, [1, "Z", 40], [2, "T", 50]]
    )
    assert (first.titles, second.titles) == (("Phường A",), ("Phường B",))
    assert second.rows.to_list() == [8, 9]


def test_sections_and_their_sums_keep_their_place(read) -> None:  # type: ignore[no-untyped-def]
    (table,) = read(
        [
            ["STT", "Nội dung", "Số tiền"],
            ["A", "KHỐI SỞ"],
            [1, "Sở A", 10],
            [None, "Cộng A", 10],
            ["B", "KHỐI XÃ"],
            [1, "Xã C", 5],
            [None, "Cộng B", 5],
            [None, "TỔNG CỘNG", 15],
        ]
    )
    assert table.row_roles.to_list() == [
        "detail", "detail", "subtotal", "detail", "detail", "subtotal", "total",
    ]  # fmt: skip


def test_an_empty_form_has_its_header_and_no_rows(read) -> None:  # type: ignore[no-untyped-def]
    (table,) = read([["BIỂU MẪU"], ["STT", "Tên", "Số lượng"], [], ["Ghi chú: nhập số"]])
    assert table.header == ("STT", "Tên", "Số lượng") and table.frame.height == 0


def test_a_stray_value_far_away_costs_little(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Xã", "Số"])
        sheet.write_row(1, 0, ["A", 1])
        sheet.write_row(2, 0, ["B", 2])
        sheet.write(100_000, 0, "hết")
    assert read_file(path).tables[0].frame.height in (2, 3)


def test_a_sheet_of_thousands_of_columns(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [[f"c{i}" for i in range(3000)], *([float(i) for i in range(3000)] for _ in range(3))]
    table = read_file(write(tmp_path / "w.xlsx", "xlsx", {"S": rows})).tables[0]
    assert table.frame.shape == (3, 3000)
