"""Layout of the sheets of xlsb workbooks, from their binary records ([MS-XLSB])."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator

from assets.read.grid import Area
from assets.read.package_parts import book_part, related
from assets.read.sheet_layout import ERRORS, MOST_LISTED, Range, SheetLayout, numbers_between

__all__ = ["xlsb_layouts"]

_LARGEST_PART = 6 * 1024**2
"""The records of a larger part are not gone through one by one."""
_ROW, _ERROR, _ERROR_FORMULA, _COLUMN, _SHEET, _FILTER, _FILTER_COLUMN, _MERGE = 0, 3, 11, 60, 156, 161, 163, 176


def xlsb_layouts(package: zipfile.ZipFile) -> Iterator[tuple[str, SheetLayout]]:
    """Layout of each sheet."""
    book = book_part(package)
    targets = related(package, book)
    for record, body in _records(package.read(book)):
        if record != _SHEET:
            continue
        length = int.from_bytes(body[8:12], "little") * 2
        relation = body[12 : 12 + length].decode("utf-16-le")
        rest = body[12 + length :]
        title = rest[4 : 4 + 2 * int.from_bytes(rest[:4], "little")].decode("utf-16-le")
        _, part = targets.get(relation, ("", ""))
        if part in package.NameToInfo and package.getinfo(part).file_size <= _LARGEST_PART:
            yield title, _layout(package.read(part))


def _layout(raw: bytes) -> SheetLayout:
    rows: list[int] = []
    columns: list[int] = []
    merges: list[Range] = []
    errors: dict[tuple[int, int], str] = {}
    areas: list[Area] = []
    row, filtered = 0, False
    for record, body in _records(raw):
        if record == _ROW and len(body) > 11:
            row = int.from_bytes(body[:4], "little") + 1
            if body[11] & 0x10:
                rows.append(row)
        elif record in (_ERROR, _ERROR_FORMULA) and len(body) > 8:
            if len(errors) < MOST_LISTED:
                errors[row, int.from_bytes(body[:4], "little") + 1] = ERRORS.get(body[8], "#N/A")
        elif record == _COLUMN and len(body) >= 18 and body[16] & 1:
            first, last = (int.from_bytes(body[at : at + 4], "little") for at in (0, 4))
            columns.extend(numbers_between(first + 1, last + 1))
        elif record == _MERGE and len(body) >= 16:
            top, bottom, left, right = _box(body)
            merges.append(((top, left), (bottom, right)))
        elif record == _FILTER and len(body) >= 16:
            top, bottom, left, right = _box(body)
            areas.append(Area("filter", top + 1, left + 1, bottom + 1, right + 1, header_rows=1))
        elif record == _FILTER_COLUMN:
            filtered = True
    return SheetLayout(tuple(rows), tuple(columns), tuple(merges), errors=errors, areas=tuple(areas), filtered=filtered)


def _box(body: bytes) -> tuple[int, int, int, int]:
    """First row, last row, first column, last column of a range, from 0 (UncheckedRfX)."""
    top, bottom, left, right = (int.from_bytes(body[at : at + 4], "little") for at in (0, 4, 8, 12))
    return top, bottom, left, right


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
