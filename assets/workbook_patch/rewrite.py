"""The way around for a workbook that cannot be edited in place: through openpyxl, which loses pictures and charts."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

from assets.findings_export import HEADERS, WIDTHS, finding_rows
from assets.inert_cell import calls_out, inert
from assets.workbook_patch.edits import AUTHOR, COLOURS, MOST_NOTES, CellEdit, Edits
from assets.workbook_patch.list_sheet import MOST_ROWS, list_name
from assets.workbook_patch.typed import TypedValues
from checks.finding import Finding
from data.table import cell_address

__all__ = ["rewrite_workbook"]


def rewrite_workbook(raw: bytes, edits: Edits, target: Path, findings: list[Finding] | None) -> bool:
    """Write `target` with the edits made and the findings listed; False where openpyxl cannot open the workbook."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(BytesIO(raw), keep_vba=False, keep_links=False, rich_text=True)
        if not any(sheet.max_row > 1 or sheet.max_column > 1 or sheet["A1"].value for sheet in book.worksheets):
            return False  # strict OOXML opens as empty sheets
        values = _CachedValues(raw)
        for sheet in book.worksheets:
            _disarm(sheet, values)
            _edit(sheet, edits.get(sheet.title, {}), from_1904=book.epoch.year == 1904)
        if findings is not None:
            _list(book, findings)
        written = BytesIO()
        book.save(written)
    except Exception:  # whatever an odd workbook brings openpyxl to raise
        return False
    target.write_bytes(written.getvalue())
    return True


class _CachedValues:
    """The values that formulas last had; the workbook is opened for them once, when the first is asked for."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    @cached_property
    def _book(self) -> Any:
        from openpyxl import load_workbook

        return load_workbook(BytesIO(self._raw), data_only=True)

    def of(self, cell: Any) -> Any:
        """The value of a formula's cell, None where it never had one."""
        return self._book[cell.parent.title].cell(cell.row, cell.column).value


def _disarm(sheet: Any, values: _CachedValues) -> None:
    for row in sheet.iter_rows():
        for cell in row:
            formula = str(getattr(cell.value, "text", cell.value)) if cell.data_type == "f" else ""
            if calls_out(formula):
                value = values.of(cell)
                cell.value = inert(formula) if value is None else inert(value) if isinstance(value, str) else value


class _Formats:
    """Number formats as TypedValues asks for them; a style is its format code."""

    @staticmethod
    def is_date(style: str) -> bool:
        from openpyxl.styles.numbers import is_date_format

        return bool(is_date_format(style))

    @staticmethod
    def is_percent(style: str) -> bool:
        return "%" in style


def _edit(sheet: Any, edits: Any, *, from_1904: bool) -> None:
    values = TypedValues(_Formats(), _kinds(sheet, edits), from_1904=from_1904)
    anchors = {(r, c): box for box in sheet.merged_cells.ranges for r, c in _covered(box)}
    for number, ((row, column), edit) in enumerate(sorted(edits.items())):
        box = anchors.get((row, column))
        cell = sheet.cell(box.min_row, box.min_col) if box else sheet.cell(row, column)
        if edit.corrected:
            _write(cell, values, edit)
        if edit.severity:
            _mark(cell, edit, number < MOST_NOTES)


def _covered(box: Any) -> list[tuple[int, int]]:
    return [(r, c) for r in range(box.min_row, box.max_row + 1) for c in range(box.min_col, box.max_col + 1)]


def _kinds(sheet: Any, edits: Any) -> dict[int, Counter[str | None]]:
    found: dict[int, Counter[str | None]] = {}
    for column in {c for (_, c), edit in edits.items() if edit.corrected}:
        cells = [row[0] for row in sheet.iter_rows(min_col=column, max_col=column) if row[0].value is not None]
        found[column] = Counter(c.number_format if c.data_type in ("n", "d") else None for c in cells)
    return found


def _write(cell: Any, values: TypedValues, edit: CellEdit) -> None:
    kind = {"n": "n", "d": "n", "b": "b"}.get(cell.data_type, "s") if cell.value is not None else ""
    value = values(edit.typed or "", cell.column, cell.number_format, kind)
    if value.needs_date_format:
        cell.number_format = "dd/mm/yyyy"
    if value.kind == "number":
        cell.value = float(value.text) if "." in value.text else int(value.text)
    elif value.kind == "boolean":
        cell.value = value.text == "1"
    else:
        cell.value = None
        if value.kind == "text":
            cell.value, cell.data_type = value.text, "s"


def _mark(cell: Any, edit: CellEdit, noted: bool) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    cell.fill = PatternFill("solid", start_color=COLOURS[edit.severity or "info"])
    if edit.note and noted:
        own = f"{cell.comment.text}\n\n{AUTHOR}:\n" if cell.comment else ""
        cell.comment = Comment(inert(own + edit.note), AUTHOR, height=60 + 20 * edit.note.count("\n"), width=320)


def _list(book: Any, findings: list[Finding]) -> None:
    sheet = book.create_sheet(list_name(book.sheetnames))
    sheet.append(list(HEADERS))
    shown = findings[:MOST_ROWS]
    for row in finding_rows(shown):
        sheet.append(list(row))
    for letter, width in zip("ABCDEFGH", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{cell_address(len(shown) + 1, len(HEADERS))}"
