"""Cell values as text: numbers in plain decimals, dates as ISO, and what kind of value a text looks like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from assets.read.grid import BLANK, BOOLEAN, DATE, NUMBER, PLACEHOLDER, TEXT

__all__ = ["as_cell", "as_cells", "as_duration", "clear_number", "iso_date", "looks_like", "plain_number"]

_NUMBER = re.compile(
    r"""[-+−(]?\s*(?:[$£€¥₫]|VND|USD)?\s*[-+−]?
        (?: \d{1,3}(?:[.,\u00a0\u202f\ ']\d{3})+(?:[.,]\d+)?
          | \d+(?:[.,]\d*)?(?:[eE][-+]?\d+)?
          | [.,]\d+(?:[eE][-+]?\d+)? )
        \s*(?:%|‰|[$£€¥₫]|đ|đồng|VNĐ|VND|USD)?\s*\)?""",
    re.VERBOSE | re.IGNORECASE,
)
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s*[AaPp][Mm])?"
_MONTH = r"(?:[A-Za-z]{3,9}\.?)"
_DATE = re.compile(
    rf"(?:(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|\d{{4}}[/.-]\d{{1,2}}[/.-]\d{{1,2}}"
    rf"|\d{{1,2}}[-\s/]{_MONTH}[-\s/,]+\d{{2,4}}|{_MONTH}\s\d{{1,2}},?\s\d{{4}})"
    rf"(?:[T\s]+{_CLOCK}(?:Z|[+-]\d{{2}}:?\d{{2}})?)?|{_CLOCK})"
)
_PLACEHOLDER = re.compile(r"[-–—_.…*?/\\x]+|n/?a|nan|null|none|#n/?a|\(\s*-?\s*\)|na\.?", re.IGNORECASE)
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_DURATION = re.compile(r"(-?)PT(\d+)H(\d+)M(\d+(?:[.,]\d+)?)S")
_GROUPED_DOT = re.compile(r"([-−+]?)(\d{1,3}(?:\.\d{3})+)(?:,(\d+))?")
_GROUPED_COMMA = re.compile(r"([-−+]?)(\d{1,3}(?:,\d{3})+)(?:\.(\d+))?")
_PLAIN = re.compile(r"([-−+]?)(\d+)(?:[.,](\d+))?")


def plain_number(value: float | int) -> str:
    """Shortest exact plain decimal of a number: 1234.0 → 1234, 1e-7 → 0.0000001."""
    if isinstance(value, int):
        return str(value)
    if value.is_integer() and -1e15 < value < 1e15:
        return str(int(value))
    text = repr(value)
    if "e" in text:
        text = format(Decimal(text), "f")
    return text[:-2] if text.endswith(".0") else text


def as_cell(value: object) -> tuple[str | None, str]:
    """Text and kind of one value that a format stores with a type; see as_cells."""
    texts, kinds = as_cells((value,))
    return texts[0], kinds


def as_cells(row: Sequence[object]) -> tuple[list[str | None], str]:
    """Texts and kind letters of a row of values that a workbook stores with a type.

    Date cells become ISO dates, with the time of day only where there is one.
    """
    texts: list[str | None] = []
    kinds: list[str] = []
    for value in row:
        form = type(value)
        if form is str:
            texts.append(value or None)  # type: ignore[arg-type]
            kinds.append(looks_like(value) if value else BLANK)
        elif form is float or form is int:
            texts.append(plain_number(value))  # type: ignore[arg-type]
            kinds.append(NUMBER)
        elif value is None:
            texts.append(None)
            kinds.append(BLANK)
        else:
            text, kind = _rarer(value)
            texts.append(text)
            kinds.append(kind)
    return texts, "".join(kinds)


def _rarer(value: object) -> tuple[str, str]:
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), BOOLEAN
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return (value.date().isoformat() if midnight else value.isoformat()), DATE
    if isinstance(value, (date, time)):
        return value.isoformat(), DATE
    if isinstance(value, timedelta):
        return clock(value), DATE
    return str(value), TEXT


def as_duration(value: object) -> object:
    """The length of time that an ods stores as PT24H00M00S (ISO 8601) and calamine gives as text; else the value."""
    found = _DURATION.fullmatch(value) if type(value) is str and value.startswith(("PT", "-PT")) else None
    if found is None:
        return value
    hours, minutes, seconds = (float(part.replace(",", ".")) for part in found.groups()[1:])
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -length if found[1] else length


def clock(value: timedelta) -> str:
    """A duration as hours, minutes and seconds, as a sheet shows it: 25:30:00."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


@lru_cache(maxsize=65536)
def looks_like(text: str) -> str:
    """Kind of a text cell: n and d for text that reads as a number or a date, P for "-", "…", "x", T for other text."""
    stripped = text.strip()
    if not stripped:
        return BLANK
    if len(stripped) > 40:
        return TEXT
    if _NUMBER.fullmatch(stripped):
        return "n"
    if _PLACEHOLDER.fullmatch(stripped):
        return PLACEHOLDER
    if stripped[0].isdigit() or stripped[-1].isdigit():
        return "d" if _DATE.fullmatch(stripped) else TEXT
    return TEXT


@lru_cache(maxsize=8192)
def clear_number(text: str) -> str | None:
    """The plain decimal that a text stands for in Vietnamese or plain form, None where it is not clear.

    "1.234.567,89" → 1234567.89, "12,5%" → 0.125, "1,234.5" → 1234.5; "1.234" and "1,234" are read as whole thousands
    when exactly three digits follow, as people in Vietnam write them, save after a lone zero (0,125).
    """
    stripped = text.strip().replace("\u00a0", "").replace("\u202f", "")
    percent = stripped.endswith("%")
    stripped = stripped.rstrip("% ").removesuffix("đồng").strip()
    for pattern in (_GROUPED_DOT, _GROUPED_COMMA, _PLAIN):
        match = pattern.fullmatch(stripped)
        if match and not (pattern is not _PLAIN and re.match(r"[-−+]?0", match[2])):
            sign = "-" if match[1] in ("-", "−") else ""
            number = Decimal(sign + re.sub(r"\D", "", match[2]) + ("." + match[3] if match[3] else ""))
            plain = format(number / 100 if percent else number, "f")
            return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return None


@lru_cache(maxsize=8192)
def iso_date(text: str) -> str | None:
    """The ISO date that a text such as 05/03/2026 stands for (day first, as in Vietnam), None where it is not one."""
    match = _DAY_FIRST.fullmatch(text.strip())
    if not match:
        return None
    try:
        return date(int(match[3]), int(match[2]), int(match[1])).isoformat()
    except ValueError:
        return None
