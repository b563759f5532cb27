"""Real workbooks come back with the same cells, in the hub's own reader, in openpyxl and in LibreOffice."""

from __future__ import annotations

import re
import shutil
import subprocess
import warnings
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from assets.annotate import write_edited
from assets.workbook_patch.edits import COLOURS, CellEdit
from assets.workbook_patch.list_sheet import LIST_SHEET
from assets.workbook_patch.source import grids_of, unpacked
from data.table import UnreadableError
from tests.assets.workbook_patch.books import finding, mark, rich_workbook

Cells = dict[tuple[str, int, int], str]
_LARGEST = 60_000


def cells_of(path: Path) -> Cells:
    raw, name, kind = unpacked(path, path.name)
    return {
        (grid.sheet, number, column): value
        for grid in grids_of(raw, name, kind)
        if not grid.sheet.startswith(LIST_SHEET)
        for number, row in zip(grid.row_numbers, grid.cells, strict=True)
        for column, value in enumerate(row, grid.first_column)
        if value is not None
    }


def spread(cells: Cells) -> dict[str, dict[tuple[int, int], CellEdit]]:
    """A mark at each of some ten cells, and one where no cell is."""
    edits: dict[str, dict[tuple[int, int], CellEdit]] = {}
    places = sorted(cells)
    for sheet, row, column in places[:: max(1, len(places) // 10)]:
        edits.setdefault(sheet, {})[row, column] = mark()
    edits[places[0][0]][places[0][1], 60] = mark()
    return edits


REWRITTEN = {"inlineStr_cdata.xlsx", "strict_iso_paths.xlsx", "minimal_package.xlsx"}
"""Made anew by openpyxl (CDATA sections, strict OOXML), or with its parts at unusual places."""
_CARRY_FINDINGS = re.compile(
    r"\[Content_Types\]\.xml|xl/workbook\.xml|xl/styles\.xml|xl/worksheets/.*|xl/comments.*|xl/drawings/vml.*"
    r"|.*\.rels"
)
_DISARMED = re.compile(r"xl/(vbaProject\.bin|externalLinks/.*|connections\.xml|queryTables/.*|calcChain\.xml)")


def touched(path: Path, target: Path) -> set[str]:
    """The file's name where a part was changed that neither carries findings nor could do harm."""
    with zipfile.ZipFile(path) as sent, zipfile.ZipFile(target) as given:
        there = set(given.namelist())
        for name in sent.namelist():
            if name.endswith("/") or _CARRY_FINDINGS.fullmatch(name) or _DISARMED.fullmatch(name):
                continue
            if name not in there or given.read(name) != sent.read(name):
                return {path.name}
    return set()


def test_every_workbook_there_is_keeps_its_cells(shared: Path, tmp_path: Path) -> None:
    tried = 0
    for path in sorted(p for p in shared.rglob("*.xls*") if p.suffix in (".xlsx", ".xlsm")):
        if path.stat().st_size > _LARGEST:
            continue
        try:
            before = cells_of(path)
        except UnreadableError:
            continue
        if not before:
            continue
        target = tmp_path / "out.xlsx"
        edits = spread(before)
        listed = [finding(s, row, column) for s, places in edits.items() for row, column in places]
        write_edited(path, path.name, edits, target, listed)
        assert cells_of(target) == before, path.name
        assert touched(path, target) <= REWRITTEN, path.name
        tried += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                load_workbook(path)
            except Exception:  # nor could it before
                continue
            assert load_workbook(target).sheetnames[-1] == LIST_SHEET, path.name
    assert tried > 40


def test_old_forms_come_back_as_xlsx_with_every_value_at_its_place(shared: Path, tmp_path: Path) -> None:
    names = [
        "budget/Final_2010_Khanh_Hoa_QT_2010.xls",
        "../messy/sheetjs/interview.xlsx",
        "../messy/messytables/simple.ods",
    ]
    for name in names:
        path = shared / "data" / name
        before = cells_of(path)
        write_edited(path, path.name, spread(before), tmp_path / "out.xlsx", [])
        assert cells_of(tmp_path / "out.xlsx") == before, name


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here")
def test_libreoffice_opens_it_and_finds_the_same_cells(tmp_path: Path) -> None:
    rich = rich_workbook(tmp_path / "rich.xlsx")
    edits = {"Số liệu": {(5, 2): mark(), (5, 9): mark(), (4, 1): mark(note="Ghi chú của trung tâm")}}
    write_edited(rich, rich.name, edits, tmp_path / "out.xlsx", [finding("Số liệu", 5, 2)])
    (tmp_path / "office").mkdir()
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx",
         "--outdir", str(tmp_path / "office"), str(tmp_path / "out.xlsx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    converted = tmp_path / "office" / "out.xlsx"
    assert cells_of(converted) == cells_of(rich)
    sheet = load_workbook(converted)["Số liệu"]
    assert str(sheet["B5"].fill.start_color.rgb)[-6:] == COLOURS["error"]
    assert "Ghi chú của trung tâm" in sheet["A4"].comment.text and sheet["I5"].comment is not None
    assert len(sheet._charts) == 1 and len(sheet._images) == 1
