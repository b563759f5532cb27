"""The hidden stamp of a template: whose workbook it is, for which dataset and period; it outlives saving and renaming.

It stands twice: as a custom document property (Office Open XML, docProps/custom.xml; OpenDocument, meta.xml) and as
one text on a hidden sheet. It is one run of plain ASCII letters, so that it is found in any format's bytes.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PROPERTY", "Stamp", "stamp_of"]

PROPERTY = "hub-template"
"""Name of the document property."""
_MARK = "hub-template:1"
_PART = "[A-Za-z0-9_.-]{1,80}"
_STAMP = re.compile(rf"{_MARK}\|({_PART})\|({_PART})\|({_PART})\|({_PART})\|end".encode())
_MOST_UNPACKED = 64 * 1024**2
"""A part that unpacks to more than this is not looked through: the property stands in a small one."""
_MOST_RAW = 64 * 1024**2
_COMPOUND = b"\xd0\xcf\x11\xe0"
"""How an xls begins."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a template says of itself: dataset and version of its contract, reporter's code, period's token."""

    dataset: str
    version: str
    reporter: str
    period: str

    def __str__(self) -> str:
        return "|".join((_MARK, self.dataset, self.version, self.reporter, self.period, "end"))


def stamp_of(path: Path) -> Stamp | None:
    """The stamp that a file bears, whatever its name; None where it bears none or cannot be opened."""
    try:
        with path.open("rb") as stream:
            start = stream.read(256)
        if start.startswith(b"PK"):
            return _of_package(path)
        # Lines of text keep no hidden sheet.
        return _of_bytes(path) if start.startswith(_COMPOUND) or b"<" in start else None
    except (OSError, zipfile.BadZipFile, RuntimeError, ValueError, EOFError, NotImplementedError):
        return None


def _of_package(path: Path) -> Stamp | None:
    """Of a zip: the property's part first, then the parts that hold the sheets' texts."""
    with zipfile.ZipFile(path) as package:
        names = [n for n in package.namelist() if _order(n) is not None]
        for name in sorted(names, key=lambda n: _order(n) or 0):
            if package.getinfo(name).file_size > _MOST_UNPACKED:
                continue
            raw = package.read(name)
            found = _found(raw) or (_found(raw[::2]) or _found(raw[1::2]) if name.endswith(".bin") else None)
            if found is not None:
                return found
    return None


def _order(name: str) -> int | None:
    lowered = name.lower()
    if lowered in {"docprops/custom.xml", "meta.xml"}:
        return 0
    if lowered in {"xl/sharedstrings.xml", "xl/sharedstrings.bin", "content.xml"}:
        return 1
    return None


def _of_bytes(path: Path) -> Stamp | None:
    """Of any other file (xls, flat XML, html): the texts stand in its bytes, one or two octets a letter."""
    if path.stat().st_size > _MOST_RAW:
        return None
    raw = path.read_bytes()
    return _found(raw) or _found(raw[::2]) or _found(raw[1::2])


def _found(raw: bytes) -> Stamp | None:
    match = _STAMP.search(raw)
    return None if match is None else Stamp(*(part.decode("ascii") for part in match.groups()))
