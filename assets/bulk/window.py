"""A look at some rows of a very large text, without reading more of it than it takes to count up to them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from assets.bulk.sample import Look, look_at
from assets.bulk.source import Source, open_source
from assets.bulk.stretch import Stretch, count_records, split_stretch
from data.table import Reading, Table

__all__ = ["rows_around"]


def rows_around(path: Path, name: str, row: int | None, around: int) -> Reading | None:
    """The table of a large text with only the rows about one row of it (else its first ones).

    None where the text is not one that is gone through in stretches.
    """
    with TemporaryDirectory(prefix="hub-window-") as scratch:
        source = open_source(path, Path(scratch))
        look = look_at(source, name, path) if source is not None else None
        if source is None or look is None:
            return None
        table = look.reading.tables[0]
        heading = look.grid.body_at
        if row is None or row <= heading:
            return replace(look.reading, tables=(_part(table, table.rows <= heading),))
        stretch = _stretch_of(source, look, row)
        if stretch is None:
            return replace(look.reading, tables=(_tail(table, look, source),))
        return replace(look.reading, tables=(_middle(table, stretch, row, around),))


def _part(table: Table, kept: pl.Series) -> Table:
    return replace(
        table, frame=table.frame.filter(kept), rows=table.rows.filter(kept), row_roles=table.row_roles.filter(kept)
    )


def _stretch_of(source: Source, look: Look, row: int) -> Stretch | None:
    """The stretch of the middle that holds a record; None where the record lies behind the middle."""
    first = look.grid.body_at + 1
    for _, held in source.stretches():
        raw = source.in_utf8(held)
        count = count_records(raw, look.layout)
        if row < first + count:
            return split_stretch(raw, look.layout, first)
        first += count
    return None


def _middle(table: Table, stretch: Stretch, row: int, around: int) -> Table:
    names = dict(zip((f"c{c - 1}" for c in table.columns), table.frame.columns, strict=True))
    texts, rows = stretch.texts, stretch.rows
    if stretch.others:
        schema = dict.fromkeys(texts.columns, pl.String)
        more = pl.DataFrame([cells for _, cells in stretch.others], schema=schema, orient="row")
        texts = pl.concat([texts, more.select(pl.when(pl.all() != "").then(pl.all()))])
        rows = pl.concat([rows, pl.Series([number for number, _ in stretch.others], dtype=pl.UInt32)])
    near = rows.is_between(row - around, row + around)
    part = texts.filter(near).select(pl.col(c).alias(name) for c, name in names.items())
    ordered = part.with_columns(rows.filter(near).alias("_row")).sort("_row")
    numbers = ordered["_row"].rename("rows")
    return replace(
        table, frame=ordered.drop("_row"), rows=numbers, row_roles=pl.Series(["detail"] * len(numbers), dtype=pl.String)
    )


def _tail(table: Table, look: Look, source: Source) -> Table:
    """The rows of the tail under their own numbers."""
    count = look.grid.body_at
    for _, held in source.stretches():
        count += count_records(source.in_utf8(held), look.layout)
    end = look.grid.body_at + (look.grid.body.height if look.grid.body is not None else 0)
    tail = _part(table, table.rows > end)
    return replace(tail, rows=(tail.rows.cast(pl.Int64) - end + count).cast(pl.UInt32))
