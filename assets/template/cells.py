"""How the template's cells look and what they take: formats, colours, drop-down lists and validation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from assets.template.registers import Choice
from assets.template.words import bounds, hint, length, words
from data.contract import Column

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]
    from xlsxwriter.format import Format  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

__all__ = ["LAST_ROW", "Looks", "heading", "inline", "validate", "width_of"]

LAST_ROW = 20_000
"""Down to this row (from 0) cells are validated; further rows are taken, and judged on receipt."""
_INLINE = 255
"""Longest list that may stand in a validation itself (ECMA-376, 18.3.1.33: formula1 of a list)."""
_TITLE, _TEXT = 32, 255
"""Longest title and text of a validation's message in Excel."""
_MOST = 10**15


class Looks:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def look(self, **properties: object) -> Format:
        """The format of these properties (xlsxwriter's names)."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"font_name": "Arial", "font_size": 10, **properties})
        return self._made[key]

    def data(self, column: Column, *, locked: bool = False) -> Format:
        """A cell of the column that is filled in, or, locked, one that is given."""
        given: dict[str, object] = {"bg_color": "#EEF2F6"} if locked else {}
        return self.look(locked=locked, num_format=_number_format(column), border=4, border_color="#9AA5B1", **given)

    def grey(self) -> Format:
        """A value shown for the eye only."""
        return self.look(locked=True, font_color="#8A939C", italic=True)

    def header(self, *, required: bool) -> Format:
        """A cell of the header row."""
        colour = "#0B5C8E" if required else "#5B7C94"
        return self.look(
            locked=True, bold=True, text_wrap=True, valign="vcenter", align="center", border=1, border_color="#FFFFFF",
            bg_color=colour, font_color="#FFFFFF",
        )  # fmt: skip


def _number_format(column: Column) -> str:
    if column.type == "date":
        return "dd/mm/yyyy"
    if column.type == "timestamp":
        return "dd/mm/yyyy hh:mm"
    if column.type == "integer":
        return "#,##0"
    if column.type == "number":
        # Degrees and the like need their decimals; sums of money and tonnes are read in groups of three.
        return "0.00####" if column.unit is None and column.maximum is not None else "#,##0.00"
    return "General" if column.type == "boolean" or column.enum or column.resolves_unit else "@"


def heading(column: Column) -> str:
    """The text of a column's header: its title, its unit where it has one, and * where it is required."""
    unit = (column.unit or "").strip()
    text = f"{column.title} ({unit})" if unit and f"({unit})" not in column.title else column.title
    return f"{text} *" if column.required else text


def width_of(column: Column, longest: int = 0) -> float:
    """A column's width in signs: enough for its words in two or three lines and for what stands in it."""
    least = {"date": 12, "timestamp": 17, "integer": 11, "number": 13, "boolean": 9}.get(column.type, 14)
    wide = 40 if (column.max_length or 0) > 100 else least
    return float(min(46, max(wide, len(heading(column)) // 3 + 4, longest + 2)))


def validate(
    sheet: Worksheet, place: int, first: int, column: Column, choices: Sequence[Choice], name: str | None
) -> None:
    """Let a column take only what the contract lets it take. `name`: the defined name of its list, if it has one."""
    said = words()
    hinted = hint(column)
    options: dict[str, Any] = {
        "error_title": said["wrong_title"][:_TITLE],
        "error_message": _short(said["wrong"].format(title=column.title, hint=hinted)),
        "ignore_blank": True,
    }
    rule = _listed(choices, name) or _ruled(column)
    if rule is None and column.pattern is None:
        return
    if rule is None or column.pattern is not None or column.type in {"date", "timestamp"}:
        options |= {"input_title": column.title[:_TITLE], "input_message": _short(hinted[:1].upper() + hinted[1:])}
    sheet.data_validation(first, place, LAST_ROW, place, {**(rule or {"validate": "any"}), **options})


def _short(text: str) -> str:
    return text if len(text) <= _TEXT else text[: _TEXT - 1] + "…"


def _listed(choices: Sequence[Choice], name: str | None) -> dict[str, Any] | None:
    if not choices:
        return None
    shown = [c.shown for c in choices]
    if name is None:
        return {"validate": "list", "source": shown}
    return {"validate": "list", "source": f"={name}"}


def inline(choices: Sequence[Choice]) -> bool:
    """Whether a list may stand in the validation itself: it is short, and no entry holds the comma that parts them."""
    shown = [c.shown for c in choices]
    return len(",".join(shown)) <= _INLINE and not any("," in text or '"' in text for text in shown)


def _ruled(column: Column) -> dict[str, Any] | None:
    if column.type == "boolean":
        return {"validate": "list", "source": [words()["yes"], words()["no"]]}
    if column.type in {"integer", "number"}:
        return _in_range(column)
    if column.type in {"date", "timestamp"}:
        return {"validate": "date", "criteria": "between", "minimum": date(1900, 1, 1), "maximum": date(2199, 12, 31)}
    if length(column):
        low, high = column.min_length or 0, column.max_length or 32_000
        return {"validate": "length", "criteria": "between", "minimum": low, "maximum": high}
    return None


def _in_range(column: Column) -> dict[str, Any]:
    kind = "integer" if column.type == "integer" else "decimal"
    low, high = column.minimum, column.maximum
    above, below = column.exclusive_minimum, column.exclusive_maximum
    if kind == "integer":
        # Of whole numbers "more than 0" is "1 or more".
        low, high = (low if above is None else above + 1), (high if below is None else below - 1)
    elif not bounds(column) or (above is None and below is None):
        pass
    elif above is not None and high is None and below is None:
        return {"validate": kind, "criteria": ">", "value": above}
    elif below is not None and low is None and above is None:
        return {"validate": kind, "criteria": "<", "value": below}
    else:  # one end belongs to the range and the other does not: the open end is moved by what no file writes
        low = low if above is None else above + 1e-9
        high = high if below is None else below - 1e-9
    if low is None and high is None:
        return {"validate": kind, "criteria": "between", "minimum": -_MOST, "maximum": _MOST}
    if high is None:
        return {"validate": kind, "criteria": ">=", "value": low}
    if low is None:
        return {"validate": kind, "criteria": "<=", "value": high}
    return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
