"""What leaves the hub as a workbook shows what was sent and runs nothing of it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from assets.annotate import LIST_SHEET, annotate_workbook
from assets.check_file import check_file
from assets.inert_cell import calls_out, inert
from data.contract import load_contracts
from data.period import Period
from data.settings import settings
from tests.workbooks import LODGING_HEADER, lodging_workbook, with_cell

pytestmark = pytest.mark.usefixtures("hub_home")
DDE = "=cmd|' /C calc'!A0"
RUN = [DDE, "+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)", "\t=1+1", "\r=1+1", " =1+1", "＝1+1", "=1+1"]


@pytest.mark.parametrize("text", RUN)
def test_text_that_would_be_run_begins_with_an_apostrophe(text: str) -> None:
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "+84 258", "-1.234,5", "12%", "Xã = phường", "a@b.vn", "", "- 5 hộ"[2:]])
def test_numbers_and_plain_words_stay(text: str) -> None:
    assert inert(text) == text


def test_no_text_is_too_long_or_odd_for_a_cell() -> None:
    assert inert("a\x00b\x1fc\ud800") == "a\ufffdb\ufffdc\ufffd" and len(inert("=" + "x" * 50_000)) == 32_767


@pytest.mark.parametrize("formula", [DDE, "=[1]Sheet1!A1", "='C:\\[b.xlsx]S'!A1", '=WEBSERVICE("x")', '="http://a"'])
def test_formulas_that_reach_out_are_known(formula: str) -> None:
    assert calls_out(formula)


@pytest.mark.parametrize("formula", ["=SUM(A1:B2)", "=Bang[Cột]", "=IF(A1>0,1,2)"])
def test_formulas_of_the_workbook_itself_stay(formula: str) -> None:
    assert not calls_out(formula)


def annotated(source: Path, target: Path) -> Workbook:
    registry = load_contracts(settings().contracts)
    contract = registry["lodging_guests"]
    staged, verdict = check_file(source, contract, registry, "56-SVHTTDL", Period.parse("2026-10"))
    assert staged is not None
    annotate_workbook(source, staged, verdict, target)
    return load_workbook(target)


def test_the_workbook_given_back_calls_no_program(tmp_path: Path) -> None:
    book = load_workbook(lodging_workbook(tmp_path / "a.xlsx", with_cell(0, 1, "=x")))
    book["T10"]["L1"], book["T10"]["L2"] = DDE, "=SUM(D5:D9)"
    book.save(tmp_path / "b.xlsx")
    cells = annotated(tmp_path / "b.xlsx", tmp_path / "c.xlsx")["T10"]
    assert cells["L1"].data_type == "s" and cells["L1"].value == f"'{DDE}"
    assert cells["L2"].value == "=SUM(D5:D9)"


def test_macros_are_not_given_back(tmp_path: Path) -> None:
    lodging_workbook(tmp_path / "a.xlsx", with_cell(0, 1, "x"))
    with zipfile.ZipFile(tmp_path / "a.xlsx", "a") as package:
        package.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    annotated(tmp_path / "a.xlsx", tmp_path / "c.xlsx")
    assert not [n for n in zipfile.ZipFile(tmp_path / "c.xlsx").namelist() if "vba" in n]


def test_a_table_rebuilt_from_csv_holds_text_only(tmp_path: Path) -> None:
    rows = [[DDE, *["1"] * 8], ["2", "Phường Nha Trang", "\x01", *["@x"] * 6]]
    lines = [";".join(LODGING_HEADER), *[";".join(row) for row in rows]]
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    book = annotated(tmp_path / "a.csv", tmp_path / "c.xlsx")
    assert LIST_SHEET in book.sheetnames
    for sheet in book.worksheets:
        assert not [c.coordinate for row in sheet.iter_rows() for c in row if c.data_type == "f"]
