"""Budget forms drawn at random: header rows, names, data rows and the unit of measure come back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from assets.read import read_file
from data.table import Table
from tests.assets.read.books import Cell, Merge, write
from tests.assets.read.forms import draw_form

HEADER: list[list[Cell]] = [["STT", "Nội dung", "Dự toán", "Quyết toán"]]


@pytest.fixture
def read(tmp_path: Path):  # type: ignore[no-untyped-def]
    def reader(rows: Sequence[Sequence[Cell]], merges: Sequence[Merge] = ()) -> list[Table]:
        return list(read_file(write(tmp_path / "a.xlsx", "xlsx", {"S": rows}, merges)).tables)

    return reader


@pytest.mark.parametrize("first", [0, 20, 40])
def test_drawn_forms_come_back(read, first: int) -> None:  # type: ignore[no-untyped-def]
    for seed in range(first, first + 20):
        form = draw_form(seed)
        (table, *more) = read(form.rows, form.merges)
        assert not more, seed
        assert list(table.header_rows) == form.header, seed
        assert table.rows.to_list() == form.data, seed
        assert form.unit is None or table.measure_unit, seed
        for column, words in enumerate(form.names, 1):
            if column in table.columns:
                assert table.header[table.columns.index(column)] == " ".join(words), (seed, column)


def test_groups_over_names_in_the_lowest_row_belong_to_the_header(read) -> None:  # type: ignore[no-untyped-def]
    (table,) = read(
        [
            ["QUYẾT TOÁN CHI NĂM 2008"],
            [None, None, None, "Đơn vị: triệu đồng"],
            [None, None, "Quyết", "Chia ra"],
            ["STT", "Chỉ tiêu", "toán", "Vốn", "Vốn"],
            [None, None, None, "đầu tư", "sự nghiệp"],
            [1, "A", 30, 10, 20],
            [2, "B", 70, 30, 40],
        ],
        [(2, 3, 2, 4)],
    )
    assert table.header_rows == (3, 4, 5)
    assert table.header == ("STT", "Chỉ tiêu", "Quyết toán", "Chia ra Vốn đầu tư", "Chia ra Vốn sự nghiệp")


def test_one_row_of_numbers_under_a_numbering_row_is_the_data(read) -> None:  # type: ignore[no-untyped-def]
    (table,) = read([["Tổng thu", "Tổng chi", "Bội chi"], [1, 2, 3], [1250, 1300.5, 50]])
    assert table.rows.to_list() == [3]


def test_small_numbers_in_the_first_record_stay(read) -> None:  # type: ignore[no-untyped-def]
    (table,) = read([["a", "b", "c"], [1, 2, 3], [4, 5, 6], [2, 2, 2]])
    assert table.rows.to_list() == [2, 3, 4]


def test_signers_are_no_header_of_an_empty_form(read) -> None:  # type: ignore[no-untyped-def]
    (table,) = read([*HEADER, [1, "Thu"], [], [None, "NGƯỜI LẬP", None, "GIÁM ĐỐC"], [], [None, "An", None, "Bình"]])
    assert table.header_rows == (1,) and table.rows.to_list() == [2]


def test_a_section_before_a_page_s_header_is_no_title(read) -> None:  # type: ignore[no-untyped-def]
    rows: list[list[Cell]] = [*HEADER, [1, "Thu", 10, 20], [2, "Chi", 30, 40], ["B", "CÁC HUYỆN"], *HEADER]
    (table,) = read([*rows, [1, "Vạn Ninh", 50, 60], [3, "Cam Lâm", 70, 80]])
    assert table.rows.to_list() == [2, 3, 4, 6, 7]
    assert [(span.first, span.why) for span in table.ignored] == [(5, "repeated header")]


def test_a_header_that_differs_in_its_second_row_begins_a_table(read) -> None:  # type: ignore[no-untyped-def]
    top: list[Cell] = ["STT", "Huyện", "Tỷ lệ"]
    rows: list[list[Cell]] = [top, [None, None, "Thuế A", "Thuế B"], [1, "Vạn Ninh", 5, 6], [2, "Cam Lâm", 7, 8]]
    rows += [[], top, [None, None, "Phí C", "Phí D"], [1, "Vạn Ninh", 9, 10], [2, "Cam Lâm", 11, 12]]
    merges = [(r, c, r + 1, c) for r in (0, 5) for c in (0, 1)] + [(0, 2, 0, 3), (5, 2, 5, 3)]
    first, second = read(rows, merges)
    assert (first.header[2], second.header[2]) == ("Tỷ lệ Thuế A", "Tỷ lệ Phí C")


def test_a_line_of_bracketed_units_ends_the_header(read) -> None:  # type: ignore[no-untyped-def]
    rows: list[list[Cell]] = [["STT", "Nội dung", "Năm 2019", None, "So sánh"], [None, None, "Thu", "Chi"]]
    rows += [[None, None, "(triệu đồng)", "(triệu đồng)", "(%)"], ["A", "KHỐI TỈNH"], [1, "Sở A", 10, 20, 50.5]]
    (table,) = read(rows, [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 1, 4)])
    assert table.header_rows == (1, 2, 3) and table.header[4] == "So sánh (%)"
