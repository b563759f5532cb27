"""The sheet that lists all findings, written row by row as text that nothing runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assets.findings_export import HEADERS, WIDTHS, finding_rows
from assets.workbook_patch.edits import MOST_NOTES
from assets.workbook_patch.styles import Styles
from assets.workbook_patch.xml_text import MAIN, cell_text, in_attribute
from checks.finding import Finding
from data.table import column_letters

__all__ = ["LIST_SHEET", "MOST_ROWS", "findings_sheet", "list_name", "remarks"]

LIST_SHEET = "Kết quả kiểm tra"
MOST_ROWS = 1_048_000
_LINKS = 5_000
"""So many rows lead to their cell on a click; a sheet may hold 65,530 links."""


def list_name(taken: Sequence[str]) -> str:
    """The list's name, with a number where the workbook has such a sheet."""
    known = {name.casefold() for name in taken}
    name, number = LIST_SHEET, 2
    while name.casefold() in known:
        name, number = f"{LIST_SHEET} ({number})", number + 1
    return name


def remarks(findings: int, bounded: Sequence[str]) -> list[str]:
    """Lines over the list that say what it does not show: notes beyond the bound, findings beyond a sheet's rows."""
    lines = [
        f"Trang “{sheet}” có nhiều ô sai: {MOST_NOTES:,} ô đầu có ghi chú, các ô còn lại được tô màu.".replace(",", ".")
        for sheet in bounded
    ]
    if findings > MOST_ROWS:
        lines.append(f"Có {findings:,} phát hiện; trang này liệt kê {MOST_ROWS:,} dòng đầu.".replace(",", "."))
    return lines


def findings_sheet(
    findings: list[Finding], sheets: Sequence[str], said: Sequence[str], styles: Styles
) -> Iterator[bytes]:
    """The part's bytes in pieces. `sheets`: those whose cells can be gone to; `said`: lines over the list."""
    first = len(said) + 1
    shown = findings[:MOST_ROWS]
    last = column_letters(len(HEADERS))
    head = styles.header
    yield (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="%s"><sheetViews>'
        b'<sheetView workbookViewId="0"><pane ySplit="%d" topLeftCell="A%d" activePane="bottomLeft" state="frozen"/>'
        b"</sheetView></sheetViews><cols>" % (MAIN, first, first + 1)
    )
    for column, width in enumerate(WIDTHS, 1):
        yield b'<col min="%d" max="%d" width="%d" customWidth="1"/>' % (column, column, width)
    yield b"</cols><sheetData>"
    for number, line in enumerate(said, 1):
        yield b'<row r="%d">%s</row>' % (number, _cell(1, number, line, b""))
    yield b'<row r="%d">%s</row>' % (
        first, b"".join(_cell(c, first, word, b' s="%s"' % head) for c, word in enumerate(HEADERS, 1))
    )  # fmt: skip
    marks = {s: b' s="%s"' % styles.marked("", s) for s in {f.severity for f in shown}}
    for number, (finding, row) in enumerate(zip(shown, finding_rows(shown), strict=True), first + 1):
        cells = [_cell(c, number, value, b"") for c, value in enumerate(row[1:], 2) if value]
        yield b'<row r="%d">%s%s</row>' % (
            number, _cell(1, number, row[0] or "", marks[finding.severity]), b"".join(cells)
        )  # fmt: skip
    yield b'</sheetData><autoFilter ref="A%d:%s%d"/>' % (first, last.encode(), first + len(shown))
    yield _links(shown, frozenset(sheets), first)
    yield b"</worksheet>"


def _cell(column: int, row: int, text: str, style: bytes) -> bytes:
    return b'<c r="%s%d"%s t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>' % (
        column_letters(column).encode(), row, style, cell_text(text)
    )  # fmt: skip


def _links(findings: list[Finding], sheets: frozenset[str], first: int) -> bytes:
    links = []
    for number, finding in enumerate(findings[:_LINKS], first + 1):
        if finding.cell and finding.sheet in sheets and finding.cell.isalnum():
            place = "'{}'!{}".format(finding.sheet.replace("'", "''"), finding.cell)
            links.append(b'<hyperlink ref="C%d" location=%s/>' % (number, in_attribute(place)))
    return b"<hyperlinks>%s</hyperlinks>" % b"".join(links) if links else b""
