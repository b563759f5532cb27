"""Which dataset a table is: every contract is held against its headers, its title and the file's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rapidfuzz import fuzz

from assets.canonical import canonical_boolean, canonical_date, canonical_enum, is_plain_number
from assets.mapping import NOT_OURS, Mapping, choose_table
from assets.recognise_name import title_likeness
from data.contract import Column, Contract
from data.settings import settings
from data.table import Reading, Table
from data.unit_resolver import get_resolver
from data.vietnamese_text import fold

__all__ = ["Fit", "numbering", "rank", "suits"]

_NUMBERING = frozenset({"stt", "tt", "so tt", "so thu tu", "no"})
_REQUIRED, _PRECISE, _COVERED = 0.5, 0.3, 0.2
"""Weights of: how many required columns are there, how many headers are the dataset's, how many columns are there."""
_TITLE, _NAME = 0.2, 0.15
_FORM = 0.6
"""What a published form's number or title adds: it says more than its columns, which many forms share."""


@dataclass(frozen=True)
class Fit:
    """How well a file fits one dataset. `year`: the budget year of a published form."""

    contract: Contract
    score: float
    table: Table | None = None
    by_columns: bool = True
    year: int | None = None

    OFFERED: ClassVar[float] = 0.25
    """From here on it is worth showing among others."""
    POSSIBLE: ClassVar[float] = 0.45
    CLEAR: ClassVar[float] = 0.6
    APART: ClassVar[float] = 0.06
    """By how much the best must lie before the second to be taken without asking."""


def rank(reading: Reading | None, stem: str, contracts: Sequence[Contract]) -> list[Fit]:
    """Every contract with how well the file fits it, best first. `stem`: the file's name in words."""
    forms = _forms(reading) if reading is not None and any(c.forms for c in contracts) else {}
    return sorted((_fit(reading, stem, c, forms) for c in contracts), key=lambda f: -f.score)


def _forms(reading: Reading) -> dict[str, tuple[Table, int | None]]:
    """Published form → the file's table that is it, and its year."""
    from assets.budget.recognise import recognise

    found: dict[str, tuple[Table, int | None]] = {}
    for one in recognise(reading):
        if one.form is not None and one.form.id not in found:
            found[one.form.id] = one.table, one.year
    return found


def _fit(reading: Reading | None, stem: str, contract: Contract, forms: dict[str, tuple[Table, int | None]]) -> Fit:
    named = title_likeness(stem, contract) if stem else 0.0
    if reading is None or not reading.tables:
        return Fit(contract, 0.9 * named, None, by_columns=False)
    form = next((forms[f] for f in contract.forms if f in forms), None)
    table, mapping = choose_table(reading, contract, [form[0]] if form else None)
    by_columns = _columns_fit(table, mapping, contract)
    titled = max((title_likeness(title, contract) for title in table.titles), default=0.0)
    if contract.forms:
        by_columns = by_columns / 2 + (_FORM if form else 0.0)
        titled = 0.0
    score = by_columns + _TITLE * titled + _NAME * named
    if by_columns < Fit.POSSIBLE / 2:  # hardly a header is known: only the name can tell
        return Fit(contract, max(score, 0.9 * named), table, by_columns=False)
    return Fit(contract, score, table, True, form[1] if form else None)


def _columns_fit(table: Table, mapping: Mapping, contract: Contract) -> float:
    """0 to 1."""
    asked = [c for c in contract.columns if not c.derived]
    required = [c for c in asked if c.required]
    headers = [h for h in table.header if h.strip() and not numbering(h) and not h.startswith(NOT_OURS)]
    if not headers or not asked:
        return 0.0
    there = sum(mapping.certainty.get(c.name, 0.0) for c in required) / len(required) if required else 0.0
    precise = min(1.0, mapping.score / len(headers))
    return _REQUIRED * there + _PRECISE * precise + _COVERED * mapping.score / len(asked)


def numbering(header: str) -> bool:
    """Whether a header stands over the rows' numbers."""
    return fold(header) in _NUMBERING


_CODE = re.compile(r"[A-ZĐ0-9][\w.-]*\d[\w.-]*")


def suits(header: str, texts: Sequence[str], column: Column) -> float:
    """0 to 1: how far a header that is not known, and the values under it, could be a column."""
    words = max(fuzz.token_set_ratio(fold(header), fold(title)) for title in column.titles) / 100
    return 0.5 * words + 0.5 * _values_fit(texts[:20], column)


def _values_fit(texts: Sequence[str], column: Column) -> float:
    """Share of values that could stand in the column; 0.5 where there are none to tell by."""
    if not texts:
        return 0.5
    return sum(_could_stand(text.strip(), column) for text in texts) / len(texts)


def _could_stand(text: str, column: Column) -> bool:
    if column.enum:
        return canonical_enum(text, column)[0].value in {e.value for e in column.enum}
    if column.resolves_unit:
        return get_resolver(settings().province).resolve(text).certain
    if column.type in {"integer", "number"}:
        number = text.replace(".", "").replace(",", ".") if not is_plain_number(text) else text
        if not is_plain_number(number):
            return False
        value, low, high = float(number), column.minimum, column.maximum
        whole = column.type == "number" or value.is_integer()
        return whole and (low is None or value >= low) and (high is None or value <= high)
    if column.type in {"date", "timestamp"}:
        made = canonical_date(text, typed=False, moment=column.type == "timestamp").value
        return made is not None and made[:1].isdigit() and made[4:5] == "-"
    if column.type == "boolean":
        return canonical_boolean(text).value in {"true", "false"}
    if column.pattern is not None:
        return re.search(column.pattern, text) is not None
    return not is_plain_number(text) and (column.reference is None or _CODE.fullmatch(text) is not None)
