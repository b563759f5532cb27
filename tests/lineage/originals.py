"""The bytes as they were sent, opened again by readers that are not the hub's: what stands at a sheet, row, column."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
import zipfile
from collections.abc import Callable, Collection
from html.parser import HTMLParser

from tests.lineage.binary_book import read_binary_book
from tests.lineage.excel97 import read_excel97
from tests.lineage.meaning import Above

__all__ = ["TCVN3", "Original", "open_original"]

Original = Callable[[str, int, int], object]
"""(sheet, row, column), both from 1 → the value as its format stores it; None where the cell is empty."""
TCVN3 = dict(
    zip(
        (*range(0xA1, 0xAF), *range(0xB5, 0xBA), *range(0xBB, 0xBF), *range(0xC6, 0xCD), *range(0xCE, 0xD9),
         *range(0xDC, 0xE0), *range(0xE1, 0xF0), *range(0xF1, 0xFF)),
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)  # fmt: skip
"""TCVN 5712:1993, VN3: code → letter."""


def open_original(raw: bytes, words: Collection[str]) -> Original:
    """A look into the file; `words` are headings that must be found in a text for its encoding to be the right one."""
    if raw.startswith(b"PK"):
        return _zip(raw, words)
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        sheets = read_excel97(raw)
        return lambda sheet, row, column: sheets[sheet].get((row, column))
    if raw.startswith(b"PAR1"):
        return _parquet(raw)
    if raw.lstrip()[:1] == b"<":
        return _html(raw)
    if raw.lstrip()[:1] in (b"{", b"["):
        return _json(raw)
    return _delimited(raw, words)


def _zip(raw: bytes, words: Collection[str]) -> Original:
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        names = package.namelist()
        if "content.xml" in names:
            return _ods(raw)
        if "xl/workbook.bin" in names:
            sheets = read_binary_book(raw)
            return lambda sheet, row, column: sheets[sheet].get((row, column))
        if "xl/workbook.xml" in names:
            return _xlsx(raw)
        return open_original(package.read(names[0]), words)


def _xlsx(raw: bytes) -> Original:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(raw), data_only=True)

    def cell(sheet: str, row: int, column: int) -> object:
        value = book[sheet].cell(row, column).value
        if value is None:
            for area in book[sheet].merged_cells.ranges:
                if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
                    return Above(book[sheet].cell(area.min_row, area.min_col).value)
        return value

    return cell


def _ods(raw: bytes) -> Original:
    from odf.opendocument import load
    from odf.table import CoveredTableCell, Table, TableCell, TableRow
    from odf.teletype import extractText

    sheets: dict[str, dict[tuple[int, int], object]] = {}
    for table in load(io.BytesIO(raw)).spreadsheet.getElementsByType(Table):
        found = sheets.setdefault(table.getAttribute("name"), {})
        row = 1
        for line in table.getElementsByType(TableRow):
            column = 1
            for node in line.childNodes:
                if node.qname not in (TableCell().qname, CoveredTableCell().qname):
                    continue
                down = int(node.getAttribute("numberrowsspanned") or 1) if node.qname == TableCell().qname else 1
                value = node.getAttribute("value") or node.getAttribute("datevalue") or extractText(node)
                if value:
                    kind = node.getAttribute("valuetype")
                    found[row, column] = float(value) if kind == "float" else value
                    found |= {(below, column): Above(found[row, column]) for below in range(row + 1, row + down)}
                column += int(node.getAttribute("numbercolumnsrepeated") or 1)
            row += int(line.getAttribute("numberrowsrepeated") or 1)
    return lambda sheet, row, column: sheets[sheet].get((row, column))


def _parquet(raw: bytes) -> Original:
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(io.BytesIO(raw))
    return lambda sheet, row, column: table.column(column - 1)[row - 1].as_py()


def _json(raw: bytes) -> Original:
    text = raw.decode("utf-8")
    try:
        whole = json.loads(text)
    except ValueError:
        whole = [json.loads(line) for line in text.splitlines() if line.strip()]
    records = whole if isinstance(whole, list) else max((v for v in whole.values() if isinstance(v, list)), key=len)
    keys = list(dict.fromkeys(key for record in records for key in record))
    return lambda sheet, row, column: records[row - 1].get(keys[column - 1])


class _Tables(HTMLParser):
    """Cells of the tables of a page, each where its row and column spans put it."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[dict[tuple[int, int], str]] = []
        self.taken: set[tuple[int, int]] = set()
        self.row = self.column = 0
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append({})
            self.taken, self.row = set(), 0
        elif tag == "tr":
            self.row, self.column = self.row + 1, 0
        elif tag in ("td", "th"):
            self.column += 1
            while (self.row, self.column) in self.taken:
                self.column += 1
            given = dict(attrs)
            down, right = int(given.get("rowspan") or 1), int(given.get("colspan") or 1)
            self.taken |= {(self.row + d, self.column + r) for d in range(down) for r in range(right)}
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.inside:
            place = self.row, self.column
            self.tables[-1][place] = self.tables[-1].get(place, "") + data


def _html(raw: bytes) -> Original:
    """Space at the ends of a cell is no part of a page's text."""
    page = _Tables()
    page.feed(raw.decode("utf-8"))
    return lambda sheet, row, column: page.tables[int(sheet.split()[-1]) - 1].get((row, column), "").strip() or None


def _delimited(raw: bytes, words: Collection[str]) -> Original:
    text = max(_decoded(raw), key=lambda t: sum(word.casefold() in t.casefold() for word in words))
    records = max(
        (list(csv.reader(io.StringIO(text, newline=""), delimiter=d)) for d in (";", ",", "\t", "|")),
        key=lambda rows: sorted(len(row) for row in rows)[len(rows) // 2],
    )

    def cell(sheet: str, row: int, column: int) -> object:
        cells = records[row - 1]
        return cells[column - 1] if column <= len(cells) else None

    return cell


def _decoded(raw: bytes) -> list[str]:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return [raw.decode("utf-16")]
    try:
        return [raw.decode("utf-8-sig")]
    except UnicodeDecodeError:
        letters = "".join(TCVN3.get(byte, chr(byte)) for byte in raw)
        return [unicodedata.normalize("NFC", raw.decode("cp1258", errors="replace")), letters]
