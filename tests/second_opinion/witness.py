"""A third reader for cells on which the two do not agree: what the file itself stores as a formula's result."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable

from tests.second_opinion.flat_xml import read_flat

__all__ = ["Witness", "witness"]

Witness = Callable[[str, int, int], str | None]
"""(sheet, row, column), from 1 → the stored value as text; None where the file stores none."""


def witness(raw: bytes, kind: str) -> Witness | None:
    """For xlsx openpyxl, for ods the file's own xml; there is none for the binary formats."""
    if kind in ("xlsx", "xlsm"):
        return _openpyxl(raw)
    if kind == "ods":
        with zipfile.ZipFile(io.BytesIO(raw)) as package, package.open("content.xml") as stream:
            sheets = read_flat(stream).sheets
        return lambda sheet, row, column: ((cell := sheets[sheet].get((row, column))) and cell.value) or None
    return None


def _openpyxl(raw: bytes) -> Witness:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(raw), data_only=True)

    def stored(sheet: str, row: int, column: int) -> str | None:
        value = book[sheet].cell(row, column).value
        return None if value in (None, "") else str(value)

    return stored
