"""Layout of the sheets of xlsx and xlsm workbooks, found in their xml by its signs: no tree is built."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice

from assets.read.grid import Area
from assets.read.limits import Limits
from assets.read.marked_areas import column_number, marked_areas, range_of
from assets.read.package import open_package, read_member, repacked
from assets.read.package_parts import attribute, book_part, sheet_parts
from assets.read.percent_format import percent_columns, percent_styles
from assets.read.sheet_layout import MOST_LISTED, SheetLayout, numbers_between

__all__ = [
    "LARGE_PART",
    "asks_to_calculate",
    "cells_of_type",
    "plain_errors",
    "scan_sheet",
    "without_errors",
    "xlsx_layouts",
]

LARGE_PART = 24 * 1024**2
"""A sheet part above this size is read as columns."""

# Within a tag no "<" is passed, so that a part full of tags without an end costs no more than its length.
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\s[^<>]*?\bhidden=["'](?:1|true)["'][^<>]*>""")
_ROW_AT = re.compile(rb"""\br=["'](\d{1,7})["']""")
_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^<>]*)>")
_CELL_AT = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_TYPED = {letter: re.compile(rb"""\bt=["']%s["']""" % letter) for letter in (b"b", b"e")}
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]{1,40})<")
_NEGATIVE = re.compile(rb"<(?:\w+:)?v>(-[0-9.]+(?:[eE][-+]?[0-9]+)?)<")
_CALCULATED_TEXT = re.compile(rb"""\bt=["']str["']""")
_AFTER_FORMULA = rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
_NO_VALUE = tuple(re.compile(sign + _AFTER_FORMULA) for sign in (rb"</f>", rb"</\w+:f>", rb"<(?:\w+:)?f\b[^<>]*/>"))
_CACHED = re.compile(rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^<>]*/>)\s*<(?:\w+:)?v>([^<]*)<")
_FILTER = re.compile(rb"<(?:\w+:)?autoFilter\b([^<>]*)>")


def xlsx_layouts(package: zipfile.ZipFile) -> Iterator[tuple[str, SheetLayout]]:
    """Layout of each sheet that is not a large one (those are scanned as they are read)."""
    styles = percent_styles(package)
    parts = sheet_parts(package)
    marked = marked_areas(package, parts)
    asks = asks_to_calculate(package)
    for title, part in parts.items():
        if part in package.NameToInfo and package.getinfo(part).file_size <= LARGE_PART:
            yield title, scan_sheet(package.read(part), styles, marked.get(title, ()), asks)


def asks_to_calculate(package: zipfile.ZipFile) -> bool:
    """Whether the workbook asks to be calculated when it is opened, as programs write it that cannot calculate."""
    return b'fullCalcOnLoad="1"' in package.read(book_part(package))


def scan_sheet(xml: bytes, styles: frozenset[int], areas: tuple[Area, ...] = (), asks: bool = False) -> SheetLayout:
    """Layout of one sheet from its xml.

    `styles` are those that show percentages, `areas` what the book says of the sheet; `asks`: see asks_to_calculate.
    """
    filters = tuple(_filters(xml))
    return replace(
        scan_rows(xml, asks),
        hidden_columns=_hidden_columns(xml),
        percent_columns=tuple(column_number(letters) for letters in percent_columns(xml, styles)),
        areas=(*areas, *filters),
        filtered=bool(filters) and b"filterColumn" in xml,
    )


def scan_rows(xml: bytes, asks: bool = False) -> SheetLayout:
    """What the rows of a sheet, or a stretch of them, tell: which are hidden, their errors and empty formulas."""
    return SheetLayout(
        hidden_rows=_hidden_rows(xml),
        errors=dict(islice(cells_of_type(xml, b"e"), MOST_LISTED)),
        uncalculated=tuple(islice(_uncalculated(xml, asks), MOST_LISTED)),
        negatives=dict(islice(_negatives(xml), MOST_LISTED)),
    )


def _negatives(xml: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    if b">-" not in xml:
        return
    for match in _NEGATIVE.finditer(xml):
        place = _CELL_AT.search(_cell_tag(xml, match.start()))
        if place:
            yield (int(place[2]), column_number(place[1])), match[1].decode()


def _hidden_rows(xml: bytes) -> tuple[int, ...]:
    if b"hidden=" not in xml:
        return ()
    places = (_ROW_AT.search(match[0]) for match in _HIDDEN_ROW.finditer(xml))
    return tuple(int(place[1]) for place in places if place)


def _hidden_columns(xml: bytes) -> tuple[int, ...]:
    head = xml[: xml.find(b"<sheetData") if b"<sheetData" in xml else 4096]
    hidden: list[int] = []
    for match in _COLUMN.finditer(head):
        if attribute(match[1], b"hidden") in ("1", "true") or attribute(match[1], b"width") == "0":
            hidden.extend(numbers_between(int(attribute(match[1], b"min")), int(attribute(match[1], b"max"))))
    return tuple(hidden)


def _opening(xml: bytes, at: int) -> bytes:
    """The tag within which a place lies, b"" where it lies in none."""
    start = xml.rfind(b"<", max(0, at - 1000), at)
    tag = xml[start : xml.find(b">", start, start + 1000)] if start >= 0 else b""
    return tag if start + len(tag) > at else b""


def cells_of_type(xml: bytes, letter: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    """Place and stored value of each cell of a type that stands in its tag (e: errors, b: truth values)."""
    if b't="' + letter + b'"' not in xml and not (_other_quotes(xml) and b"t='" + letter + b"'" in xml):
        return
    for match in _TYPED[letter].finditer(xml):
        place = _CELL_AT.search(_opening(xml, match.start()))
        value = _value_after(xml, match.end())
        if place and value:
            yield (int(place[2]), column_number(place[1])), value[1].decode("utf-8", "replace")


def _other_quotes(xml: bytes) -> bool:
    """Whether a part writes its attributes as few programs do."""
    return xml.find(b"='", 0, 4096) >= 0


def without_errors(xml: bytes) -> bytes:
    """The same sheet with one error in place of all: of newer ones (#SPILL!) the parsers know nothing and give up."""
    parts: list[bytes] = []
    at = 0
    for match in _TYPED[b"e"].finditer(xml):
        value = _value_after(xml, match.end()) if _opening(xml, match.start()) else None
        if value and value.start(1) >= at:
            parts.extend((xml[at : value.start(1)], b"#N/A"))
            at = value.end(1)
    return b"".join((*parts, xml[at:])) if parts else xml


def plain_errors(raw: bytes, title: str, name: str, limits: Limits) -> bytes:
    """The workbook once more with one error in place of all in one sheet."""
    with open_package(raw, name, limits) as package:
        part = sheet_parts(package)[title]
        return repacked(package, {part: without_errors(read_member(package, part, name, limits))}, name, limits)


def _value_after(xml: bytes, at: int) -> re.Match[bytes] | None:
    """The value of the cell within whose tag a place lies."""
    end = xml.find(b"</c>", at)
    return _VALUE.search(xml, at, end if end >= 0 else at + 1000)


def _uncalculated(xml: bytes, asks: bool) -> Iterator[tuple[int, int]]:
    """Places of the cells with a formula and no value. An empty text is a value: its cell says that it is one.

    Some programs write 0 in place of the value: where the book asks to be calculated and every formula is 0.
    """
    if b"<f" not in xml and not (xml.find(b":row ", 0, 4096) >= 0 and b":f" in xml):
        return
    found = [pattern.finditer(xml) for pattern in _NO_VALUE]
    if asks and all(match[1] in (b"0", b"") for match in _CACHED.finditer(xml)):
        # An empty value is found by both.
        found.append(match for match in _CACHED.finditer(xml) if match[1])
    for match in chain.from_iterable(found):
        tag = _cell_tag(xml, match.start())
        place = _CELL_AT.search(tag)
        if place and not _CALCULATED_TEXT.search(tag):
            yield int(place[2]), column_number(place[1])


def _cell_tag(xml: bytes, at: int) -> bytes:
    """Opening tag of the cell whose formula ends or stands at a place."""
    start = max(xml.rfind(b"<c ", max(0, at - 9000), at), xml.rfind(b":c ", max(0, at - 9000), at))
    return xml[start : xml.find(b">", start, start + 1000)] if start >= 0 else b""


def _filters(xml: bytes) -> Iterator[Area]:
    match = _FILTER.search(xml, max(0, xml.rfind(b"</sheetData>")))
    found = range_of(attribute(match[1], b"ref")) if match else None
    if found:
        yield Area("filter", *found, header_rows=1)
