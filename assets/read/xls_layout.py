"""Layout of the sheets of xls workbooks, from the records of their stream ([MS-XLS])."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from assets.read.compound_file import MAGIC, stream_of
from assets.read.grid import Area
from assets.read.sheet_layout import ERRORS, MOST_LISTED, SheetLayout, numbers_between

__all__ = ["xls_layouts"]

_LARGEST_STREAM = 32 * 1024**2
"""The records of a larger stream are not gone through one by one."""
_BEGIN, _END, _SHEET, _NAME, _FORMAT, _STYLE = 0x809, 0x0A, 0x85, 0x18, 0x41E, 0xE0
_ROW, _COLUMN, _FORMULA, _VERDICT, _FILTER_ON = 0x208, 0x7D, 0x06, 0x205, 0x9B
_NUMBERS = {0x203, 0x27E}
_PERCENT = {9, 10}
"""The program's own percent formats, 0 % and 0.00 %."""
_NAMED = {0x06: "print_area", 0x07: "print_titles", 0x0D: "filter"}
"""Built-in names by their one letter ([MS-XLS] 2.4.150)."""


@dataclass(slots=True)
class _Sheet:
    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    empty: list[tuple[int, int]] = field(default_factory=list)
    """Formulas whose value is an empty text."""
    valued: bool = False
    """Whether any formula has another value."""
    shown: Counter[int] = field(default_factory=Counter)
    styled: Counter[int] = field(default_factory=Counter)
    filtered: bool = False


def xls_layouts(raw: bytes, sheets: list[str]) -> Iterator[tuple[str, SheetLayout]]:
    """Layout of each worksheet; `sheets` are their titles in the book's order."""
    stream = stream_of(raw, ("workbook", "book")) if raw.startswith(MAGIC) else raw
    if stream is None or len(stream) > _LARGEST_STREAM:
        return
    starts, styles, areas = _globals(stream)
    if len(starts) != len(sheets):
        return
    found = [_sheet(stream, start, styles) for _, start in starts]
    calculated = any(sheet.valued for sheet in found)
    for title, (number, _), sheet in zip(sheets, starts, found, strict=True):
        yield (
            title,
            SheetLayout(
                hidden_rows=tuple(sheet.rows),
                hidden_columns=tuple(sheet.columns),
                percent_columns=tuple(c for c, count in sorted(sheet.shown.items()) if count * 2 > sheet.styled[c]),
                errors=sheet.errors,
                # A program that never calculates leaves empty texts; where one formula has a value, they are values.
                uncalculated=() if calculated else tuple(sheet.empty[:MOST_LISTED]),
                areas=tuple(areas.get(number, ())),
                filtered=sheet.filtered,
            ),
        )


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Number, place and size of each record of a substream, those of charts inside it left out."""
    depth = 0
    while at + 4 <= len(stream):
        record, size = struct.unpack_from("<HH", stream, at)
        at += 4
        if record == _BEGIN:
            depth += 1
        elif record == _END:
            depth -= 1
            if depth <= 0:
                return
        elif depth <= 1 and at + size <= len(stream):
            yield record, at, size
        at += size


def _globals(stream: bytes) -> tuple[list[tuple[int, int]], frozenset[int], dict[int, list[Area]]]:
    """Number (from 1, among all sheets) and start of each worksheet; styles of percentages; areas by sheet number."""
    starts: list[tuple[int, int]] = []
    percent = set(_PERCENT)
    formats: list[int] = []
    areas: dict[int, list[Area]] = {}
    number = 0
    for record, at, size in _records(stream, 0):
        if record == _SHEET and size >= 6:
            number += 1
            if stream[at + 5] == 0:
                starts.append((number, int.from_bytes(stream[at : at + 4], "little")))
        elif record == _FORMAT and size > 4 and b"%" in stream[at + 2 : at + size]:
            percent.add(int.from_bytes(stream[at : at + 2], "little"))
        elif record == _STYLE and size >= 4:
            formats.append(int.from_bytes(stream[at + 2 : at + 4], "little"))
        elif record == _NAME and size > 16:
            for sheet, area in _named(stream[at : at + size]):
                areas.setdefault(sheet, []).append(area)
    return starts, frozenset(i for i, form in enumerate(formats) if form in percent), areas


def _named(body: bytes) -> Iterator[tuple[int, Area]]:
    """Sheet number and ranges of a built-in name, from the area tokens of its formula."""
    options, letters, length, sheet = struct.unpack_from("<HxBHxxH", body)
    name_at = 14
    kind = _NAMED.get(body[name_at + 1]) if options & 0x20 and letters == 1 else None
    if kind is None or sheet == 0:
        return
    formula = body[name_at + 2 : name_at + 2 + length]
    at = 0
    while at < len(formula):
        token = formula[at]
        if token in (0x3B, 0x5B, 0x7B) and at + 11 <= len(formula):
            top, bottom, left, right = struct.unpack_from("<HHHH", formula, at + 3)
            box = top + 1, (left & 0xFF) + 1, bottom + 1, (right & 0xFF) + 1
            yield sheet, Area(kind, *box, header_rows=int(kind == "filter"))
            at += 11
        elif token in (0x29, 0x49, 0x69):  # the length of what follows
            at += 3
        else:
            at += 1


def _sheet(stream: bytes, start: int, styles: frozenset[int]) -> _Sheet:
    found = _Sheet()
    for record, at, size in _records(stream, start):
        if record in _NUMBERS:
            if styles and size >= 6:
                _count(found, stream, at, styles)
        elif record == _FORMULA and size >= 14:
            _formula(found, stream, at)
            if styles:
                _count(found, stream, at, styles)
        elif record == _ROW and size >= 16:
            if stream[at + 12] & 0x20:
                found.rows.append(int.from_bytes(stream[at : at + 2], "little") + 1)
        elif record == _VERDICT and size >= 8:
            if stream[at + 7] and len(found.errors) < MOST_LISTED:
                found.errors[_place(stream, at)] = ERRORS.get(stream[at + 6], "#N/A")
        elif record == _COLUMN and size >= 10:
            first, last, width, _, options = struct.unpack_from("<5H", stream, at)
            if options & 1 or width == 0:
                found.columns.extend(numbers_between(first + 1, min(last, 255) + 1))
        elif record == _FILTER_ON:
            found.filtered = True
    return found


def _place(stream: bytes, at: int) -> tuple[int, int]:
    row, column = struct.unpack_from("<HH", stream, at)
    return row + 1, column + 1


def _count(found: _Sheet, stream: bytes, at: int, styles: frozenset[int]) -> None:
    _, column, style = struct.unpack_from("<HHH", stream, at)
    if style:
        found.styled[column + 1] += 1
        found.shown[column + 1] += style in styles


def _formula(found: _Sheet, stream: bytes, at: int) -> None:
    """Note a formula by its value: a number, or a sign for text, truth, error or nothing ([MS-XLS] 2.5.133)."""
    if stream[at + 12 : at + 14] != b"\xff\xff":
        found.valued = True
    elif stream[at + 6] == 2:
        found.valued = True
        if len(found.errors) < MOST_LISTED:
            found.errors[_place(stream, at)] = ERRORS.get(stream[at + 8], "#N/A")
    elif stream[at + 6] == 3:
        found.empty.append(_place(stream, at))
    else:
        found.valued = True
