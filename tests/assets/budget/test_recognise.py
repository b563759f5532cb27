"""Which form and year a table is: by number, title or header; leftovers and strangers are refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.budget.recognise import Recognised, form_tables, recognise
from assets.read import read_file
from data.period import Period
from data.table import UnreadableError
from tests.assets.budget.forms import BALANCE, Sheet, balance_sheet, write_workbook

OLD = [("STT", "Chỉ tiêu", "Quyết toán"), *[row[:3] for row in BALANCE]]


def found(path: Path) -> list[Recognised]:
    return list(recognise(read_file(path)))


def old_form(number: int, title: str, sheet: str = "a") -> Sheet:
    return sheet, ["UBND TỈNH", f"Mẫu số {number}/CKTC-NSĐP", title, "Đơn vị: Triệu đồng"], OLD


def test_a_form_is_known_by_its_number_and_the_year_by_its_title(tmp_path: Path) -> None:
    (one,) = found(write_workbook(tmp_path / "x.xlsx", balance_sheet()))
    assert one.form is not None and one.form.id == "settlement-62"
    assert (one.year, one.refusal, one.doubt) == (2022, None, None)


def test_old_forms_have_one_number_for_plan_and_settlement_and_the_title_decides(tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "x.xlsx",
        old_form(10, "CÂN ĐỐI QUYẾT TOÁN NGÂN SÁCH ĐỊA PHƯƠNG NĂM 2012", "10"),
        old_form(13, "QUYẾT TOÁN CHI NGÂN SÁCH ĐỊA PHƯƠNG NĂM 2012", "13"),
    )
    assert [one.form.id for one in found(path) if one.form] == ["settlement-10", "settlement-13"]


def test_a_title_without_a_number_is_enough(tmp_path: Path) -> None:
    sheet: Sheet = (
        "a",
        ["DỰ TOÁN THU NGÂN SÁCH NHÀ NƯỚC NĂM 2015", "Triệu đồng"],
        [("STT", "Chỉ tiêu", "Dự toán"), *OLD[1:]],
    )
    (one,) = found(write_workbook(tmp_path / "x.xlsx", sheet))
    assert one.form is not None and one.form.id == "plan-12"


def test_a_number_with_the_title_of_another_form_is_taken_with_a_doubt(tmp_path: Path) -> None:
    (one,) = found(write_workbook(tmp_path / "x.xlsx", balance_sheet(title="QUYẾT TOÁN CHI THEO CƠ CẤU NĂM 2022")))
    assert one.refusal is None and one.doubt is not None and "62" in one.doubt[0]


def test_a_table_of_another_year_than_its_workbook_is_a_leftover(tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "x.xlsx",
        old_form(10, "CÂN ĐỐI QUYẾT TOÁN NGÂN SÁCH ĐỊA PHƯƠNG NĂM 2012", "10"),
        old_form(12, "QUYẾT TOÁN THU NGÂN SÁCH NHÀ NƯỚC NĂM 2012", "12"),
        old_form(13, "QUYẾT TOÁN CHI NGÂN SÁCH ĐỊA PHƯƠNG NĂM 2011", "13"),
    )
    refused = [one for one in found(path) if one.refusal]
    assert [(one.table.sheet, one.year) for one in refused] == [("13", 2011)]
    assert "2011" in refused[0].refusal[0] and "2012" in refused[0].refusal[1]  # type: ignore[index]


def test_a_table_that_is_no_form_is_refused_and_says_so(tmp_path: Path) -> None:
    sheet: Sheet = (
        "a",
        ["DANH SÁCH CÁN BỘ ĐI CÔNG TÁC NĂM 2020"],
        [("STT", "Họ tên", "Số ngày"), (1, "A", 2), (2, "B", 3)],
    )
    (one,) = found(write_workbook(tmp_path / "x.xlsx", sheet))
    assert one.form is None and one.refusal is not None


def test_asking_for_a_form_that_is_not_there_names_the_years_that_are(tmp_path: Path) -> None:
    reading = read_file(write_workbook(tmp_path / "x.xlsx", balance_sheet()))
    with pytest.raises(UnreadableError, match="2022"):
        form_tables(reading, ["settlement-62"], Period("year", 2020))


def test_tables_glued_under_one_header_are_cut_at_the_repeated_header(tmp_path: Path) -> None:
    head, rows = ("STT", "CHỈ TIÊU", "DỰ TOÁN 2004"), OLD[1:]
    body = [head, *rows, ("CHI NGÂN SÁCH TỈNH HÀ TĨNH",), ("STT", "CHỈ TIÊU", "DỰ TOÁN 2004"), *rows]
    tables = found(
        write_workbook(tmp_path / "x.xlsx", ("a", ["THU NSNN TRÊN ĐỊA BÀN TỈNH HÀ TĨNH", "Triệu đồng"], body))
    )
    assert [(one.form.id if one.form else None, one.year) for one in tables] == [("plan-12", 2004), ("plan-13", 2004)]
    assert [one.table.frame.height for one in tables] == [len(rows), len(rows)]
