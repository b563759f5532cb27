"""The comparison itself: what counts as one value, what explains a difference, and one workbook through LibreOffice."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from assets.read.grid import Grid
from tests.second_opinion.compare import NOT_STORED, compare_sheet, grid_cells, reason_for, same_value
from tests.second_opinion.flat_xml import Cell, Flat, read_flat
from tests.second_opinion.libreoffice import export, installed
from tests.second_opinion.opinion import second_opinion, summary

FLAT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:body><office:spreadsheet>
<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>
<table:table table:name="T1">
<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="9"/></table:table-row>
<table:table-row><table:table-cell table:number-columns-repeated="2"/>
<table:table-cell office:value-type="string"><text:p>Nha<text:s text:c="2"/>Trang</text:p><text:p>hai</text:p>
<office:annotation><text:p>ghi chú</text:p></office:annotation></table:table-cell>
<table:covered-table-cell table:number-columns-repeated="2" office:value-type="percentage" office:value="0.12"/>
<table:table-cell office:value-type="time" office:time-value="PT07H30M15S"/>
<table:table-cell table:formula="of:=1/0" office:value-type="string" calcext:value-type="error"><text:p>#DIV/0!</text:p>
</table:table-cell></table:table-row></table:table>
<table:table table:name="'file:///x.xls'#$Sheet1"><table:table-row>
<table:table-cell office:value-type="float" office:value="1"/></table:table-row></table:table>
</office:spreadsheet></office:body></office:document>"""


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("1234.5", Cell("number", "1234.5", "1.234,50")),
        ("0.12", Cell("number", "0.12", "12%")),
        ("0.30000000000000004", Cell("number", "0.3", "0,3")),
        ("TRUE", Cell("number", "1", "TRUE")),
        ("TRUE", Cell("boolean", "TRUE", "TRUE")),
        ("2026-09-30", Cell("date", "2026-09-30", "30/09/2026")),
        ("2026-09-30T07:30:00", Cell("date", "2026-09-30T07:30:00.0001", "30/09/2026 07:30")),
        ("1900-01-01", Cell("date", "1899-12-31", "31/12/1899")),
        ("25:30:00", Cell("time", "91800.000", "25:30:00")),
        ("Nha Trang\nhai", Cell("text", "Nha  Trang \r\n hai", "")),
        ("#DIV/0!", Cell("error", "#DIV/0!", "#DIV/0!")),
    ],
)
def test_one_value_in_two_forms_agrees(ours: str, theirs: Cell) -> None:
    assert same_value(ours, theirs)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("1234.6", Cell("number", "1234.5", "1234,5")),
        ("45930", Cell("date", "2025-09-30", "30/09/2025")),
        ("2026-09-30", Cell("date", "2026-09-29", "29/09/2026")),
        ("2026-09-30", Cell("date", "2022-09-29", "29/09/2022")),
        ("12", Cell("text", "012", "012")),
        ("Nha Trang", Cell("text", "NhaTrang", "NhaTrang")),
    ],
)
def test_two_values_do_not_agree(ours: str, theirs: Cell) -> None:
    assert not same_value(ours, theirs)
    assert reason_for(ours, theirs) == ""


def test_a_result_that_libreoffice_cannot_compute_is_no_fault_of_ours() -> None:
    unknown = Cell("error", "#NAME?", "#NAME?", formula="of:=_xlfn.NEW()")
    assert reason_for("439.77", unknown) in NOT_STORED
    assert reason_for(None, unknown) == ""


def test_a_flat_export_gives_stored_values_at_their_places(tmp_path: Path) -> None:
    path = tmp_path / "a.fods"
    path.write_text(FLAT, encoding="utf-8")
    flat = read_flat(path)
    assert flat.first_day == "1904-01-01"
    assert {place: (c.kind, c.value) for place, c in flat.sheets["T1"].items()} == {
        (3, 3): ("text", "Nha  Trang\nhai"),
        (3, 4): ("number", "0.12"),
        (3, 5): ("number", "0.12"),
        (3, 6): ("time", "27015.000"),
        (3, 7): ("error", "#DIV/0!"),
    }
    assert list(flat.sheets) == ["T1"]


def test_a_value_that_only_one_side_has_is_a_difference_without_a_reason() -> None:
    grid = Grid("T", [["a", None], ["b", "2"]], ["T ", "TN"], [3, 7], first_column=2)
    flat = Flat(
        {"T": {(3, 2): Cell("text", "a", "a"), (7, 3): Cell("number", "2", "2"), (9, 1): Cell("text", "c", "c")}}
    )
    found = compare_sheet("T", grid_cells(grid), flat, "xlsx")
    assert found.values == 4
    assert [(d.cell, d.ours, d.theirs, d.reason) for d in found.differences] == [
        ("B7", "b", None, ""),
        ("A9", None, "c", ""),
    ]


@pytest.mark.skipif(not installed(), reason="LibreOffice (soffice) is not here")
def test_libreoffice_and_the_hub_read_the_same_cells(tmp_path: Path) -> None:
    path = tmp_path / "báo cáo.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Biểu 01")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.merge_range(0, 0, 0, 3, "BÁO CÁO THÁNG 9/2026")
        sheet.write_row(3, 1, ["Xã, phường", "Số phòng", "Tỷ lệ", "Ngày"])
        sheet.write_row(4, 1, ["Phường Nha Trang", 21804, 0.1 + 0.2])
        sheet.write_datetime(4, 4, datetime(2026, 9, 30), day)
        sheet.write_boolean(9, 2, True)
        sheet.set_row(4, None, None, {"hidden": True})
        book.add_worksheet("Trống")
    opinion = second_opinion(path, export([path], tmp_path / "cache")[path])
    assert (opinion.how, opinion.differences) == ("both", ())
    assert summary([opinion])["values"] == 10
