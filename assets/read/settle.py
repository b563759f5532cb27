"""Brings the few records of a delimited text that are not split like the others to the common form."""

from __future__ import annotations

import re
from collections import Counter

from assets.read.grid import BLANK
from assets.read.records import Dialect, split_records
from assets.read.values import looks_like

__all__ = ["changed_cells", "settle_record", "settle_records", "usual_kinds"]

Record = list[str]


def settle_records(records: list[Record], dialect: Dialect) -> list[Record]:
    """The records, those of another width or dialect split anew where it is clear how; the others as they are."""
    widths = Counter(len(record) for record in records if record)
    common, count = widths.most_common(1)[0]
    if common < 2 or count < 0.6 * sum(widths.values()) or count < 3:
        return records
    usual = usual_kinds([record for record in records if len(record) == common][:2000], common)
    spaced = sum(map(_follows_spaces, records)) > 0.5 * len(records)
    return [
        record
        if not record or (len(record) == common and (spaced or not _follows_spaces(record)))
        else settle_record(record, common, usual, dialect)
        for record in records
    ]


def changed_cells(before: list[Record], after: list[Record], first: int) -> tuple[tuple[int, int, str], ...]:
    """For each record that was split anew: its row, the first column that changed (both from 1), what stood there.

    `first` is the row of the first record.
    """
    found = []
    for row, (old, new) in enumerate(zip(before, after, strict=True), first):
        if old is not new and old != new:
            at = next((c for c, cell in enumerate(new) if cell and (c >= len(old) or old[c] != cell)), None)
            if at is not None:
                found.append((row, at + 1, old[at] if at < len(old) else ""))
    return tuple(found)


def usual_kinds(records: list[Record], width: int) -> list[str]:
    """Most frequent kind of each column, blank cells left out of the count unless nearly all are blank."""
    usual = []
    for column in range(width):
        kinds = Counter(looks_like(record[column]) for record in records)
        blank = kinds.pop(BLANK, 0)
        usual.append(kinds.most_common(1)[0][0] if kinds and blank < 0.9 * len(records) else BLANK)
    return usual


def settle_record(record: Record, width: int, usual: list[str], dialect: Dialect) -> Record:
    """A record of the common width where one delimiter too many or too few, or another dialect, explains it."""
    if len(record) == width:
        return [cell.removeprefix(" ") for cell in record] if _follows_spaces(record) else record
    other = _other_dialect(record, width, usual, dialect)
    if other is not None:
        return other
    if len(record) == width - 1 and dialect.quote:
        return _split_between_quotes(record, usual, dialect.quote)
    if len(record) < width:
        return record
    spare = len(record) - width
    opened = _opened_before_quote(record, width, usual, dialect)
    if opened is not None:
        return opened
    if spare > 2:
        trailing = not any(cell.strip() for cell in record[width:])
        return record[:width] if trailing and _fit(record, usual) > 0 else record
    best = max(
        (
            record[:place] + record[place + spare :]
            for place in range(width, -1, -1)
            if not any(cell.strip() for cell in record[place : place + spare])
        ),
        key=lambda shorter: _fit(shorter, usual),
        default=None,
    )
    return record if best is None or _fit(best, usual) <= 0 else best


def _fit(record: Record, usual: list[str]) -> int:
    """How many cells of a record are of their column's usual kind; a cell of the wrong kind counts against it."""
    marks = 0
    for cell, kind in zip(record, usual, strict=False):
        found = looks_like(cell)
        marks += 1 if found == kind != BLANK else 0 if found in (BLANK, "P") else -1
    return marks - abs(len(record) - len(usual))


def _fits_better(parts: Record, record: Record, usual: list[str]) -> bool:
    return _fit(parts, usual) > max(1, len(usual) // 3, _fit(record, usual))


def _follows_spaces(record: Record) -> bool:
    """Whether (nearly) every delimiter of a record is followed by a space that belongs to it."""
    later = [cell for cell in record[1:] if cell]
    return len(later) > 2 and sum(cell[0] == " " for cell in later) >= 0.5 * len(later)


def _opened_before_quote(record: Record, width: int, usual: list[str], dialect: Dialect) -> Record | None:
    """The record split anew where the delimiter before a quoted cell is missing."""
    line, quote = dialect.delimiter.join(record), dialect.quote
    if not quote or quote not in line or "\n" in line:
        return None
    edge = re.escape(dialect.delimiter)
    mended = re.sub(rf"(?<=[^{edge}{quote}]){quote}(?=[^{edge}{quote}])", dialect.delimiter + quote, line, count=1)
    parts = next(split_records(mended, dialect), [])
    return parts if len(parts) == width and _fits_better(parts, record, usual) else None


def _split_between_quotes(record: Record, usual: list[str], quote: str) -> Record:
    """The record with one cell more where the delimiter between two quoted cells is missing: "a""b" was read as a"b."""
    best = record
    for place, cell in enumerate(record):
        left, mark, right = cell.partition(quote)
        if not mark or not left or not right or quote in right or left[-1] == " " or right[0] == " ":
            continue
        parts = [*record[:place], left, right, *record[place + 1 :]]
        if _fits_better(parts, best, usual):
            best = parts
    return best


def _other_dialect(record: Record, width: int, usual: list[str], dialect: Dialect) -> Record | None:
    """The record split anew by another delimiter or another quotation mark, where that gives the common form."""
    line = dialect.delimiter.join(record)
    if "\n" in line:
        return None
    quote = dialect.quote or '"'
    tries = [Dialect(other, quote) for other in (",", ";", "\t", "|", " ") if other != dialect.delimiter]
    if "'" in line and quote != "'":
        tries.append(Dialect(dialect.delimiter, "'"))
    for other in tries:
        if line.count(other.delimiter) < width - 1:
            continue
        parts = next(split_records(line, other), [])
        if len(parts) == width and _fits_better(parts, record, usual):
            return parts
    return None
