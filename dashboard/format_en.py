"""The same forms for the English switch: 1,234.5 · 30 Sep 2026 · Sep 2026 · — for undefined."""

from __future__ import annotations

import calendar
import math
import re
from datetime import date, datetime

from dashboard.format_vi import UNDEFINED, clock, defined, digits
from dashboard.format_vi import _local as local

__all__ = [
    "UNDEFINED",
    "clock",
    "day",
    "day_month",
    "moment",
    "number",
    "percent",
    "period",
    "period_short",
    "signed",
    "weekday",
]


def number(value: float | None, decimals: int | None = None) -> str:
    """1234.5 → "1,234.5"; None and NaN → "—"."""
    if value is None or not math.isfinite(value):
        return UNDEFINED
    text = digits(value, decimals)
    return text.replace("-", "−") if text.strip("-0,.") else text.lstrip("-")


def signed(value: float | None, decimals: int | None = 1) -> str:
    """A change with its sign: 0.3 → "+0.3"."""
    text = number(value, decimals)
    return f"+{text}" if value is not None and defined(value) and value > 0 else text


def percent(value: float | None, decimals: int | None = None) -> str:
    """83.0 → "83%"."""
    text = number(value, decimals)
    return text if text == UNDEFINED else f"{text}%"


def day(value: date | None) -> str:
    """30 Sep 2026."""
    return UNDEFINED if value is None else f"{value.day} {calendar.month_abbr[value.month]} {value.year}"


def day_month(value: date | None) -> str:
    """30 Sep."""
    return UNDEFINED if value is None else f"{value.day} {calendar.month_abbr[value.month]}"


def moment(value: datetime | None) -> str:
    """26 Sep 2026 09:14, in the province's time."""
    return UNDEFINED if value is None else f"{day(local(value).date())} {clock(value)}"


def weekday(value: date) -> str:
    """Friday 23 Oct 2026."""
    return f"{calendar.day_name[value.weekday()]} {day(value)}"


def period(token: str | None) -> str:
    """A period's token in words: "2026-09" → "Sep 2026"."""
    if not token:
        return UNDEFINED
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", token):
        return day(date.fromisoformat(token))
    if match := re.fullmatch(r"(\d{4})-W(\d{2})", token):
        return f"week {int(match[2])}, {match[1]}"
    if match := re.fullmatch(r"(\d{4})-(\d{2})", token):
        return f"{calendar.month_abbr[int(match[2])]} {match[1]}"
    if match := re.fullmatch(r"(\d{4})-(Q\d|H[12]|9M|T\d)", token):
        return f"{match[2]} {match[1]}"
    return token


def period_short(token: str | None) -> str:
    """A period's token for a narrow column: "2026-09" → "9/26"."""
    if not token:
        return UNDEFINED
    if match := re.fullmatch(r"\d{4}-(\d{2})-(\d{2})", token):
        return f"{int(match[2])}/{int(match[1])}"
    if match := re.fullmatch(r"\d{4}-(W\d{2})", token):
        return match[1]
    if match := re.fullmatch(r"\d\d(\d{2})-(\d{2})", token):
        return f"{int(match[2])}/{match[1]}"
    if match := re.fullmatch(r"\d\d(\d{2})-(Q\d|H[12]|9M|T\d)", token):
        return f"{match[2]}/{match[1]}"
    return token
