"""Second pass over a sheet part: its rows again, with the cells that must change changed and missing ones put in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from xml.sax.saxutils import escape

from assets.inert_cell import inert
from assets.read.marked_areas import column_number
from assets.workbook_patch.edits import CellEdit, NotPatchableError
from assets.workbook_patch.styles import Styles
from assets.workbook_patch.survey import FORMULA, SheetSurvey, calling
from assets.workbook_patch.typed import TypedValue
from assets.workbook_patch.xml_text import attribute, cell_text, text_of, with_attribute
from data.table import cell_address, column_letters

__all__ = ["RowEditor"]

_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})$")


@dataclass(frozen=True, slots=True)
class _Cell:
    start: int
    end: int
    column: int
    attributes: bytes
    body: bytes


class RowEditor:
    """Edits the rows of one sheet as they come by, a stretch at a time.

    value_of: what a typed value becomes in a cell of that column, style and kind.
    """

    def __init__(
        self,
        survey: SheetSurvey,
        edits: Mapping[tuple[int, int], CellEdit],
        styles: Styles,
        value_of: Callable[[str, int, str, str], TypedValue],
    ) -> None:
        self._p = survey.prefix
        self._survey = survey
        self._styles = styles
        self._value_of = value_of
        self._wanted: dict[int, dict[int, CellEdit]] = {}
        for (row, column), edit in edits.items():
            self._wanted.setdefault(row, {})[column] = edit
        self._pending = sorted(self._wanted, reverse=True)
        self._row_at = 0
        self._row = re.compile(rb"<%srow(?=[\s/>])([^<>]*?)(/?)>" % self._p)
        self._cell = re.compile(rb"<%sc(?=[\s/>])([^<>]*?)(?:/>|>(.*?)</%sc>)" % (self._p, self._p), re.DOTALL)
        self._value = re.compile(rb"<%sv(?:\s[^<>]*)?>[^<]+</%sv>" % (self._p, self._p))
        self._close = b"</%srow>" % self._p
        self._columns = _column_styles(survey)
        self._calling: dict[str, str] = {}
        self._split: dict[str, tuple[str, str]] = {}

    def edited(self, rows: bytes) -> Iterator[bytes]:
        """A stretch of whole rows, edited."""
        at = 0
        for match in self._row.finditer(rows):
            told = attribute(match[1], b"r")
            number = int(told) if told.isdigit() else self._row_at + 1
            if number <= self._row_at:
                raise NotPatchableError("rows out of order")
            if self._pending and self._pending[-1] < number:
                yield rows[at : match.start()]
                at = match.start()
                yield from self._new_rows(number)
            self._row_at = number
            end = match.end() if match[2] else rows.find(self._close, match.end()) + len(self._close)
            targets: Mapping[int, CellEdit] = {}
            if self._pending and self._pending[-1] == number:
                targets = self._wanted[self._pending.pop()]
            if targets or ((self._survey.calls or self._split) and self._concerns(rows[match.end() : end])):
                yield rows[at : match.start()]
                inner = b"" if match[2] else rows[match.end() : end - len(self._close)]
                plain = not (match[2] or self._survey.calls or self._split)
                coloured = self._coloured(inner, number, targets) if plain else None
                if coloured is not None:
                    yield from (match[0], coloured, self._close)
                else:
                    yield self._edited_row(match[1], inner, number, targets)
                at = end
        yield rows[at:]

    def rest(self) -> Iterator[bytes]:
        """Rows with edits below the sheet's last one."""
        yield from self._new_rows(1 << 30)

    def _new_rows(self, before: int) -> Iterator[bytes]:
        while self._pending and self._pending[-1] < before:
            number = self._pending.pop()
            yield self._edited_row(b'r="%d"' % number, b"", number, self._wanted[number])

    def _concerns(self, inner: bytes) -> bool:
        """Whether a row without edits holds formulas that must not stay as they are."""
        if not self._split and not self._survey.shared:
            return any(m[2] and calling(m[2]) for m in FORMULA.finditer(inner))
        return b":f" in inner or b"<f" in inner

    def _coloured(self, inner: bytes, number: int, targets: Mapping[int, CellEdit]) -> bytes | None:
        """The quick way where cells that are there get a colour only; None where it is not so simple."""
        found: list[tuple[int, int, bytes]] = []
        for column, edit in targets.items():
            at = inner.find(b' r="%s%d"' % (column_letters(column).encode(), number))
            start, end = inner.rfind(b"<", 0, at), inner.find(b">", at)
            tag = inner[start : end + 1]
            if at < 0 or edit.corrected or not tag.startswith(b"<%sc " % self._p):
                return None
            if edit.severity:
                inside = tag[len(self._p) + 3 :].rstrip(b"/>")
                style = self._styles.marked(attribute(inside, b"s"), edit.severity)
                close = b"/>" if tag.endswith(b"/>") else b">"
                found.append((start, end + 1, tag[: len(self._p) + 3] + with_attribute(inside, b"s", style) + close))
        parts: list[bytes] = []
        at = 0
        for start, end, tag in sorted(found):
            parts.extend((inner[at:start], tag))
            at = end
        return b"".join((*parts, inner[at:]))

    def _edited_row(self, attributes: bytes, inner: bytes, number: int, targets: Mapping[int, CellEdit]) -> bytes:
        cells = list(self._cells(inner))
        if len({c.column for c in cells}) < len(cells) or any(a.column > b.column for a, b in pairwise(cells)):
            raise NotPatchableError("cells out of order")
        parts: list[bytes] = []
        at, left = 0, dict(sorted(targets.items()))
        for cell in cells:
            for column in [c for c in left if c < cell.column]:
                parts.extend((inner[at : cell.start], self._new_cell(attributes, number, column, left.pop(column))))
                at = cell.start
            edit = left.pop(cell.column, None)
            changed = self._edited_cell(cell, number, edit)
            if changed is not None:
                parts.extend((inner[at : cell.start], changed))
                at = cell.end
        parts.append(inner[at:])
        parts.extend(self._new_cell(attributes, number, column, edit) for column, edit in left.items())
        body = b"".join(parts)
        if len(cells) < len(set(targets) | {c.column for c in cells}):
            attributes = with_attribute(attributes, b"spans", None)
        return b"<%srow %s>%s%s" % (self._p, attributes.strip(), body, self._close)

    def _cells(self, inner: bytes) -> Iterator[_Cell]:
        column = 0
        for match in self._cell.finditer(inner):
            place = _PLACE.match(attribute(match[1], b"r"))
            column = column_number(place[1]) if place else column + 1
            yield _Cell(match.start(), match.end(), column, match[1], match[2] or b"")

    def _new_cell(self, row: bytes, number: int, column: int, edit: CellEdit) -> bytes:
        style = attribute(row, b"s") if attribute(row, b"customFormat") in ("1", "true") else ""
        style = style or self._columns(column)
        attributes = b'r="%s%d"' % (column_letters(column).encode(), number)
        if style:
            attributes += b' s="%s"' % style.encode()
        return self._edited_cell(_Cell(0, 0, column, attributes, b""), number, edit) or b""

    def _edited_cell(self, cell: _Cell, number: int, edit: CellEdit | None) -> bytes | None:
        """The cell's new bytes; None where it stays."""
        attributes, body = cell.attributes, cell.body
        own = self._own_formula(cell, number, edit is not None and edit.corrected) if body else None
        if own is not None:
            attributes, body = own
        elif edit is None:
            return None
        style, date = attribute(attributes, b"s"), False
        if edit is not None and edit.corrected:
            attributes, body, date = self._with_value(attributes, body, edit.typed, cell.column, style)
        if edit is not None and (edit.severity or date):
            attributes = with_attribute(attributes, b"s", self._styles.marked(style, edit.severity, date=date))
        tag = b"<%sc %s" % (self._p, attributes.strip())
        return tag + (b">%s</%sc>" % (body, self._p) if body else b"/>")

    def _with_value(
        self, attributes: bytes, body: bytes, typed: str | None, column: int, style: str
    ) -> tuple[bytes, bytes, bool]:
        """The cell with a value as a person types it, and whether it must get a date's format to show it."""
        kind = attribute(attributes, b"t") or ("n" if body else "")
        value = self._value_of(typed or "", column, style, kind)
        for name in (b"t", b"cm", b"vm"):
            attributes = with_attribute(attributes, name, None)
        if value.kind == "blank":
            return attributes, b"", False
        if value.kind == "text":
            return with_attribute(attributes, b"t", b"inlineStr"), self._inline(value.text), False
        if value.kind == "boolean":
            attributes = with_attribute(attributes, b"t", b"b")
        return attributes, b"<%sv>%s</%sv>" % (self._p, value.text.encode(), self._p), value.needs_date_format

    def _inline(self, text: str) -> bytes:
        p = self._p
        return b'<%sis><%st xml:space="preserve">%s</%st></%sis>' % (p, p, cell_text(text), p, p)

    def _own_formula(self, cell: _Cell, number: int, corrected: bool) -> tuple[bytes, bytes] | None:
        """Attributes and body of a cell whose formula must not stay as it is: it reaches out, or lost its master.

        Of one that reaches out the value stays that it last had; where it never had one, its words stay as text.
        """
        found = list(FORMULA.finditer(cell.body))
        if not found:
            return None
        formula = next((m for m in found if m[2] and calling(m[2])), found[0])
        shared = attribute(formula[1], b"si") if attribute(formula[1], b"t") == "shared" else ""
        text = text_of(formula[2] or b"")
        if formula[2] and calling(formula[2]):
            if shared:
                self._calling[shared] = text
        elif shared in self._calling and not text:
            text = self._calling[shared]
        else:
            return self._separated(cell, formula, shared, text, number, corrected)
        value = self._value.search(cell.body)
        if value:
            return cell.attributes, value[0]
        return with_attribute(cell.attributes, b"t", b"inlineStr"), self._inline(inert("=" + text.lstrip("= \t\r\n")))

    def _separated(
        self, cell: _Cell, formula: re.Match[bytes], shared: str, text: str, number: int, corrected: bool
    ) -> tuple[bytes, bytes] | None:
        """A formula of the workbook itself: those that share one whose cell was corrected get it written out."""
        if corrected:
            if shared and text:
                self._split[shared] = (cell_address(number, cell.column), text)
            return None
        if text or shared not in self._split:
            return None
        from openpyxl.formula.translate import Translator

        origin, master = self._split[shared]
        own = str(Translator("=" + master, origin).translate_formula(cell_address(number, cell.column)))[1:]
        end = formula.end() if formula[2] is None else cell.body.index(b">", formula.end()) + 1
        written = b"<%sf>%s</%sf>" % (self._p, escape(own).encode(), self._p)
        return cell.attributes, cell.body[: formula.start()] + written + cell.body[end:]


def _column_styles(survey: SheetSurvey) -> Callable[[int], str]:
    """Style of a column's empty cells, "" where it has none."""
    ranges = [
        (int(attribute(m[1], b"min") or 0), int(attribute(m[1], b"max") or 0), attribute(m[1], b"style"))
        for m in re.finditer(rb"<%scol(?=\s)([^<>]*?)/?>" % survey.prefix, survey.before)
    ]
    return lambda column: next((style for first, last, style in ranges if first <= column <= last), "")
