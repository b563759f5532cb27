"""Which part of an xlsx or xlsb package holds which sheet."""

from __future__ import annotations

import posixpath
import re
import zipfile
from functools import lru_cache
from html import unescape

__all__ = ["attribute", "book_part", "hidden_sheets", "related", "sheet_parts"]

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^<>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^<>]*)>")


@lru_cache(maxsize=64)
def _pattern(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![\w:])" + name + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def attribute(tag: bytes, name: bytes) -> str:
    """Value of an attribute (its name is a pattern) within a tag; "" where it has none."""
    match = _pattern(name).search(tag)
    return unescape((match[1] or match[2] or b"").decode("utf-8", "replace")) if match else ""


def book_part(package: zipfile.ZipFile) -> str:
    """Name of the part that lists the sheets; raises KeyError where the package does not say."""
    names = package.NameToInfo
    usual = [name for name in ("xl/workbook.xml", "xl/workbook.bin") if name in names]
    told = [part for kind, part in related(package, "").values() if kind == "officeDocument"]
    return next((part for part in (*told, *usual) if part in names), "xl/workbook.xml")


def related(package: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Kind and part name of each relation of a part (of the package itself: ""), by its id."""
    folder, name = posixpath.split(part)
    member = posixpath.join(folder, "_rels", f"{name}.rels")
    if member not in package.NameToInfo:
        return {}
    found = {}
    for match in _RELATION.finditer(package.read(member)):
        target = attribute(match[1], b"Target")
        kind = attribute(match[1], b"Type").rpartition("/")[2]
        absolute = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[attribute(match[1], b"Id")] = kind, absolute
    return found


def sheet_parts(package: zipfile.ZipFile) -> dict[str, str]:
    """Name of the package part of each sheet of an xlsx workbook, in the book's order."""
    book = book_part(package)
    targets = related(package, book)
    parts = {}
    for match in _SHEET.finditer(package.read(book)):
        _, part = targets.get(attribute(match[1], rb"\w+:id"), ("", ""))
        parts[attribute(match[1], b"name")] = part
    return parts


def hidden_sheets(package: zipfile.ZipFile) -> frozenset[str]:
    """Names of the sheets that are hidden."""
    tags = [match[1] for match in _SHEET.finditer(package.read(book_part(package)))]
    return frozenset(attribute(tag, b"name") for tag in tags if attribute(tag, b"state") in ("hidden", "veryHidden"))
