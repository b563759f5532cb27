"""Reads parquet files: their columns already have names and types."""

from __future__ import annotations

import io

import polars as pl

from assets.read.grid import Grid
from assets.read.refusal import refuse

__all__ = ["read_parquet"]


def read_parquet(raw: bytes, name: str) -> Grid:
    """Raw grid of a parquet file: its header is known, all its rows stand in `body` as text.

    Raises UnreadableError damaged or empty.
    """
    try:
        frame = pl.read_parquet(io.BytesIO(raw))
    except BaseException as error:  # polars raises its own kinds, and panics on broken files
        if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        raise refuse("damaged", name) from error
    if frame.width == 0:
        raise refuse("empty", name)
    texts = frame.select(_as_text(frame[column]).alias(f"c{place}") for place, column in enumerate(frame.columns))
    header: list[str | None] = list(frame.columns)
    return Grid(
        sheet="",
        cells=[header],
        kinds=["T" * frame.width],
        row_numbers=[0],
        header_known=True,
        separated=True,
        body=texts,
        body_at=1,
    )


def _as_text(series: pl.Series) -> pl.Series:
    """Values of a column as the reader gives them: plain decimals, ISO dates, json for nested values."""
    kind = series.dtype
    if kind == pl.String:
        return series
    if kind.is_float():
        from assets.read.values import plain_number

        unique = series.unique().drop_nulls()
        return series.replace_strict(unique, [plain_number(v) for v in unique], default=None, return_dtype=pl.String)
    if isinstance(kind, pl.Datetime):
        return series.dt.to_string("iso:strict")
    if kind.is_nested() or kind == pl.Binary:
        import json

        return pl.Series(
            series.name,
            [None if v is None else json.dumps(_plain(v), ensure_ascii=False, default=str) for v in series],
            dtype=pl.String,
        )
    if kind == pl.Boolean:
        return series.replace_strict([True, False], ["TRUE", "FALSE"], default=None, return_dtype=pl.String)
    return series.cast(pl.String)


def _plain(value: object) -> object:
    if isinstance(value, pl.Series):
        return value.to_list()
    if isinstance(value, bytes):
        return value.hex()
    return value
