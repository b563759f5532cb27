"""Reads the bytes of text files from programs of before Unicode: TCVN3, VNI, windows-1258."""

from __future__ import annotations

import re

from data.legacy_font import FONTS, Font, to_unicode
from data.legacy_judge import Leaning, choose_font, font_of_all

__all__ = ["as_windows_1252", "decode_legacy"]

_SAMPLE = 65536
_CELL = re.compile(r"([^,;|\t\r\n\"]+)")
# C1 controls for the five bytes that windows-1252 leaves out, as Windows itself reads them
_TABLE = "".join(bytes([b]).decode("cp1252", errors="ignore") or chr(b) for b in range(256))


def as_windows_1252(raw: bytes) -> str:
    """Bytes as letters, one each, none lost: windows-1252, and control characters for the bytes that it lacks."""
    return raw.decode("latin-1").translate(_C1)


_C1 = {byte: _TABLE[byte] for byte in range(0x80, 0xA0)}


def decode_legacy(raw: bytes) -> tuple[str, str] | None:
    """Bytes that are not UTF-8 read as Vietnamese, with the encoding's name, or None where they are not Vietnamese.

    Names: tcvn3, vni, windows-1258. The first 64 kB decide; where cells are in another of the three they are read so.
    """
    shown = as_windows_1252(raw)
    font, mixed = font_of_all([shown[:_SAMPLE]])
    if font is None:
        return None
    leaning: Leaning = tuple((name, _FILE_LEAN if name == font else _OTHER_LEAN) for name in FONTS)
    known: dict[str, str] = {}

    def read(found: re.Match[str]) -> str:
        cell = found.group()
        if cell.isascii():
            return cell
        if cell not in known:
            known[cell] = _read_cell(cell, font, mixed, leaning)
        return known[cell]

    return _CELL.sub(read, shown), font


_FILE_LEAN, _OTHER_LEAN = 8, -8


def _read_cell(cell: str, font: Font, mixed: bool, leaning: Leaning) -> str:
    if mixed:
        chosen = choose_font(cell, leaning)
        return to_unicode(cell, chosen) if chosen else cell
    return to_unicode(cell, font)
