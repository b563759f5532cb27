"""A submission ready to be judged: its rows as text in the contract's columns, each still knowing its cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

import polars as pl

from checks.clean import CleanRows
from checks.finding import Suggestion
from data.period import Cutoff, Period
from data.table import Repair, Table, cell_address

__all__ = ["Context", "Fault", "Staged"]


@dataclass(frozen=True, slots=True)
class Context:
    """Whose submission it is and of when. `submission_id` 0 where nothing is stored (`hub check`)."""

    submission_id: int
    reporter: str
    period: Period
    received_at: datetime
    cutoff: Cutoff = "calendar"
    due_at: datetime | None = None
    first_received_at: datetime | None = None
    """When the first good version of the item was received, where an earlier one was: that decides timeliness."""
    choices: tuple[tuple[str, str], ...] = ()
    """(folded header, contract column) that people chose for this unit's files (data/column_choices.py)."""

    @property
    def period_start(self) -> date:
        """First day of the period's data window."""
        return self.period.start(self.cutoff)

    @property
    def period_end(self) -> date:
        """Last day of the period's data window."""
        return self.period.end(self.cutoff)

    @property
    def received_on(self) -> date:
        """The day of receipt."""
        return self.received_at.date()


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the submission as a whole, found while bringing it into the contract's columns."""

    rule: str
    value: str | None
    expected: str | None
    message_vi: str
    message_en: str
    column_name: str | None = None
    """Contract column that is missing, for structure.columns."""


@dataclass(frozen=True)
class Staged:
    """One submission's rows.

    frame: the rows to be judged one by one: the contract's columns as text in canonical form (numbers plain, dates ISO,
        codes resolved; what could not be brought into form stands as it stood), then `_sheet`, `_row` (sheet row, from
        1), `row_role`, `_marks` (list of text: repair kinds, `fuzzy:<column>`, `unknown:<column>`,
        `ambiguous:<column>`).
    mapping: contract column → position in the sheet (column number from 1).
    """

    context: Context
    file: str
    format: str
    frame: pl.DataFrame
    mapping: dict[str, int]
    table: Table | None = None
    repairs: tuple[Repair, ...] = ()
    faults: tuple[Fault, ...] = ()
    suggestions: dict[tuple[int, str], Suggestion] = field(default_factory=dict)
    """(sheet row, contract column) → offered repair."""
    reasons: dict[tuple[int, str], tuple[str, str]] = field(default_factory=dict)
    """(sheet row, contract column) → why a name could not be resolved, in Vietnamese and English."""
    dropped: tuple[int, ...] = ()
    """Sheet rows left out as total rows."""
    header_rows: tuple[int, ...] = ()
    clean: CleanRows | None = None
    """Rows of a large submission that are not in `frame`: they are in order and break no row rule."""

    @property
    def rows(self) -> int:
        """Number of rows judged, clean ones included."""
        return self.frame.height + (self.clean.rows if self.clean else 0)

    def values(self, column: str) -> set[object]:
        """The distinct values of a contract column; text where the row stands in `frame`."""
        present: set[object] = set(self.frame[column].drop_nulls().unique().to_list())
        return present.union(self.clean.values(column)) if self.clean else present

    @property
    def nil(self) -> bool:
        """Whether it is a nil report: nothing happened, so nothing is missing."""
        return self.format == "nil"

    @cached_property
    def _repairs_by_row(self) -> dict[int, list[Repair]]:
        grouped: dict[int, list[Repair]] = {}
        for repair in self.repairs:
            grouped.setdefault(repair.row, []).append(repair)
        return grouped

    def repairs_at(self, row: int) -> list[Repair]:
        """The repairs of one sheet row."""
        return self._repairs_by_row.get(row, [])

    @cached_property
    def _positions(self) -> dict[int, int]:
        return {} if self.table is None else {int(r): i for i, r in enumerate(self.table.rows)}

    @cached_property
    def _sheet_columns(self) -> dict[int, pl.Series]:
        # Taken out of the frame once: a hundred thousand findings ask for one value each.
        if self.table is None:
            return {}
        return dict(zip(self.table.columns, self.table.frame.get_columns(), strict=True))

    def original(self, row: int, column: str) -> str | None:
        """The value as the file holds it, before any repair."""
        sheet_column = self.mapping.get(column)
        if self.table is None or sheet_column is None:
            return None
        if row not in self._positions:
            return self.clean.original(row, sheet_column) if self.clean else None
        value = self._sheet_columns[sheet_column][self._positions[row]]
        return None if value is None else str(value)

    def address(self, row: int, column: str) -> str | None:
        """Where the value stands in the file: a cell, a JSON pointer, or column and row."""
        sheet_column = self.mapping.get(column)
        if sheet_column is None:
            return None
        if self.format in {"json", "ndjson"}:
            return f"/{row - 1}/{self._header_name(sheet_column)}"
        if self.format == "parquet":
            return f"{self._header_name(sheet_column)},{row}"
        return cell_address(row, sheet_column)

    def _header_name(self, sheet_column: int) -> str:
        if self.table is None:
            return str(sheet_column)
        position = self.table.columns.index(sheet_column)
        return self.table.header[position] if self.table.header else str(sheet_column)
