"""pandera on polars: a schema with its checks, validated lazily, so that every failing row is gathered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandera.polars as pa
import polars as pl

from tests.bench.dossiers import COLUMNS, CROSS, Column, untyped
from tests.bench.peer_sides.polars_frame import allowed, communes_told, load

__all__ = ["validate"]

_TYPES = {"string": pl.String, "integer": pl.Int64, "number": pl.Float64, "date": pl.Date}


def _checks(column: Column, communes: list[str]) -> list[pa.Check]:
    name, checks = column.name, []
    if column.minimum is not None:
        checks.append(pa.Check.in_range(column.minimum, column.maximum, error=f"{name}.range"))
    if column.enum:
        checks.append(pa.Check.isin(allowed(column, communes), error=f"{name}.enum"))
    if column.commune:
        checks.append(pa.Check.isin(allowed(column, communes), error=f"{name}.reference"))
    if column.pattern:
        checks.append(pa.Check.str_matches(column.pattern, error=f"{name}.pattern"))
    if column.min_length is not None:
        checks.append(pa.Check.str_length(column.min_length, column.max_length, error=f"{name}.length"))
    return checks


def _at_least(left: str, right: str) -> Callable[[Any], pl.LazyFrame]:
    return lambda data: data.lazyframe.select((pl.col(left) >= pl.col(right)).fill_null(True))


def _there(name: str) -> Callable[[Any], pl.LazyFrame]:
    return lambda data: data.lazyframe.select(pl.col(name).is_not_null() | pl.col(untyped(name)))


def validate(path: str) -> Callable[[], dict[str, Any]]:
    """Side: load and validate."""
    communes = communes_told()
    columns: dict[str, pa.Column] = {}
    whole = [pa.Check(_at_least(rule.left, rule.right), error=rule.id) for rule in CROSS]
    for column in COLUMNS:
        text = column.type == "string"
        nullable = not (column.required and text)
        columns[column.name] = pa.Column(_TYPES[column.type], _checks(column, communes), nullable=nullable)
        if not text:
            columns[untyped(column.name)] = pa.Column(
                pl.Boolean, pa.Check.eq(False, error=f"{column.name}.type"), nullable=True
            )
            if column.required:
                whole.append(pa.Check(_there(column.name), error=f"{column.name}.required"))
    schema = pa.DataFrameSchema(columns, checks=whole)

    def work() -> dict[str, Any]:
        frame = load(path)
        failed: dict[str, int] = {}
        try:
            schema.validate(frame, lazy=True)
        except pa.errors.SchemaErrors as errors:
            counts = errors.failure_cases.group_by("column", "check").len().rows()
            for column, check, rows in counts:
                rule = f"{column}.required" if check == "not_nullable" else str(check)
                failed[rule] = failed.get(rule, 0) + rows
        return {"rows": frame.height, "failed": failed}

    return work
