"""Reads tables that programs write as html (often under the name .xls) or as Excel 2003 xml."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from io import BytesIO

from assets.read.encoding import decode
from assets.read.grid import BLANK, Grid, Merge
from assets.read.refusal import refuse
from assets.read.values import as_cell, looks_like

__all__ = ["read_markup"]

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_MOST_COLUMNS = 2000


@dataclass(slots=True)
class _Sheet:
    """Cells of one table by place, and the ranges that a cell spreads over."""

    name: str
    cells: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)

    def grid(self, typed: bool) -> Grid | None:
        filled = [place for place, (text, _) in self.cells.items() if text.strip()]
        if not filled:
            return None
        top, left = min(r for r, _ in filled), min(c for _, c in filled)
        bottom, right = max(r for r, _ in filled), max(c for _, c in filled)
        columns = range(left, right + 1)
        empty = (None, BLANK)
        rows = [[self.cells.get((r, c), empty) for c in columns] for r in range(top, bottom + 1)]
        return Grid(
            sheet=self.name,
            cells=[[text for text, _ in row] for row in rows],
            kinds=["".join(kind for _, kind in row) for row in rows],
            row_numbers=list(range(top + 1, bottom + 2)),
            first_column=left + 1,
            merges=tuple(
                Merge(m.top - top, m.left - left, m.bottom - top, m.right - left)
                for m in self.merges
                if m.top >= top and m.left >= left
            ),
            typed=typed,
        )


def read_markup(raw: bytes, name: str, kind: str) -> tuple[list[Grid], str]:
    """Raw grids of the tables in an html or Excel 2003 xml file, and its encoding.

    Raises UnreadableError damaged (xml only) or not_a_table.
    """
    if kind == "xml":
        return _excel_2003(raw, name), "utf-8"
    declared = _CHARSET.search(raw[:4096])
    encoding = declared[1].decode("ascii") if declared else ""
    try:
        text = raw.decode(encoding) if encoding else ""
    except (LookupError, UnicodeDecodeError):
        text = ""
    if not text:
        text, encoding = decode(raw)
    parser = _Tables()
    parser.feed(text)
    parser.close()
    grids = [grid for sheet in parser.sheets if (grid := sheet.grid(typed=False)) is not None]
    # A page's frame is a table too: leave out those of a single cell where there are others.
    wide = [grid for grid in grids if grid.width > 1 and len(grid.cells) > 1]
    if not grids:
        raise refuse("not_a_table", name, "trang web không có bảng", "a web page without a table")
    return wide or grids, encoding.lower()


class _Tables(HTMLParser):
    """Collects the cells of every table; a table inside a cell is a table of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[_Sheet] = []
        self._open: list[_Reader] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            sheet = _Sheet(f"Table {len(self.sheets) + 1}")
            self.sheets.append(sheet)
            self._open.append(_Reader(sheet))
        elif self._open:
            self._open[-1].start(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if not self._open:
            return
        if tag == "table":
            self._open.pop().finish()
        elif tag in ("td", "th", "tr"):
            self._open[-1].finish()

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].add(data)


class _Reader:
    """Puts the cells of one html table in their places."""

    def __init__(self, sheet: _Sheet) -> None:
        self.sheet = sheet
        self.row, self.column = -1, 0
        self.taken: set[tuple[int, int]] = set()
        self.text: list[str] | None = None
        self.span = (1, 1)

    def start(self, tag: str, attrs: dict[str, str | None]) -> None:
        if tag == "tr":
            self.finish()
            self.row, self.column = self.row + 1, 0
        elif tag in ("td", "th"):
            self.finish()
            self.row = max(self.row, 0)
            self.text = []
            self.span = (_count(attrs.get("rowspan")), _count(attrs.get("colspan")))
        elif tag in ("br", "p", "div") and self.text:
            self.text.append("\n")

    def add(self, data: str) -> None:
        if self.text is not None:
            self.text.append(" ".join(data.split("\n")) if data.strip() else " ")

    def finish(self) -> None:
        if self.text is None:
            return
        lines = (" ".join(line.split(" ")).strip(" \t\r") for line in "".join(self.text).split("\n"))
        text = "\n".join(line for line in lines if line)
        self.text = None
        while (self.row, self.column) in self.taken:
            self.column += 1
        down, right = self.span
        if self.column + right > _MOST_COLUMNS:
            return
        if text:
            self.sheet.cells[self.row, self.column] = (text, looks_like(text))
        if down > 1 or right > 1:
            self.sheet.merges.append(Merge(self.row, self.column, self.row + down - 1, self.column + right - 1))
            self.taken.update((self.row + d, self.column + r) for d in range(down) for r in range(right))
        self.column += right


def _count(value: str | None) -> int:
    return min(int(value), 1000) if value and value.strip().isdigit() and int(value) > 0 else 1


def _excel_2003(raw: bytes, name: str) -> list[Grid]:
    from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
    from defusedxml.ElementTree import ParseError, iterparse  # type: ignore[import-untyped]

    sheets: list[_Sheet] = []
    row = column = 0
    try:
        for event, node in iterparse(BytesIO(raw), events=("start", "end")):
            tag = node.tag.rpartition("}")[2]
            get = {key.rpartition("}")[2]: value for key, value in node.attrib.items()}.get
            if event == "start" and tag == "Worksheet":
                sheets.append(_Sheet(get("Name") or f"Sheet{len(sheets) + 1}"))
                row = 0
            elif event == "start" and tag == "Row":
                row, column = int(get("Index") or row + 1), 0
            elif event == "end" and tag == "Cell" and sheets:
                column = int(get("Index") or column + 1)
                data = next((child for child in node if child.tag.rpartition("}")[2] == "Data"), None)
                if data is not None:
                    sheets[-1].cells[row - 1, column - 1] = _excel_2003_value(data)
                down, right = int(get("MergeDown") or 0), int(get("MergeAcross") or 0)
                if down or right:
                    sheets[-1].merges.append(Merge(row - 1, column - 1, row - 1 + down, column - 1 + right))
                column += right
            elif event == "end" and tag == "Row":
                node.clear()
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise refuse("damaged", name) from error
    grids = [grid for sheet in sheets if (grid := sheet.grid(typed=True)) is not None]
    if not grids:
        raise refuse("empty", name)
    return grids


def _excel_2003_value(data: object) -> tuple[str, str]:
    text = "".join(data.itertext())  # type: ignore[attr-defined]
    kind = next((v for k, v in data.attrib.items() if k.endswith("Type")), "String")  # type: ignore[attr-defined]
    value: object = text
    try:
        if kind == "Number":
            value = float(text)
        elif kind == "DateTime":
            value = datetime.fromisoformat(text.partition(".")[0])
        elif kind == "Boolean":
            value = text.strip() == "1"
    except ValueError:
        value = text
    shown, letter = as_cell(value)
    return shown or "", letter
