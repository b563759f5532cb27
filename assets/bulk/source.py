"""A large delimited text on disk: how it is encoded and separated, its head, its tail, and whole lines between."""

from __future__ import annotations

import codecs
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from assets.read.dialect import detect_dialect
from assets.read.encoding import decode
from assets.read.records import Dialect, split_records

__all__ = ["Source", "Span", "open_source"]

_HEAD_BYTES, _TAIL_BYTES, _SLICE_BYTES, _SLICES = 1024**2, 256 * 1024, 16 * 1024, 32
_HEAD_LINES, _TAIL_LINES = 1000, 300
_CHUNK_BYTES = 16 * 1024**2
_UNICODE = frozenset({"ascii", "utf-8", "utf-8-sig"})
_WIDE_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Span:
    """Whole lines of a source: from byte `start` to before byte `stop`."""

    start: int
    stop: int


@dataclass(frozen=True)
class Source:
    """A text that one sign separates throughout.

    `middle` is what lies between the records of `head` and those of `tail`; `between` are records from places spread
    over it. `width` is the number of cells of its records.
    """

    path: Path
    encoding: str
    dialect: Dialect
    width: int
    head: list[list[str]]
    between: list[list[str]]
    tail: list[list[str]]
    middle: Span

    def text(self, span: Span) -> bytes:
        """The lines of a span as UTF-8, each ended by a line feed alone."""
        with self.path.open("rb") as file:
            return self.in_utf8(_read(file, span.start, span.stop - span.start))

    def stretches(self) -> Iterator[tuple[Span, bytes]]:
        """The middle in stretches of whole records, each some megabytes, with their bytes as the file holds them."""
        quote = self.dialect.quote.encode()
        at, stop = self.middle.start, self.middle.stop
        with self.path.open("rb") as file:
            while at < stop:
                raw = _read(file, at, min(_CHUNK_BYTES, stop - at))
                length = len(raw) if at + len(raw) >= stop else _whole_records(raw, quote)
                yield Span(at, at + length), raw if length == len(raw) else raw[:length]
                at += length

    @cached_property
    def size(self) -> int:
        """Bytes of the middle."""
        return self.middle.stop - self.middle.start

    def in_utf8(self, raw: bytes) -> bytes:
        """Lines as the file holds them, as UTF-8, each ended by a line feed alone."""
        text = raw if self.encoding == "utf-8" else _decoded(raw, self.encoding).encode()
        if b"\x00" in text:
            text = text.replace(b"\x00", b"")
        if b"\r" in text:
            text = text.replace(b"\r\n", b"\n")
        return text if text.endswith(b"\n") else text + b"\n"


def open_source(path: Path, scratch: Path) -> Source | None:
    """A large text, where it is one that can be read in stretches; None where the forgiving reader is wanted.

    `scratch` is a folder for a copy in UTF-8, which a text in UTF-16 or UTF-32 needs.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        wide = _wide(head)
        if wide:
            return open_source(_in_utf8(path, wide, scratch), scratch)
        size = path.stat().st_size
        start = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
        slices = [_slice(file, size * (n + 1) // (_SLICES + 2)) for n in range(_SLICES)]
        tail = _read(file, max(start, size - _TAIL_BYTES), _TAIL_BYTES)
    head = head[start : head.rfind(b"\n") + 1]
    encoding = decode(head + b"".join(slices) + tail[tail.find(b"\n") + 1 :])[1]
    encoding = "utf-8" if encoding in _UNICODE else encoding
    dialect = detect_dialect(_decoded(head, encoding))
    if len(dialect.delimiter) != 1 or dialect.spaced or dialect.quote not in ("", '"') or b"\n" not in head:
        return None
    quote = dialect.quote.encode()
    first = _after_lines(head, _HEAD_LINES, quote)
    last = _before_lines(tail, _TAIL_LINES)
    if not first or not last:
        return None

    def records(raw: bytes) -> list[list[str]]:
        return list(split_records(_decoded(raw, encoding).replace("\r\n", "\n"), dialect))

    heading = records(head[:first])
    widths = Counter(len(record) for record in heading[len(heading) // 2 :])
    width = max(widths, key=lambda w: widths[w])
    between = [record for raw in slices for record in records(raw) if len(record) == width and any(record)]
    if width < 2 or len(between) < _SLICES:
        return None
    middle = Span(start + first, size - len(tail) + last)
    ends = heading, records(tail[last:])
    if heading[0][0][:4].lower() == "sep=" or middle.start >= middle.stop:
        return None
    return Source(path, encoding, dialect, width, ends[0], between, ends[1], middle)


def _decoded(raw: bytes, encoding: str) -> str:
    """Text of some lines whose encoding is known from the whole."""
    if encoding in ("tcvn3", "vni"):
        from data.legacy_font import to_unicode

        return to_unicode(raw.decode("latin-1"), "tcvn3" if encoding == "tcvn3" else "vni")
    if encoding == "windows-1258":
        return unicodedata.normalize("NFC", raw.decode("cp1258", errors="replace"))
    return raw.decode(encoding, errors="replace")


def _wide(head: bytes) -> str | None:
    """Name of a UTF-16 or UTF-32 encoding, which separates lines by more than one byte."""
    if not head.startswith(_WIDE_MARKS) and head[:4096].count(0) < 400:
        return None
    encoding = decode(head[: len(head) // 4 * 4])[1]
    return encoding if encoding.startswith(("utf-16", "utf-32")) else None


def _in_utf8(path: Path, encoding: str, scratch: Path) -> Path:
    copy = scratch / "text.utf8"
    with path.open(encoding=encoding, errors="replace", newline="") as text, copy.open("wb") as out:
        while part := text.read(4 * 1024**2):
            out.write(part.encode("utf-8", errors="replace"))
    return copy


def _read(file: BinaryIO, at: int, length: int) -> bytes:
    file.seek(at)
    return file.read(length)


def _slice(file: BinaryIO, at: int) -> bytes:
    """Some whole lines from the middle of a file."""
    raw = _read(file, at, _SLICE_BYTES)
    return raw[raw.find(b"\n") + 1 : raw.rfind(b"\n") + 1]


def _after_lines(raw: bytes, lines: int, quote: bytes) -> int:
    """Place behind the first so many lines, later where a quotation is open there; fewer lines where there are."""
    at = 0
    for _ in range(lines):
        following = raw.find(b"\n", at) + 1
        if not following:
            break
        at = following
    while quote and raw.count(quote, 0, at) % 2:
        following = raw.find(b"\n", at) + 1
        if not following:
            return 0
        at = following
    return at


def _before_lines(raw: bytes, lines: int) -> int:
    """Place of the last so many lines; 0 where there are fewer whole ones."""
    at = len(raw) - 1 if raw.endswith(b"\n") else len(raw)
    for _ in range(lines):
        at = raw.rfind(b"\n", 0, at)
        if at < 0:
            return raw.find(b"\n") + 1
    return at + 1


def _whole_records(raw: bytes, quote: bytes) -> int:
    """Length of the whole records of a stretch: up to its last line end that stands outside a quotation."""
    end = raw.rfind(b"\n") + 1
    if not end:
        return len(raw)
    if quote and raw.count(quote, 0, end) % 2:
        opened = raw.rfind(quote, 0, end)
        while opened >= 0:
            before = raw.rfind(b"\n", 0, opened) + 1
            if before and raw.count(quote, 0, before) % 2 == 0:
                return before
            opened = raw.rfind(quote, 0, max(before - 1, 0))
    return end
