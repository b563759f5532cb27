"""Splits delimited text into records, forgiving the quotation marks that real files get wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Dialect", "split_records"]

_LINE_END = re.compile(r"\r\n|\n|\r")
# A quoted cell longer than this is a quotation mark that was never closed.
_LONGEST_CELL = 100_000
_MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are separated and quoted; "" for no delimiter and for no quotation mark.

    spaced: a space after each delimiter belongs to the delimiter.
    """

    delimiter: str
    quote: str
    spaced: bool = False


@dataclass(slots=True)
class _Search:
    """How a text is searched: where a plain cell ends, and how many marks may yet be looked at in vain.

    A text of thousands of marks that none closes would be gone through from each of them again; when `left` is used
    up, every further mark is text.
    """

    end_of_cell: re.Pattern[str]
    marks: int
    left: int = 0

    def __post_init__(self) -> None:
        self.left = 4 * self.marks + 100_000


def split_records(text: str, dialect: Dialect) -> Iterator[list[str]]:
    """Records of a text, an empty line being a record of no cells.

    Beyond RFC 4180: a mark inside a quoted cell that is neither doubled nor before a delimiter is part of the text
    (10" screen); `\\"` is an escaped mark; a mark that opens a cell but is never closed, or is followed by another
    opening mark, is part of the text too. Inside quotes line ends are kept as they stand.
    """
    delimiter, quote = dialect.delimiter, dialect.quote
    at, end = 0, len(text)
    search = _Search(re.compile(f"{re.escape(delimiter)}|[\r\n]"), text.count(quote) if quote else 0)
    while at < end:
        match = _LINE_END.search(text, at)
        stop = match.start() if match else end
        if stop == at:
            yield []
            at = match.end() if match else end
            continue
        line = text[at:stop]
        if not delimiter:
            yield [line]
        elif not quote or quote not in line:
            cells = line.split(delimiter)
            yield [cell.lstrip(" ") for cell in cells] if dialect.spaced else cells
        else:
            cells, at = _quoted_record(text, at, dialect, search)
            yield cells
            continue
        at = match.end() if match else end


def _quoted_record(text: str, at: int, dialect: Dialect, search: _Search) -> tuple[list[str], int]:
    """Cells of the record that begins at a place, and the place where the next one begins."""
    delimiter, quote = dialect.delimiter, dialect.quote
    cells: list[str] = []
    size = len(text)
    while True:
        start = at
        if dialect.spaced or (delimiter != " " and text[at : at + 1] == " "):
            while start < size and text[start] == " ":
                start += 1
        opened = start < size and text[start] == quote and search.left > 0
        closed = _quoted_cell(text, start + 1, dialect, search) if opened else None
        if closed is not None:
            value, at = closed
        else:
            begin = start if dialect.spaced else at
            at = match.start() if (match := search.end_of_cell.search(text, begin)) else size
            value = text[begin:at]
        cells.append(value)
        if at < size and text.startswith(delimiter, at):
            at += len(delimiter)
            continue
        if text.startswith("\r\n", at):
            at += 2
        elif at < size:
            at += 1
        return cells, at


def _quoted_cell(text: str, start: int, dialect: Dialect, search: _Search) -> tuple[str, int] | None:
    """Value of a quoted cell and the place after it; None where its opening mark turns out to be text."""
    quote, delimiter = dialect.quote, dialect.delimiter
    parts: list[str] = []
    fallback: tuple[str, int] | None = None
    at = start
    looked_at = 0
    while True:
        mark = text.find(quote, at, start + _LONGEST_CELL)
        looked_at += 1
        if mark < 0:
            search.left -= looked_at
            return fallback
        after = mark + 1
        while delimiter != " " and text[after : after + 1] in (" ", "\t") and text[after : after + 1] != delimiter:
            after += 1
        closes = after >= len(text) or text[after] in "\r\n" or text.startswith(delimiter, after)
        if mark > start and text[mark - 1] == "\\" and not closes:
            parts.append(text[at : mark - 1] + quote)
            at = mark + 1
        elif text[mark + 1 : mark + 2] == quote:
            parts.append(text[at:mark] + quote)
            at = mark + 2
            if fallback is None and mark > start and (text[at : at + 1] in "\r\n" or text.startswith(delimiter, at)):
                # a mark of the text, not doubled, before the closing one; only if the cell does not end otherwise
                fallback = "".join(parts), at
        elif closes:
            value = "".join(parts) + text[at:mark]
            if value.count("\n") <= _MOST_LINES:
                return value, after
            search.left -= looked_at
            return fallback
        elif mark > start and text.endswith(delimiter, start, mark):
            search.left -= looked_at
            return fallback
        else:
            parts.append(text[at : mark + 1])
            at = mark + 1
