"""Looks at what a workbook claims about itself before a parser believes it and takes memory for it.

A parser takes room for every cell between the first and the last one, filled or not, and for as many strings as a
count promises: a single value in XFD1048576 or one false number would be enough to end the process.
"""

from __future__ import annotations

import re
import struct
import zipfile
from dataclasses import replace
from xml.parsers import expat

from assets.read.compound_file import MAGIC, stream_of
from assets.read.limits import Limits
from assets.read.package import open_package, read_member, repacked
from assets.read.record_extent import declared_extents, xls_extents, xlsb_extent
from assets.read.refusal import refuse
from assets.read.sector_chains import has_endless_chain

__all__ = ["with_true_claims"]

_LARGE_PART = 24 * 1024**2
"""A larger sheet is not looked through: its reading is bounded by the limits of the process that reads it."""
_LARGE_BINARY_PART = 6 * 1024**2
_STREAMS = ("workbook", "book")
_STRINGS = re.compile(rb"<(?:\w+:)?sst\b[^>]*>")
_COUNT = re.compile(rb"""\s(count|uniqueCount)\s*=\s*["']\s*(\d+)\s*["']""")
_EXTENT = re.compile(rb"""<(?:\w+:)?dimension\s+ref\s*=\s*["']([^"']*)["']\s*/>""")
_RANGE = re.compile(rb"[A-Z]{1,3}[1-9]\d{0,6}(?::[A-Z]{1,3}[1-9]\d{0,6})?")
_LETTERS = re.compile(rb"""r=["']\$?([A-Za-z]+)\$?\d""")
_ROWS = re.compile(rb"""r=["']\$?[A-Za-z]*\$?(\d+)""")
_REFERENCE = re.compile(r"\$?([A-Za-z]*)\$?(\d*)")
_PLACED = (b"<c", b"<row", b":c", b":row")


def with_true_claims(raw: bytes, name: str, kind: str, limits: Limits) -> bytes:
    """The workbook, its false counts taken out.

    Raises UnreadableError too_large for a sheet that spreads beyond the limits, damaged for a container that cannot
    be unpacked or goes in circles.
    """
    if kind == "xls":
        return _measured_compound(raw, name, limits)
    package = open_package(raw, name, limits)
    changed: dict[str, bytes] = {}
    for member in package.infolist():
        part = member.filename.lower()
        if kind == "xlsb" and "worksheets/" in part and member.file_size <= _LARGE_BINARY_PART:
            _within(*xlsb_extent(_part(package, member, name, limits)), name, limits)
        if member.file_size > _LARGE_PART or not part.endswith(".xml"):
            continue
        if kind == "ods":
            if part == "content.xml":
                _measure_open_document(_part(package, member, name, limits), name, limits)
        elif "worksheets/" in part:
            xml = _part(package, member, name, limits)
            _measure_sheet(xml, name, limits)
            honest = _without_false_extent(xml)
            if honest is not xml:
                changed[member.filename] = honest
        elif part.endswith("sharedstrings.xml"):
            xml = _part(package, member, name, limits)
            honest = _counted(xml)
            if honest is not xml:
                changed[member.filename] = honest
    return repacked(package, changed, name, limits) if changed else raw


def _measured_compound(raw: bytes, name: str, limits: Limits) -> bytes:
    """An xls workbook without false extents; refused where it goes in circles or has a cell too far away."""
    stream: bytes | None = raw
    if raw.startswith(MAGIC):
        if has_endless_chain(raw):
            raise refuse("damaged", name)
        try:
            stream = stream_of(raw, _STREAMS)
        except (struct.error, IndexError):
            stream = None
    if stream is None:  # the parser itself will say so
        return raw
    for rows, columns, filled in xls_extents(stream):
        _within(rows, columns, name, _spread(limits, filled))
    for record, (rows, columns) in declared_extents(stream):
        if rows * columns > limits.cells:
            raw = raw.replace(record, record[:4] + bytes(len(record) - 4))
            if record in raw:
                raise refuse("damaged", name)
    return raw


def _part(package: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, limits: Limits) -> bytes:
    return read_member(package, member.filename, name, limits)


def _counted(xml: bytes) -> bytes:
    """The shared strings without a count of more strings than there is room for."""
    opening = _STRINGS.search(xml[:4096])
    if opening is None:
        return xml
    # A string takes at least five letters of the part ("<si/>"); cells may name it any number of times.
    most = {b"uniqueCount": len(xml) // 5, b"count": 2**31}
    if all(int(count[:20]) <= most[kind] for kind, count in _COUNT.findall(opening[0])):
        return xml
    return xml[: opening.start()] + _COUNT.sub(b"", opening[0]) + xml[opening.end() :]


def _without_false_extent(xml: bytes) -> bytes:
    """The sheet without a declared extent that is none: a parser would refuse the sheet for it."""
    declared = _EXTENT.search(xml[:4096])
    if declared is None or _RANGE.fullmatch(declared[1]):
        return xml
    return xml[: declared.start()] + xml[declared.end() :]


def _measure_sheet(xml: bytes, name: str, limits: Limits) -> None:
    """Refuse an xlsx sheet whose cells spread over more than the limits allow.

    Looking for the few ways in which a sheet can be far too large is many times faster than taking down each cell.
    """
    columns = max((_column(letters) for letters in set(_LETTERS.findall(xml))), default=1)
    # Rows and cells that do not say where they are follow the one before: at most as many as there are such tags.
    silent = max(0, sum(xml.count(tag) for tag in _PLACED) - xml.count(b'r="') - xml.count(b"r='"))
    limits = _spread(limits, xml.count(b"<c") + xml.count(b":c"))
    most_rows = limits.cells // (columns + silent) - silent
    if columns + silent <= limits.sheet_columns and most_rows > 0:
        digits = len(str(most_rows + 1))
        if not re.search(rb"r=[\"'][A-Za-z$]*\d{%d}" % digits, xml):
            return
    if silent:
        rows, columns = _walked(xml)
    else:
        rows = max((int(row[:20]) for row in set(_ROWS.findall(xml))), default=0)
    _within(rows, columns, name, limits)


def _spread(limits: Limits, filled: int) -> Limits:
    """Limits for a sheet of so many cells: one that is all but empty is a stray value in its last corner."""
    return replace(limits, cells=min(limits.cells, max(limits.cells // 3, 100 * filled)))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters[:9].upper():
        number = number * 26 + letter - 64
    return number


def _walked(xml: bytes) -> tuple[int, int]:
    """Rows and columns of a sheet, from each of its rows and cells."""
    rows = columns = row = column = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal rows, columns, row, column
        kind = tag.rpartition(":")[2]
        if kind not in ("row", "c"):
            return
        place = _REFERENCE.fullmatch(attributes.get("r", "").strip())
        number = int(place[2][:20]) if place and place[2] else 0
        if kind == "row":
            row, column = number or row + 1, 0
        else:
            column = _column(place[1].encode()) if place and place[1] else column + 1
            columns = max(columns, column)
        rows = max(rows, row, number)

    _parse(xml, start, None)
    return rows, columns


def _measure_open_document(xml: bytes, name: str, limits: Limits) -> None:
    """Refuse an ods sheet whose repeated rows and cells spread over more than the limits allow.

    Text that is not well formed is refused too: the parser would look for the end of a table for ever.
    """
    rows = last_row = columns = column = last_column = again = covered = 0
    filled = False

    def count(value: str | None) -> int:
        return int(value[:12]) if value is not None and value.isascii() and value.isdigit() else 1

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal rows, columns, column, last_column, again, covered, filled, last_row
        if tag == "table:table":
            rows = last_row = columns = 0
        elif tag == "table:table-row":
            again = count(attributes.get("table:number-rows-repeated"))
            column = last_column = 0
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            covered = count(attributes.get("table:number-columns-repeated"))
            filled = any(key.startswith("office:") for key in attributes)
        elif tag == "text:p":
            filled = True
        elif tag == "text:s" and count(attributes.get("text:c")) > limits.unpacked_bytes // 1024:
            raise refuse("damaged", name)

    def end(tag: str) -> None:
        nonlocal rows, columns, column, last_column, last_row
        if tag in ("table:table-cell", "table:covered-table-cell"):
            column += covered
            last_column = column if filled else last_column
        elif tag == "table:table-row":
            rows += again
            if last_column:
                last_row, columns = rows, max(columns, last_column)
        elif tag == "table:table":
            _within(last_row, columns, name, limits)

    if not _parse(xml, start, end):
        raise refuse("damaged", name)


def _parse(xml: bytes, start: object, end: object) -> bool:
    """Walk over the tags of a part as far as it is well formed; says whether it is so to its end."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = start  # type: ignore[assignment]
    parser.EndElementHandler = end  # type: ignore[assignment]
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, LookupError, ValueError):  # LookupError: an encoding that is none
        return False
    return True


def _within(rows: int, columns: int, name: str, limits: Limits) -> None:
    if columns > limits.sheet_columns or rows * columns > limits.cells:
        size = f"{rows} hàng x {columns} cột", f"{rows} rows x {columns} columns"
        raise refuse("too_large", name, f"một trang tính trải ra {size[0]}", f"a sheet spreads over {size[1]}")
