"""Numbers, dates and moments as Vietnamese readers write them: 1.234,5 · 30/9/2026 · 14:31 30/9/2026."""

from __future__ import annotations

from datetime import date, datetime

__all__ = ["UNDEFINED", "format_date", "format_moment", "format_number", "format_value"]

UNDEFINED = "—"


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
