"""Rows of a large submission that were found plainly in order on the way in and are kept as Parquet files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

__all__ = ["CleanPart", "CleanRows"]


@dataclass(frozen=True, slots=True)
class CleanPart:
    """One file of clean rows in their order, and the stretch of the source that they come from.

    path: Parquet with the columns of the dataset's staging table.
    first, last: numbers of its first and last row; record: number of the stretch's first record.
    start, stop: bytes of the source that the stretch takes.
    """

    path: Path
    rows: int
    first: int
    last: int
    record: int
    start: int
    stop: int


class CleanRows(Protocol):
    """What the checks ask of the clean rows of a submission."""

    @property
    def parts(self) -> tuple[CleanPart, ...]:
        """The files, in the order of their rows."""
        ...

    @property
    def rows(self) -> int:
        """Number of clean rows in all."""
        ...

    def values(self, column: str) -> Iterable[object]:
        """The distinct values of a contract column."""
        ...

    def discard(self) -> None:
        """Take the files away: their rows are in the lake, or were wanted for a verdict only."""
        ...

    def original(self, row: int, sheet_column: int) -> str | None:
        """The text of a cell as the source holds it."""
        ...
