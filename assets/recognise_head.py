"""The head of a file, read as the whole would be: enough to see what it is, however large it is."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import IO

from assets.read import read_bytes, read_file
from assets.read.package_parts import sheet_parts
from assets.read.refusal import refuse
from assets.read.small_workbook import Shell
from data.table import Reading

__all__ = ["read_head"]

_WHOLE_BYTES = 400_000
"""A file up to this size is read whole."""
_UNSPLIT_BYTES = 6 * 1024**2
"""A form of file that cannot be cut is read whole up to this size; of a larger one only its name is looked at."""
_TEXT_BYTES = 48 * 1024
_PART_BYTES = 96 * 1024
"""Of each sheet's rows, unpacked."""
_MOST_SHEETS = 12
_STRINGS_BYTES = 48 * 1024**2
"""Unpacked bytes of shared texts that are gone through for those which the head needs."""
_SHARED = re.compile(rb'<c\b[^>]*\bt="s"[^>]*>\s*<v>(\d+)</v>')
_LEGACY_WORKBOOK = b"\xd0\xcf\x11\xe0"


def read_head(path: Path, name: str) -> Reading:
    """The tables of a file as its first rows show them. Raises UnreadableError as assets.read does."""
    size = path.stat().st_size
    if size <= _WHOLE_BYTES:
        return read_file(path, name=name)
    with path.open("rb") as stream:
        start = stream.read(_TEXT_BYTES)
    if start.startswith(b"PK"):
        head = _of_workbook(path)
    elif start.startswith(b"PAR1"):
        head = _of_parquet(path)
    elif start.startswith(_LEGACY_WORKBOOK):
        head = None
    else:
        head = _of_text(start)
    if head is not None:
        return read_bytes(head, name)
    if size <= _UNSPLIT_BYTES:
        return read_file(path, name=name)
    raise refuse("too_large", name, "quá lớn để xem trước; vẫn gửi được", "too large for a look ahead; it can be sent")


def _of_text(start: bytes) -> bytes | None:
    """Whole lines of a delimited text or of ndjson; whole records of a json list."""
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        end = max(start.rfind(b"},"), start.rfind(b"}\n,"))
        return start[: end + 1] + b"]" if end > 0 else None
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    end = start.rfind(b"\n\x00" if start.startswith(b"\xff\xfe") else b"\n")
    return start[: end + (2 if wide and start.startswith(b"\xff\xfe") else 1)] if end > 0 else None


def _of_parquet(path: Path) -> bytes:
    import polars as pl

    out = io.BytesIO()
    pl.read_parquet(path, n_rows=200).write_parquet(out)
    return out.getvalue()


def _of_workbook(path: Path) -> bytes | None:
    """A small workbook of the first rows of each sheet of an xlsx; None for any other package."""
    try:
        with zipfile.ZipFile(path) as package:
            if "xl/workbook.xml" not in package.NameToInfo:
                return None
            parts = [part for part in sheet_parts(package).values() if part in package.NameToInfo][:_MOST_SHEETS]
            rows = [_first_rows(package, part) for part in parts]
            if not any(rows):
                return None
            highest = max((int(number) for part in rows for number in _SHARED.findall(part)), default=-1)
            return _shell(package, highest).workbook(rows)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, EOFError, NotImplementedError):
        return None


def _first_rows(package: zipfile.ZipFile, part: str) -> bytes:
    with package.open(part) as stream:
        xml = stream.read(_PART_BYTES)
    begin = re.search(rb"<sheetData[^>]*>", xml)
    if begin is None or begin.group().endswith(b"/>"):
        return b""
    rows = xml[begin.end() :]
    end = rows.rfind(b"</row>")
    return rows[: end + len(b"</row>")] if end >= 0 else b""


class _CutPackage:
    """A package whose shared texts end where the head needs no more of them."""

    def __init__(self, package: zipfile.ZipFile, highest: int) -> None:
        self._package, self._highest = package, highest
        self.NameToInfo = package.NameToInfo

    def read(self, part: str) -> bytes:
        if not part.lower().endswith("sharedstrings.xml"):
            return self._package.read(part)
        with self._package.open(part) as stream:
            return _first_texts(stream, self._highest + 1)


def _first_texts(stream: IO[bytes], wanted: int) -> bytes:
    found, seen, place = bytearray(), 0, 0
    while seen < wanted and len(found) < _STRINGS_BYTES:
        more = stream.read(256 * 1024)
        if not more:
            return bytes(found)
        found += more
        while seen < wanted and (end := found.find(b"</si>", place)) >= 0:
            seen, place = seen + 1, end + len(b"</si>")
    return bytes(found[:place]) + b"</sst>" if place else b"<sst/>"


def _shell(package: zipfile.ZipFile, highest: int) -> Shell:
    return Shell(_CutPackage(package, highest))  # type: ignore[arg-type]
