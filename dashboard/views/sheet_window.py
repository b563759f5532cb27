"""A window on a sheet as it was sent: the file's own bytes are read again, and shown around one row."""

from __future__ import annotations

import atexit
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from assets.bulk.window import rows_around
from assets.intake import ReadPool
from dashboard.models import CellMark, SheetRow, SheetWindow
from dashboard.verdict.kept import kept_table, sheet_kept
from data.contract import Contract
from data.landing import path_of
from data.personal_words import speaks_of_people
from data.settings import settings
from data.table import Reading, Table, UnreadableError

__all__ = ["MOST_BYTES", "sheet_window", "table_of"]

MOST_BYTES = 30_000_000
"""Larger files are not read whole for a look at one cell: a text is read about its row, a workbook not at all."""
_AROUND = 4
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@cache
def _reader() -> ReadPool:
    """A child that reads what was sent: the pages stay up whatever is in it."""
    pool = ReadPool(1)
    atexit.register(pool.close)
    return pool


@lru_cache(maxsize=16)
def _reading(sha256: str, filename: str) -> Reading | None:
    path = path_of(sha256)
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        return None
    reading = _reader().read(path, filename)
    return None if isinstance(reading, UnreadableError) else reading


@lru_cache(maxsize=64)
def _large_reading(sha256: str, filename: str, row: int | None, around: int) -> Reading | None:
    path = path_of(sha256)
    return rows_around(path, filename, row, around) if path.is_file() and path.stat().st_size > MOST_BYTES else None


def _table(reading: Reading, sheet: str | None) -> Table | None:
    return next((t for t in reading.tables if t.sheet == sheet), reading.tables[0] if reading.tables else None)


@lru_cache(maxsize=3)
def _kept_copy(submission_id: int, _home: Path) -> Table | None:
    return kept_table(submission_id)


def _kept(submission_id: int) -> Table | None:
    """The copy that was made when the file was judged here."""
    return _kept_copy(submission_id, settings().home) if sheet_kept(submission_id) else None


def table_of(submission_id: int, sha256: str, filename: str, sheet: str | None) -> Table | None:
    """The whole sheet as it was sent: its copy where that is kept, else read again; None for a very large file."""
    if submission_id and (copy := _kept(submission_id)) is not None:
        return copy
    # A file that was taken out (hub purge) is not shown from memory either.
    reading = _reading(sha256, filename) if path_of(sha256).is_file() else None
    return _table(reading, sheet) if reading else None


def _large(sha256: str, filename: str, sheet: str | None, row: int | None, around: int) -> Table | None:
    reading = _large_reading(sha256, filename, row, around)
    return _table(reading, sheet) if reading else None


def sheet_window(
    contract: Contract,
    *,
    sha256: str,
    filename: str,
    sheet: str | None,
    mapping: Mapping[str, int],
    row: int | None,
    marks: tuple[CellMark, ...] = (),
    around: int = _AROUND,
    kept: int = 0,
    hidden: frozenset[str] | None = None,
) -> SheetWindow | None:
    """The header and the rows around `row` (else the first ones); None where the file cannot be shown again.

    mapping: contract column → sheet column number.
    hidden: contract columns that this reader does not see (dashboard.privacy.masked); None hides the personal ones. The
    window names them in `masked`, with those that no column was found for and whose header speaks of people.
    kept: number of the submission, whose sheet may still lie beside its verdict and need not be read again.
    """
    table = table_of(kept, sha256, filename, sheet) or _large(sha256, filename, sheet, row, around)
    if table is None:
        return None
    numbers = table.rows.to_list()
    place = numbers.index(row) if row in numbers else 0
    first = max(0, min(place - around, len(numbers) - 2 * around - 1))
    last = min(len(numbers), first + 2 * around + 1)
    measured = {
        number: contract.column(name) for name, number in mapping.items() if name in {c.name for c in contract.columns}
    }
    numeric = frozenset(n for n, c in measured.items() if c.type in ("integer", "number"))
    dated = frozenset(n for n, c in measured.items() if c.type == "date")
    rows = []
    if table.header:
        at = table.header_rows[-1] if table.header_rows else 0
        rows.append(SheetRow(at, tuple(zip(table.columns, table.header, strict=True)), "header"))
    roles = table.row_roles.to_list()
    for i, values in enumerate(table.frame.slice(first, last - first).iter_rows(), start=first):
        cells = tuple(
            (column, _shown(value, number=column in numeric, day=column in dated) if table.typed else value)
            for column, value in zip(table.columns, values, strict=True)
            if value is not None
        )
        rows.append(SheetRow(numbers[i], cells, roles[i] or "detail"))
    shown = {r.number for r in rows}
    return SheetWindow(
        sheet=table.sheet,
        filename=filename,
        columns=table.columns,
        rows=tuple(rows),
        marks=tuple(m for m in marks if m.row in shown),
        numeric=numeric,
        masked=_masked(contract, table, mapping, hidden),
    )


def _masked(
    contract: Contract, table: Table, mapping: Mapping[str, int], hidden: frozenset[str] | None
) -> frozenset[int]:
    """Sheet columns that are masked: hidden ones, and, while any are, columns the contract does not know that hold
    what it calls personal, or what another contract does where a sheet was sent for the wrong dataset."""
    names = frozenset(c.name for c in contract.columns if c.personal) if hidden is None else hidden
    found = {number for name, number in mapping.items() if name in names}
    if hidden is None or hidden or not any(c.personal for c in contract.columns):
        known = set(mapping.values())
        for number, title in zip(table.columns, table.header, strict=False):
            if number not in known and speaks_of_people(title):
                found.add(number)
    return frozenset(found)


def _shown(value: str, *, number: bool, day: bool) -> str:
    """A number cell as a workbook shows it, with its thousands apart, a date cell day first; text as it stands."""
    if day and (found := _DAY.fullmatch(value)):
        return "/".join(reversed(found.groups()))
    if not number or not _NUMBER.fullmatch(value):
        return value
    whole, _, rest = value.partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    return f"{grouped},{rest}" if rest else grouped
