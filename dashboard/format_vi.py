"""Numbers, dates and periods as Vietnamese readers write them: 1.234,5 · 30/9/2026 · tháng 9/2026 · — for undefined."""

from __future__ import annotations

import math
import re
from datetime import date, datetime

from data.clock import LOCAL_TIME
from data.vietnamese_format import UNDEFINED, format_date, format_period

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

_SWAP = str.maketrans(",.", ".,")
_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV"}


def digits(value: float, decimals: int | None) -> str:
    """Plain notation with `decimals` places; None keeps as many as carry meaning, at most two below 100."""
    if decimals is None:
        size = abs(value)
        decimals = 0 if float(value).is_integer() or size >= 1000 else 1 if size >= 10 else 2
        text = f"{value:,.{decimals}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{value:,.{decimals}f}"


def defined(value: float | None) -> bool:
    """Whether there is a number to show."""
    return value is not None and math.isfinite(value)


def number(value: float | None, decimals: int | None = None) -> str:
    """1234.5 → "1.234,5"; None and NaN → "—"."""
    if value is None or not math.isfinite(value):
        return UNDEFINED
    text = digits(value, decimals).translate(_SWAP)
    return text.replace("-", "−") if text.strip("-0,.") else text.lstrip("-")


def signed(value: float | None, decimals: int | None = 1) -> str:
    """A change with its sign: 0.3 → "+0,3"."""
    text = number(value, decimals)
    return f"+{text}" if value is not None and defined(value) and value > 0 else text


def percent(value: float | None, decimals: int | None = None) -> str:
    """A share given in percent, 83.0 → "83 %"."""
    text = number(value, decimals)
    return text if text == UNDEFINED else f"{text} %"


def day(value: date | None) -> str:
    """30/9/2026."""
    return format_date(value)


def day_month(value: date | None) -> str:
    """30/9."""
    return UNDEFINED if value is None else f"{value.day}/{value.month}"


def clock(value: datetime | None, *, seconds: bool = False) -> str:
    """14:32 or 14:32:08, in the province's time."""
    if value is None:
        return UNDEFINED
    return _local(value).strftime("%H:%M:%S" if seconds else "%H:%M")


def moment(value: datetime | None) -> str:
    """26/9/2026 09:14, in the province's time."""
    return UNDEFINED if value is None else f"{day(_local(value).date())} {clock(value)}"


def weekday(value: date) -> str:
    """Thứ Sáu 23/10/2026."""
    return f"{_WEEKDAYS[value.weekday()]} {day(value)}"


def period(token: str | None) -> str:
    """A period's token in words: "2026-09" → "tháng 9/2026", "2026-Q3" → "quý III/2026"."""
    return format_period(token)


def period_short(token: str | None) -> str:
    """A period's token for a narrow column: "2026-09" → "T9/26", "2026-W43" → "Tu43", "2026-Q3" → "Q.III/26"."""
    if not token:
        return UNDEFINED
    if match := re.fullmatch(r"\d{4}-(\d{2})-(\d{2})", token):
        return f"{int(match[2])}/{int(match[1])}"
    if match := re.fullmatch(r"\d{4}-W(\d{2})", token):
        return f"tuần {int(match[1])}"
    if match := re.fullmatch(r"\d\d(\d{2})-(\d{2})", token):
        return f"T{int(match[2])}/{match[1]}"
    if match := re.fullmatch(r"\d\d(\d{2})-Q(\d)", token):
        return f"{_ROMAN[match[2]]}/{match[1]}"
    if match := re.fullmatch(r"\d\d(\d{2})-(H[12]|9M|T\d)", token):
        return f"{match[2]}/{match[1]}"
    return token


def _local(value: datetime) -> datetime:
    return value.astimezone(LOCAL_TIME) if value.tzinfo else value
