"""Which table of a file is the dataset, and which of its columns is which column of the contract."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import yaml
from rapidfuzz import fuzz

from data.contract import Column, Contract
from data.table import Reading, Table
from data.vietnamese_text import fold

__all__ = ["NOT_OURS", "Mapping", "choose_table", "likeness", "map_columns", "names_other_year"]

NOT_OURS = ("Kỳ trước:", "Tra cứu:")
"""How a header begins under which the template repeats something for the eye: it names no column."""

_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
_LAST_BRACKET = re.compile(r"[(\[][^()\[\]]*[)\]][\s*]*$")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_OTHER_YEAR = 0.5
"""What is left of a likeness where the header names another year."""
_EXACT, _STRIPPED, _PART, _USUAL = 1.0, 0.96, 0.9, 0.8
_FUZZY_FROM = 86.0
"""Least similarity (0 to 100) for a header with a typing error to be taken for a column."""


@dataclass(frozen=True)
class Mapping:
    """Contract column → position among the table's columns (from 0), how sure, and what was left over."""

    positions: dict[str, int]
    certainty: dict[str, float]
    unknown: tuple[str, ...]
    missing: tuple[Column, ...]
    chosen: tuple[str, ...] = ()
    """Contract columns that were found because somebody had said which header means them."""

    @property
    def score(self) -> float:
        """How well the table fits: the sum of certainties."""
        return sum(self.certainty.values())


@lru_cache(maxsize=4096)
def _names(column: Column) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fold(t) for t in column.titles))


@cache
def _usual_headings() -> dict[str, frozenset[str]]:
    text = Path(__file__).with_name("header_words.yaml").read_text(encoding="utf-8")
    return {reference: frozenset(fold(h) for h in headings) for reference, headings in yaml.safe_load(text).items()}


@lru_cache(maxsize=16384)
def likeness(header: str, column: Column) -> float:
    """0 to 1: how well a header's words name a column."""
    whole, stripped = fold(header), fold(_BRACKETS.sub(" ", header))
    if not whole or header.startswith(NOT_OURS):
        return 0.0
    names = _names(column)
    if whole in names:
        return _EXACT
    # The unit stands last, "Nhóm 1 (đúng, đủ) (thửa)"; brackets before it may belong to the name.
    if stripped and (stripped in names or fold(_LAST_BRACKET.sub(" ", header)) in names):
        return _STRIPPED
    # Joined header rows put the group's words before the column's own: "Lượt khách Khách quốc tế".
    if any((len(n) > 4 and stripped.endswith(" " + n)) or (len(n) > 5 and stripped.startswith(n + " ")) for n in names):
        return _PART
    if any(len(stripped) > 5 and n.startswith(stripped + " ") for n in names):
        return _USUAL + 0.05
    if stripped in _usual_headings().get(column.reference or "", frozenset()):
        return _USUAL
    best = max(fuzz.ratio(stripped or whole, n) for n in names)
    return 0.85 * best / 100 if best >= _FUZZY_FROM else 0.0


def _told_apart(header: tuple[str, ...]) -> tuple[str, ...]:
    """Names that stand more than once, each with the nearest name to its left that stands once before it.

    “Dự toán | Cấp tỉnh | Quyết toán | Cấp tỉnh” → “Dự toán Cấp tỉnh” and “Quyết toán Cấp tỉnh” for the repeated ones.
    """
    folded = [fold(name) for name in header]
    told: list[str] = []
    group = ""
    for name, key in zip(header, folded, strict=True):
        if folded.count(key) == 1:
            group = name
            told.append(name)
        else:
            told.append(f"{group} {name}".strip())
    return tuple(told)


def names_other_year(name: str, year: int | None) -> bool:
    """Whether a header names years, and not this one: last year's figures beside this year's."""
    named = _YEAR.findall(name)
    return year is not None and bool(named) and str(year) not in named


def map_columns(
    header: tuple[str, ...],
    contract: Contract,
    year: int | None = None,
    chosen: Dictionary[str, str] | None = None,
) -> Mapping:
    """The best one-to-one match of header names and contract columns.

    year: where it is known, a header that names another one gives way to one that does not.
    chosen: folded header → column that a person said it means ("": none); it goes before any likeness.
    """
    positions = _as_chosen(header, contract, chosen or {})
    certainty = dict.fromkeys(positions, _EXACT)
    said = tuple(positions)
    left_out = {place for place, name in enumerate(header) if chosen and chosen.get(fold(name)) == ""}
    qualified = _told_apart(header)
    other_year = [_OTHER_YEAR if names_other_year(name, year) else 1.0 for name in header]
    pairs = sorted(
        (
            (-like, position, index)
            for position, name in enumerate(header)
            if position not in left_out
            for index, column in enumerate(contract.columns)
            if not column.derived
            and (like := max(likeness(name, column), likeness(qualified[position], column)) * other_year[position])
        ),
    )
    taken = set(positions.values())
    for negative, position, index in pairs:
        column = contract.columns[index]
        if column.name not in positions and position not in taken:
            positions[column.name] = position
            certainty[column.name] = -negative
            taken.add(position)
    unknown = tuple(
        n
        for i, n in enumerate(header)
        if i not in taken and i not in left_out and n.strip() and not n.startswith(NOT_OURS)
    )
    missing = tuple(c for c in contract.columns if c.required and not c.derived and c.name not in positions)
    return Mapping(positions, certainty, unknown, missing, said)


def _as_chosen(header: tuple[str, ...], contract: Contract, chosen: Dictionary[str, str]) -> dict[str, int]:
    """Column → place of the first header that a person said means it; what the contract has no more is passed over."""
    if not chosen:
        return {}
    known = {c.name for c in contract.columns if not c.derived}
    positions: dict[str, int] = {}
    for place, name in enumerate(header):
        column = chosen.get(fold(name))
        if column in known and column not in positions:
            positions[column] = place
    return positions


def choose_table(
    reading: Reading,
    contract: Contract,
    tables: Sequence[Table] | None = None,
    year: int | None = None,
    chosen: Dictionary[str, str] | None = None,
) -> tuple[Table, Mapping]:
    """The table that fits the contract best; of equals a visible one, then the longer, then the first.

    `tables`: those of the file's that come into question; None means all. `year`, `chosen`: see map_columns.
    """
    candidates = [(table, map_columns(table.header, contract, year, chosen)) for table in tables or reading.tables]
    return max(
        candidates,
        key=lambda c: (round(c[1].score, 3), not c[0].hidden, c[0].frame.height),
    )
