"""The csv as a polars frame, as an engineer loads it for pandera or pointblank: everything about the file is told."""

from __future__ import annotations

import polars as pl

from tests.bench.dossiers import COLUMNS, OUT_OF_FORM, Column, untyped

__all__ = ["allowed", "communes_told", "load"]


def allowed(column: Column, communes: list[str]) -> list[str]:
    """The words that a column may hold."""
    return communes if column.commune else list(column.enum.values())


def communes_told() -> list[str]:
    """Communes by name, with the old spelling that the file is known to hold."""
    from tests.bench.generate import communes

    return [*communes(), *OUT_OF_FORM.values()]


def load(path: str) -> pl.DataFrame:
    """Typed columns and one `…__untyped` for each that is not text."""
    frame = pl.read_csv(path, separator=";", infer_schema=False)
    frame = frame.rename({c.title: c.name for c in COLUMNS}).with_columns(pl.all().str.strip_chars())
    typed, lost = [], []
    for column in COLUMNS:
        cell = pl.col(column.name)
        if column.type == "date":
            value = cell.str.to_date("%d/%m/%Y", strict=False)
        elif column.type == "number":
            value = cell.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
        elif column.type == "integer":
            value = cell.cast(pl.Int64, strict=False)
        else:
            continue
        typed.append(value.alias(column.name))
        lost.append((cell.is_not_null() & value.is_null()).alias(untyped(column.name)))
    return frame.with_columns(*lost, *typed)
