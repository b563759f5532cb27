"""What is to be changed in a workbook: colours, notes and values by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["AUTHOR", "COLOURS", "MOST_NOTES", "CellEdit", "Edits", "NotPatchableError"]

AUTHOR = "Cổng dữ liệu tỉnh"
COLOURS = {"error": "F6C9C4", "warning": "F7E3B5", "info": "DDE7EE"}
"""Fill of a marked cell by its worst finding."""
MOST_NOTES = 5_000
"""Notes of one sheet; more make a spreadsheet program crawl. Colours and the list have no such bound."""


class NotPatchableError(Exception):
    """The workbook is written in a way that cannot be edited in place; it is given back by another way."""


@dataclass(frozen=True, slots=True)
class CellEdit:
    """What happens to one cell. `typed`: a new value as a person types it, used where `corrected`; None empties it."""

    severity: str | None = None
    note: str | None = None
    corrected: bool = False
    typed: str | None = None


Edits = Mapping[str, Mapping[tuple[int, int], CellEdit]]
"""Sheet → (row, column), both from 1 → edit."""
