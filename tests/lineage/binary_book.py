"""The least that an xlsb workbook needs, written and read again from its records; no package here writes the format.

Format: [MS-XLSB] 2.1 (parts), 2.4 (records).
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta

from tests.lineage.meaning import Above

__all__ = ["binary_book", "read_binary_book"]

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.ms-excel"
_ZERO = date(1899, 12, 30)
_HIDDEN_ROW = 0x10
Merge = tuple[int, int, int, int]
Sheet = dict[tuple[int, int], object]


def binary_book(
    name: str, lines: Sequence[Sequence[object]], merges: Collection[Merge], hidden: Collection[int]
) -> bytes:
    """A workbook of one sheet; merges (top, left, bottom, right) and hidden rows count from 0."""
    types = "".join(
        f'<Override PartName="/xl/{part}.bin" ContentType="{_KIND}.{kind}"/>'
        for part, kind in (
            ("workbook", "sheet.binary.macroEnabled.main"),
            ("worksheets/sheet1", "worksheet"),
            ("styles", "styles"),
        )
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
        "_rels/.rels": _relations(("rId1", "officeDocument", "xl/workbook.bin")),
        "xl/_rels/workbook.bin.rels": _relations(
            ("rId1", "worksheet", "worksheets/sheet1.bin"), ("rId2", "styles", "styles.bin")
        ),
        "xl/workbook.bin": _record(131)
        + _record(143)
        + _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide(name))
        + _record(144)
        + _record(132),
        "xl/styles.bin": _record(278)
        + _record(617, struct.pack("<I", 2))
        + b"".join(_record(47, struct.pack("<HH12x", 0, number)) for number in (0, 14))
        + _record(618)
        + _record(279),
        "xl/worksheets/sheet1.bin": _sheet(lines, merges, hidden),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for part, content in parts.items():
            package.writestr(part, content)
    return out.getvalue()


def read_binary_book(raw: bytes) -> dict[str, Sheet]:
    """Sheet name → (row, column) from 1 → text, number, truth or moment."""
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        names = [_text(body, 8 + 4 + 2 * struct.unpack_from("<I", body, 8)[0])
                 for kind, body in _records(package.read("xl/workbook.bin")) if kind == 156]  # fmt: skip
        styles = [struct.unpack_from("<H", body, 2)[0] for kind, body in _records(package.read("xl/styles.bin"))
                  if kind == 47]  # fmt: skip
        cells: Sheet = {}
        row = 0
        for kind, body in _records(package.read("xl/worksheets/sheet1.bin")):
            if kind == 0:
                row = struct.unpack_from("<I", body)[0] + 1
            elif kind in (4, 5, 6):
                column, style = struct.unpack_from("<I", body)[0] + 1, int.from_bytes(body[4:7], "little")
                cells[row, column] = _value(kind, body, styles[style])
            elif kind == 176:
                top, bottom, left, _ = struct.unpack("<4I", body)
                if (top + 1, left + 1) in cells:
                    said = Above(cells[top + 1, left + 1])
                    cells |= {(number + 1, left + 1): said for number in range(top + 1, bottom + 1)}
    return {names[0]: cells}


def _value(kind: int, body: bytes, style: int) -> object:
    if kind == 4:
        return bool(body[8])
    if kind == 6:
        return _text(body, 8)
    number = struct.unpack_from("<d", body, 8)[0]
    return datetime(_ZERO.year, _ZERO.month, _ZERO.day) + timedelta(days=number) if style == 14 else number


def _sheet(lines: Sequence[Sequence[object]], merges: Collection[Merge], hidden: Collection[int]) -> bytes:
    width = max(len(line) for line in lines)
    parts = [_record(129), _record(148, struct.pack("<4I", 0, len(lines) - 1, 0, width - 1)), _record(145)]
    for row, line in enumerate(lines):
        flags = _HIDDEN_ROW if row in hidden else 0
        parts.append(_record(0, struct.pack("<IIHBBBI", row, 0, 300, 0, flags, 0, 0)))
        parts += [_cell(column, value) for column, value in enumerate(line) if value is not None]
    parts += [_record(146), _record(177, struct.pack("<I", len(merges)))]
    parts += [_record(176, struct.pack("<4I", top, bottom, left, right)) for top, left, bottom, right in merges]
    return b"".join([*parts, _record(178), _record(130)])


def _cell(column: int, value: object) -> bytes:
    place = struct.pack("<II", column, 1 if isinstance(value, date) else 0)
    if isinstance(value, bool):
        return _record(4, place + bytes([value]))
    if isinstance(value, date):
        return _record(5, place + struct.pack("<d", (value - _ZERO).days))
    if isinstance(value, (int, float)):
        return _record(5, place + struct.pack("<d", value))
    return _record(6, place + _wide(str(value)))


def _relations(*targets: tuple[str, str, str]) -> str:
    listed = "".join(f'<Relationship Id="{i}" Type="{_OFFICE}/{kind}" Target="{to}"/>' for i, kind, to in targets)
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def _text(body: bytes, at: int) -> str:
    return body[at + 4 : at + 4 + 2 * struct.unpack_from("<I", body, at)[0]].decode("utf-16-le")


def _record(kind: int, body: bytes = b"") -> bytes:
    """A record: its number in one byte or two, its size in bytes of seven bits, its body."""
    number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, rest = b"", len(body)
    while rest > 127:
        size, rest = size + bytes([rest & 0x7F | 0x80]), rest >> 7
    return number + size + bytes([rest]) + body


def _records(raw: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(raw):
        kind, at = raw[at], at + 1
        if kind & 0x80:
            kind, at = kind & 0x7F | raw[at] << 7, at + 1
        size = shift = 0
        while True:
            byte, at = raw[at], at + 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, raw[at : at + size]
        at += size
