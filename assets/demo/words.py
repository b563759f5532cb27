"""Values in the words a file carries: a commune's name for its code, a list's label for its value, có for true."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from assets.demo.layout import Style
from assets.demo.sheet import DemoRow, Value
from data.contract import Column, Contract
from data.unit_resolver import get_resolver
from data.units import load_units

__all__ = ["in_words", "misspelt", "spoken"]

_FEW = 20
"""Habits of typing are those of whoever fills in a small file by hand."""


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
    if style.dirt and len(rows) <= _FEW:
        _soil(contract, style, rows, province)


def _soil(contract: Contract, style: Style, rows: list[DemoRow], province: str) -> None:
    """Write one column of every row as the unit always does, and note what must be found there."""
    column = next((c for c in contract.columns if c.resolves_unit), None) or next(
        (c for c in contract.columns if c.enum), None
    )
    if column is None:
        return
    for row in rows:
        text = row.raw.get(column.name)
        if not isinstance(text, str) or text != spoken(column, row.values.get(column.name), style.names, province):
            continue
        for kind in style.dirt:
            soiled = _SOILED[kind](text) if kind != "fuzzy" else misspelt(text, row.values[column.name], province)
            if soiled is not None and soiled != text:
                text = soiled
                row.expects.append(
                    (f"{column.name}.reference_fuzzy" if kind == "fuzzy" else f"repair.{kind}", column.name)
                )
        row.raw[column.name] = text


_SOILED: dict[str, Callable[[str], str]] = {
    "stray_spaces": lambda text: f"{text} ",
    "unicode_form": lambda text: unicodedata.normalize("NFD", text),
}


@lru_cache(maxsize=1024)
def misspelt(name: str, code: str, province: str) -> str | None:
    """A commune's name with the last two letters of its longest word changed over; None where that is not a near miss.

    The word for its kind (xã, phường) stays as it is.
    """
    words = name.split(" ")
    if len(words) < 2:
        return None
    longest = max(range(1, len(words)), key=lambda i: len(words[i]))
    word = words[longest]
    words[longest] = word[:-2] + word[-1] + word[-2]
    spoilt = " ".join(words)
    match = get_resolver(province).resolve(spoilt, kind="commune")
    return spoilt if match.how == "fuzzy" and match.code == code else None
