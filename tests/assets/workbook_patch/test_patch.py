"""A workbook edited in place shows the marks, and all else in it is byte for byte what was sent."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from assets.annotate import write_edited
from assets.read.limits import DEFAULT_LIMITS
from assets.read.package import open_package
from assets.workbook_patch.edits import COLOURS, MOST_NOTES, CellEdit, Edits, NotPatchableError
from assets.workbook_patch.list_sheet import LIST_SHEET
from assets.workbook_patch.patch import patch_workbook
from checks.finding import Finding
from tests.assets.workbook_patch.books import MAIN, finding, made_of, mark, parts_of, rich_workbook, with_parts

SHEET = "Số liệu"
LISTS = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}


def patched(source: Path, target: Path, edits: Edits, findings: list[Finding] | None = None) -> Path:
    with open_package(source.read_bytes(), source.name, DEFAULT_LIMITS) as package:
        patch_workbook(package, edits, target, findings)
    return target


def fill_of(cell: Any) -> str:
    return str(cell.fill.start_color.rgb)[-6:]


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    return rich_workbook(tmp_path / "rich.xlsx")


def test_every_other_part_stays_byte_for_byte(rich: Path, tmp_path: Path) -> None:
    findings = [finding(SHEET, 5, 2), finding(SHEET, 4, 1)]
    target = patched(rich, tmp_path / "out.xlsx", {SHEET: {(5, 2): mark(), (4, 1): mark()}}, findings)
    before, after = parts_of(rich), parts_of(target)
    changed = {name for name, content in before.items() if after.get(name) != content}
    assert changed == LISTS | {"xl/worksheets/sheet1.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"}
    assert set(after) - set(before) == {"xl/worksheets/sheetHub1.xml"}


def test_of_the_marked_sheet_only_the_marked_cells_change(rich: Path, tmp_path: Path) -> None:
    target = patched(rich, tmp_path / "out.xlsx", {SHEET: {(5, 2): mark()}})
    before, after = (parts_of(p)["xl/worksheets/sheet1.xml"].decode() for p in (rich, target))
    cell = re.search(r'<c r="B5"[^>]*>', after)
    assert cell is not None
    assert re.sub(r'<c r="B5"[^>]*>', "<B5>", before) == after.replace(cell[0], "<B5>")


def test_a_marked_cell_keeps_its_format_and_its_colour_tells_the_worst(rich: Path, tmp_path: Path) -> None:
    edits = {SHEET: {(5, 2): mark("warning"), (6, 3): mark("error"), (7, 1): mark("info")}}
    book = load_workbook(patched(rich, tmp_path / "out.xlsx", edits))
    money, day, plain = (book[SHEET][a] for a in ("B5", "C6", "A7"))
    assert (money.number_format, money.font.b, money.border.left.style) == ("#,##0.00", True, "thin")
    assert day.number_format == "dd/mm/yyyy" and day.is_date
    assert [fill_of(c) for c in (money, day, plain)] == [COLOURS["warning"], COLOURS["error"], COLOURS["info"]]
    assert fill_of(book[SHEET]["B6"]) == "000000"


def test_notes_stand_at_their_cells_and_a_comment_that_was_there_keeps_its_words(rich: Path, tmp_path: Path) -> None:
    edits = {SHEET: {(4, 1): mark(note="Sai <tên> & “mã”"), (6, 2): mark(note="dòng 1\ndòng 2")}}
    book = load_workbook(patched(rich, tmp_path / "out.xlsx", edits))
    old, new = book[SHEET]["A4"].comment, book[SHEET]["B6"].comment
    assert old.text.startswith("Lời của đơn vị") and "Sai <tên> & “mã”" in old.text and old.author == "Chị Hoa"
    assert new.text == "dòng 1\ndòng 2"


def test_a_sheet_without_comments_gets_its_drawing_where_the_schema_wants_it(rich: Path, tmp_path: Path) -> None:
    target = patched(rich, tmp_path / "out.xlsx", {"Bảng": {(2, 2): mark()}, "Trống": {(3, 3): mark()}})
    after = parts_of(target)
    table = after["xl/worksheets/sheet2.xml"].decode()
    assert table.index("<pageMargins") < table.index("<legacyDrawing") < table.index("<tableParts")
    book = load_workbook(target)
    assert book["Bảng"]["B2"].comment is not None and fill_of(book["Trống"]["C3"]) == COLOURS["error"]


def test_a_conversation_is_not_touched(rich: Path, tmp_path: Path) -> None:
    words = parts_of(rich)["xl/comments1.xml"].replace("Chị Hoa".encode(), b"tc={5C2A}")
    source = with_parts(rich, tmp_path / "talk.xlsx", {"xl/comments1.xml": words})
    target = patched(source, tmp_path / "out.xlsx", {SHEET: {(4, 1): mark()}})
    assert parts_of(target)["xl/comments1.xml"] == words
    assert fill_of(load_workbook(target)[SHEET]["A4"]) == COLOURS["error"]


def test_cells_that_are_not_there_are_put_in_at_their_place(rich: Path, tmp_path: Path) -> None:
    edits = {SHEET: {(2, 3): mark(), (5, 6): mark(), (5, 9): mark(), (40, 2): mark()}}
    target = patched(rich, tmp_path / "out.xlsx", edits)
    xml = parts_of(target)["xl/worksheets/sheet1.xml"].decode()
    rows = [int(r) for r in re.findall(r'<row r="(\d+)"', xml)]
    assert rows == sorted(rows) and {2, 40} <= set(rows)
    assert re.findall(r'<c r="([A-Z]+)5"', xml) == ["A", "B", "C", "D", "E", "F", "I"]
    assert '<dimension ref="A1:I40"/>' in xml
    book = load_workbook(target)
    assert book[SHEET]["F5"].number_format == "dd/mm/yyyy", "an empty cell has its column's format"
    assert {fill_of(book[SHEET][a]) for a in ("C2", "F5", "I5", "B40")} == {COLOURS["error"]}


def test_a_finding_under_a_merged_range_is_shown_at_its_first_cell(rich: Path, tmp_path: Path) -> None:
    book = load_workbook(patched(rich, tmp_path / "out.xlsx", {SHEET: {(1, 3): mark("warning")}}))
    assert fill_of(book[SHEET]["A1"]) == COLOURS["warning"] and book[SHEET]["A1"].comment is not None
    assert [str(r) for r in book[SHEET].merged_cells.ranges] == ["A1:D1"]


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("numbered", [True, False])
def test_prefixes_and_cells_without_addresses(tmp_path: Path, prefix: str, numbered: bool) -> None:
    p, space = prefix, "xmlns:x" if prefix else "xmlns"
    row = ' r="{}"' if numbered else ""
    rows = "".join(
        f"<{p}row{row.format(r)}>" + "".join(
            f"<{p}c{row.format(c + str(r))}><{p}v>{r * v}</{p}v></{p}c>" for c, v in (("A", 1), ("B", 10))
        ) + f"</{p}row>"
        for r in (1, 2, 3)
    )  # fmt: skip
    sheet = f'<{p}worksheet {space}="{{main}}"><{p}sheetData>{rows}</{p}sheetData></{p}worksheet>'
    target = patched(made_of(tmp_path / "a.xlsx", sheet), tmp_path / "b.xlsx", {"S": {(2, 2): mark(), (2, 4): mark()}})
    cells = load_workbook(target)["S"]
    assert [[c.value for c in r] for r in cells["A1:B3"]] == [[1, 10], [2, 20], [3, 30]]
    assert fill_of(cells["B2"]) == fill_of(cells["D2"]) == COLOURS["error"]
    assert cells["B2"].comment is not None and fill_of(cells["B3"]) == "000000"


def test_a_list_of_all_findings_is_added_that_runs_nothing(rich: Path, tmp_path: Path) -> None:
    findings = [finding(SHEET, r, 2, message="=cmd|' /C calc'!A0") for r in (4, 5)]
    sheet = load_workbook(patched(rich, tmp_path / "out.xlsx", {}, findings))[LIST_SHEET]
    assert [c.value for c in sheet[1]][:3] == ["Mức", "Sheet", "Ô"]
    assert [c.value for c in sheet["G"]][1:] == ["'=cmd|' /C calc'!A0"] * 2
    assert {c.data_type for row in sheet.iter_rows() for c in row} <= {"s", "n"}
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:H3"
    assert sheet["C2"].hyperlink.location == "'Số liệu'!B4"


def test_the_list_does_not_take_the_name_of_a_sheet_that_is_there(tmp_path: Path) -> None:
    sheet = '<worksheet xmlns="{main}"><sheetData/></worksheet>'
    source = made_of(tmp_path / "a.xlsx", sheet)
    book = parts_of(source)["xl/workbook.xml"].decode().replace('name="S"', 'name="kết quả kiểm tra"')
    source = with_parts(source, tmp_path / "b.xlsx", {"xl/workbook.xml": book.encode()})
    target = patched(source, tmp_path / "c.xlsx", {}, [finding("S", 1, 1)])
    assert load_workbook(target).sheetnames == ["kết quả kiểm tra", f"{LIST_SHEET} (2)"]


def test_many_findings_colour_all_cells_and_bound_the_notes(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{r}"><c r="A{r}"><v>{r}</v></c></row>' for r in range(1, 7001))
    source = made_of(tmp_path / "a.xlsx", f'<worksheet xmlns="{{main}}"><sheetData>{rows}</sheetData></worksheet>')
    places = [(r, 1) for r in range(1, 6501)]
    target = patched(
        source, tmp_path / "b.xlsx", {"S": dict.fromkeys(places, mark())}, [finding("S", *place) for place in places]
    )
    parts = parts_of(target)
    assert parts["xl/commentsHub1.xml"].count(b"<comment ") == MOST_NOTES
    assert len(re.findall(rb'<c r="A\d+" s="\d+">', parts["xl/worksheets/sheet1.xml"])) == 6500
    listed = parts["xl/worksheets/sheetHub1.xml"].decode()
    assert listed.count("<row ") == 6500 + 2 and "5.000 ô đầu có ghi chú" in listed


SHARED = (
    '<worksheet xmlns="{main}"><sheetData>'
    '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f t="shared" ref="B1:B3" si="0">A1*2</f><v>2</v></c></row>'
    '<row r="2"><c r="A2"><v>2</v></c><c r="B2"><f t="shared" si="0"/><v>4</v></c></row>'
    '<row r="3"><c r="A3"><v>3</v></c><c r="B3"><f t="shared" si="0"></f><v>6</v></c></row></sheetData></worksheet>'
)


def test_formulas_that_share_one_outlive_its_correction(tmp_path: Path) -> None:
    source = made_of(tmp_path / "a.xlsx", SHARED)
    cells = load_workbook(patched(source, tmp_path / "b.xlsx", {"S": {(1, 2): CellEdit(corrected=True, typed="7")}}))[
        "S"
    ]
    assert [cells[f"B{r}"].value for r in (1, 2, 3)] == [7, "=A2*2", "=A3*2"]


def test_a_marked_formula_stays_a_formula(tmp_path: Path) -> None:
    target = patched(made_of(tmp_path / "a.xlsx", SHARED), tmp_path / "b.xlsx", {"S": {(2, 2): mark()}})
    assert load_workbook(target)["S"]["B2"].value == "=A2*2"
    assert b'<f t="shared" si="0"/><v>4</v>' in parts_of(target)["xl/worksheets/sheet1.xml"]


ODD = {
    "cdata": '<worksheet xmlns="{main}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>'
    "<![CDATA[</row>x]]></t></is></c></row></sheetData></worksheet>",
    "comment": '<worksheet xmlns="{main}"><sheetData><!-- <row r="1"/> --><row r="1"><c r="A1"><v>5</v></c></row>'
    "</sheetData></worksheet>",
    "backwards": '<worksheet xmlns="{main}"><sheetData><row r="2"><c r="A2"><v>5</v></c></row><row r="1"><c r="A1">'
    "<v>6</v></c></row></sheetData></worksheet>",
    "strict": SHARED.replace("{main}", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
}


@pytest.mark.parametrize("kind", ODD)
def test_what_cannot_be_edited_in_place_is_given_back_another_way(tmp_path: Path, kind: str) -> None:
    source = made_of(tmp_path / "a.xlsx", ODD[kind])
    if kind == "strict":
        book = parts_of(source)["xl/workbook.xml"].replace(
            MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main"
        )
        source = with_parts(source, tmp_path / "s.xlsx", {"xl/workbook.xml": book})
    with pytest.raises(NotPatchableError):
        patched(source, tmp_path / "b.xlsx", {"S": {(1, 1): mark()}})
    write_edited(source, "a.xlsx", {"S": {(1, 1): mark()}}, tmp_path / "c.xlsx", [finding("S", 1, 1)])
    cells = load_workbook(tmp_path / "c.xlsx")["S"]
    expected = {"cdata": "</row>x", "comment": 5, "backwards": 6, "strict": 1}[kind]
    assert cells["A1"].value == expected and fill_of(cells["A1"]) == COLOURS["error"]
    assert cells["A1"].comment is not None
