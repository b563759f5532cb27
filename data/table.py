"""What reading a file gives: tables of text whose every value still knows its sheet, row and column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

__all__ = ["Ignored", "Reading", "Repair", "Table", "UnreadableError", "cell_address", "column_letters"]


class UnreadableError(Exception):
    """A file that cannot be read as a table; the message is one clear line in each language.

    `code` names the reason (encrypted, damaged, empty, not_a_table, too_large, unknown_format, many_files, timeout).
    """

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")
        self.code, self.vi, self.en = code, vi, en

    def __reduce__(self) -> tuple[type[UnreadableError], tuple[str, str, str]]:
        """It travels between processes as it was made; an exception's own way would call it with one argument."""
        return type(self), (self.code, self.vi, self.en)


@dataclass(frozen=True, slots=True)
class Repair:
    """One value that can be brought into good form.

    `row` and `column` are the sheet's own numbers, both from 1. `kind` is one of: unicode_form, tone_placement,
    legacy_font, double_encoded, stray_spaces, number_as_text, date_as_text, total_row, uncalculated (a formula without
    a value), realigned (a line of delimited text that was not split like the others: its first cell that changed, and
    what stood there).
    """

    row: int
    column: int
    before: str
    after: str
    kind: str

    @property
    def cell(self) -> str:
        """Address as spreadsheets write it, "F27"."""
        return cell_address(self.row, self.column)


@dataclass(frozen=True, slots=True)
class Ignored:
    """Sheet rows (from 1, both ends included) that are not part of the table, and why."""

    first: int
    last: int
    why: str


@dataclass(frozen=True)
class Table:
    """One table found in a sheet.

    frame: String columns named c1, c2, … (the position in `columns`), one row a record in the file's order, null for
        an empty cell. Values as stored: numbers in plain decimal notation, dates as ISO, text as it stands.
    rows: UInt32, the sheet's row number of each record (the record's number in a csv).
    row_roles: detail | subtotal | total | note, one a record.
    columns: the sheet's column number (from 1) of each frame column.
    header: one name a frame column, the words of its header rows joined by a space; () where the table has none.
    """

    sheet: str
    frame: pl.DataFrame
    rows: pl.Series
    row_roles: pl.Series
    columns: tuple[int, ...]
    header: tuple[str, ...] = ()
    header_rows: tuple[int, ...] = ()
    repairs: tuple[Repair, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    titles: tuple[str, ...] = ()
    """Text lines over the table, top to bottom: title, period, unit of measure; each as it stands."""
    measure_unit: str | None = None
    """Unit that holds for the table, as written in its corner ("Triệu đồng"), where one is."""
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    percent_columns: tuple[int, ...] = ()
    """Sheet columns whose numbers are shown as percentages: 0.12 is stored where 12 % is seen."""
    typed: bool = True
    """Whether the format has types of its own (a workbook, parquet) or everything is text (csv)."""
    stored: str = ""
    """How the cells of each frame column are stored, one letter a column: T all text, N numbers, D dates and times,
    B truth values, " " no cell at all; n, d, b: mostly such, with text among them. "" where the format has no types."""
    text_cells: Mapping[int, pl.Series] = field(default_factory=dict)
    """For each column of n, d or b (by its place in `frame`): UInt32 positions of the records whose cell is text."""
    uncalculated: tuple[tuple[int, int], ...] = ()
    """Sheet row and column of cells with a formula that was never calculated, by the file's own program; their value
    is null. At most the first 100,000 of the sheet; () for most files."""
    errors: tuple[tuple[int, int], ...] = ()
    """Sheet row and column of the cells that hold an error (at most the first 100,000); their value is its text,
    "#DIV/0!"."""
    filtered: bool = False
    """Whether the sheet has a filter on; the rows that it leaves out are among `hidden_rows`."""
    notes: tuple[str, ...] = field(default=())
    """Text lines under the table: footnotes, signatures."""

    def is_text(self, place: int) -> pl.Series:
        """Which records' cells of a frame column are stored as text: the text "1.234", not the number 1.234.

        Boolean, one a record; all True where the format has no types. Of an empty cell it says nothing.
        """
        mark = self.stored[place] if self.stored else "T"
        found = pl.Series([mark == "T"]).new_from_index(0, self.frame.height)
        at = self.text_cells.get(place)
        return found if at is None else found.scatter(at, True)


@dataclass(frozen=True)
class Reading:
    """A file's tables, best first within each sheet, and how the file was opened."""

    file: str
    format: str
    tables: tuple[Table, ...]
    encoding: str | None = None
    delimiter: str | None = None
    member: str | None = None
    """Name of the file inside a zip, where one was opened."""
    path: Path | None = None


def column_letters(column: int) -> str:
    """Spreadsheet letters of a column number from 1: 1 → A, 27 → AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_address(row: int, column: int) -> str:
    """Spreadsheet address of a cell, rows and columns from 1: (27, 6) → F27."""
    return f"{column_letters(column)}{row}"
