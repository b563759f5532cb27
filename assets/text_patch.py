"""Corrects cells of a delimited text at their very bytes: encoding, separators, quotes and line ends stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import get_args

from assets.read.delimited import read_delimited
from assets.read.dialect import detect_dialect
from assets.read.encoding import decode
from assets.read.grid import Grid
from assets.read.limits import DEFAULT_LIMITS
from assets.read.records import Dialect
from data.legacy_font import Font, from_unicode
from data.table import UnreadableError

__all__ = ["correct_text"]

_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32-le", b"\x00\x00\xfe\xff": "utf-32-be", b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be", b"\xef\xbb\xbf": "utf-8",
}  # fmt: skip
_LEGACY: frozenset[str] = frozenset((*get_args(Font), "viqr"))
_LINE_END = re.compile(r"\r\n|\n|\r")
_EDGE = re.compile(r"[\r\n]|^\s|\s$")
Values = Mapping[tuple[int, int], str]


def correct_text(raw: bytes, name: str, values: Values) -> bytes | None:
    """The text with (row, column) → value put in; rows are records as the reader counts them, both from 1.

    What comes back reads as exactly these values and all others unchanged. Where single bytes cannot do that (a record
    that the reader had to mend, a letter that the encoding lacks) the records are written anew, in UTF-8 if need be.
    None where no text of the kind can hold the values. Raises UnreadableError.
    """
    grid, encoding, delimiter = read_delimited(raw, name, DEFAULT_LIMITS)
    if not delimiter:
        return None
    dialect = detect_dialect(decode(raw)[0])
    for corrected in _tries(raw, grid, encoding, dialect, values):
        if _reads_as(corrected, name, grid, values):
            return corrected
    return None


def _tries(raw: bytes, grid: Grid, encoding: str, dialect: Dialect, values: Values) -> Iterator[bytes]:
    mark = next((m for m in _MARKS if raw.startswith(m)), b"")
    codec = _MARKS.get(mark, encoding)
    try:
        in_place = _in_place(raw[len(mark) :], codec, dialect, values)
    except (UnicodeError, LookupError):
        in_place = None
    if in_place is not None:
        yield mark + in_place
    if grid.body is None:
        text = _anew(raw, grid, dialect, values)
        with suppress(UnicodeError, LookupError):
            yield mark + _encoded(text, codec)
        yield b"\xef\xbb\xbf" + text.encode("utf-8", "replace")


def _encoded(text: str, codec: str) -> bytes:
    """Bytes of a text; raises UnicodeError for a letter that the encoding lacks."""
    if codec == "viqr":
        return from_unicode(text, "viqr").encode("ascii")
    if codec in _LEGACY:
        return from_unicode(text, codec).encode("cp1252")  # type: ignore[arg-type]
    return text.encode("utf-8" if codec == "ascii" else codec)


def _in_place(body: bytes, codec: str, dialect: Dialect, values: Values) -> bytes | None:
    """The bytes with cells replaced; None where the text's letters do not stand for its bytes one by one.

    Bytes that are no text of the encoding are gone through one by one, as are fonts of before Unicode.
    """
    handled = codec
    if codec in _LEGACY or codec == "ascii" or not _exact(body, codec):
        handled = "latin-1"
    text = body.decode(handled)
    parts: list[str] = []
    at = 0
    for start, end, put in _places(text, dialect, values):
        written = put if handled == codec else _encoded(put, codec).decode("latin-1")
        parts.extend((text[at:start], written))
        at = end
    return ("".join(parts) + text[at:]).encode(handled)


def _exact(body: bytes, codec: str) -> bool:
    try:
        return body.decode(codec).encode(codec) == body
    except (UnicodeError, LookupError):
        return False


def _places(text: str, dialect: Dialect, values: Values) -> Iterator[tuple[int, int, str]]:
    """Start and end of each piece of the text that is replaced, in order, and what it becomes."""
    by_row = _by_row(values)
    last = max(by_row, default=0)
    at = number = 0
    while at < len(text) and number < last:
        number += 1
        end = _end_of_line(text, at)
        wanted = by_row.get(number, {})
        quoted = bool(dialect.quote) and dialect.quote in text[at:end]
        if not wanted and not quoted:
            at = _next_line(text, end)
            continue
        cells = _cells(text, at, dialect) if quoted else _plain_cells(text, at, end, dialect)
        end = cells[-1][1]
        for column in sorted(c for c in wanted if c <= len(cells)):
            start, stop = cells[column - 1]
            held = text[start : start + 1] == dialect.quote != ""
            yield start, stop, _written(wanted[column], dialect, held)
        beyond = [c for c in wanted if c > len(cells)]
        if beyond:
            more = [_written(wanted.get(c, ""), dialect, False) for c in range(len(cells) + 1, max(beyond) + 1)]
            yield end, end, dialect.delimiter + dialect.delimiter.join(more)
        at = _next_line(text, end)


def _by_row(values: Values) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    for (row, column), value in values.items():
        found.setdefault(row, {})[column] = value
    return found


def _end_of_line(text: str, at: int) -> int:
    found = _LINE_END.search(text, at)
    return found.start() if found else len(text)


def _next_line(text: str, end: int) -> int:
    return end + 2 if text.startswith("\r\n", end) else end + 1


def _plain_cells(text: str, at: int, end: int, dialect: Dialect) -> list[tuple[int, int]]:
    """Start and end of each cell of a line without quotation marks."""
    cells = []
    for part in text[at:end].split(dialect.delimiter):
        lead = len(part) - len(part.lstrip(" ")) if dialect.spaced else 0
        cells.append((at + lead, at + len(part)))
        at += len(part) + len(dialect.delimiter)
    return cells


def _cells(text: str, at: int, dialect: Dialect) -> list[tuple[int, int]]:
    """Start and end, quotation marks included, of each cell of a record that may go over several lines."""
    edge, mark = re.escape(dialect.delimiter), re.escape(dialect.quote)
    blank = " *" if dialect.spaced else ""
    cell = re.compile(
        f"{blank}({mark}(?:[^{mark}]|{mark}{mark})*{mark}(?=[ \\t]*(?:{edge}|[\\r\\n]|$))|[^\\r\\n{edge}]*)"
    )
    cells = []
    while True:
        found = cell.match(text, at)
        assert found is not None
        cells.append((found.start(1), found.end(1)))
        at = found.end()
        while text[at : at + 1] in (" ", "\t") and text[at : at + 1] != dialect.delimiter:
            at += 1
        if not text.startswith(dialect.delimiter, at):
            cells[-1] = (cells[-1][0], max(cells[-1][1], at) if text[at - 1 : at] != dialect.quote else cells[-1][1])
            return cells
        at += len(dialect.delimiter)


def _written(value: str, dialect: Dialect, quoted: bool) -> str:
    mark = dialect.quote or '"'
    needed = dialect.delimiter in value or value.startswith(mark) or _EDGE.search(value)
    return f"{mark}{value.replace(mark, mark * 2)}{mark}" if quoted or needed else value


def _anew(raw: bytes, grid: Grid, dialect: Dialect, values: Values) -> str:
    """All records as the reader understood them, with the values put in."""
    text = decode(raw)[0]
    ends = _LINE_END.findall(text[:100_000])
    end = max(set(ends), key=ends.count) if ends else "\r\n"
    hint = text[: _end_of_line(text, 0)]
    by_row = _by_row(values)
    lines = [hint] if grid.row_numbers and grid.row_numbers[0] == 2 else []
    for number, cells in zip(grid.row_numbers, grid.cells, strict=True):
        own = by_row.get(number, {})
        row = [cell or "" for cell in cells] + [""] * (max(own, default=0) - len(cells))
        for column, value in own.items():
            row[column - 1] = value
        lines.append(dialect.delimiter.join(_written(cell, dialect, False) for cell in row) if any(row) else "")
    return end.join(lines) + end


def _reads_as(corrected: bytes, name: str, grid: Grid, values: Values) -> bool:
    """Whether the reader finds exactly the values in the corrected text, and all other cells as they were."""
    try:
        after = read_delimited(corrected, name, DEFAULT_LIMITS)[0]
    except UnreadableError:
        return False
    if after.row_numbers != grid.row_numbers or (after.body is None) != (grid.body is None):
        return False
    left = {place: value or None for place, value in values.items()}
    for number, old, new in zip(grid.row_numbers, grid.cells, after.cells, strict=True):
        for column in range(1, max(len(old), len(new)) + 1):
            before = old[column - 1] if column <= len(old) else None
            wanted = left.pop((number, column), before) if left else before
            if (new[column - 1] if column <= len(new) else None) != wanted:
                return False
    if grid.body is None or after.body is None:
        return not left
    return _body_reads_as(grid, after, left)


def _body_reads_as(grid: Grid, after: Grid, left: Mapping[tuple[int, int], str | None]) -> bool:
    assert grid.body is not None and after.body is not None
    if grid.body.shape != after.body.shape or grid.body_at != after.body_at:
        return False
    first = grid.row_numbers[grid.body_at - 1] + 1
    differing = 0
    for name in grid.body.columns:
        differing += int(grid.body[name].ne_missing(after.body[name]).sum())
    changed = 0
    for (row, column), value in left.items():
        place = row - first
        if not (0 <= place < grid.body.height and column <= grid.body.width) or (
            after.body[place, column - 1] != value
        ):
            return False
        changed += grid.body[place, column - 1] != value
    return differing == changed
