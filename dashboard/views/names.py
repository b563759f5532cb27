"""Names for the codes that stand in data: units, registers, code lists; and values in the reader's form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from dashboard.language import Language
from dashboard.views.lake import Lake
from dashboard.views.units import units
from data.contract import Column, Contract
from data.warehouse import quoted

__all__ = ["names_for", "shown_value", "subject_column"]


def names_for(lake: Lake, column: Column | None) -> Mapping[str, str]:
    """Code → name of what a column refers to; empty where it refers to nothing that has names."""
    if column is None:
        return {code: unit.name for code, unit in units().items()}
    if column.enum:
        return {e.value: e.label for e in column.enum}
    if not column.reference:
        return {}
    table, _, key = column.reference.partition(".")
    if table in ("units", "communes"):
        return {code: unit.name for code, unit in units().items()}
    known = {
        r["column_name"]
        for r in lake.records(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'reference' AND table_name = ?",
            [table],
        )
    }
    name = next((n for n in ("name", "name_vi", "title") if n in known), None)
    if name is None or key not in known:
        return {}
    # S608: table and columns come from a contract and are found in the catalogue just above.
    rows = lake.records(f"SELECT {quoted(key)} AS code, {quoted(name)} AS said FROM reference.{quoted(table)}")
    return {r["code"]: r["said"] for r in rows}


def subject_column(contract: Contract) -> Column | None:
    """The column that names what a row is about; None where that is the reporter."""
    return next((c for c in contract.columns if c.name == contract.subject), None)


def shown_value(value: Any, column: Column, names: Mapping[str, str], words: Language) -> str:
    """One value of a table as readers see it; personal data never."""
    if value is None:
        return words.number(None)
    if column.personal:
        return "•••"
    if isinstance(value, bool):
        return words("yes" if value else "no")
    if isinstance(value, (int, float)):
        year = column.unit is None and column.measure is None and re.search(r"year|nam", column.name)
        return str(value) if year else words.number(value)
    if isinstance(value, datetime):
        return words.moment(value)
    if isinstance(value, date):
        return words.day(value)
    return names.get(str(value), str(value))
