"""Numbers, dates, moments, periods as Vietnamese readers write them: 1.234,5 · 14:31 30/9/2026 · quý III/2026."""

from __future__ import annotations

import re
from datetime import date, datetime

__all__ = ["UNDEFINED", "format_date", "format_moment", "format_number", "format_period", "format_value"]

UNDEFINED = "—"
_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV"}


def format_number(value: float | int | None, decimals: int | None = None) -> str:
    """A number with "." between thousands and "," before decimals; at most 6 significant decimals unless told."""
    if value is None:
        return UNDEFINED
    if decimals is None:
        text = f"{value:,}" if isinstance(value, int) else f"{value:,.6f}".rstrip("0").rstrip(".")
    else:
        text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,"))


def format_date(value: date | None) -> str:
    """30/9/2026."""
    return UNDEFINED if value is None else f"{value.day}/{value.month}/{value.year}"


def format_moment(value: datetime | None) -> str:
    """14:31 30/9/2026."""
    return UNDEFINED if value is None else f"{value:%H:%M} {format_date(value)}"


def format_period(token: str | None) -> str:
    """A period's token in words: "2026-09" → "tháng 9/2026", "2026-Q3" → "quý III/2026"."""
    if not token:
        return UNDEFINED
    if match := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", token):
        return f"ngày {int(match[3])}/{int(match[2])}/{match[1]}"
    if match := re.fullmatch(r"(\d{4})-W(\d{2})", token):
        return f"tuần {int(match[2])}/{match[1]}"
    if match := re.fullmatch(r"(\d{4})-(\d{2})", token):
        return f"tháng {int(match[2])}/{match[1]}"
    if match := re.fullmatch(r"(\d{4})-Q(\d)", token):
        return f"quý {_ROMAN[match[2]]}/{match[1]}"
    if match := re.fullmatch(r"(\d{4})-H([12])", token):
        return f"{'6 tháng đầu năm' if match[2] == '1' else '6 tháng cuối năm'} {match[1]}"
    if match := re.fullmatch(r"(\d{4})-9M", token):
        return f"9 tháng {match[1]}"
    if match := re.fullmatch(r"(\d{4})-T(\d)", token):
        return f"học kỳ {_ROMAN[match[2]]} năm học {match[1]}–{int(match[1]) + 1}"
    return f"năm {token}" if re.fullmatch(r"\d{4}", token) else token


def format_value(value: object) -> str:
    """Any cell value for a sentence: numbers and dates in Vietnamese form, yes/no in words, text as it is."""
    if value is None:
        return "trống"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, int | float):
        return format_number(value)
    if isinstance(value, datetime):
        return format_moment(value)
    if isinstance(value, date):
        return format_date(value)
    return str(value)
