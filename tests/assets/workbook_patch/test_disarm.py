"""What comes back of a sent workbook runs nothing: no macro, no link to another file, no program, no fetching."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

from assets.read.limits import DEFAULT_LIMITS
from assets.read.package import open_package
from assets.workbook_patch.edits import NotPatchableError
from assets.workbook_patch.patch import patch_workbook
from tests.assets.workbook_patch.books import made_of, parts_of, rich_workbook, with_parts

_KINDS = "http://schemas.microsoft.com/office/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DDE = "cmd|' /C calc'!A0"


def given_back(source: Path) -> Path:
    target = source.with_name("back.xlsx")
    with open_package(source.read_bytes(), source.name, DEFAULT_LIMITS) as package:
        patch_workbook(package, {}, target)
    return target


def sheet_of(*cells: str, after: str = "") -> str:
    rows = "".join(f'<row r="{r}">{cell}</row>' for r, cell in enumerate(cells, 1))
    return f'<worksheet xmlns="{{main}}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def test_macros_and_their_names_are_left_out_and_the_book_is_a_plain_one(tmp_path: Path) -> None:
    book = f'<definedNames><definedName name="Auto_Open" xlm="1">S!A1</definedName><definedName name="x">{DDE}'
    book += '</definedName><definedName name="ok">S!$A$1</definedName></definedNames>'
    source = made_of(tmp_path / "a.xlsm", sheet_of('<c r="A1"><v>1</v></c>'), book=book)
    parts = parts_of(source)
    types = (
        parts["[Content_Types].xml"]
        .decode()
        .replace(
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        )
        .replace(
            "</Types>", '<Override PartName="/xl/odd.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
        )
    )
    relations = parts["xl/_rels/workbook.xml.rels"].decode().replace(
        "</Relationships>", f'<Relationship Id="r9" Type="{_KINDS}/vbaProject" Target="odd.bin"/></Relationships>'
    )  # fmt: skip
    changed = {"[Content_Types].xml": types.encode(), "xl/_rels/workbook.xml.rels": relations.encode(),
               "xl/odd.bin": b"macro", "customUI/customUI.xml": b"<customUI/>"}  # fmt: skip
    after = parts_of(given_back(with_parts(source, tmp_path / "b.xlsm", dict(changed))))
    assert not {"xl/odd.bin", "customUI/customUI.xml"} & set(after)
    assert b"odd.bin" not in after["xl/_rels/workbook.xml.rels"] + after["[Content_Types].xml"]
    assert b"macroEnabled" not in after["[Content_Types].xml"]
    assert re.findall(rb'definedName name="(\w+)"', after["xl/workbook.xml"]) == [b"ok"]


def test_links_to_other_files_go_and_the_values_they_had_stay(tmp_path: Path) -> None:
    cells = (
        '<c r="A1"><f>[1]Sheet1!A1*2</f><v>40.5</v></c>', '<c r="A2" t="str"><f>[1]S!B2</f><v>Xã</v></c>',
        f'<c r="A3"><f>{DDE}</f></c>', '<c r="A4"><f>SUM(A1:A1)</f><v>40.5</v></c>',
        '<c r="A5"><f t="shared" ref="A5:A6" si="3">[1]S!C1</f></c>', '<c r="A6"><f t="shared" si="3"/></c>',
    )  # fmt: skip
    source = made_of(
        tmp_path / "a.xlsx",
        sheet_of(*cells),
        book='<externalReferences><externalReference r:id="r7"/></externalReferences>',
    )
    relations = parts_of(source)["xl/_rels/workbook.xml.rels"].decode().replace(
        "</Relationships>",
        f'<Relationship Id="r7" Type="{_OFFICE}/externalLink" Target="externalLinks/externalLink1.xml"/>'
        f'<Relationship Id="r8" Type="{_OFFICE}/calcChain" Target="calcChain.xml"/></Relationships>',
    )  # fmt: skip
    source = with_parts(source, tmp_path / "b.xlsx", {
        "xl/_rels/workbook.xml.rels": relations.encode(), "xl/calcChain.xml": b"<calcChain/>",
        "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
        "xl/externalLinks/_rels/externalLink1.xml.rels": b"<Relationships/>",
    })  # fmt: skip
    target = given_back(source)
    after = parts_of(target)
    assert not [n for n in after if "external" in n or "calcChain" in n]
    assert b"external" not in after["xl/workbook.xml"] + after["xl/_rels/workbook.xml.rels"]
    values = [row[0].value for row in load_workbook(target)["S"]["A1:A6"]]
    assert values == [40.5, "Xã", f"'={DDE}", "=SUM(A1:A1)", "'=[1]S!C1", "'=[1]S!C1"]


def test_the_order_of_calculation_stays_where_no_formula_goes(tmp_path: Path) -> None:
    source = made_of(tmp_path / "a.xlsx", sheet_of('<c r="A1"><f>1+1</f><v>2</v></c>'))
    source = with_parts(source, tmp_path / "b.xlsx", {"xl/calcChain.xml": b"<calcChain/>"})
    assert parts_of(given_back(source))["xl/calcChain.xml"] == b"<calcChain/>"


@pytest.mark.parametrize("formula", ["WEBSERVICE(&quot;http&#58;//a&quot;)", "&#99;md&#124;'x'!A0", "_xlfn.IMAGE(A1)"])
def test_formulas_written_in_escapes_are_known_too(tmp_path: Path, formula: str) -> None:
    source = made_of(tmp_path / "a.xlsx", sheet_of(f'<c r="A1"><f>{formula}</f></c>'))
    assert load_workbook(given_back(source))["S"]["A1"].data_type == "s"


def test_rules_and_charts_no_longer_reach_out(tmp_path: Path) -> None:
    rule = '<conditionalFormatting sqref="A1"><cfRule type="expression" priority="1"><formula>[1]S!A1&gt;0</formula>'
    source = made_of(
        tmp_path / "a.xlsx", sheet_of('<c r="A1"><v>1</v></c>', after=rule + "</cfRule></conditionalFormatting>")
    )
    chart = b'<c:chart xmlns:c="c"><c:f>[1]S!$A$1</c:f><c:f>S!$A$2</c:f></c:chart>'
    after = parts_of(given_back(with_parts(source, tmp_path / "b.xlsx", {"xl/charts/chart1.xml": chart})))
    assert b"<formula>#REF!</formula>" in after["xl/worksheets/sheet1.xml"]
    assert after["xl/charts/chart1.xml"] == chart.replace(b"[1]S!$A$1", b"#REF!")


def test_pictures_elsewhere_are_not_fetched_and_links_to_click_stay(tmp_path: Path) -> None:
    rich = rich_workbook(tmp_path / "rich.xlsx")
    name = "xl/drawings/_rels/drawing1.xml.rels"
    links = (
        f'<Relationship Id="r8" Type="{_OFFICE}/image" Target="http://spy.example/a.png" TargetMode="External"/>'
        f'<Relationship Id="r9" Type="{_OFFICE}/hyperlink" Target="https://khanhhoa.gov.vn" TargetMode="External"/>'
    )
    xml = parts_of(rich)[name].replace(b"</Relationships>", links.encode() + b"</Relationships>")
    after = parts_of(given_back(with_parts(rich, tmp_path / "b.xlsx", {name: xml})))[name]
    assert b"spy.example" not in after and b"https://khanhhoa.gov.vn" in after and b"media/image" in after


def test_data_connections_fetch_only_when_asked(tmp_path: Path) -> None:
    source = made_of(tmp_path / "a.xlsx", sheet_of('<c r="A1"><v>1</v></c>'))
    xml = b'<connections><connection id="1" refreshOnLoad="1" interval="5" name="x"/></connections>'
    after = parts_of(given_back(with_parts(source, tmp_path / "b.xlsx", {"xl/connections.xml": xml})))
    assert after["xl/connections.xml"] == b'<connections><connection id="1" name="x"/></connections>'


@pytest.mark.parametrize("kind", ["xlMacrosheet", "dialogsheet", "control"])
def test_sheets_of_macros_and_controls_are_not_passed_on(tmp_path: Path, kind: str) -> None:
    source = made_of(tmp_path / "a.xlsx", sheet_of('<c r="A1"><v>1</v></c>'))
    relations = parts_of(source)["xl/_rels/workbook.xml.rels"].decode().replace(
        "</Relationships>", f'<Relationship Id="r7" Type="{_OFFICE}/{kind}" Target="odd.xml"/></Relationships>'
    )  # fmt: skip
    source = with_parts(
        source, tmp_path / "b.xlsx", {"xl/_rels/workbook.xml.rels": relations.encode(), "xl/odd.xml": b"<x/>"}
    )
    with pytest.raises(NotPatchableError):
        given_back(source)
