"""What calamine leaves out of a workbook: hidden rows and columns, and merged ranges of ods and xlsb."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import unescape

from assets.read.limits import Limits
from assets.read.percent_format import percent_columns, percent_styles

__all__ = ["SheetLayout", "column_number", "is_too_wide", "layouts", "sheet_parts"]

Range = tuple[tuple[int, int], tuple[int, int]]

# A sheet part above this size is large; its hidden rows are not worth a second pass over it.
_MOST_COLUMNS = 16384
_LARGEST_PART = 24 * 1024**2
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION = re.compile(rb"<Relationship\s([^>]*)>")
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*?\br="(\d+)"[^>]*?\bhidden="(?:1|true)"')
_LAST_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*?\br="(\d+)"')
_CELL_COLUMN = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]+)\d')
_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^>]*)>")


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """Hidden rows and columns (sheet numbers, from 1) and merged ranges ((top, left), (bottom, right)), from 0."""

    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    merges: tuple[Range, ...] = ()
    percent_columns: tuple[int, ...] = ()
    """Columns (sheet numbers, from 1) whose numbers are shown as percentages; known for xlsx only."""


def layouts(raw: bytes, kind: str, sheets: list[str], limits: Limits) -> dict[str, SheetLayout]:
    """Layout by sheet name; a part that cannot be read is left out, since the values do not depend on it."""
    if kind == "xls":
        return {}
    try:
        with zipfile.ZipFile(BytesIO(raw)) as package:
            if kind == "ods":
                return _ods(package, limits)
            return dict(_office(package, kind))
    except Exception:  # layout is an extra: a workbook that calamine opened stays readable without it
        return {}


def is_too_wide(raw: bytes, kind: str, limits: Limits) -> bool:
    """Whether an xlsx sheet's first and last cell span a rectangle beyond the limits.

    The parser would take memory for each cell of it, filled or not, and a single value in XFD1048576 is enough.
    """
    if kind not in ("xlsx", "xlsm"):
        return False
    with zipfile.ZipFile(BytesIO(raw)) as package:
        for member in package.infolist():
            if "worksheets/" not in member.filename or member.file_size > _LARGEST_PART:
                continue
            try:
                xml = package.read(member)
            except Exception:  # the parser itself will say that the part is damaged
                continue
            last = max((int(row) for row in _LAST_ROW.findall(xml[-(1024**2) :])), default=0)
            if last * _MOST_COLUMNS <= limits.cells:
                continue
            columns = max((column_number(letters) for letters in set(_CELL_COLUMN.findall(xml))), default=0)
            if last * columns > limits.cells:
                return True
    return False


def _attribute(tag: bytes, name: bytes) -> str:
    match = re.search(rb"\b" + name + rb"\s*=\s*[\"']([^\"']*)[\"']", tag)
    return unescape(match[1].decode("utf-8"), {"&quot;": '"', "&apos;": "'"}) if match else ""


def _office(package: zipfile.ZipFile, kind: str) -> Iterator[tuple[str, SheetLayout]]:
    if kind == "xlsb":
        yield from _xlsb(package)
        return
    styles = percent_styles(package)
    for title, part in sheet_parts(package).items():
        if part not in package.NameToInfo or package.getinfo(part).file_size > _LARGEST_PART:
            continue
        xml = package.read(part)
        rows = tuple(int(m[1]) for m in _HIDDEN_ROW.finditer(xml)) if b"hidden=" in xml else ()
        shares = tuple(column_number(letters.encode()) for letters in percent_columns(xml, styles))
        yield title, SheetLayout(rows, _hidden_columns(xml), percent_columns=shares)


def sheet_parts(package: zipfile.ZipFile) -> dict[str, str]:
    """Name of the package part of each sheet of an xlsx workbook."""
    book = next(n for n in package.namelist() if n.lower().lstrip("/").endswith("xl/workbook.xml"))
    folder = posixpath.dirname(book)
    relations = package.read(f"{folder}/_rels/{posixpath.basename(book)}.rels")
    targets = {_attribute(m[1], b"Id"): _attribute(m[1], b"Target") for m in _RELATION.finditer(relations)}
    parts = {}
    for match in _SHEET.finditer(package.read(book)):
        target = targets.get(_attribute(match[1], rb"r:id") or _attribute(match[1], rb"\w+:id"), "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
        parts[_attribute(match[1], b"name")] = part
    return parts


def column_number(letters: bytes) -> int:
    """Number of a column from its letters: A → 1, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _hidden_columns(xml: bytes) -> tuple[int, ...]:
    head = xml[: xml.find(b"<sheetData") if b"<sheetData" in xml else 4096]
    hidden: list[int] = []
    for match in _COLUMN.finditer(head):
        if _attribute(match[1], b"hidden") in ("1", "true"):
            first, last = int(_attribute(match[1], b"min")), int(_attribute(match[1], b"max"))
            hidden.extend(range(first, min(last, first + 1023) + 1))
    return tuple(hidden)


def _xlsb(package: zipfile.ZipFile) -> Iterator[tuple[str, SheetLayout]]:
    relations = package.read("xl/_rels/workbook.bin.rels")
    targets = {_attribute(m[1], b"Id"): _attribute(m[1], b"Target") for m in _RELATION.finditer(relations)}
    for record, body in _records(package.read("xl/workbook.bin")):
        if record != 156:  # BrtBundleSh
            continue
        length = int.from_bytes(body[8:12], "little") * 2
        relation = body[12 : 12 + length].decode("utf-16-le")
        rest = body[12 + length :]
        title = rest[4 : 4 + 2 * int.from_bytes(rest[:4], "little")].decode("utf-16-le")
        part = "xl/" + targets.get(relation, "").removeprefix("/xl/")
        if part in package.NameToInfo and package.getinfo(part).file_size <= _LARGEST_PART // 4:
            yield title, _binary_layout(package.read(part))


def _binary_layout(raw: bytes) -> SheetLayout:
    """Layout from the records BrtRowHdr, BrtColInfo and BrtMergeCell of a sheet part ([MS-XLSB] 2.4)."""
    rows: list[int] = []
    columns: list[int] = []
    merges: list[Range] = []
    for record, body in _records(raw):
        if record == 0 and len(body) > 11 and body[11] & 0x10:
            rows.append(int.from_bytes(body[:4], "little") + 1)
        elif record == 60 and len(body) >= 18 and body[16] & 1:
            first, last = (int.from_bytes(body[at : at + 4], "little") for at in (0, 4))
            columns.extend(range(first + 1, min(last, first + 1023) + 2))
        elif record == 176 and len(body) >= 16:
            top, bottom, left, right = (int.from_bytes(body[at : at + 4], "little") for at in (0, 4, 8, 12))
            merges.append(((top, left), (bottom, right)))
    return SheetLayout(tuple(rows), tuple(columns), tuple(merges))


def _records(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Records of a binary part: a number in up to two bytes of seven bits, a size in up to four."""
    at = 0
    while at < len(raw):
        numbers = []
        for most in (2, 4):
            value = 0
            for index in range(most):
                if at >= len(raw):
                    return
                byte = raw[at]
                at += 1
                if most == 2:
                    value |= byte << (8 * index)
                else:
                    value |= (byte & 0x7F) << (7 * index)
                if not byte & 0x80:
                    break
            numbers.append(value)
        record, size = numbers
        record = (record & 0x7F) | ((record >> 8 & 0x7F) << 7)
        yield record, raw[at : at + size]
        at += size


def _ods(package: zipfile.ZipFile, limits: Limits) -> dict[str, SheetLayout]:
    from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]

    if package.getinfo("content.xml").file_size > _LARGEST_PART:
        return {}
    found: dict[str, SheetLayout] = {}
    title, row, column, at = "", 0, 0, 0
    rows: list[int] = []
    columns: list[int] = []
    merges: list[Range] = []
    for event, node in iterparse(package.open("content.xml"), events=("start", "end")):
        tag = node.tag.rpartition("}")[2]
        get = {key.rpartition("}")[2]: value for key, value in node.attrib.items()}.get
        if event == "start" and tag == "table":
            title, row, column, rows, columns, merges = get("name") or "", 0, 0, [], [], []
        elif event == "start" and tag == "table-column":
            count = int(get("number-columns-repeated") or 1)
            if get("visibility") in ("collapse", "filter"):
                columns.extend(range(column + 1, column + min(count, 1024) + 1))
            column += count
        elif event == "start" and tag == "table-row":
            at = 0
            if get("visibility") in ("collapse", "filter"):
                rows.extend(range(row + 1, row + min(int(get("number-rows-repeated") or 1), 100_000) + 1))
        elif event == "start" and tag in ("table-cell", "covered-table-cell"):
            down, right = int(get("number-rows-spanned") or 1), int(get("number-columns-spanned") or 1)
            if down > 1 or right > 1:
                merges.append(((row, at), (row + down - 1, at + right - 1)))
            at += int(get("number-columns-repeated") or 1)
        elif event == "end" and tag == "table-row":
            row += int(get("number-rows-repeated") or 1)
            node.clear()
        elif event == "end" and tag == "table":
            found[title] = SheetLayout(tuple(rows), tuple(columns), tuple(merges))
    return found
