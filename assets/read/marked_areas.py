"""Ranges that a workbook's author named or marked: Excel tables, print areas, print titles and named ranges."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from html import unescape

from assets.read.grid import Area
from assets.read.package_parts import attribute, book_part, related

__all__ = ["column_number", "defined_areas", "marked_areas", "range_of"]

Box = tuple[int, int, int, int]

_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_NAME = re.compile(rb"<(?:\w+:)?definedName\s([^<>]*)>([^<]*)<")
_TABLE = re.compile(rb"<(?:\w+:)?table\s([^<>]*)>")
_RANGE = re.compile(r"\$?([A-Z]{1,3})?\$?(\d{1,7})?(?::\$?([A-Z]{1,3})?\$?(\d{1,7})?)?")
_ON_SHEET = re.compile(r"(?:'((?:[^']|'')+)'|([^'!,\s]+))!([$A-Z0-9:]+)(?:,|$)")
_KINDS = {"_xlnm.Print_Area": "print_area", "_xlnm.Print_Titles": "print_titles"}


def column_number(letters: bytes | str) -> int:
    """Number of a column from its letters: A → 1, AA → 27."""
    number = 0
    for letter in letters.encode() if isinstance(letters, str) else letters:
        number = number * 26 + letter - 64
    return number


def range_of(reference: str) -> Box | None:
    """First row, first column, last row and last column of "A1:D5", "$1:$5" or "C:D", from 1; None for other text."""
    match = _RANGE.fullmatch(reference)
    if match is None or not (match[1] or match[2]):
        return None
    left, top = column_number(match[1] or "A"), int(match[2] or 1)
    if ":" not in reference:
        return (top, left, top, left) if match[1] and match[2] else None
    right = column_number(match[3]) if match[3] else _MOST_COLUMNS
    bottom = int(match[4]) if match[4] else _MOST_ROWS
    return top, left, bottom, right


def marked_areas(package: zipfile.ZipFile, parts: Mapping[str, str]) -> dict[str, tuple[Area, ...]]:
    """Areas of each sheet of an xlsx workbook, by its title."""
    found: dict[str, list[Area]] = {}
    for title, area in defined_areas(package.read(book_part(package))):
        found.setdefault(title, []).append(area)
    for title, part in parts.items():
        for kind, target in related(package, part).values():
            if kind == "table" and target in package.NameToInfo:
                found.setdefault(title, []).extend(_table(package.read(target)))
    return {title: tuple(areas) for title, areas in found.items()}


def defined_areas(book: bytes) -> Iterator[tuple[str, Area]]:
    """Sheet title and area of each range that has a name in the book's part; formulas and constants are left out."""
    for match in _NAME.finditer(book):
        name = attribute(match[1], b"name")
        if name.startswith("_xlnm.") and name not in _KINDS:
            continue
        for quoted, plain, reference in _ON_SHEET.findall(unescape(match[2].decode("utf-8", "replace"))):
            box = range_of(reference)
            if box:
                kind = _KINDS.get(name, "named")
                yield quoted.replace("''", "'") or plain, Area(kind, *box, name="" if name in _KINDS else name)


def _table(xml: bytes) -> Iterator[Area]:
    match = _TABLE.search(xml)
    box = range_of(attribute(match[1], b"ref")) if match else None
    if match and box:
        heads = attribute(match[1], b"headerRowCount") or "1"
        totals = attribute(match[1], b"totalsRowCount") or "0"
        if heads in "01" and totals in "01":
            name = attribute(match[1], b"displayName") or attribute(match[1], b"name")
            yield Area("table", *box, name=name, header_rows=int(heads), totals_rows=int(totals))
