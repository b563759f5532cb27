"""Defects of the rules that every contract implies: a word in a number cell, a wrong code, a repeated row …"""

from __future__ import annotations

import csv
import random
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from assets.demo.recipe import Consequence, Recipe
from assets.demo.sheet import DemoRow, Value, day_first, vietnamese
from assets.demo.words import misspelt, spoken
from data.contract import Column, Contract
from data.reference_tables import FOLDER
from data.unit_resolver import get_resolver
from data.vietnamese_text import from_unicode, repair_text

__all__ = ["CellDefect", "cell_defects", "spoil_text"]

_NO_NUMBER = ("chưa có số liệu", "đang tổng hợp", "khoảng 20", "chưa rà soát")
_COLUMNS = {"type": 2, "number_as_text": 3}
"""In so many columns of a dataset a kind is planted; all others in one."""
_NO_DATE = ("31/02/2026", "chưa rõ", "00/00/2026")


@dataclass(frozen=True, slots=True)
class CellDefect:
    """A change of one cell of any fitting row. `kind` names it; `rule` and `column` are what must be found.

    `typed` defects exist only in forms that have types of their own (workbooks).
    """

    kind: str
    rule: str
    column: Column
    error: bool
    typed: bool = False
    also: tuple[Consequence, ...] = ()


def cell_defects(contract: Contract, recipe: Recipe, seed: int) -> list[CellDefect]:
    """One defect of each derived rule kind that the contract has, at columns drawn from the seed."""
    chance = random.Random(f"{seed}:derived:{contract.id}")
    also = dict(recipe.derived_also)
    found = []
    for kind, choices in _choices(contract, also).items():
        allowed = [
            c for c in choices
            if f"{kind}:{c.name}" not in recipe.spared and kind not in recipe.spared
        ]  # fmt: skip
        for column in chance.sample(allowed, min(len(allowed), _COLUMNS.get(kind, 1))):
            rule = _rule(kind, column)
            consequences = also.get(f"{kind}:{column.name}", also.get(kind, ()))
            error = not rule.startswith("repair.") and kind != "fuzzy"
            typed = kind in {"number_as_text", "date_as_text"}
            found.append(CellDefect(kind, rule, column, error, typed, consequences))
    return found


def _rule(kind: str, column: Column) -> str:
    if kind in {"unknown", "ambiguous"}:
        return f"{column.name}.reference"
    if kind == "fuzzy":
        return f"{column.name}.reference_fuzzy"
    if kind in {"type", "required", "enum", "pattern"}:
        return f"{column.name}.{kind}"
    if kind in {"below", "above"}:
        return f"{column.name}.range"
    return f"repair.{kind}"


def _choices(contract: Contract, also: Collection[str]) -> dict[str, list[Column]]:
    plain = [c for c in contract.columns if not c.key]
    compared = " ".join(r.query or "" for r in contract.rules)
    alone = [c for c in plain if not re.search(rf"\b{c.name}\b", compared)]
    numbers = [c for c in plain if c.type in {"integer", "number"}]
    bounded = {k: [c for c in numbers if c in alone or f"{k}:{c.name}" in also] for k in ("below", "above")}
    texts = [c for c in contract.columns if c.type == "string" and (c.resolves_unit or c.enum)]
    return {
        "type": [c for c in plain if c.type != "string"],
        "required": [c for c in plain if c.required],
        "below": [c for c in bounded["below"] if c.minimum is not None],
        "above": [c for c in bounded["above"] if c.maximum is not None],
        "enum": [c for c in plain if c.enum and (c in alone or f"enum:{c.name}" in also)],
        "pattern": [c for c in plain if c.pattern and (c in alone or f"pattern:{c.name}" in also)],
        "unknown": [c for c in contract.columns if c.reference],
        "ambiguous": [c for c in contract.columns if c.reference == "communes.code"],
        "fuzzy": [c for c in contract.columns if c.reference == "communes.code"],
        "unicode_form": texts,
        "tone_placement": [c for c in contract.columns if c.resolves_unit],
        "legacy_font": [c for c in contract.columns if c.resolves_unit],
        "double_encoded": [c for c in contract.columns if c.resolves_unit],
        "stray_spaces": texts,
        "number_as_text": numbers,
        "date_as_text": [c for c in plain if c.type in {"date", "timestamp"}],
    }


@lru_cache(maxsize=4)
def _divided(province: str) -> tuple[str, ...]:
    """Names of communes of before 1 July 2025 that were divided among several of today's."""
    with (FOLDER / f"conversion_{province}.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    became: dict[str, set[str]] = {}
    for row in rows:
        became.setdefault(row["old_name"], set()).add(row["new_code"])
    today = {row["new_name"] for row in rows}
    return tuple(sorted(name for name, codes in became.items() if len(codes) > 1 and name and name not in today))


def spoil_text(defect: CellDefect, row: DemoRow, province: str, chance: random.Random) -> Value | None:
    """What to write into the cell; None where this row does not lend itself to the defect."""
    column, value = defect.column, row.values.get(defect.column.name)
    kind = defect.kind
    if kind == "required":
        return "" if value is not None else None
    if value is None:
        return None
    if kind == "type":
        return chance.choice(_NO_DATE if column.type in {"date", "timestamp"} else _NO_NUMBER)
    if kind == "below":
        low = column.minimum or 0
        return int(low) - chance.randrange(1, 9)
    if kind == "above":
        return int(column.maximum or 0) + chance.randrange(3, 60)
    if kind == "enum":
        return "theo văn bản riêng"
    if kind == "pattern":
        return f"?{value}"
    if kind == "unknown":
        return "Xã Thượng Quảng Lạc" if column.resolves_unit else f"{str(value)[:-2]}ZZ"
    if kind == "ambiguous":
        resolver = get_resolver(province)
        names = [n for n in _divided(province) if resolver.resolve(n, kind="commune").how == "ambiguous"]
        return chance.choice(names) if names else None
    return _rewritten(kind, column, value, province, chance)


def _rewritten(kind: str, column: Column, value: object, province: str, chance: random.Random) -> Value | None:
    if kind == "number_as_text":
        assert isinstance(value, int | float)
        if value < 10_000:
            return None
        return vietnamese(value) if isinstance(value, int) else vietnamese(value, 2)
    if kind == "date_as_text":
        return day_first(value) if isinstance(value, date | datetime) else None
    written = str(spoken(column, value, "name", province))
    if kind == "stray_spaces":
        return chance.choice((f" {written}", f"{written}  ", written.replace(" ", "  ", 1)))
    if kind == "fuzzy":
        return misspelt(written, str(value), province)
    spoilt = {
        "unicode_form": lambda text: unicodedata.normalize("NFD", text),
        "tone_placement": _new_tone,
        "legacy_font": lambda text: from_unicode(text, "tcvn3"),
        "double_encoded": _twice_encoded,
    }[kind](written)
    if spoilt == written:
        return None
    return spoilt if repair_text(spoilt) == (written, (kind,)) else None


def _new_tone(text: str) -> str:
    return text.replace("òa", "oà").replace("óa", "oá").replace("ỏa", "oả").replace("ủy", "uỷ").replace("úy", "uý")


def _twice_encoded(text: str) -> str:
    return "".join(bytes([b]).decode("cp1252", errors="ignore") or chr(b) for b in text.encode())
