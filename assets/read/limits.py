"""How large a file may be before the reader refuses it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DEFAULT_LIMITS", "Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that keep one file from taking the machine down."""

    file_bytes: int = 512 * 1024**2
    """Largest file that is opened at all."""
    unpacked_bytes: int = 1024**3
    """Largest content of a zip (a workbook is one too) once unpacked."""
    unpacked_ratio: int = 400
    """A zip member that unpacks to more than this many times its size is a bomb, once it is larger than 50 MB."""
    members: int = 10_000
    """More members than this no workbook has, and listing them alone takes seconds."""
    cells: int = 20_000_000
    """Largest sheet, as rows times columns of the rectangle that holds its values."""
    columns: int = 4096
    """Most columns that a table may fill."""
    sheet_columns: int = 16_384
    """Furthest column of a sheet that may hold a value, that of spreadsheet programs."""
    dense_cells: int = 400_000
    """Up to this many cells a sheet is looked at whole; a larger one at its head and its tail only."""
    sheets: int = 500
    """More sheets than this are not a report."""


DEFAULT_LIMITS = Limits()
