"""How far the cells of a binary sheet spread, from its records: xls ([MS-XLS]) and xlsb ([MS-XLSB])."""

from __future__ import annotations

import struct
from collections.abc import Iterator

__all__ = ["Extent", "declared_extents", "xls_extents", "xlsb_extent"]

Extent = tuple[int, int]
"""Rows and columns from the sheet's first cell to its last."""

_BEGINS = frozenset({0x0809, 0x0409, 0x0209, 0x0009})
_CELLS = frozenset(
    {
        0x0001,
        0x0002,
        0x0003,
        0x0004,
        0x0005,
        0x0006,
        0x0201,
        0x0203,
        0x0204,
        0x0205,
        0x0206,
        0x0406,
        0x027E,
        0x00D6,
        0x00FD,
    }
)
_MANY_CELLS = frozenset({0x00BD, 0x00BE})
"""MULRK and MULBLANK: a row, a first column, values, a last column."""
_FAR = 2**32
_ROW = 0
_LAST_CELL = 11
"""BrtCellBlank … BrtFmlaError are the records 1 to 11."""


def declared_extents(stream: bytes) -> Iterator[tuple[bytes, Extent]]:
    """Each record of an xls stream that declares how far a sheet spreads (DIMENSIONS), and what it declares."""
    at, end = 0, len(stream) - 4
    while at <= end:
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind in (0x0200, 0x0000) and size in (10, 14) and at + 4 + size <= len(stream):
            top, rows, left, columns = struct.unpack_from("<IIHH" if size == 14 else "<HHHH", stream, at + 4)
            # An end before the beginning is taken for a very large number by a parser that subtracts them.
            false = rows < top or columns < left
            yield stream[at : at + 4 + size], (_FAR, _FAR) if false else (rows, columns)
        at += 4 + size


def xls_extents(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Rows, columns and number of cells of each part of a workbook's stream: its globals and its sheets."""
    at, rows, columns, filled, end = 0, 0, 0, 0, len(stream) - 4
    while at <= end:
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind in _BEGINS:
            yield rows, columns, filled
            rows = columns = filled = 0
        elif kind in _CELLS and at + 8 <= len(stream):
            row, column = struct.unpack_from("<HH", stream, at + 4)
            rows, columns, filled = max(rows, row + 1), max(columns, column + 1), filled + 1
        elif kind in _MANY_CELLS and 6 <= size <= len(stream) - at - 4:
            row, last = struct.unpack_from("<H", stream, at + 4)[0], struct.unpack_from("<H", stream, at + 2 + size)[0]
            rows, columns, filled = max(rows, row + 1), max(columns, last + 1), filled + size // 6
        at += 4 + size
    yield rows, columns, filled


def xlsb_extent(part: bytes) -> Extent:
    """Extent of a sheet part."""
    at = rows = columns = row = 0
    end = len(part)
    while at < end:
        kind = part[at]
        at += 1
        if kind & 0x80 and at < end:
            kind = (kind & 0x7F) | (part[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        for _ in range(4):
            if at >= end:
                break
            byte = part[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if kind == _ROW:
            row = int.from_bytes(part[at : at + 4], "little") + 1
        elif kind <= _LAST_CELL:
            rows, columns = max(rows, row), max(columns, int.from_bytes(part[at : at + 4], "little") + 1)
        at += size
    return rows, columns
