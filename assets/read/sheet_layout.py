"""What calamine leaves out of a workbook's sheets, for each format: what is hidden, wrong, marked or not calculated."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO

from assets.read.grid import Area

__all__ = ["ERRORS", "MOST_LISTED", "Range", "SheetLayout", "layouts", "numbers_between"]

Range = tuple[tuple[int, int], tuple[int, int]]

ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
"""Error values by their code in binary workbooks ([MS-XLS] 2.5.10, BErr)."""

MOST_LISTED = 100_000
"""So many cells of a kind are listed one by one; a sheet with more of them is wrong as a whole."""

_MOST_COLUMNS = 1024


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """What stands beside the values of one sheet: rows and columns are sheet numbers, from 1."""

    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    merges: tuple[Range, ...] = ()
    """Merged ranges ((top, left), (bottom, right)), from 0, where calamine does not know them."""
    percent_columns: tuple[int, ...] = ()
    """Columns whose numbers are shown as percentages; not known for xlsb."""
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """Text of each error cell, "#DIV/0!", by its row and column."""
    uncalculated: tuple[tuple[int, int], ...] = ()
    """Row and column of the cells whose formula has no value: the program that wrote them never calculated."""
    negatives: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """Negative numbers by their row and column, in xlsx and xlsm: in a date format calamine makes a time of them."""
    areas: tuple[Area, ...] = ()
    filtered: bool = False


def layouts(raw: bytes, kind: str, sheets: list[str]) -> dict[str, SheetLayout]:
    """Layout by sheet name; a part that cannot be read is left out, since the values do not depend on it."""
    found: dict[str, SheetLayout] = {}
    try:
        for title, layout in _each(raw, kind, sheets):
            found[title] = layout
    except Exception:  # layout is an extra: a workbook that calamine opened stays readable without it
        pass
    return found


def _each(raw: bytes, kind: str, sheets: list[str]) -> Iterator[tuple[str, SheetLayout]]:
    if kind == "xls":
        from assets.read.xls_layout import xls_layouts

        yield from xls_layouts(raw, sheets)
        return
    with zipfile.ZipFile(BytesIO(raw)) as package:
        if kind == "ods":
            from assets.read.ods_layout import ods_layouts

            yield from ods_layouts(package)
        elif kind == "xlsb":
            from assets.read.xlsb_layout import xlsb_layouts

            yield from xlsb_layouts(package)
        else:
            from assets.read.xlsx_layout import xlsx_layouts

            yield from xlsx_layouts(package)


def numbers_between(first: int, last: int) -> range:
    """The columns from one to another, both included; of a range over the rest of a sheet only the beginning."""
    return range(first, min(last, first + _MOST_COLUMNS - 1) + 1)
