"""A workbook made anew of a file whose form cannot be written back: every value at its place, as it was stored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from assets.findings_export import HEADERS, WIDTHS, finding_rows
from assets.inert_cell import inert
from assets.read.grid import BOOLEAN, DATE, NUMBER, Grid
from assets.workbook_patch.edits import AUTHOR, COLOURS, MOST_NOTES, CellEdit, Edits
from assets.workbook_patch.list_sheet import MOST_ROWS, list_name, remarks
from assets.workbook_patch.typed import as_number, as_serial
from assets.workbook_patch.xml_text import writable
from checks.finding import Finding

__all__ = ["row_shift", "sheet_titles", "write_rebuilt"]

_UNFIT = re.compile(r"[\\*?:/\[\]\x00-\x1f]|^'|'$")
"""Signs that a sheet's name may not hold."""
_CLOCK = re.compile(r"(-?)(\d+):(\d{2}):(\d{2}(?:\.\d+)?)")
_FORMATS = {"day": "dd/mm/yyyy", "moment": "dd/mm/yyyy hh:mm:ss", "clock": "[h]:mm:ss", "share": "0.00%"}
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
Row = tuple[int, Sequence[str | None], str]


def row_shift(grid: Grid) -> int:
    """How far a grid's rows lie lower in a workbook: json counts records from 1, their names stand over them."""
    return 1 if grid.row_numbers and grid.row_numbers[0] == 0 else 0


def sheet_titles(grids: Sequence[Grid]) -> list[str]:
    """A name that a workbook can have for each grid, no two alike."""
    titles: list[str] = []
    for number, grid in enumerate(grids, 1):
        title = _UNFIT.sub(" ", grid.sheet)[:31]
        title = title if title.strip() else f"Sheet{number}"
        while title.casefold() in (t.casefold() for t in titles):
            title = f"{title[:27]} ({number})"
        titles.append(title)
    return titles


def write_rebuilt(grids: Sequence[Grid], edits: Edits, target: Path, findings: list[Finding] | None) -> None:
    """Write `target`: the grids as sheets, with the edits made (keyed by the grid's own sheet) and the findings listed.

    Rows and columns that no sheet can hold are left out.
    """
    import xlsxwriter  # type: ignore[import-untyped]

    large = any(grid.body is not None for grid in grids)
    book = xlsxwriter.Workbook(
        str(target),
        {"constant_memory": large, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
         "nan_inf_to_errors": True},
    )  # fmt: skip
    writer = _Writer(book)
    titles = sheet_titles(grids)
    bounded = []
    for grid, title in zip(grids, titles, strict=True):
        wanted = edits.get(grid.sheet, {})
        writer.sheet(book.add_worksheet(title), grid, wanted)
        if sum(1 for e in wanted.values() if e.note) > MOST_NOTES:
            bounded.append(title)
    if findings is not None:
        _list(book, book.add_worksheet(list_name(titles)), findings, remarks(len(findings), bounded))
    book.close()


class _Exact(float):
    """A number that is written with all the digits that it has."""

    def __format__(self, _: str) -> str:
        return repr(float(self))


class _Writer:
    """Writes grids into a workbook; its formats are made once each."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, str | None], Any] = {}

    def sheet(self, sheet: Any, grid: Grid, edits: Mapping[tuple[int, int], CellEdit]) -> None:
        if grid.hidden and self._book.worksheets()[0] is not sheet:
            sheet.hide()
        shift, kinds = row_shift(grid), _column_kinds(grid) if any(e.corrected for e in edits.values()) else {}
        if grid.body is None:
            self._merge(sheet, grid, shift)
        left = dict(sorted(edits.items()))
        shares = set(grid.percent_columns)
        noted = 0
        for number, cells, letters in _rows(grid):
            at = [place for place in left if place[0] <= number] if left and next(iter(left))[0] <= number else []
            own = {column: left.pop((row, column)) for row, column in at if row == number}
            for column in sorted({*range(grid.first_column, grid.first_column + len(cells)), *own}):
                if number + shift > _LAST_ROW or column > _LAST_COLUMN:
                    continue
                place = column - grid.first_column
                inside = 0 <= place < len(cells)
                value, letter = (cells[place], letters[place : place + 1]) if inside else (None, " ")
                edit = own.get(column)
                if edit is not None and edit.corrected:
                    value, letter = _typed(edit.typed, letter, kinds.get(column, ""), column in shares)
                if value is None and edit is None:
                    continue
                severity = edit.severity if edit else None
                self._cell(sheet, number + shift - 1, column - 1, value, letter, column in shares, severity)
                if edit is not None and edit.note and noted < MOST_NOTES:
                    noted += 1
                    sheet.write_comment(
                        number + shift - 1, column - 1, inert(edit.note), {"author": AUTHOR, "x_scale": 2.5}
                    )

    def _cell(
        self, sheet: Any, row: int, column: int, value: str | None, letter: str, share: bool, severity: str | None
    ) -> None:
        if value is None:
            sheet.write_blank(row, column, None, self._format("", severity))
        elif letter == NUMBER and (number := _exact_number(value)) is not None:
            sheet.write_number(row, column, _Exact(number), self._format("share" if share else "", severity))
        elif letter == DATE and (stored := _stored_day(value)) is not None:
            sheet.write_number(row, column, stored[0], self._format(stored[1], severity))
        elif letter == BOOLEAN:
            sheet.write_boolean(row, column, value == "TRUE", self._format("", severity))
        else:
            # A program that takes the text up again for editing is told that it is text, whatever it begins with.
            quoted = "quoted" if inert(value) != value else ""
            sheet.write_string(row, column, writable(value), self._format(quoted, severity))

    def _format(self, kind: str, severity: str | None) -> Any:
        if not kind and not severity:
            return None
        if (kind, severity) not in self._made:
            asked: dict[str, Any] = {"num_format": _FORMATS[kind]} if kind in _FORMATS else {}
            if kind == "quoted":
                asked["quote_prefix"] = True
            if severity:
                asked["bg_color"] = f"#{COLOURS[severity]}"
            self._made[kind, severity] = self._book.add_format(asked)
        return self._made[kind, severity]

    @staticmethod
    def _merge(sheet: Any, grid: Grid, shift: int) -> None:
        from xlsxwriter.exceptions import OverlappingRange  # type: ignore[import-untyped]

        for m in grid.merges:
            top, bottom = grid.row_numbers[m.top] + shift - 1, grid.row_numbers[m.bottom] + shift - 1
            left, right = m.left + grid.first_column - 1, m.right + grid.first_column - 1
            if (top, left) != (bottom, right):
                try:
                    sheet.merge_range(top, left, bottom, right, "")
                except OverlappingRange:
                    continue


def _rows(grid: Grid) -> Iterator[Row]:
    """Number, texts and kinds of each row, the middle of a large sheet in its place."""
    for place, (number, cells, letters) in enumerate(zip(grid.row_numbers, grid.cells, grid.kinds, strict=True)):
        if grid.body is not None and place == grid.body_at:
            yield from _middle(grid)
        yield number, cells, letters
    if grid.body is not None and grid.body_at >= len(grid.cells):
        yield from _middle(grid)


def _middle(grid: Grid) -> Iterator[Row]:
    assert grid.body is not None
    first = (grid.row_numbers[grid.body_at - 1] if grid.body_at else 0) + 1
    kinds = grid.body_kinds
    plain = "".join(k if isinstance(k, str) else "?" for k in kinds) if kinds else "T" * grid.body.width
    mixed = [(at, k) for at, k in enumerate(kinds or []) if not isinstance(k, str)]
    for place, cells in enumerate(grid.body.iter_rows()):
        letters = plain
        for at, series in mixed:
            letters = letters[:at] + (series[place] or " ") + letters[at + 1 :]
        yield first + place, cells, letters


def _column_kinds(grid: Grid) -> dict[int, str]:
    """The kind of most filled cells of each column, so that a correction becomes what stands around it."""
    counts: dict[int, dict[str, int]] = {}
    for _, _, letters in _rows(grid):
        for place, letter in enumerate(letters):
            if letter != " ":
                kinds = counts.setdefault(grid.first_column + place, {})
                kinds[letter] = kinds.get(letter, 0) + 1
    return {column: max(kinds, key=kinds.__getitem__) for column, kinds in counts.items()}


def _typed(typed: str | None, letter: str, usual: str, share: bool) -> tuple[str | None, str]:
    """Value and kind of a correction, in a cell of a kind in a column of usually another."""
    if typed is None or not typed.strip():
        return None, " "
    if letter == DATE or usual == DATE:
        serial = as_serial(typed)
        if serial is not None:
            moment = datetime(1899, 12, 30) + timedelta(days=float(serial))
            whole = "." not in serial
            return (moment.date().isoformat() if whole else moment.isoformat(timespec="seconds")), DATE
    if letter == NUMBER or usual == NUMBER:
        number = as_number(typed, percent=share)
        if number is not None:
            return number, NUMBER
    return typed, "T"


def _exact_number(text: str) -> float | None:
    """The number of a text that a workbook can store without loss, else None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e300 and len(text.lstrip("-0.").replace(".", "")) <= 17 else None


def _stored_day(iso: str) -> tuple[float, str] | None:
    """Serial number and format of a day, a moment or a length of time as the reader writes them."""
    if (clock := _CLOCK.fullmatch(iso)) is not None:
        days = (int(clock[2]) * 3600 + int(clock[3]) * 60 + float(clock[4])) / 86400
        return (-days if clock[1] else days), "clock"
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return None
    if moment.date() < date(1900, 3, 1):
        return None
    kind = "day" if len(iso) == 10 else "moment"
    return (moment - datetime(1899, 12, 30)) / timedelta(days=1), kind


def _list(book: Any, sheet: Any, findings: list[Finding], said: Sequence[str]) -> None:
    head = book.add_format({"bold": True, "bg_color": "#E8ECEF"})
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    for number, line in enumerate(said):
        sheet.write_string(number, 0, line)
    first, shown = len(said), findings[:MOST_ROWS]
    for column, word in enumerate(HEADERS):
        sheet.write_string(first, column, word, head)
    for number, row in enumerate(finding_rows(shown), first + 1):
        for column, value in enumerate(row):
            if value:
                sheet.write_string(number, column, value)
    sheet.freeze_panes(first + 1, 0)
    sheet.autofilter(first, 0, first + len(shown), len(HEADERS) - 1)
