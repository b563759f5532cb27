"""A corrected file reads as exactly what was typed, and nothing else in it has changed."""

from __future__ import annotations

import csv
import io
import json
import string
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from assets.corrections import Correction, apply_corrections
from assets.workbook_patch.source import grids_of, unpacked
from data.legacy_font import from_unicode
from tests.assets.workbook_patch.books import made_of, parts_of, rich_workbook

LINES = [
    "Xã;Số hộ;Ngày",
    "Phường Nha Trang;1.200;01/10/2026",
    'Xã "Cam; Lâm";58;02/10/2026',
    "Xã Vạn Ninh;12;03/10/2026",
]
TEXT = "\r\n".join(LINES).replace('Xã "Cam; Lâm"', '"Xã Cam; Lâm"') + "\r\n"


def corrected(source: Path, *corrections: Correction, name: str = "") -> Path:
    return apply_corrections(source, name or source.name, corrections, source.parent / "out")


def cell(path: Path, sheet: str, row: int, column: int) -> str | None:
    raw, name, kind = unpacked(path, path.name)
    for grid in grids_of(raw, name, kind):
        if grid.sheet == sheet and row in grid.row_numbers:
            return grid.cells[grid.row_numbers.index(row)][column - grid.first_column]
    return None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
def test_of_a_csv_only_the_bytes_of_the_cell_change(tmp_path: Path, encoding: str) -> None:
    source = tmp_path / "hộ.csv"
    text = TEXT if encoding != "cp1258" else "".join(from_unicode(TEXT, "windows-1258"))
    source.write_bytes(text.encode(encoding if encoding != "cp1258" else "cp1252"))
    done = corrected(source, Correction("", 2, 2, "1.300"), Correction("", 3, 1, "Xã Cam Lâm"))
    assert done.name == "hộ.csv"
    expected = TEXT.replace("1.200", "1.300").replace("Xã Cam; Lâm", "Xã Cam Lâm")
    if encoding == "cp1258":
        assert done.read_bytes() == from_unicode(expected, "windows-1258").encode("cp1252")
    else:
        assert done.read_bytes().decode(encoding) == expected
        assert done.read_bytes()[:2] == source.read_bytes()[:2]


def test_a_csv_in_an_old_font_keeps_it(tmp_path: Path) -> None:
    lines = ["Xã;Số hộ", *[f"phường Nha Trang số {i};{i}" for i in range(1, 30)]]
    source = tmp_path / "tcvn3.csv"
    source.write_bytes(from_unicode("\n".join(lines), "tcvn3").encode("cp1252"))
    done = corrected(source, Correction("", 3, 1, "xã Vạn Ninh"))
    lines[2] = "xã Vạn Ninh;2"
    assert done.read_bytes() == from_unicode("\n".join(lines), "tcvn3").encode("cp1252")


def test_a_letter_that_the_encoding_lacks_turns_the_text_into_utf_8(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_bytes("Name,Town\nJosé,Málaga\nInés,Cádiz\nRené,Nîmes\n".encode("cp1252"))
    done = corrected(source, Correction("", 2, 2, "Đắk Lắk"))
    assert done.read_bytes().decode("utf-8-sig") == "Name,Town\nJosé,Đắk Lắk\nInés,Cádiz\nRené,Nîmes\n"


_VALUE = st.text(string.ascii_letters + string.digits + "ăệ;,\"' .-\n", min_size=0, max_size=12).filter(
    lambda v: v == v.strip()
)
_PLACES = st.dictionaries(st.tuples(st.integers(2, 9), st.integers(1, 4)), _VALUE, min_size=1, max_size=4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=_PLACES, delimiter=st.sampled_from(";,\t"), end=st.sampled_from(["\n", "\r\n"]))
def test_whatever_is_typed_into_a_csv_is_read_back(
    tmp_path: Path, values: dict[tuple[int, int], str], delimiter: str, end: str
) -> None:
    rows = [["Mã", "Tên", "Số", "Ghi chú"], *[[f"M{i}", f"Xã số {i}", str(i * 7), "ổn"] for i in range(1, 10)]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    source = tmp_path / "a.csv"
    source.write_bytes(out.getvalue().encode())
    done = corrected(source, *[Correction("", r, c, v) for (r, c), v in values.items()])
    sheet = "Sheet1" if done.suffix == ".xlsx" else ""
    for row in range(1, 11):
        for column in range(1, 5):
            expected = values.get((row, column), rows[row - 1][column - 1])
            assert (cell(done, sheet, row, column) or "") == expected


@pytest.mark.parametrize(
    ("place", "typed", "read"),
    [
        ((5, 2), "1.234,5", "1234.5"),
        ((5, 2), "-12", "-12"),
        ((5, 2), "khoảng 12", "khoảng 12"),
        ((5, 1), "1.234,5", "1.234,5"),
        ((5, 1), "=1+1", "=1+1"),
        ((5, 3), "5/3/2026", "2026-03-05"),
        ((5, 3), "5/3/2026 14:30", "2026-03-05T14:30:00"),
        ((5, 4), "12%", "0.12"),
        ((5, 4), "12,5", "0.125"),
        ((5, 4), "0,3", "0.3"),
        ((5, 5), "9", "9"),
        ((20, 1), "Xã mới", "Xã mới"),
        ((5, 2), "12345678901234567890", "12345678901234567890"),
        ((5, 2), None, None),
    ],
)
def test_a_cell_of_a_workbook_takes_what_a_person_types_there(
    tmp_path: Path, place: tuple[int, int], typed: str | None, read: str | None
) -> None:
    source = rich_workbook(tmp_path / "a.xlsx")
    done = corrected(source, Correction("Số liệu", *place, typed))
    assert cell(done, "Số liệu", *place) == read
    before, after = load_workbook(source)["Số liệu"], load_workbook(done)["Số liệu"]
    if typed is not None and place[0] == 5:
        assert after.cell(*place).number_format == before.cell(*place).number_format
    assert all(
        after[c.coordinate].value == c.value for row in before.iter_rows() for c in row if (c.row, c.column) != place
    )


def test_an_empty_or_text_cell_among_numbers_gets_a_number_and_among_days_a_day(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{r}"><c r="A{r}"><v>{r}</v></c><c r="B{r}" s="1"><v>4630{r}</v></c></row>' for r in (1, 2, 3)
    )
    rows += '<row r="4"><c r="A4" t="inlineStr"><is><t>12o</t></is></c><c r="B4" t="str"><v>?</v></c></row>'
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font/></fonts>'
        '<fills count="1"><fill/></fills><borders count="1"><border/></borders><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="14"/></cellXfs></styleSheet>'
    )
    source = made_of(
        tmp_path / "a.xlsx", f'<worksheet xmlns="{{main}}"><sheetData>{rows}</sheetData></worksheet>', styles=styles
    )
    done = corrected(
        source, Correction("S", 4, 1, "1.200"), Correction("S", 4, 2, "31/10/2026"), Correction("S", 5, 1, "7")
    )
    assert [cell(done, "S", 4, 1), cell(done, "S", 4, 2), cell(done, "S", 5, 1)] == ["1200", "2026-10-31", "7"]


def test_a_corrected_workbook_changes_in_one_sheet_only(tmp_path: Path) -> None:
    source = rich_workbook(tmp_path / "a.xlsx")
    before, after = parts_of(source), parts_of(corrected(source, Correction("Số liệu", 5, 2, "7")))
    assert {n for n in before if before[n] != after.get(n)} == {"xl/worksheets/sheet1.xml"} and set(before) == set(
        after
    )


def test_a_workbook_with_macros_comes_back_as_xlsx_without_them(tmp_path: Path) -> None:
    source = rich_workbook(tmp_path / "a.xlsm")
    with zipfile.ZipFile(source, "a") as package:
        package.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    done = corrected(source, Correction("Số liệu", 5, 2, "7"))
    assert done.name == "a.xlsx" and "xl/vbaProject.bin" not in parts_of(done)


def test_json_comes_back_as_a_workbook_with_the_same_table(tmp_path: Path) -> None:
    source = tmp_path / "a.json"
    source.write_text(json.dumps([{"xa": "Cam Lâm", "ho": 5}, {"xa": "Vạn Ninh", "ho": 6}]), encoding="utf-8")
    done = corrected(source, Correction("", 2, 2, "1.200"))
    book = load_workbook(done).active
    assert book is not None and done.name == "a.xlsx"
    assert [list(r) for r in book.values] == [["xa", "ho"], ["Cam Lâm", 5], ["Vạn Ninh", 1200]]


def test_a_workbook_in_an_archive_is_corrected_and_comes_out_of_it(tmp_path: Path) -> None:
    inner = rich_workbook(tmp_path / "a.xlsx")
    source = tmp_path / "a.zip"
    with zipfile.ZipFile(source, "w") as package:
        package.write(inner, "báo cáo/a.xlsx")
    done = corrected(source, Correction("Số liệu", 5, 2, "7"))
    assert done.name == "a.xlsx" and cell(done, "Số liệu", 5, 2) == "7"


def test_the_name_of_a_file_leads_nowhere_else(tmp_path: Path) -> None:
    source = tmp_path / "hash"
    source.write_bytes(TEXT.encode())
    done = corrected(source, Correction("", 2, 2, "5"), name="../../etc/a.csv")
    assert done == tmp_path / "out" / "a.csv"
