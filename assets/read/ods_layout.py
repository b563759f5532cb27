"""Layout of the sheets of ods workbooks, found in their xml by its tags."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import unescape

from assets.read.grid import Area
from assets.read.marked_areas import range_of
from assets.read.package_parts import attribute
from assets.read.sheet_layout import MOST_LISTED, Range, SheetLayout, numbers_between

__all__ = ["ods_layouts"]

_LARGEST_PART = 48 * 1024**2
"""The tags of a larger part are not gone through one by one."""
_TAG = re.compile(
    rb"<(/?)table:(table|table-row|table-cell|covered-table-cell|table-column|table-header-rows|named-range"
    rb"|database-range|filter)(?=[\s/>])([^<>]*)>"
)
_TEXT = re.compile(rb"<text:p[^<>]*>([^<]{1,40})<")
_CELL_TEXT = re.compile(rb"<text:p|<table:table-cell|<table:covered-table-cell|</table:table-cell")
_HIDDEN = (b'visibility="collapse"', b'visibility="filter"')
_ON_SHEET = re.compile(r"(?:\$?'((?:[^']|'')+)'|\$?([^'.\s]+))\.([$A-Z0-9]+)(?::[^:]*\.([$A-Z0-9]+))?")
_MOST_ROWS = 100_000


@dataclass(slots=True)
class _Sheet:
    title: str
    row: int = 0
    column: int = 0
    at: int = 0
    again: int = 1
    """How often the row stands."""
    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    merges: list[Range] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncalculated: list[tuple[int, int]] = field(default_factory=list)
    shown: Counter[int] = field(default_factory=Counter)
    valued: Counter[int] = field(default_factory=Counter)
    areas: list[Area] = field(default_factory=list)
    head: int = 0

    def layout(self) -> SheetLayout:
        return SheetLayout(
            tuple(self.rows),
            tuple(self.columns),
            tuple(self.merges),
            tuple(c for c, count in sorted(self.shown.items()) if count * 2 > self.valued[c]),
            self.errors,
            tuple(self.uncalculated),
            areas=tuple(self.areas),
        )


def ods_layouts(package: zipfile.ZipFile) -> Iterator[tuple[str, SheetLayout]]:
    """Layout of each sheet; what the document says of its ranges is known at its end only."""
    if package.getinfo("content.xml").file_size > _LARGEST_PART:
        return
    xml = package.read("content.xml")
    found: dict[str, SheetLayout] = {}
    filtered: set[str] = set()
    later: list[tuple[str, Area]] = []
    sheet = _Sheet("")
    for match in _TAG.finditer(xml):
        closing, tag, inside = match.groups()
        if tag == b"table":
            if closing:
                found[sheet.title] = sheet.layout()
            else:
                sheet = _Sheet(attribute(inside, b"table:name"))
                later.extend(_areas("print_area", attribute(inside, b"table:print-ranges")))
        elif tag == b"table-row":
            if not closing:
                sheet.again = _repeats(inside, b"rows")
                sheet.at = 0
                if any(sign in inside for sign in _HIDDEN):
                    last = min(sheet.again, _MOST_ROWS)
                    sheet.rows.extend(range(sheet.row + 1, sheet.row + last + 1))
            if closing or inside.endswith(b"/"):
                sheet.row += sheet.again
        elif tag in (b"table-cell", b"covered-table-cell"):
            if not closing:
                _cell(sheet, inside, xml, match.end())
        elif tag == b"table-column":
            count = _repeats(inside, b"columns")
            if any(sign in inside for sign in _HIDDEN):
                sheet.columns.extend(numbers_between(sheet.column + 1, sheet.column + count))
            sheet.column += count
        elif tag == b"table-header-rows":
            if closing and sheet.row > sheet.head:
                sheet.areas.append(Area("print_titles", sheet.head + 1, 1, sheet.row, 16_384))
            sheet.head = sheet.row
        elif tag == b"named-range":
            name = attribute(inside, b"table:name")
            if name.startswith("_xlnm."):  # what an xlsx file called its print ranges, which stand elsewhere here
                continue
            later.extend(_areas("named", attribute(inside, b"table:cell-range-address"), name))
        elif tag == b"database-range" and not closing:
            heads = int(attribute(inside, b"table:contains-header") != "false")
            name = attribute(inside, b"table:name")
            kind = "filter" if b'display-filter-buttons="true"' in inside else "table"
            for title, area in _areas(kind, attribute(inside, b"table:target-range-address"), name):
                later.append((title, replace(area, header_rows=heads)))
        elif tag == b"filter" and not closing and later:
            filtered.add(later[-1][0])
    for title, layout in found.items():
        areas = tuple(area for on, area in later if on == title)
        yield title, replace(layout, areas=(*layout.areas, *areas), filtered=title in filtered)


def _repeats(inside: bytes, what: bytes) -> int:
    text = attribute(inside, b"table:number-" + what + b"-repeated") if b"-repeated" in inside else ""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def _cell(sheet: _Sheet, inside: bytes, xml: bytes, end: int) -> None:
    """Note what is special about a cell and go on to the next one."""
    count = _repeats(inside, b"columns")
    if b"-spanned" in inside:
        down, right = (
            int(attribute(inside, b"table:number-" + way + b"-spanned") or 1) for way in (b"rows", b"columns")
        )
        if down > 1 or right > 1:
            merge = (sheet.row, sheet.at), (sheet.row + down - 1, sheet.at + right - 1)
            sheet.merges.append(merge)
    place = sheet.row + 1, sheet.at + 1
    if b'value-type="percentage"' in inside:
        sheet.shown[place[1]] += 1
        sheet.valued[place[1]] += 1
    elif b'office:value-type="float"' in inside:
        sheet.valued[place[1]] += 1
    elif b'value-type="error"' in inside:
        text = _TEXT.match(xml, end)
        if text and len(sheet.errors) < MOST_LISTED:
            sheet.errors[place] = unescape(text[1].decode("utf-8", "replace"))
    elif b"table:formula=" in inside and b"value-type=" not in inside:
        shown = None if inside.endswith(b"/") else _CELL_TEXT.search(xml, end)
        if (shown is None or shown[0] != b"<text:p") and len(sheet.uncalculated) < MOST_LISTED:
            sheet.uncalculated.append(place)
    sheet.at += count


def _areas(kind: str, addresses: str, name: str = "") -> Iterator[tuple[str, Area]]:
    """Sheet title and area of each address such as $'Biểu 1'.$A$1:.$C$5."""
    for quoted, plain, first, last in _ON_SHEET.findall(addresses):
        box = range_of(f"{first}:{last}" if last else first)
        if box:
            yield quoted.replace("''", "'") or plain, Area(kind, *box, name=name)
