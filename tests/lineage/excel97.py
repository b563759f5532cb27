"""A reader of Excel 97 workbooks for the lineage test alone: values of cells, nothing else, straight from the records.

Format: [MS-CFB] for the container, [MS-XLS] for the records of its stream “Workbook”.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.lineage.meaning import Above

__all__ = ["read_excel97"]

_END = 0xFFFFFFFC
_DATE_FORMATS = frozenset(range(14, 23))
Sheet = dict[tuple[int, int], object]


def read_excel97(raw: bytes) -> dict[str, Sheet]:
    """Sheet name → (row, column) from 1 → text, number or moment."""
    records = list(_records(_stream(raw)))
    book = _Book()
    starts = {offset: place for place, (offset, _, _) in enumerate(records)}
    for _, kind, body in records:
        book.take(kind, body)
        if kind == 0x0A:
            break
    texts = _shared_strings(records)
    return {name: _sheet(records, starts[offset], texts, book) for name, offset in book.sheets.items()}


@dataclass
class _Book:
    """Names and places of the sheets, and which cell styles show dates."""

    sheets: dict[str, int] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)

    def take(self, kind: int, body: bytes) -> None:
        if kind == 0x85:  # BOUNDSHEET
            length, wide = body[6], body[7] & 1
            name = body[8 : 8 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1")
            self.sheets[name] = struct.unpack_from("<I", body)[0]
        elif kind == 0xE0:  # XF
            self.styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == 0x41E:  # FORMAT
            number, length, wide = struct.unpack_from("<HHB", body)
            self.codes[number] = body[5 : 5 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1")

    def value(self, number: float, style: int) -> object:
        code = self.codes.get(self.styles[style], "").lower()
        if self.styles[style] in _DATE_FORMATS or ("y" in code and "d" in code):
            return datetime(1899, 12, 30) + timedelta(days=number)
        return number


def _stream(raw: bytes) -> bytes:
    """The stream “Workbook” of the container, along its chain of sectors."""
    size = 1 << struct.unpack_from("<H", raw, 30)[0]

    def sector(number: int) -> bytes:
        return raw[size * (number + 1) : size * (number + 2)]

    tables = [n for n in struct.unpack_from("<109I", raw, 76) if n < _END]
    following = [n for table in tables for n in struct.unpack(f"<{size // 4}I", sector(table))]

    def chain(start: int) -> bytes:
        parts = []
        while start < _END:
            parts.append(sector(start))
            start = following[start]
        return b"".join(parts)

    entries = chain(struct.unpack_from("<I", raw, 48)[0])
    for at in range(0, len(entries), 128):
        length = struct.unpack_from("<H", entries, at + 64)[0]
        if entries[at : at + max(0, length - 2)].decode("utf-16-le") == "Workbook":
            start, total = struct.unpack_from("<II", entries, at + 116)
            return chain(start)[:total]
    raise ValueError("no stream “Workbook”")


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _shared_strings(records: list[tuple[int, int, bytes]]) -> list[str]:
    """Strings of SST and the CONTINUE records after it; a string that is cut names its width anew in each part."""
    first = next((place for place, (_, kind, _) in enumerate(records) if kind == 0xFC), None)
    if first is None:
        return []
    parts = [records[first][2][8:]]
    for _, kind, body in records[first + 1 :]:
        if kind != 0x3C:
            break
        parts.append(body)
    texts, part, at = [], 0, 0
    for _ in range(struct.unpack_from("<I", records[first][2], 4)[0]):
        if at >= len(parts[part]):
            part, at = part + 1, 0
        length, flags = struct.unpack_from("<HB", parts[part], at)
        at += 3
        runs = struct.unpack_from("<H", parts[part], at)[0] if flags & 8 else 0
        at += 2 * bool(flags & 8)
        text = ""
        while len(text) < length:
            if at >= len(parts[part]):
                part, at = part + 1, 1
                flags = parts[part][0]
            width = 1 + (flags & 1)
            piece = parts[part][at : at + width * (length - len(text))]
            text += piece.decode("utf-16-le" if width == 2 else "latin-1")
            at += len(piece)
        at += 4 * runs
        texts.append(text)
    return texts


def _sheet(records: list[tuple[int, int, bytes]], place: int, texts: list[str], book: _Book) -> Sheet:
    cells: Sheet = {}
    for _, kind, body in records[place + 1 :]:
        if kind == 0x0A:
            break
        if kind == 0xE5:  # MERGECELLS
            for index in range(struct.unpack_from("<H", body)[0]):
                top, bottom, left, _ = struct.unpack_from("<4H", body, 2 + 8 * index)
                if (top + 1, left + 1) in cells:
                    said = Above(cells[top + 1, left + 1])
                    cells |= {(row + 1, left + 1): said for row in range(top + 1, bottom + 1)}
        if kind not in (0xFD, 0x203, 0x27E, 0xBD, 0x205):
            continue
        row, column, style = struct.unpack_from("<HHH", body)
        if kind == 0xFD:  # LABELSST
            cells[row + 1, column + 1] = texts[struct.unpack_from("<I", body, 6)[0]]
        elif kind == 0x203:  # NUMBER
            cells[row + 1, column + 1] = book.value(struct.unpack_from("<d", body, 6)[0], style)
        elif kind == 0x27E:  # RK
            cells[row + 1, column + 1] = book.value(_rk(struct.unpack_from("<I", body, 6)[0]), style)
        elif kind == 0xBD:  # MULRK
            for index in range((len(body) - 6) // 6):
                style, number = struct.unpack_from("<HI", body, 4 + 6 * index)
                cells[row + 1, column + 1 + index] = book.value(_rk(number), style)
        elif not body[7]:  # BOOLERR that is no error
            cells[row + 1, column + 1] = bool(body[6])
    return cells


def _rk(number: int) -> float:
    """A number in 30 bits: an integer or the upper half of a double, either of them perhaps times 100."""
    whole = (number >> 2) - ((number >> 31) << 30)
    value = float(whole) if number & 2 else struct.unpack("<d", struct.pack("<Q", (number & 0xFFFFFFFC) << 32))[0]
    return float(value) / 100 if number & 1 else float(value)
