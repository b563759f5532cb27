"""The sent workbook given back with its wrong cells coloured and commented, and a sheet that lists the findings."""

from __future__ import annotations

import re
from collections import defaultdict
from io import BytesIO
from pathlib import Path
from typing import Any

from assets.inert_cell import calls_out, inert
from checks.finding import Finding, Verdict
from checks.staged import Staged

__all__ = ["LIST_SHEET", "annotate_workbook"]

LIST_SHEET = "Kết quả kiểm tra"
_COLOURS = {"error": "F6C9C4", "warning": "F7E3B5", "info": "DDE7EE"}
_ORDER = {"error": 0, "warning": 1, "info": 2}
_AUTHOR = "Cổng dữ liệu tỉnh"
_OPENPYXL_FORMATS = {"xlsx", "xlsm"}
_TITLE = re.compile(r"[\\*?:/\[\]]")
"""Signs that a sheet's name may not hold."""
_MOST_ROWS = 1_000_000
"""Rows of a text file that are given back; a sheet holds few more."""


def annotate_workbook(source: Path, staged: Staged, verdict: Verdict, target: Path) -> None:
    """Write `target`: the workbook as sent where it is xlsx or xlsm, else its table as xlsx, with every finding.

    Whoever opens it runs nothing of the sender's: macros and links to other files are left out, formulas that call
    another program stand as text.
    """
    book = _as_sent(source) if staged.format in _OPENPYXL_FORMATS else None
    if book is None:
        book = _rebuilt(staged)
    by_cell: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in verdict.findings:
        if finding.cell and finding.sheet:
            by_cell[finding.sheet, finding.cell].append(finding)
    for (sheet, cell), findings in by_cell.items():
        if sheet in book.sheetnames:
            _mark(book[sheet], cell, findings)
    _list(book, verdict)
    written = BytesIO()
    book.save(written)
    target.write_bytes(written.getvalue())


def _as_sent(source: Path) -> Any | None:
    """The workbook itself; None where openpyxl cannot open what the reader could."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(source, keep_vba=False, keep_links=False, rich_text=True)
    except Exception:
        return None
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                formula = str(getattr(cell.value, "text", cell.value)) if cell.data_type == "f" else ""
                if calls_out(formula):
                    cell.value = inert(formula)
    return book


def _rebuilt(staged: Staged) -> Any:
    """A workbook with the table at the places where it stood in a form that cannot be written back."""
    from openpyxl import Workbook

    book = Workbook()
    sheet: Any = book.active
    table = staged.table
    assert table is not None
    sheet.title = _TITLE.sub(" ", table.sheet)[:31].strip() or "Sheet1"
    for column, name in zip(table.columns, table.header, strict=False):
        if table.header_rows:
            sheet.cell(table.header_rows[-1], column, inert(name))
    for row, values in zip(table.rows.head(_MOST_ROWS), table.frame.head(_MOST_ROWS).iter_rows(), strict=True):
        for column, value in zip(table.columns, values, strict=True):
            if value is not None:
                sheet.cell(int(row), column, inert(value))
    return book


def _mark(sheet: Any, cell: str, findings: list[Finding]) -> None:
    from openpyxl.cell.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    target = sheet[cell]
    worst = min(findings, key=lambda f: _ORDER[f.severity])
    if isinstance(target, MergedCell):
        return
    target.fill = PatternFill("solid", start_color=_COLOURS[worst.severity])
    lines = [f.message_vi + (f"\n→ {f.suggestion.label}" if f.suggestion else "") for f in findings]
    target.comment = Comment(inert("\n".join(lines)), _AUTHOR, height=40 + 40 * len(lines), width=320)


def _list(book: Any, verdict: Verdict) -> None:
    name = LIST_SHEET
    while name in book.sheetnames:
        name += " *"
    sheet = book.create_sheet(name)
    sheet.append(["Mức", "Sheet", "Ô", "Giá trị", "Phải là", "Gợi ý", "Nội dung", "Quy tắc"])
    words = {"error": "lỗi", "warning": "cảnh báo", "info": "thông tin"}
    for f in sorted(verdict.findings, key=lambda f: (_ORDER[f.severity], f.row or 0)):
        values = (
            words[f.severity], f.sheet, f.cell, f.value, f.expected, f.suggestion.label if f.suggestion else None,
            f.message_vi, f.rule,
        )  # fmt: skip
        sheet.append([inert(v) if v else v for v in values])
    for letter, width in zip("ABCDEFGH", (10, 16, 8, 24, 28, 28, 80, 28), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
