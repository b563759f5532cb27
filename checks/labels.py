"""Codes as people read them: a code list's words, a unit's name."""

from __future__ import annotations

from functools import lru_cache

from data.contract import Contract
from data.settings import settings
from data.units import load_units
from data.vietnamese_format import format_value

__all__ = ["Labels", "labels", "spoken"]

Labels = dict[str, dict[str, str]]
"""Column → code → words."""


@lru_cache(maxsize=256)
def _labels(contract: Contract, province: str) -> Labels:
    names = {u.code: u.name for u in load_units(province)}
    found: Labels = {"_reporter": names}
    for column in contract.columns:
        if column.enum:
            found[column.name] = {e.value: e.label for e in column.enum}
        elif column.resolves_unit:
            found[column.name] = names
    return found


def labels(contract: Contract) -> Labels:
    """The words for every coded column of a contract."""
    return _labels(contract, settings().province)


def spoken(name: str, value: object, known: Labels) -> str:
    """One value for a sentence; `name` may carry a table before it ("previous.status")."""
    words = known.get(name.rpartition(".")[2])
    if words is not None and str(value) in words:
        return words[str(value)]
    return format_value(value)
