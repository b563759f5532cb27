"""The words of the template workbook, from its catalogue, and a column's demands put into them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from checks.rule import fill, placeholders
from data.contract import Column
from data.vietnamese_format import format_number

__all__ = ["bounds", "hint", "spoken_rule", "words"]

_MOST_LABELS = 8
"""A longer code list is not spelt out in a hint: the drop-down shows it."""


@cache
def words() -> dict[str, Any]:
    """The catalogue."""
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
    return found


def _number(bound: float) -> str:
    return format_number(int(bound) if bound == int(bound) else bound)


def bounds(column: Column) -> str:
    """The range that its numbers must lie in, in words; "" where there is none."""
    low, high = column.minimum, column.maximum
    above, below = column.exclusive_minimum, column.exclusive_maximum
    said: dict[str, str] = words()["bounds"]
    lows, highs = low if above is None else above, high if below is None else below
    key = {
        (True, True): {(False, False): "both", (True, False): "above_high", (False, True): "low_below"}.get(
            (above is not None, below is not None), "within"
        ),
        (True, False): "low" if above is None else "above",
        (False, True): "high" if below is None else "below",
        (False, False): "",
    }[lows is not None, highs is not None]
    return said[key].format(low=_number(lows or 0), high=_number(highs or 0)) if key else ""


def length(column: Column) -> str:
    """How long its texts may be, in words; "" where that is free."""
    low, high = column.min_length, column.max_length
    if low is None and high is None:
        return ""
    key = "both" if low is not None and high is not None else "low" if low is not None else "high"
    said: str = words()["length"][key]
    return said.format(low=low, high=high)


def hint(column: Column) -> str:
    """How the column is filled in, in one line."""
    catalogue = words()
    if column.enum:
        labels = [e.label for e in column.enum]
        text = catalogue["one_of"].format(labels="; ".join(labels)) if len(labels) <= _MOST_LABELS else None
        return str(text or catalogue["list"])
    if column.resolves_unit:
        return str(catalogue["units"])
    if column.reference:
        return str(catalogue["codes"])
    parts = [catalogue["types"][column.type], bounds(column), length(column)]
    if column.pattern:
        parts.append(catalogue["pattern"].format(pattern=_plain_pattern(column.pattern)))
    return ", ".join(part for part in parts if part)


def _plain_pattern(pattern: str) -> str:
    """A regular expression as people may read it: without its anchors, a digit as 0."""
    return pattern.strip("^$").replace(r"\d", "0").replace("[0-9]", "0").replace("\\", "")


def spoken_rule(message: str) -> str:
    """A rule's message as it reads before any value is known: "…" where the values will stand."""
    return fill(message, dict.fromkeys(placeholders(message), "…"))
