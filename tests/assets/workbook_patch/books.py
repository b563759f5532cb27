"""Workbooks for tests of editing in place: one with everything in it, and small ones written part by part."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

import xlsxwriter

from assets.workbook_patch.edits import CellEdit
from checks.finding import Finding
from data.table import cell_address

__all__ = ["MAIN", "finding", "made_of", "parts_of", "rich_workbook", "with_parts"]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def finding(
    sheet: str, row: int, column: int, *, severity: str = "error", message: str = "Số không được âm"
) -> Finding:
    return Finding(
        "r.so", "row", "dung", severity, sheet, row, None, cell_address(row, column), "=1+1", "≥ 0", None, message, "en"
    )


def mark(severity: str = "error", note: str = "Số không được âm") -> CellEdit:
    return CellEdit(severity, note)


def _picture(path: Path) -> Path:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(b"\x00" + b"\xc0\x30\x20" * 2 for _ in range(2)))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b""))
    return path


def rich_workbook(path: Path) -> Path:
    """Sheet "Số liệu": header in row 3, data in rows 4–9, merged A1:D1; chart, picture, table, rules and comments."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Số liệu")
    money = book.add_format({"num_format": "#,##0.00", "border": 1, "bold": True})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    share = book.add_format({"num_format": "0.0%"})
    sheet.merge_range("A1:D1", "BÁO CÁO <tháng> & “quý”", money)
    sheet.write_row("A3", ["Tên", "Số tiền", "Ngày", "Tỷ lệ", "Tổng"])
    for row in range(3, 9):
        sheet.write(row, 0, f"Xã {row}")
        sheet.write(row, 1, row * 1000.5, money)
        sheet.write_number(row, 2, 46300 + row, day)
        sheet.write(row, 3, row / 100, share)
        sheet.write_formula(row, 4, f"=B{row + 1}*2", None, row * 2001)
    sheet.write_comment("A4", "Lời của đơn vị", {"author": "Chị Hoa"})
    sheet.insert_image("H2", str(_picture(path.with_suffix(".png"))))
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "='Số liệu'!$B$4:$B$9"})
    sheet.insert_chart("H8", chart)
    sheet.conditional_format("B4:B9", {"type": "data_bar"})
    sheet.data_validation("A4:A9", {"validate": "list", "source": ["Xã 3", "Xã 4"]})
    sheet.freeze_panes(3, 1)
    sheet.set_row(7, None, None, {"hidden": True})
    sheet.set_column("F:F", 12, day)
    sheet.set_header("&C&G", {"image_center": str(path.with_suffix(".png"))})
    other = book.add_worksheet("Bảng")
    other.add_table("A1:B3", {"columns": [{"header": "K"}, {"header": "V"}], "data": [["a", 1], ["b", 2]]})
    book.add_worksheet("Trống")
    book.define_name("Vung", "='Số liệu'!$B$4:$B$9")
    book.close()
    return path


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def with_parts(source: Path, target: Path, changed: dict[str, bytes | None]) -> Path:
    """The package with parts changed, added, or (None) taken out."""
    parts: dict[str, bytes | None] = {**parts_of(source), **changed}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            if content is not None:
                package.writestr(name, content)
    return target


def made_of(path: Path, sheet: str, *, book: str = "", styles: str = "") -> Path:
    """A workbook of one sheet “S” given as xml; {main} in it stands for the namespace."""
    types = (
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    )
    relations = f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    if styles:
        types += f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        relations += f'<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    space = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{space}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{space}/relationships"><Relationship Id="r1" Type="{_OFFICE}/'
        'officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="S" sheetId="1" '
        f'r:id="r1"/></sheets>{book}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{space}/relationships">{relations}</Relationships>',
        "xl/worksheets/sheet1.xml": sheet.replace("{main}", MAIN),
    }
    if styles:
        parts["xl/styles.xml"] = styles
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path
