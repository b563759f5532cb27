"""Turns columns that have types into text: numbers in plain decimals, dates as ISO, truth values in capitals."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from assets.read.grid import BLANK, BOOLEAN, DATE, NUMBER, TEXT
from assets.read.values import clock, plain_number

__all__ = ["as_text", "kind_of"]

_EXACT = 1e15
"""Below this a float without a fraction is the whole number that it shows."""
_SMALLEST = 1e-4
"""Below this a float is written with an exponent."""


def as_text(series: pl.Series) -> pl.Series:
    """Values of a column as the reader gives them, whatever its type."""
    kind = series.dtype
    if kind == pl.String:
        empty = series == ""
        return series.set(empty, None) if empty.any() else series
    if kind.is_float():
        return _floats(series)
    if isinstance(kind, pl.Datetime):
        return _moments(series)
    if isinstance(kind, pl.Duration):
        distinct = series.unique().drop_nulls()
        return series.replace_strict(distinct, [clock(v) for v in distinct], default=None, return_dtype=pl.String)
    if kind == pl.Boolean:
        return series.replace_strict([True, False], ["TRUE", "FALSE"], default=None, return_dtype=pl.String)
    return series.cast(pl.String)


def kind_of(kind: pl.DataType) -> str:
    """Kind letter that holds for all values of a column of a type."""
    if kind == pl.Null:
        return BLANK
    if kind == pl.Boolean:
        return BOOLEAN
    if kind.is_temporal():
        return DATE
    return NUMBER if kind.is_numeric() else TEXT


def _floats(series: pl.Series) -> pl.Series:
    size = series.abs()
    odd = (size >= _EXACT) | ((size < _SMALLEST) & (size > 0)) | ~series.is_finite()
    whole = (series == series.floor()).fill_null(True)
    if not odd.any():
        if whole.all():
            return series.cast(pl.Int64).cast(pl.String)
        texts = series.cast(pl.String)
        return texts.str.strip_suffix(".0") if whole.any() else texts
    distinct = series.filter(odd.fill_null(False)).unique()
    plain = series.replace_strict(distinct, [plain_number(v) for v in distinct], default=None, return_dtype=pl.String)
    rest = series.set(odd.fill_null(False), None)
    return rest.cast(pl.String).str.strip_suffix(".0").zip_with(~odd.fill_null(False), plain)


def _moments(series: pl.Series) -> pl.Series:
    """Dates, with the time of day where there is one; a time of day alone where the day is the calendar's zero."""
    days = series.dt.date()
    times = series - days.cast(series.dtype)
    midnight = (times == timedelta(0)).fill_null(True)
    texts = days.cast(pl.String)
    alone = (days <= date(1899, 12, 31)).fill_null(False)
    if midnight.all() and not alone.any():
        return texts
    fraction = bool((series.dt.microsecond() != 0).any())
    clocks = series.dt.to_string("%H:%M:%S%.6f" if fraction else "%H:%M:%S").str.strip_suffix(".000000")
    return clocks.zip_with(alone, texts.zip_with(midnight, texts + "T" + clocks))
