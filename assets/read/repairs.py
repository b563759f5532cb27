"""Lists the values of a table that can be brought into good form, without changing them."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from assets.read.text_repairs import judge_texts
from assets.read.type_repairs import type_repairs
from data.table import Repair, Table

__all__ = ["find_repairs"]

_NO_TEXT = ("N", "D", "B", " ")


def find_repairs(table: Table, context: Table | None = None) -> tuple[Repair, ...]:
    """Repairs that the values of a table's rows call for, row by row from left to right.

    Text: its Unicode form, tone placement, legacy fonts, double encoding, stray spaces (data.vietnamese_text says
    what each is). In a format with types also numbers and dates that stand as text in a column of numbers or dates.
    Each distinct text is judged once, in the light of its column and table. A value with two kinds of repair gives two
    entries. `context`: a table of the same columns whose texts count for what a column or the table is typed in, and
    for which no repairs are listed.
    """
    found = [*_text_repairs(table, context), *type_repairs(table)]
    return tuple(sorted(found, key=lambda repair: (repair.row, repair.column)))


def _text_repairs(table: Table, context: Table | None) -> Iterator[Repair]:
    # What is stored as numbers or dates has no text to mend.
    places = [place for place in range(table.frame.width) if table.stored[place : place + 1] not in _NO_TEXT]
    columns = [table.frame.to_series(place) for place in places]
    if context is not None:
        columns = [pl.concat([own, context.frame.to_series(p)]) for own, p in zip(columns, places, strict=True)]
    judged = judge_texts(columns)
    for place, changed in zip(places, judged, strict=True):
        if not changed:
            continue
        series = table.frame.to_series(place)
        for row in series.is_in(list(changed)).fill_null(False).arg_true().to_list():
            before = series[row]
            after, kinds = changed[before]
            for kind in kinds:
                yield Repair(table.rows[row], table.columns[place], before, after, kind)
