"""Goes once through a large sheet's xml as it is unpacked: keeps its first and last rows, notes what is special."""

from __future__ import annotations

import re
import zipfile
from array import array
from collections.abc import Sequence
from itertools import islice

from assets.read.sheet_layout import MOST_LISTED, SheetLayout
from assets.read.xlsx_layout import cells_of_type, scan_rows, scan_sheet

__all__ = ["SheetStream"]

_STEP = 4 * 1024**2
_KEPT = 3
"""So many steps hold the last rows: a few hundred of them."""
_MOST_HEAD = 64 * 1024**2
_START = re.compile(rb"<((?:\w+:)?)sheetData\b[^<>]*>")
_ROW = re.compile(rb"""<(?:\w+:)?row\b[^<>]*?\br=["'](\d{1,7})["']""")


class SheetStream:
    """The rows of a sheet part, unpacked a few megabytes at a time.

    usable: whether the rows say their numbers, as they nearly always do; else nothing below is known.
    head: xml of the first rows; first: number of the row after them.
    tail: xml of the last rows, and after: what follows the rows; known once `go_through` has been called.
    """

    def __init__(self, package: zipfile.ZipFile, part: str, head_rows: int, tail_rows: int) -> None:
        self._stream = package.open(part)
        self._tail_rows = tail_rows
        buffer = self._stream.read(_STEP)
        start = _START.search(buffer)
        self._close = b"</" + start[1] + b"row>" if start else b"</row>"
        self._end = b"</" + start[1] + b"sheetData>" if start else b"</sheetData>"
        self.before = buffer[: start.end()] if start else b""
        buffer = buffer[len(self.before) :]
        at = rows = 0
        while start and rows < head_rows:
            place = buffer.find(self._close, at)
            if place >= 0:
                at, rows = place + len(self._close), rows + 1
                continue
            more = self._stream.read(_STEP) if len(buffer) < _MOST_HEAD else b""
            if not more:
                break
            buffer += more
        self.head, self._rest = buffer[:at], buffer[at:]
        number = _ROW.search(self._rest, 0, 100_000)
        self.usable = rows == head_rows and number is not None and self._end not in self.head
        self.last_of_head = self._last_number(self.head)
        self.tail = self.after = b""
        self.texts: dict[bytes, array[int]] = {}
        self.truths: dict[tuple[int, int], str] = {}

    def go_through(self, columns: Sequence[bytes]) -> SheetLayout | None:
        """What is special about the rows, all of them; `texts` then has the rows of these columns' cells of text.

        None where the rows do not end as they should or their numbers go back.
        """
        prefix = self._close[2:-4]
        pattern = re.compile(
            rb'<%sc r="(%s)(\d+)"[^<>]*? t="(?:s|str|inlineStr)"' % (prefix, b"|".join(columns) or b"-")
        )
        self.texts = {column: array("I") for column in columns}
        found = _Notes()
        found.add(self.head, self.truths)
        kept: list[bytes] = []
        rest, last = self._rest, self.last_of_head
        while True:
            end = rest.rfind(self._close) + len(self._close)
            rows, rest = (rest[:end], rest[end:]) if end >= len(self._close) else (b"", rest)
            if rows:
                first = _ROW.search(rows)
                if first is None or int(first[1]) <= last:
                    return None
                last = self._last_number(rows)
                found.add(rows, self.truths)
                for letters, number in pattern.findall(rows) if columns else ():
                    self.texts[letters].append(int(number))
                kept.append(rows)
                del kept[:-_KEPT]
            more = self._stream.read(_STEP)
            if not more:
                break
            rest += more
        self._stream.close()
        together = b"".join(kept)
        if not rest.lstrip().startswith(self._end) or together.count(self._close) <= self._tail_rows:
            return None
        at = len(together)
        for _ in range(self._tail_rows + 1):
            at = together.rfind(self._close, 0, at)
        self.tail, self.after = together[at + len(self._close) :], rest
        return found.layout(self.before, self.after)

    @property
    def first_of_tail(self) -> int:
        """Number of the first of the last rows."""
        number = _ROW.search(self.tail)
        return int(number[1]) if number else 0

    def _last_number(self, rows: bytes) -> int:
        """Number of the last row of some xml, 0 where it does not say."""
        opening = b"<" + self._close[2:-1]
        numbers = _ROW.match(rows, max(0, rows.rfind(opening + b" ")))
        return int(numbers[1]) if numbers else 0


class _Notes:
    """Layouts of stretches of rows, gathered."""

    def __init__(self) -> None:
        self._hidden: list[int] = []
        self._errors: dict[tuple[int, int], str] = {}
        self._uncalculated: list[tuple[int, int]] = []

    def add(self, rows: bytes, truths: dict[tuple[int, int], str]) -> None:
        layout = scan_rows(rows)
        self._hidden.extend(layout.hidden_rows)
        if len(self._errors) < MOST_LISTED:
            self._errors.update(layout.errors)
        if len(self._uncalculated) < MOST_LISTED:
            self._uncalculated.extend(layout.uncalculated)
        if len(truths) < MOST_LISTED:
            truths.update(islice(cells_of_type(rows, b"b"), MOST_LISTED))

    def layout(self, before: bytes, after: bytes) -> SheetLayout:
        around = scan_sheet(before + after, frozenset())
        return SheetLayout(
            hidden_rows=tuple(self._hidden),
            hidden_columns=around.hidden_columns,
            errors=self._errors,
            uncalculated=tuple(self._uncalculated),
            areas=around.areas,
            filtered=around.filtered,
        )
