"""Values in the words a file carries: a commune's name for its code, a list's label for its value, có for true."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from assets.demo.layout import Style
from assets.demo.sheet import DemoRow, Value
from data.contract import Column, Contract
from data.units import load_units

__all__ = ["in_words", "spoken"]


@lru_cache(maxsize=4)
def _names(province: str) -> dict[str, str]:
    return {u.code: u.name for u in load_units(province)}


def spoken(column: Column, value: Any, names: str, province: str) -> Value:
    """One value as people write it; `names` says how units are named: name, upper or code."""
    if value is None:
        return None
    if column.type == "boolean":
        return "Có" if value else "Không"
    if column.enum:
        return next((e.label for e in column.enum if e.value == str(value)), str(value))
    if column.resolves_unit and names != "code":
        name = _names(province).get(str(value), str(value))
        return name.upper() if names == "upper" else name
    written: Value = value
    return written


def in_words(contract: Contract, style: Style, rows: list[DemoRow], province: str) -> None:
    """Fill each row's `raw` with the words for its values, where nothing else was put there."""
    if style.form.startswith(("json", "ndjson", "parquet")):
        return
    for column in contract.columns:
        if column.type == "boolean" or column.enum or column.resolves_unit:
            for row in rows:
                if column.name not in row.raw:
                    row.raw[column.name] = spoken(column, row.values.get(column.name), style.names, province)
