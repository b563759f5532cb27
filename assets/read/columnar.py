"""Reads parquet files: their columns already have names and types."""

from __future__ import annotations

import io

import polars as pl

from assets.read.grid import Grid
from assets.read.limits import Limits
from assets.read.refusal import refuse
from data.table import UnreadableError

__all__ = ["read_parquet"]


def read_parquet(raw: bytes, name: str, limits: Limits) -> Grid:
    """Raw grid of a parquet file: its header is known, all its rows stand in `body` as text.

    Raises UnreadableError damaged, empty or too_large.
    """
    try:
        _measure(raw, name, limits)
        frame = pl.read_parquet(io.BytesIO(raw))
    except UnreadableError:
        raise
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


def _measure(raw: bytes, name: str, limits: Limits) -> None:
    """Refuse a file by what its footer says of its size: repeated values may take next to no room in it."""
    file = pl.scan_parquet(io.BytesIO(raw))
    width, height = file.collect_schema().len(), int(file.select(pl.len()).collect().item())
    if width > limits.columns or width * height > limits.cells:
        vi, en = f"có {height} hàng x {width} cột", f"it has {height} rows x {width} columns"
        raise refuse("too_large", name, vi, en)


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
