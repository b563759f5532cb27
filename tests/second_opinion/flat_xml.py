"""Reads flat OpenDocument spreadsheets (fods), in which LibreOffice writes every stored value beside what it shows.

Format: OASIS OpenDocument 1.3, part 3, chapters 9 (tables) and 19.385–19.392 (values of cells).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]

__all__ = ["Cell", "Flat", "read_flat"]

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_DURATION = re.compile(r"(-?)PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")
_MOST_REPEATS = 20_000


@dataclass(frozen=True, slots=True)
class Cell:
    """A stored value: kind is number, date (ISO), time (seconds), boolean, error or text; `shown` is the display."""

    kind: str
    value: str
    shown: str
    formula: str = ""


@dataclass(frozen=True)
class Flat:
    """Sheets in their order, each with its cells by (row, column) from 1; only cells that hold something.

    pivots: sheets on which LibreOffice lays out a pivot table anew, whatever the file has there.
    first_day: the day that stands for the number 0.
    """

    sheets: dict[str, dict[tuple[int, int], Cell]]
    pivots: frozenset[str] = frozenset()
    first_day: str = "1899-12-30"


def read_flat(source: Path | IO[bytes]) -> Flat:
    """All sheets of a flat spreadsheet or of an ods's content.xml; copies of sheets of other files are left out."""
    sheets: dict[str, dict[tuple[int, int], Cell]] = {}
    pivots: set[str] = set()
    first_day = Flat.first_day
    spread: dict[tuple[int, int], str] = {}
    depth, row, name = 0, 0, ""
    for event, node in iterparse(source, events=("start", "end")):
        if node.tag == f"{_TABLE}table":
            depth += 1 if event == "start" else -1
            if event == "start" and depth == 1:
                row, name = 0, node.get(f"{_TABLE}name", "")
                if not name.startswith("'file:"):
                    sheets[name] = {}
            elif event == "end":
                for place, formula in spread.items():
                    if place in sheets.get(name, {}):
                        sheets[name][place] = replace(sheets[name][place], formula=formula)
                spread = {}
                node.clear()
        elif event == "end" and depth == 1 and node.tag == f"{_TABLE}table-row":
            repeats = int(node.get(f"{_TABLE}number-rows-repeated", "1"))
            cells = list(_cells(node))
            if cells and name in sheets:
                for number in range(row + 1, row + min(repeats, _MOST_REPEATS) + 1):
                    sheets[name].update({(number, column): cell for column, cell in cells})
            spread.update(_spread(node, row + 1))
            row += repeats
            node.clear()
        elif event == "start" and node.tag == f"{_TABLE}data-pilot-table":
            pivots.add(node.get(f"{_TABLE}target-range-address", "").rpartition(":")[0].rpartition(".")[0].strip("'$"))
        elif event == "start" and node.tag == f"{_TABLE}null-date":
            first_day = node.get(f"{_TABLE}date-value", first_day)
    return Flat(sheets, frozenset(pivots), first_day)


def _cells(line: Element) -> Iterator[tuple[int, Cell]]:
    column = 0
    for node in line:
        if node.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        repeats = int(node.get(f"{_TABLE}number-columns-repeated", "1"))
        cell = _cell(node)
        if cell is not None:
            for number in range(column + 1, column + min(repeats, _MOST_REPEATS) + 1):
                yield number, cell
        column += repeats


def _spread(line: Element, row: int) -> Iterator[tuple[tuple[int, int], str]]:
    """Places over which an array formula of this row spreads its results, with the formula."""
    column = 1
    for node in line:
        if down := node.get(f"{_TABLE}number-matrix-rows-spanned"):
            across = int(node.get(f"{_TABLE}number-matrix-columns-spanned", "1"))
            for place in product(range(row, row + int(down)), range(column, column + across)):
                yield place, node.get(f"{_TABLE}formula", "")
        if node.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            column += int(node.get(f"{_TABLE}number-columns-repeated", "1"))


def _cell(node: Element) -> Cell | None:
    kind = node.get(f"{_OFFICE}value-type")
    formula = node.get(f"{_TABLE}formula", "")
    shown = "\n".join(_text(part) for part in node if part.tag == f"{_TEXT}p")
    if kind is None:
        return None
    if node.get(f"{_CALC}value-type") == "error":
        return Cell("error", shown, shown, formula)
    if kind in ("float", "percentage", "currency"):
        return Cell("number", node.get(f"{_OFFICE}value", ""), shown, formula)
    if kind == "date":
        return Cell("date", node.get(f"{_OFFICE}date-value", ""), shown, formula)
    if kind == "time":
        return Cell("time", _seconds(node.get(f"{_OFFICE}time-value", "")), shown, formula)
    if kind == "boolean":
        return Cell("boolean", node.get(f"{_OFFICE}boolean-value", "").upper(), shown, formula)
    return Cell("text", node.get(f"{_OFFICE}string-value", shown), shown, formula)


def _seconds(duration: str) -> str:
    found = _DURATION.fullmatch(duration)
    if found is None:
        return duration
    total = 3600 * int(found[2] or 0) + 60 * int(found[3] or 0) + float(found[4] or 0)
    return f"{found[1]}{total:.3f}"


def _text(node: Element) -> str:
    """Text of a paragraph: runs of spaces and tabs are elements of their own, phonetic guides and notes are no text."""
    parts = [node.text or ""]
    for child in node:
        tag = child.tag.rpartition("}")[2]
        if tag == "s":
            parts.append(" " * int(child.get(f"{_TEXT}c", "1")))
        elif tag == "tab":
            parts.append("\t")
        elif tag == "line-break":
            parts.append("\n")
        elif tag not in ("ruby-text", "annotation", "note"):
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)
