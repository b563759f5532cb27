"""The sheet as it was sent: its row numbers, its column letters, its header, and the cells that matter marked."""

from __future__ import annotations

from checks.masking import MASK
from dashboard.components.markup import Safe, el
from dashboard.language import Language
from dashboard.models import CellMark, SheetWindow
from data.table import cell_address, column_letters

__all__ = ["MASK", "sheet"]


def sheet(window: SheetWindow, words: Language) -> Safe:
    """A window on a sheet; personal columns masked, marks by address."""
    marks: dict[tuple[int, int], CellMark] = {(m.row, m.column): m for m in window.marks}
    head = el("tr", el("td", class_="corner"), [el("th", column_letters(c), scope="col") for c in window.columns])
    rows = []
    for row in window.rows:
        texts = dict(row.cells)
        cells = []
        for column in window.columns:
            text = texts.get(column, "")
            if text and column in window.masked and row.role != "header":
                text = MASK
            mark = marks.get((row.number, column))
            kind = f"cell-{mark.kind}" if mark else None
            number = column in window.numeric and row.role != "header"
            cells.append(
                el(
                    "td",
                    text,
                    class_=" ".join(c for c in (kind, "number" if number else None) if c) or None,
                    id=f"cell-{cell_address(row.number, column)}" if mark and mark.selected else None,
                    title=(mark.hint if mark and mark.hint else text) or None,
                )
            )
        rows.append(el("tr", el("th", str(row.number), scope="row"), cells, class_=f"row-{row.role}"))
    return el(
        "div",
        el("table", el("thead", head), el("tbody", rows), class_="sheet"),
        class_="sheet-frame",
        tabindex="0",
        role="region",
        aria_label=words("sheet.label", sheet=window.sheet, file=window.filename),
    )
