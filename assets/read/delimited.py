"""Reads csv, tsv and other delimited text into a raw grid."""

from __future__ import annotations

import re
from collections import Counter

from assets.read.dialect import detect_dialect
from assets.read.encoding import decode
from assets.read.grid import BLANK, Grid
from assets.read.large_text import LARGE_TEXT, read_large_text
from assets.read.records import Dialect, split_records
from assets.read.refusal import refuse
from assets.read.values import looks_like

__all__ = ["read_delimited"]

Record = list[str]


def read_delimited(raw: bytes, name: str) -> tuple[Grid, str, str]:
    """Raw grid of a delimited text, its encoding and its delimiter ("" for one cell a line).

    Row numbers count records, as a spreadsheet that opens the file would show them.
    Raises UnreadableError empty or not_a_table.
    """
    text, encoding = decode(raw)
    dialect = detect_dialect(text)
    if len(text) > LARGE_TEXT:
        large = read_large_text(text, dialect)
        if large is not None:
            return large, encoding, dialect.delimiter
    records = list(split_records(text, dialect))
    first = 1
    if records and records[0] and records[0][0][:4].lower() == "sep=":
        records, first = records[1:], 2
    if not re.search(r"[^\s,;|\"']", text):
        raise refuse("empty", name)
    if _prose(records, dialect):
        raise refuse("not_a_table", name, "đây là văn bản thường", "this is running text")
    records = _settle_widths(records, dialect)
    width = max(len(record) for record in records)
    cells: list[list[str | None]] = []
    kinds: list[str] = []
    for record in records:
        row: list[str | None] = [cell or None for cell in record]
        row.extend([None] * (width - len(row)))
        cells.append(row)
        kinds.append("".join([looks_like(cell) for cell in record]) + BLANK * (width - len(record)))
    grid = Grid("", cells, kinds, list(range(first, first + len(cells))), typed=False, separated=True)
    grid.lengths = [len(record) for record in records]
    return grid, encoding, dialect.delimiter


def _prose(records: list[Record], dialect: Dialect) -> bool:
    """Whether a text is sentences: long lines that nothing separates, or words that only spaces do."""
    if dialect.delimiter == " ":
        cells = [cell for record in records[:200] for cell in record if cell]
        return not dialect.quote and sum(looks_like(cell) in "nd" for cell in cells) < 0.15 * len(cells)
    if dialect.delimiter:
        return False
    lines = [record[0] for record in records if record and record[0].strip()]
    return sum(len(line) for line in lines) / len(lines) > 60 or any(len(line) > 400 for line in lines)


def _settle_widths(records: list[Record], dialect: Dialect) -> list[Record]:
    """Bring the few records that are wider or narrower than the others to the common width, where that is clear."""
    widths = Counter(len(record) for record in records if record)
    common, count = widths.most_common(1)[0]
    if common < 2 or count < 0.6 * sum(widths.values()) or count < 3:
        return records
    usual = _usual_kinds([record for record in records if len(record) == common][:2000], common)
    return [record if len(record) in (0, common) else _settled(record, common, usual, dialect) for record in records]


def _usual_kinds(records: list[Record], width: int) -> list[str]:
    """Most frequent kind of each column, blank cells left out of the count."""
    usual = []
    for column in range(width):
        kinds = Counter(looks_like(record[column]) for record in records)
        kinds.pop(BLANK, None)
        usual.append(kinds.most_common(1)[0][0] if kinds else BLANK)
    return usual


def _fit(record: Record, usual: list[str]) -> int:
    """How many cells of a record are of their column's usual kind; a cell of the wrong kind counts against it."""
    marks = 0
    for cell, kind in zip(record, usual, strict=False):
        found = looks_like(cell)
        marks += 1 if found == kind else 0 if found in (BLANK, "P") or kind == BLANK else -1
    return marks - abs(len(record) - len(usual))


def _settled(record: Record, width: int, usual: list[str], dialect: Dialect) -> Record:
    """A record of the common width where one delimiter too many, or another delimiter, explains the difference."""
    other = _other_delimiter(record, width, usual, dialect)
    if other is not None:
        return other
    if len(record) <= width:
        return record
    spare = len(record) - width
    opened = _opened_before_quote(record, width, usual, dialect)
    if opened is not None:
        return opened
    if not any(cell.strip() for cell in record[width:]) and _fit(record, usual) > 0:
        return record[:width]
    empty = [place for place, cell in enumerate(record) if not cell.strip()]
    if len(empty) < spare or spare > 2:
        return record
    best = max(
        (
            record[:place] + record[place + spare :]
            for place in empty
            if place + spare <= len(record) and not any(cell.strip() for cell in record[place : place + spare])
        ),
        key=lambda shorter: _fit(shorter, usual),
        default=None,
    )
    return record if best is None or _fit(best, usual) <= 0 else best


def _opened_before_quote(record: Record, width: int, usual: list[str], dialect: Dialect) -> Record | None:
    """The record split anew where the delimiter before a quoted cell is missing."""
    line, quote = dialect.delimiter.join(record), dialect.quote
    if not quote or quote not in line or "\n" in line:
        return None
    edge = re.escape(dialect.delimiter)
    mended = re.sub(rf"(?<=[^{edge}{quote}]){quote}(?=[^{edge}{quote}])", dialect.delimiter + quote, line, count=1)
    parts = next(split_records(mended, dialect), [])
    return parts if len(parts) == width and _fit(parts, usual) > max(1, width // 3, _fit(record, usual)) else None


def _other_delimiter(record: Record, width: int, usual: list[str], dialect: Dialect) -> Record | None:
    line = dialect.delimiter.join(record)
    if "\n" in line:
        return None
    for delimiter in (",", ";", "\t", "|", " "):
        if delimiter == dialect.delimiter or line.count(delimiter) < width - 1:
            continue
        parts = next(split_records(line, Dialect(delimiter, dialect.quote or '"')), [])
        if len(parts) == width and _fit(parts, usual) > max(1, width // 3, _fit(record, usual)):
            return parts
    return None
