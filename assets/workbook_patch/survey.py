"""First pass over a sheet part: what stands around its rows, whether its formulas reach out, what its columns hold."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from assets.inert_cell import calls_out
from assets.read.marked_areas import column_number
from assets.workbook_patch.edits import NotPatchableError
from assets.workbook_patch.xml_text import MAIN, attribute, opening, plain_part, text_of

__all__ = ["FORMULA", "SheetSurvey", "calling", "row_chunks", "survey_sheet"]

_STEP = 1 << 20
_LONGEST_ROW = 64 << 20
FORMULA = re.compile(rb"<(?:[\w.-]+:)?f(?=[\s/>])([^<>]*?)(?:/>|>([^<]*)</)")
_SUSPECT = re.compile(rb"[|\[]|://|\\\\|&#|WEBSERVICE|RTD|DDE|CALL|REGISTER|EXEC|IMAGE", re.IGNORECASE)


@dataclass
class SheetSurvey:
    """What one pass over a sheet tells.

    before: up to and with the tag <sheetData>; after: from its closing tag on; prefix: of the sheet's elements.
    calls: whether any formula of a cell reaches out of the workbook; shared: the shared formulas that do, by number.
    kinds: column → how many of its cells are numbers, by style ("" for no style), and texts (under None).
    """

    prefix: bytes
    before: bytes
    after: bytes
    calls: bool = False
    shared: set[str] = field(default_factory=set)
    kinds: dict[int, Counter[str | None]] = field(default_factory=dict)


def calling(formula: bytes) -> bool:
    """Whether a formula, as the part's bytes hold it, reaches out of its workbook."""
    return _SUSPECT.search(formula) is not None and calls_out("=" + text_of(formula).lstrip("= \t\r\n"))


def survey_sheet(package: zipfile.ZipFile, part: str, columns: Collection[int]) -> SheetSurvey:
    """Go through a sheet part once; `columns` are those whose kinds are wanted.

    Raises NotPatchableError for a part whose bytes cannot be edited.
    """
    chunks = row_chunks(package, part)
    before = next(chunks)
    root = opening(before, b"worksheet")
    if root is None or before.count(MAIN) != 1:
        raise NotPatchableError(f"{part}: not a worksheet of the usual kind")
    found = SheetSurvey(root[1], plain_part(before), b"")
    cell = _cells_of(columns) if columns else None
    last = b""
    for chunk in chunks:
        rows, last = last, chunk
        if rows:
            _note(found, rows, cell)
    found.after = last
    if b"<!" in last or b"<?" in last:
        raise NotPatchableError(f"{part}: markup beyond elements")
    return found


def row_chunks(package: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """First all before the rows, then whole rows a megabyte or so at a time, at last all behind the rows.

    An empty <sheetData/> is given as an open one and its closing tag.
    """
    with package.open(part) as stream:
        buffer = stream.read(_STEP)
        while (start := opening(buffer, b"sheetData")) is None:
            more = stream.read(_STEP)
            if not more or len(buffer) > _LONGEST_ROW:
                raise NotPatchableError(f"{part}: no rows")
            buffer += more
        prefix = start[1]
        end, close = b"</" + prefix + b"sheetData", b"</" + prefix + b"row>"
        if start[3]:
            yield buffer[: start.start()] + b"<" + prefix + b"sheetData>"
            yield end + b">" + buffer[start.end() :] + stream.read()
            return
        yield buffer[: start.end()]
        buffer = buffer[start.end() :]
        searched = 0
        while (stop := buffer.find(end, searched)) < 0:
            until = buffer.rfind(close) + len(close)
            if until >= len(close):
                yield buffer[:until]
                buffer = buffer[until:]
            elif len(buffer) > _LONGEST_ROW:
                raise NotPatchableError(f"{part}: a row is too long")
            searched = max(0, len(buffer) - len(end))
            more = stream.read(_STEP)
            if not more:
                raise NotPatchableError(f"{part}: its rows do not end")
            buffer += more
        if stop:
            yield buffer[:stop]
        yield buffer[stop:] + stream.read()


def _note(found: SheetSurvey, rows: bytes, cell: re.Pattern[bytes] | None) -> None:
    if b"<!" in rows or b"<?" in rows or b"xmlns" in rows or b"\x00" in rows:
        raise NotPatchableError("markup beyond elements among the rows")
    if b"<f" in rows or b":f" in rows:
        for match in FORMULA.finditer(rows):
            if match[2] and calling(match[2]):
                found.calls = True
                if number := attribute(match[1], b"si"):
                    found.shared.add(number)
    if cell is not None:
        for match in cell.finditer(rows):
            if match[3]:
                continue
            column, kind = match[2], attribute(match[1], b"t")
            counts = found.kinds.setdefault(column_number(column), Counter())
            counts[attribute(match[1], b"s") if kind in ("", "n") else None] += 1


def _cells_of(columns: Collection[int]) -> re.Pattern[bytes]:
    from data.table import column_letters

    letters = "|".join(sorted(column_letters(c) for c in columns)).encode()
    return re.compile(rb"""<(?:[\w.-]+:)?c(?=\s)([^<>]*?\sr=["'](%s)\d+["'][^<>]*?)(/?)>""" % letters)
