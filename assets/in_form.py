"""Which texts of a column already stand in the one form of its type, told for all of them at once.

What assets.canonical says of such a text is the text itself, unchanged and without a note; a test holds the two
together.
"""

from __future__ import annotations

import polars as pl

from data.contract import Column

__all__ = ["not_in_form"]

_NUMBER = r"^[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$"
_ONE_DOT_GROUP = r"^[-+]?\d{1,3}\.\d{3}$"
_DAY = r"^\d{4}-\d{2}-\d{2}$"
_BLANK_ENDS = r"^[\s\x1c-\x1f]|[\s\x1c-\x1f]$|^$"


def not_in_form(distinct: pl.Series, column: Column, *, typed: bool) -> pl.Series:
    """The texts among `distinct` (String, no nulls) that have to be looked at one by one.

    Of the numbers that are in form some stay, so that what the separators of the column mean can still be told: one
    with decimals, one without, and in a file without types ("1.234" may be 1234 there) all that can be read both ways.
    """
    ascii_digits = ~distinct.str.contains(r"[^\x00-\x7f]")
    if column.type in {"integer", "number"}:
        plain = ascii_digits & distinct.str.contains(_NUMBER)
        both_ways = distinct.str.contains(_ONE_DOT_GROUP)
        whole = plain & ~distinct.str.contains(".", literal=True)
        decimal = plain & ~whole & ~both_ways
        kept = [whole, decimal, both_ways] if typed else [whole, decimal]
        told = pl.concat([distinct.filter(group).head(1) for group in kept])
        return pl.concat([distinct.filter(~(plain if typed else plain & ~both_ways)), told]).unique(maintain_order=True)
    if column.type == "date":
        days = ascii_digits & distinct.str.contains(_DAY)
        return distinct.filter(~(days & distinct.str.to_date("%Y-%m-%d", strict=False).is_not_null()))
    if column.type == "string" and not column.enum and not column.resolves_unit:
        return distinct.filter(distinct.str.contains(_BLANK_ENDS))
    return distinct
