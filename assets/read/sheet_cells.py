"""Turns the rows that calamine gives into texts and kinds, with the cells that it takes for empty put right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assets.read.grid import DATE, ERROR, NUMBER
from assets.read.sheet_layout import SheetLayout
from assets.read.values import as_cells, plain_number

__all__ = ["Cells", "OddCells", "negative_cells", "odd_cells", "rows_of_cells"]

Cells = tuple[list[list[str | None]], list[str], list[int]]
"""Texts, kinds and sheet numbers of rows."""
OddCells = Mapping[int, Sequence[tuple[int, str | None]]]
"""Column and text of cells by row, all in sheet numbers."""

_LONGEST_GAP = 20


def odd_cells(layout: SheetLayout) -> OddCells:
    """The cells that calamine takes for empty: errors with their text, formulas without a value with none."""
    found: dict[int, list[tuple[int, str | None]]] = {}
    for (row, column), text in layout.errors.items():
        found.setdefault(row, []).append((column, text))
    for row, column in layout.uncalculated:
        found.setdefault(row, []).append((column, None))
    return found


def negative_cells(layout: SheetLayout) -> OddCells:
    """The cells that hold a negative number: no date, whatever the format says."""
    found: dict[int, list[tuple[int, str | None]]] = {}
    for (row, column), text in layout.negatives.items():
        found.setdefault(row, []).append((column, plain_number(float(text))))
    return found


def rows_of_cells(
    rows: Iterable[Sequence[object]], top: int, left: int, width: int, odd: OddCells, negative: OddCells | None = None
) -> Cells:
    """Texts, kinds and sheet numbers of rows, the first of which stands at `top` and `left` (from 0)."""
    cells: list[list[str | None]] = []
    kinds: list[str] = []
    numbers: list[int] = []
    blank = 0
    for number, row in enumerate(rows, top + 1):
        if blank >= _LONGEST_GAP and number not in odd and row.count("") == len(row):
            continue
        texts, letters = as_cells(row)
        for column, text in odd.get(number, ()) if odd else ():
            place = column - left - 1
            if 0 <= place < width:
                texts[place] = text
                letters = letters[:place] + ERROR + letters[place + 1 :]
        for column, text in negative.get(number, ()) if negative else ():
            place = column - left - 1
            if 0 <= place < width and letters[place] == DATE:
                texts[place] = text
                letters = letters[:place] + NUMBER + letters[place + 1 :]
        blank = 0 if letters.strip() else blank + 1
        # Of a long gap some rows are enough: a stray value far below must not cost a million rows.
        if blank > _LONGEST_GAP:
            continue
        cells.append(texts)
        kinds.append(letters)
        numbers.append(number)
    return cells, kinds, numbers
