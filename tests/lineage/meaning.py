"""What a stored value may mean in a contract's column, told without any of the hub's reading code."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from data.contract import Column

__all__ = ["Above", "meanings", "same"]

_REFERENCE = Path(__file__).parents[2] / "data" / "reference"
_NOTHING = frozenset({"", "-", "–", "—", "…", "...", "x", "X"})
_TRUE, _FALSE = frozenset({"có", "x", "true", "1"}), frozenset({"không", "false", "0"})
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: (\d{2}):(\d{2}):(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Above:
    """What an empty cell of a merged range stands for: the value at the top of the range."""

    value: object


def meanings(value: object, column: Column) -> set[object]:
    """All values of the column's type that a stored value can stand for; {None} for an empty cell.

    A text such as 1.234 has two: a thousand and a bit, or one and a bit; where only whole numbers go, one.
    """
    if isinstance(value, Above):
        value = value.value
    if value is None or (isinstance(value, str) and value.strip() in _NOTHING and column.type != "boolean"):
        return {None}
    if column.type in ("integer", "number"):
        return _numbers(value, column)
    if column.type in ("date", "timestamp"):
        return _moments(value)
    if column.type == "boolean":
        words = str(value).strip().lower()
        return {True} if words in _TRUE else {False} if words in _FALSE else {None} if words == "" else set()
    text = _text(value)
    found: set[object] = {text}
    if column.enum:
        found |= {e.value for e in column.enum if _loose(e.label) == _loose(text)}
    if column.resolves_unit:
        found |= _codes().get(_loose(text), set())
    return found


def same(stored: object, possible: set[object]) -> bool:
    """Whether a core value is one of the meanings; numbers to 12 digits."""
    if isinstance(stored, float):
        return any(isinstance(p, (int, float)) and abs(p - stored) <= 1e-12 * max(1.0, abs(stored)) for p in possible)
    return stored in possible


def _numbers(value: object, column: Column) -> set[object]:
    if isinstance(value, (int, float)):
        return {value, int(value)} if float(value).is_integer() else {value}
    text = _text(value).removesuffix("đồng").strip()
    share = 1.0 if "%" not in text or (column.unit or "").strip() == "%" else 100.0
    text = text.rstrip("%").replace(" ", "")
    plain = {text.replace(".", "").replace(",", "."), text.replace(",", "")}
    if column.type == "integer" and re.fullmatch(r"-?\d{1,3}(\.\d{3})+", text):
        plain = {text.replace(".", "")}
    numbers = {float(p) / share for p in plain if re.fullmatch(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", p)}
    return set(numbers) | {int(n) for n in numbers if n.is_integer()}


def _moments(value: object) -> set[object]:
    if isinstance(value, str):
        found = _DAY.fullmatch(value.strip())
        try:
            if found:
                day, month, year, hour, minute, second = (int(part) for part in found.groups(default="0"))
                value = datetime(year, month, day, hour, minute, second)
            else:
                value = datetime.fromisoformat(value.strip())
        except ValueError:
            return set()
    if isinstance(value, datetime):
        return {value.replace(tzinfo=None), value.date()} if _midnight(value) else {value.replace(tzinfo=None)}
    return {value, datetime(value.year, value.month, value.day)} if isinstance(value, date) else set()


def _midnight(moment: datetime) -> bool:
    return (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unicodedata.normalize("NFC", str(value)).strip()


@lru_cache(maxsize=65536)
def _loose(text: str) -> str:
    """Letters without marks and case: hoà and hòa, Phường and PHƯỜNG are one."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", bare.replace("đ", "d")).strip()


@lru_cache(maxsize=1)
def _codes() -> dict[str, set[object]]:
    """Name, alias or code of a unit → its codes."""
    found: dict[str, set[object]] = defaultdict(set)
    with (_REFERENCE / "units_56.csv").open(encoding="utf-8", newline="") as stream:
        for unit in csv.DictReader(stream):
            for name in (unit["code"], unit["name"], *unit["aliases"].split("|")):
                found[_loose(name)].add(unit["code"])
    return found
