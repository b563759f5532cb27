"""What a value becomes in a cell when a person types it there: a number, a day, a truth value, text or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Protocol

from assets.canonical import canonical_boolean, canonical_date
from assets.read.values import clear_number

__all__ = ["ColumnFormats", "TypedValue", "TypedValues", "as_number", "as_serial"]

_FIRST_DAY = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_SURE_FROM = date(1900, 3, 1)
"""Earlier days count one off in Excel, which takes 1900 for a leap year."""
_MOST_DIGITS = 15
"""Digits that a number of a workbook keeps; a longer one (an account, an identity card) stays text."""


@dataclass(frozen=True, slots=True)
class TypedValue:
    """kind and content of a cell: a number in plain decimals, 0 or 1 for a truth value, text as it stands."""

    kind: Literal["number", "text", "boolean", "blank"]
    text: str = ""
    needs_date_format: bool = False


class ColumnFormats(Protocol):
    """What is asked of a workbook's styles."""

    def is_date(self, style: str) -> bool:
        """Whether a style shows numbers as days."""
        ...

    def is_percent(self, style: str) -> bool:
        """Whether a style shows numbers as percentages."""
        ...


class TypedValues:
    """Decides by the cell's own kind and style, and by what else stands in its column.

    kinds: column → how many of its cells are numbers, by style, and texts (under None). from_1904: whether the
    workbook counts days from 1904.
    """

    def __init__(self, styles: ColumnFormats, kinds: Mapping[int, Counter[str | None]], *, from_1904: bool) -> None:
        self._styles, self._kinds, self._from_1904 = styles, kinds, from_1904

    def __call__(self, typed: str, column: int, style: str, kind: str) -> TypedValue:
        """`kind` is the cell's type as the sheet writes it (n, s, str, inlineStr, b, e), "" for an empty cell."""
        text = typed.strip()
        if not text:
            return TypedValue("blank")
        if kind == "b" and canonical_boolean(text).value in ("true", "false"):
            return TypedValue("boolean", "1" if canonical_boolean(text).value == "true" else "0")
        numbers, days = self._numbers(column)
        texts = self._kinds.get(column, Counter())[None]
        own_day = self._styles.is_date(style)
        if (kind == "n" and own_day) or (days > texts and 2 * days > numbers):
            serial = as_serial(text, from_1904=self._from_1904)
            if serial is not None:
                return TypedValue("number", serial, needs_date_format=not own_day)
        if (kind == "n" or numbers > texts) and not own_day:
            number = as_number(text, percent=self._styles.is_percent(style))
            if number is not None:
                return TypedValue("number", number)
        return TypedValue("text", typed)

    def _numbers(self, column: int) -> tuple[int, int]:
        counts = self._kinds.get(column, Counter())
        numbers = {style: count for style, count in counts.items() if style is not None}
        return sum(numbers.values()), sum(n for style, n in numbers.items() if self._styles.is_date(style))


def as_number(text: str, *, percent: bool = False) -> str | None:
    """The plain number of a text in Vietnamese form ("1.234,5"), None where it is none or too long for a workbook.

    In a cell of percentages 12 is 12 %, and 0,12 too, as spreadsheet programs take them.
    """
    number = clear_number(text)
    if number is None or len(number.lstrip("-0.").replace(".", "")) > _MOST_DIGITS:
        return None
    if percent and "%" not in text and abs(Decimal(number)) >= 1:
        number = format(Decimal(number) / 100, "f")
        number = number.rstrip("0").rstrip(".") if "." in number else number
    return number


def as_serial(text: str, *, from_1904: bool = False) -> str | None:
    """A day, or a day and a time, as the number that a workbook stores; None where it is none that can be stored."""
    found = canonical_date(text, typed=False, moment=True).value or ""
    try:
        moment = datetime.fromisoformat(found)
    except ValueError:
        return None
    if moment.date() < _SURE_FROM:
        return None
    days = (moment.date() - _FIRST_DAY[from_1904]).days
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return str(days) if not seconds else repr(days + seconds / 86400)
