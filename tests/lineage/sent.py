"""Files as a department might send them, in every format the hub reads, by writers that are not the hub's."""

from __future__ import annotations

import csv
import html
import io
import json
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

from tests.lineage.binary_book import binary_book
from tests.lineage.originals import TCVN3
from tests.lineage.register import LOWER, NAMES, RECORDS, UPPER, Cell, printed_sheet, shown, text_lines

__all__ = ["FORMS", "write"]


def _xlsx(path: Path) -> None:
    import xlsxwriter

    lines, merges, hidden = printed_sheet()
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Bìa").write(0, 0, "Báo cáo của Sở")
        page = book.add_worksheet("Biểu 05")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for merge in merges:
            page.merge_range(*merge, "")
        for row, cells in enumerate(lines):
            for column, value in enumerate(cells):
                if isinstance(value, date):
                    page.write_datetime(row, column, datetime(value.year, value.month, value.day), day)
                elif value is not None:
                    page.write(row, column, value)
        for row in hidden:
            page.set_row(row, None, None, {"hidden": True})
        page.set_column(0, 0, None, None, {"hidden": True})


def _xlsm(path: Path) -> None:
    """The same book with a macro project in it, as its types say."""
    plain = path.with_suffix(".xlsx")
    _xlsx(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            content = old.read(member)
            if member == "[Content_Types].xml":
                content = content.replace(
                    b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"vnd.ms-excel.sheet.macroEnabled.main+xml",
                )
            new.writestr(member, content)
        new.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + bytes(508))


def _xls(path: Path) -> None:
    import xlwt

    lines, merges, hidden = printed_sheet()
    book = xlwt.Workbook()
    book.add_sheet("Bìa").write(0, 0, "Báo cáo của Sở")
    page = book.add_sheet("Biểu 05", cell_overwrite_ok=True)
    day = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for top, left, bottom, right in merges:
        page.merge(top, bottom, left, right)
    for row, cells in enumerate(lines):
        for column, value in enumerate(cells):
            if isinstance(value, date):
                page.write(row, column, value, day)
            elif value is not None:
                page.write(row, column, value)
    for row in hidden:
        page.row(row).hidden = True
    book.save(str(path))


def _ods(path: Path) -> None:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import CoveredTableCell, Table, TableCell, TableRow
    from odf.text import P

    lines, merges, hidden = printed_sheet()
    spans = {(t, left): (b - t + 1, r - left + 1) for t, left, b, r in merges}
    inside = {(r, c) for t, left, b, right in merges for r in range(t, b + 1) for c in range(left, right + 1)} - set(
        spans
    )
    book = OpenDocumentSpreadsheet()
    page = Table(name="Biểu 05")
    for row, cells in enumerate(lines):
        line = TableRow(visibility="collapse") if row in hidden else TableRow()
        for column, value in enumerate(cells):
            given: dict[str, object] = {}
            if (row, column) in spans:
                given["numberrowsspanned"], given["numbercolumnsspanned"] = spans[row, column]
            if isinstance(value, bool):
                given |= {"valuetype": "boolean", "booleanvalue": str(value).lower()}
            elif isinstance(value, (int, float)):
                given |= {"valuetype": "float", "value": repr(value)}
            elif isinstance(value, date):
                given |= {"valuetype": "date", "datevalue": value.isoformat()}
            elif value is not None:
                given["valuetype"] = "string"
            cell = CoveredTableCell() if (row, column) in inside - set(spans) else TableCell(**given)
            if value is not None:
                cell.addElement(P(text=str(value)))
            line.addElement(cell)
        page.addElement(line)
    book.spreadsheet.addElement(page)
    book.save(str(path))


def _delimited(delimiter: str, *, quote_all: bool = False) -> str:
    out = io.StringIO()
    writer = csv.writer(
        out, delimiter=delimiter, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL, lineterminator="\r\n"
    )
    writer.writerows([shown(value) for value in line] for line in text_lines())
    return out.getvalue()


def _cp1258(text: str) -> bytes:
    """Letters composed and tones apart, as windows-1258 has them."""
    tones, out = "\u0300\u0301\u0303\u0309\u0323", []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        marks = "".join(c for c in parts if c in tones)
        out.append(unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones)) + marks)
    return "".join(out).encode("cp1258")


def _tcvn3(text: str) -> bytes:
    codes = {letter: code for code, letter in TCVN3.items()}
    return bytes(codes.get(letter) or codes.get(letter.lower()) or ord(letter) for letter in text)


def _json_values() -> list[dict[str, object]]:
    plain = [[v.isoformat() if isinstance(v, date) else v for v in record] for record in RECORDS]
    return [dict(zip(NAMES, record, strict=True)) for record in plain]


def _html(path: Path) -> None:
    """A page that a program writes and names xls: a frame, a header of two rows with spans, notes as a table."""

    def cells(tag: str, values: Sequence[Cell]) -> str:
        return "".join(f"<{tag}>{html.escape(shown(v))}</{tag}>" for v in values)

    upper = "".join(
        f'<th colspan="{3 if c == 4 else 2}">{html.escape(title)}</th>' if c in (4, 8)
        else f'<th rowspan="2">{html.escape(title)}</th>'
        for c, title in enumerate(UPPER)
        if title
    )  # fmt: skip
    rows = "\n".join(f"<tr>{cells('td', record)}</tr>" for record in RECORDS)
    path.write_text(
        '<html><head><meta charset="utf-8"></head><body><table><tr><td>UBND TỈNH KHÁNH HÒA</td></tr></table>'
        f'<table border="1"><tr>{upper}</tr><tr>{cells("th", [t for t in LOWER if t])}</tr>\n{rows}</table>'
        "<table><tr><td>Người lập</td><td>Giám đốc</td></tr></table></body></html>",
        encoding="utf-8",
    )


def _parquet(path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    columns = {name: [record[c] for record in RECORDS] for c, name in enumerate(NAMES)}
    columns["rooms"] = [None if isinstance(v, str) else v for v in columns["rooms"]]
    pyarrow.parquet.write_table(pyarrow.table(columns), path)


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("bao cao/danh sach.csv", _delimited(";").encode("utf-8-sig"))
        package.writestr("__MACOSX/._danh sach.csv", b"\x00\x05\x16\x07")


def _ndjson(path: Path) -> None:
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in _json_values()), encoding="utf-8")


FORMS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "xlsx": ("xlsx", _xlsx),
    "xlsm": ("xlsm", _xlsm),
    "xls": ("xls", _xls),
    "xlsb": ("xlsb", lambda p: p.write_bytes(binary_book("Biểu 05", *printed_sheet()))),
    "ods": ("ods", _ods),
    "csv utf-8": ("csv", lambda p: p.write_bytes(_delimited(",").encode())),
    "csv utf-16": ("csv", lambda p: p.write_bytes(_delimited(";").encode("utf-16"))),
    "csv cp1258": ("csv", lambda p: p.write_bytes(_cp1258(_delimited(";", quote_all=True)))),
    "csv TCVN3": ("csv", lambda p: p.write_bytes(_tcvn3(_delimited(";")))),
    "tsv": ("txt", lambda p: p.write_bytes(_delimited("\t").encode("utf-8-sig"))),
    "json": ("json", lambda p: p.write_text(json.dumps({"ok": True, "data": _json_values()}, ensure_ascii=False))),
    "ndjson": ("ndjson", _ndjson),
    "html named xls": ("xls", _html),
    "parquet": ("parquet", _parquet),
    "zip": ("zip", _zip),
}
"""Form → the file name's ending, and what writes it."""


def write(form: str, folder: Path) -> Path:
    """One file of a form."""
    ending, writer = FORMS[form]
    path = folder / f"{form.replace(' ', '_')}.{ending}"
    writer(path)
    return path
