"""Reads tables that programs write as html (often under the name .xls) or as Excel 2003 xml."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from math import isfinite

from assets.read.encoding import decode
from assets.read.grid import BLANK, Grid, Merge
from assets.read.limits import Limits
from assets.read.refusal import refuse
from assets.read.tags import attribute, split_tags
from assets.read.values import as_cell, looks_like

__all__ = ["read_markup"]

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_CHARSETS = re.compile(
    r"utf-?8|utf-?16(?:le|be)?|(?:windows-|cp)\d{3,4}|iso-8859-\d{1,2}|us-ascii|gbk|gb\d+|big5|shift_jis|euc-\w\w",
    re.IGNORECASE,
)
_LARGEST_INDEX = 2**31


@dataclass(slots=True)
class _Sheet:
    """Cells of one table by place, and the ranges that a cell spreads over."""

    name: str
    cells: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)

    def grid(self, typed: bool, file: str, limits: Limits) -> Grid | None:
        filled = [place for place, (text, _) in self.cells.items() if text.strip()]
        if not filled:
            return None
        top, left = min(r for r, _ in filled), min(c for _, c in filled)
        bottom, right = max(r for r, _ in filled), max(c for _, c in filled)
        height, width = bottom - top + 1, right - left + 1
        if width > limits.columns or height * width > limits.cells:
            raise refuse(
                "too_large",
                file,
                f"trang “{self.name}” có {height} hàng x {width} cột",
                f"sheet “{self.name}” has {height} rows x {width} columns",
            )
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


def read_markup(raw: bytes, name: str, kind: str, limits: Limits) -> tuple[list[Grid], str]:
    """Raw grids of the tables in an html or Excel 2003 xml file, and its encoding.

    Raises UnreadableError damaged (xml only), not_a_table or too_large.
    """
    if kind == "xml":
        return _excel_2003(raw, name, limits), "utf-8"
    text, encoding = _html_text(raw)
    grids = [
        grid for sheet in _html_tables(text, name, limits) if (grid := sheet.grid(False, name, limits)) is not None
    ]
    # A page's frame is a table too: leave out those of a single cell where there are others.
    wide = [grid for grid in grids if grid.width > 1 and len(grid.cells) > 1]
    if not grids:
        raise refuse("not_a_table", name, "trang web không có bảng", "a web page without a table")
    return wide or grids, encoding.lower()


def _html_text(raw: bytes) -> tuple[str, str]:
    declared = _CHARSET.search(raw[:4096])
    encoding = declared[1].decode("ascii", "ignore") if declared else ""
    if _CHARSETS.fullmatch(encoding):
        try:
            return raw.decode(encoding), encoding
        except (LookupError, UnicodeError):
            pass
    return decode(raw)


def _html_tables(text: str, name: str, limits: Limits) -> list[_Sheet]:
    """The cells of every table; a table inside a cell is a table of its own."""
    sheets: list[_Sheet] = []
    readers: list[_Reader] = []
    for event, tag, content in split_tags(text):
        if event == "text":
            if readers:
                readers[-1].add(content)
        elif event == "start" and tag == "table":
            sheets.append(_Sheet(f"Table {len(sheets) + 1}"))
            readers.append(_Reader(sheets[-1], name, limits.columns))
        elif not readers:
            continue
        elif event == "start":
            readers[-1].start(tag, content)
        elif tag == "table":
            readers.pop().finish()
        elif tag in ("td", "th", "tr"):
            readers[-1].finish()
    while readers:
        readers.pop().finish()
    return sheets


class _Reader:
    """Puts the cells of one html table in their places."""

    def __init__(self, sheet: _Sheet, file: str, most_columns: int) -> None:
        self.sheet, self.file, self.most_columns = sheet, file, most_columns
        self.row, self.column = -1, 0
        self.busy: dict[int, int] = {}
        """Column → last row that a cell from above reaches down to."""
        self.text: list[str] | None = None
        self.span = (1, 1)

    def start(self, tag: str, attributes: str) -> None:
        if tag == "tr":
            self.finish()
            self.row, self.column = self.row + 1, 0
        elif tag in ("td", "th"):
            self.finish()
            self.row = max(self.row, 0)
            self.text = []
            self.span = (_count(attribute(attributes, "rowspan")), _count(attribute(attributes, "colspan")))
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
        while self.busy.get(self.column, -1) >= self.row:
            self.column += 1
        down, right = self.span
        if self.column + right > self.most_columns:
            vi, en = f"bảng có hơn {self.most_columns} cột", f"a table has more than {self.most_columns} columns"
            raise refuse("too_large", self.file, vi, en)
        if text:
            self.sheet.cells[self.row, self.column] = (text, looks_like(text))
        if down > 1 or right > 1:
            self.sheet.merges.append(Merge(self.row, self.column, self.row + down - 1, self.column + right - 1))
            self.busy.update(dict.fromkeys(range(self.column, self.column + right), self.row + down - 1))
        self.column += right


def _count(value: str | None) -> int:
    """Rows or columns that a cell spreads over; as in browsers never more than a thousand."""
    digits = (value or "").strip()
    return max(1, min(int(digits[:6]), 1000)) if digits.isascii() and digits.isdigit() else 1


def _excel_2003(raw: bytes, name: str, limits: Limits) -> list[Grid]:
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
                row, column = _index(get("Index"), row), 0
            elif event == "end" and tag == "Cell" and sheets:
                column = _index(get("Index"), column)
                data = next((child for child in node if child.tag.rpartition("}")[2] == "Data"), None)
                if data is not None:
                    sheets[-1].cells[row - 1, column - 1] = _excel_2003_value(data)
                down, right = _index(get("MergeDown"), -1), _index(get("MergeAcross"), -1)
                if down or right:
                    sheets[-1].merges.append(Merge(row - 1, column - 1, row - 1 + down, column - 1 + right))
                column += right
            elif event == "end" and tag == "Row":
                node.clear()
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise refuse("damaged", name) from error
    grids = [grid for sheet in sheets if (grid := sheet.grid(True, name, limits)) is not None]
    if not grids:
        raise refuse("empty", name)
    return grids


def _index(written: str | None, before: int) -> int:
    """A place as it is written, else the one after the place before; raises ValueError where it cannot be one."""
    if written is None:
        return before + 1
    if len(written) > 12 or not before < (place := int(written)) < _LARGEST_INDEX:
        raise ValueError(written)
    return place


def _excel_2003_value(data: object) -> tuple[str, str]:
    text = "".join(data.itertext())  # type: ignore[attr-defined]
    kind = next((v for k, v in data.attrib.items() if k.endswith("Type")), "String")  # type: ignore[attr-defined]
    value: object = text
    try:
        if kind == "Number":
            value = float(text) if isfinite(float(text)) else text
        elif kind == "DateTime":
            value = datetime.fromisoformat(text.partition(".")[0])
        elif kind == "Boolean":
            value = text.strip() == "1"
    except ValueError:
        value = text
    shown, letter = as_cell(value)
    return shown or "", letter
