"""Reads the middle of a very large delimited text as columns; its head and tail are read cell by cell."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from assets.read.condense import HEAD_ROWS, TAIL_ROWS
from assets.read.grid import BLANK, Grid
from assets.read.records import Dialect, split_records
from assets.read.values import looks_like

__all__ = ["LARGE_TEXT", "kinds_of", "read_large_text"]

LARGE_TEXT = 8 * 1024**2


def kinds_of(row: Sequence[str | None]) -> str:
    """Kind letters of a row of text, as it looks."""
    return "".join([looks_like(cell) if cell else BLANK for cell in row])


def read_large_text(text: str, dialect: Dialect) -> Grid | None:
    """Raw grid of a large regular text; None where only the forgiving reader can be trusted with it.

    Regular: one character separates, the double quotation mark (or none) quotes, and every record of the middle has
    the width of the records at the head's end.
    """
    if len(dialect.delimiter) != 1 or dialect.spaced or dialect.quote not in ("", '"') or "\n" not in text[:100_000]:
        return None
    first, last = _line_start(text, HEAD_ROWS), _tail_start(text, TAIL_ROWS)
    head = list(split_records(text[:first], dialect))
    tail = list(split_records(text[last:], dialect))
    if first >= last or len(head) != HEAD_ROWS or len(tail) != TAIL_ROWS:
        return None
    width = len(head[-1])
    if any(len(record) != width for record in (*head[HEAD_ROWS // 2 :], *tail)) or width < 2:
        return None
    body = _body(text[first:last], dialect, width)
    if body is None:
        return None
    records = [record[:width] if not any(record[width:]) else record for record in (*head, *tail)]
    if any(len(record) > width for record in records):
        return None
    cells: list[list[str | None]] = [[c or None for c in r] + [None] * (width - len(r)) for r in records]
    after = HEAD_ROWS + body.height
    return Grid(
        sheet="",
        cells=cells,
        kinds=[kinds_of(row) for row in cells],
        row_numbers=[*range(1, HEAD_ROWS + 1), *range(after + 1, after + TAIL_ROWS + 1)],
        typed=False,
        separated=True,
        lengths=[len(record) for record in records],
        body=body,
        body_at=HEAD_ROWS,
    )


def _line_start(text: str, lines: int) -> int:
    at = 0
    for _ in range(lines):
        at = text.find("\n", at) + 1
        if at == 0:
            return len(text)
    return at


def _tail_start(text: str, lines: int) -> int:
    at = len(text) - 1 if text.endswith("\n") else len(text)
    for _ in range(lines):
        at = text.rfind("\n", 0, at)
        if at < 0:
            return 0
    return at + 1


def _body(text: str, dialect: Dialect, width: int) -> pl.DataFrame | None:
    schema = {f"c{column}": pl.String for column in range(width)}
    try:
        frame = pl.read_csv(
            text.encode(),
            separator=dialect.delimiter,
            has_header=False,
            schema=schema,
            quote_char=dialect.quote or None,
        )
    except pl.exceptions.PolarsError:
        return None
    # A short record is filled up without a word: where one may be, the count of delimiters tells.
    if text.count(dialect.delimiter) < (width - 1) * frame.height:
        return None
    if not dialect.quote and frame.height != text.count("\n"):
        return None
    return frame.select(pl.when(pl.all() != "").then(pl.all())) if dialect.quote else frame
