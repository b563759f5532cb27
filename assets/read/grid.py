"""The raw grid of one sheet: cells as text with their kinds, before anything is known about tables."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

__all__ = ["BLANK", "BOOLEAN", "DATE", "ERROR", "NUMBER", "PLACEHOLDER", "TEXT", "Area", "Grid", "Merge"]

# One letter a cell. Lower case: the cell is stored as text that reads as a number or a date.
BLANK, TEXT, NUMBER, DATE, BOOLEAN, ERROR, PLACEHOLDER = " ", "T", "N", "D", "B", "E", "P"


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, both ends included, in the grid's own positions (from 0)."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Area:
    """A range that the workbook's author named or marked, both ends included, in sheet numbers from 1.

    kind: table (an Excel table), filter, print_area, print_titles (rows that repeat on each page) or named.
    header_rows, totals_rows: how many of its first and last rows are a table's names and totals.
    """

    kind: str
    top: int
    left: int
    bottom: int
    right: int
    name: str = ""
    header_rows: int = 0
    totals_rows: int = 0


@dataclass(slots=True)
class Grid:
    """The rectangle of a sheet that holds values.

    cells: text of each cell, None where empty; every row has the same width.
    kinds: one string a row with one letter a cell (see the constants above). An error cell (E) has its text, "#REF!";
        a formula that was never calculated is E without a text.
    row_numbers: the sheet's number (from 1) of each row of `cells`.
    first_column: the sheet's number (from 1) of the first cell of each row.
    body: rows that were left out of `cells` because the sheet is large: String columns c0, c1, … of the grid's width.
        They belong between `cells[body_at - 1]` and `cells[body_at]`.
    separated: whether the format separates cells by a sign (csv), so that an empty column is still a column.
    """

    sheet: str
    cells: list[list[str | None]]
    kinds: list[str]
    row_numbers: list[int]
    first_column: int = 1
    merges: tuple[Merge, ...] = ()
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    percent_columns: tuple[int, ...] = ()
    uncalculated: tuple[tuple[int, int], ...] = ()
    """Row and column (sheet numbers) of the cells whose formula has no value: the first 100,000 of them."""
    errors: tuple[tuple[int, int], ...] = ()
    """Row and column (sheet numbers) of the cells that hold an error: the first 100,000 of them."""
    areas: tuple[Area, ...] = ()
    """Excel tables, filters, print areas and named ranges: what the author marked as belonging together."""
    filtered: bool = False
    """Whether a filter is on: some of the hidden rows are those that it leaves out."""
    typed: bool = True
    separated: bool = False
    header_known: bool = False
    """The format itself names its columns (json, parquet): the first row is the header."""
    lengths: list[int] | None = None
    """Number of cells that each row of a delimited text really has."""
    realigned: tuple[tuple[int, int, str], ...] = ()
    """Records of a delimited text that were split anew: sheet row, its first changed column, and what stood there."""
    body: pl.DataFrame | None = None
    body_at: int = 0
    body_kinds: list[str | pl.Series] | None = None
    """Kinds of the columns of `body`: one letter for all filled cells of a column, or a Series of letters, one a row,
    where it mixes kinds; None where the format has no types."""

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.cells[0]) if self.cells else 0
