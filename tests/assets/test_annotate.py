"""A judged file comes back with its wrong cells marked where they stand, whatever its form was."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from assets.annotate import LIST_SHEET, annotate_workbook
from assets.check_file import check_file
from assets.workbook_patch.edits import COLOURS
from checks.finding import Verdict
from data.contract import load_contracts
from data.period import Period
from data.settings import settings
from tests.assets.workbook_patch.books import parts_of
from tests.workbooks import GOOD_ROWS, LODGING_HEADER, lodging_workbook, with_cell

pytestmark = pytest.mark.usefixtures("hub_home")
WRONG = with_cell(1, 2, -5)


def annotated(source: Path) -> tuple[Verdict, Any]:
    registry = load_contracts(settings().contracts)
    staged, verdict = check_file(source, registry["lodging_guests"], registry, "56-SVHTTDL", Period.parse("2026-10"))
    assert staged is not None and verdict.findings
    target = source.with_name("annotated.xlsx")
    annotate_workbook(source, staged, verdict, target)
    return verdict, load_workbook(target)


def coloured(sheet: Any) -> set[str]:
    fills = {f"00{c}" for c in COLOURS.values()} | {f"FF{c}" for c in COLOURS.values()}
    return {c.coordinate for row in sheet.iter_rows() for c in row if c.fill.start_color.rgb in fills}


def test_the_wrong_cells_are_coloured_with_the_reason_and_all_findings_are_listed(tmp_path: Path) -> None:
    source = lodging_workbook(tmp_path / "a.xlsx", WRONG)
    verdict, book = annotated(source)
    places = {f.cell for f in verdict.findings if f.cell}
    assert "D6" in places and coloured(book["T10"]) == places
    wrong = next(f for f in verdict.findings if f.cell == "D6")
    assert wrong.message_vi in book["T10"]["D6"].comment.text
    assert book[LIST_SHEET].max_row == len(verdict.findings) + 1
    before, after = parts_of(source), parts_of(tmp_path / "annotated.xlsx")
    lists = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
    assert {n for n in before if before[n] != after.get(n)} == lists | {"xl/worksheets/sheet1.xml"}


def test_a_csv_comes_back_as_a_workbook_with_its_text_and_its_marks(tmp_path: Path) -> None:
    lines = [";".join(LODGING_HEADER), *[";".join(map(str, (i, *row))) for i, row in enumerate(WRONG, 1)]]
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    verdict, book = annotated(tmp_path / "a.csv")
    sheet = book.worksheets[0]
    assert coloured(sheet) == {f.cell for f in verdict.findings if f.cell} and "D3" in coloured(sheet)
    assert [[str(c.value) for c in row] for row in sheet.iter_rows()] == [line.split(";") for line in lines]


def test_records_of_json_are_marked_under_the_names_of_their_columns(tmp_path: Path) -> None:
    records = [dict(zip(LODGING_HEADER, (i, *row), strict=True)) for i, row in enumerate(WRONG, 1)]
    (tmp_path / "a.json").write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    verdict, book = annotated(tmp_path / "a.json")
    assert any((f.cell or "").startswith("/1/") for f in verdict.findings)
    sheet = book.worksheets[0]
    assert [c.value for c in sheet[1]] == list(LODGING_HEADER) and sheet["D3"].value == -5
    assert "D3" in coloured(sheet) and sheet["D3"].comment is not None


def test_a_workbook_sent_in_an_archive_comes_back_out_of_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as package:
        package.write(lodging_workbook(tmp_path / "a.xlsx", WRONG), "a.xlsx")
    _, book = annotated(tmp_path / "a.zip")
    assert "D6" in coloured(book["T10"]) and book["T10"]["B5"].value == GOOD_ROWS[0][0]
