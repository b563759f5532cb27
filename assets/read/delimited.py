"""Reads csv, tsv and other delimited text into a raw grid."""

from __future__ import annotations

import re

from assets.read.dialect import detect_dialect
from assets.read.encoding import decode
from assets.read.grid import BLANK, Grid
from assets.read.large_text import LARGE_TEXT, read_large_text
from assets.read.limits import Limits
from assets.read.records import Dialect, split_records
from assets.read.refusal import refuse
from assets.read.settle import changed_cells, settle_records
from assets.read.values import looks_like

__all__ = ["read_delimited"]

Record = list[str]


def read_delimited(raw: bytes, name: str, limits: Limits) -> tuple[Grid, str, str]:
    """Raw grid of a delimited text, its encoding and its delimiter ("" for one cell a line).

    Row numbers count records, as a spreadsheet that opens the file would show them.
    Raises UnreadableError empty, not_a_table or too_large.
    """
    text, encoding = decode(raw)
    dialect = detect_dialect(text)
    if len(text) > LARGE_TEXT:
        large = read_large_text(text, dialect)
        if large is not None:
            return large, encoding, dialect.delimiter
    records = _all_records(text, dialect, name, limits)
    first = 1
    if records and records[0] and records[0][0][:4].lower() == "sep=":
        records, first = records[1:], 2
    if not re.search(r"[^\s,;|\"']", text):
        raise refuse("empty", name)
    if _prose(records, dialect):
        raise refuse("not_a_table", name, "đây là văn bản thường", "this is running text")
    as_split, records = records, settle_records(records, dialect)
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
    grid.realigned = changed_cells(as_split, records, first)
    return grid, encoding, dialect.delimiter


def _all_records(text: str, dialect: Dialect, name: str, limits: Limits) -> list[Record]:
    """All records of a text; refused as soon as they are too wide or too many for a rectangle within the limits."""
    records: list[Record] = []
    width = 1
    for record in split_records(text, dialect):
        records.append(record)
        width = max(width, len(record))
        if width > limits.columns or width * len(records) > limits.cells:
            size = f"ít nhất {len(records)} hàng x {width} cột", f"at least {len(records)} rows x {width} columns"
            raise refuse("too_large", name, f"có {size[0]}", f"it has {size[1]}")
    return records


def _prose(records: list[Record], dialect: Dialect) -> bool:
    """Whether a text is sentences: long lines that nothing separates, or words that only spaces do."""
    if dialect.delimiter == " ":
        cells = [cell for record in records[:200] for cell in record if cell]
        return not dialect.quote and sum(looks_like(cell) in "nd" for cell in cells) < 0.15 * len(cells)
    if dialect.delimiter:
        return False
    lines = [record[0] for record in records if record and record[0].strip()]
    return sum(len(line) for line in lines) / len(lines) > 60 or any(len(line) > 400 for line in lines)
