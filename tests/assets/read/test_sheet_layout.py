"""What a sheet says beside its values: hidden rows and columns, filters, Excel tables, named and printed ranges."""

from __future__ import annotations

import struct
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.read import read_bytes, read_file
from assets.read.compound_file import stream_of
from assets.read.grid import Area
from assets.read.sheet_layout import SheetLayout, layouts
from data.table import UnreadableError
from tests.assets.read.books import BUDGET, write

ROWS = [["Xã", "Số", "Nội bộ"], ["A", 1, 5], ["B", 2, 6], ["C", 3, 7]]


def _hidden_xlsx(path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(2, 2, None, None, {"hidden": True})


def _hidden_xls(path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for number, row in enumerate(ROWS):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    sheet.row(2).hidden = True
    sheet.col(2).hidden = True
    book.save(str(path))


def _hidden_ods(path: Path) -> None:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableColumn, TableRow
    from odf.text import P

    book = OpenDocumentSpreadsheet()
    sheet = Table(name="S")
    sheet.addElement(TableColumn(numbercolumnsrepeated=2))
    sheet.addElement(TableColumn(visibility="collapse"))
    for number, row in enumerate(ROWS):
        line = TableRow(visibility="filter") if number == 2 else TableRow()
        for value in row:
            cell = (
                TableCell(valuetype="string") if isinstance(value, str) else TableCell(valuetype="float", value=value)
            )
            cell.addElement(P(text=str(value)))
            line.addElement(cell)
        sheet.addElement(line)
    book.spreadsheet.addElement(sheet)
    book.save(str(path))


@pytest.mark.parametrize(("kind", "make"), [("xlsx", _hidden_xlsx), ("xls", _hidden_xls), ("ods", _hidden_ods)])
def test_hidden_rows_and_columns_are_kept_and_said(tmp_path: Path, kind: str, make) -> None:  # type: ignore[no-untyped-def]
    make(tmp_path / f"h.{kind}")
    table = read_file(tmp_path / f"h.{kind}").tables[0]
    assert table.frame.height == 3 and table.frame.width == 3
    assert table.hidden_rows == (3,) and table.hidden_columns == (3,)


def _layout(path: Path, sheet: str = "S") -> SheetLayout:
    return layouts(path.read_bytes(), "xlsx", [sheet])[sheet]


def test_a_filter_that_is_on_is_said(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "f.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
        sheet.autofilter(0, 0, 3, 2)
        sheet.filter_column(0, "x != B")
        sheet.set_row(2, None, None, {"hidden": True})
    table = read_file(path).tables[0]
    assert table.filtered and table.hidden_rows == (3,) and table.frame.height == 3
    assert Area("filter", 1, 1, 4, 3, header_rows=1) in _layout(path).areas


def test_tables_names_and_print_ranges_are_plain_areas(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "n.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Biểu 'A' 1")
        columns = [{"header": name} for name in ("Xã", "Số")]
        sheet.add_table(2, 1, 6, 2, {"columns": columns, "data": [["A", 1]] * 3, "total_row": True, "name": "Dân_số"})
        sheet.print_area(0, 0, 9, 4)
        sheet.repeat_rows(2, 3)
        book.define_name("Vùng", "='Biểu ''A'' 1'!$B$3:$C$7")
    assert set(_layout(path, "Biểu 'A' 1").areas) == {
        Area("table", 3, 2, 7, 3, name="Dân_số", header_rows=1, totals_rows=1),
        Area("print_area", 1, 1, 10, 5),
        Area("print_titles", 3, 1, 4, 16_384),
        Area("named", 3, 2, 7, 3, name="Vùng"),
    }


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_workbook_never_ends_the_reader(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    path = tmp_path / f"b.{kind}"
    if not path.exists():
        write(path, kind, {"S": BUDGET})
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 12))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    changed = bytes(raw[: data.draw(st.integers(len(raw) // 2, len(raw)))])
    assert isinstance(layouts(changed, kind, ["S"]), dict)
    try:
        read_bytes(changed, f"b.{kind}")
    except UnreadableError as error:
        assert "\n" not in str(error)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=3000))
def test_no_bytes_lead_the_compound_file_astray(tail: bytes) -> None:
    with suppress(struct.error):  # a header that is cut short says so
        stream_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 22 + b"\x09\x00\x06\x00" + tail, ("workbook",))
