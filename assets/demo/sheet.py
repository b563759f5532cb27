"""A file on its way to disk: sheets of cells with merged ranges, before any format is chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

__all__ = ["DemoRow", "Document", "Form", "Sheet", "Value", "day_first", "vietnamese"]

Value = str | int | float | bool | date | datetime | None
Form = str
"""xlsx, xls, ods, csv, ndjson, json, parquet; with a variant after a colon: "csv:utf-16", "csv:tcvn3", "zip:csv"."""


@dataclass
class DemoRow:
    """One record: its clean or spoilt values, cells written otherwise than the form would, and what must be found.

    raw: column → text that stands in the cell as it is. expects: (rule, column) that must be found on this row.
    """

    values: dict[str, Any]
    raw: dict[str, Value] = field(default_factory=dict)
    expects: list[tuple[str, str | None]] = field(default_factory=list)
    natural: list[tuple[str, str | None]] = field(default_factory=list)
    """Those of `expects` that the clean row brings with it."""
    spoilt: bool = False
    number: int = -1
    """The clean row's number (`_id` of the world's table `clean`)."""

    def copy(self) -> DemoRow:
        """The same record once more, with nothing expected of it yet."""
        return DemoRow(dict(self.values), dict(self.raw), list(self.natural), list(self.natural), True, self.number)


@dataclass
class Sheet:
    """Cells row by row; merges are (first row, first column, last row, last column), all from 0."""

    name: str
    cells: list[list[Value]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False

    def add(self, *cells: Value) -> int:
        """Append a row and give its number (from 0)."""
        self.cells.append(list(cells))
        return len(self.cells) - 1


@dataclass
class Document:
    """All sheets of a file; `main` is the one that holds the data."""

    sheets: list[Sheet]
    main: Sheet


def vietnamese(number: float | int, decimals: int | None = None) -> str:
    """A number as offices write it: 1234567.5 → "1.234.567,5"."""
    text = f"{number:,.{decimals}f}" if decimals is not None else f"{number:,}"
    return text.replace(",", "\0").replace(".", ",").replace("\0", ".")


def day_first(day: date) -> str:
    """dd/mm/yyyy, with hh:mm:ss where there is a time."""
    return f"{day:%d/%m/%Y %H:%M:%S}" if isinstance(day, datetime) else f"{day:%d/%m/%Y}"
