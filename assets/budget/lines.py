"""What a hierarchical dataset's rows are beyond their cells: parent, depth, path, followed line, unit of the sheet.

A contract asks for these by `derived` columns; the figures are brought into the unit that the contract names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

import polars as pl
import yaml

from checks.hierarchy import Line, Place, places_of
from data.contract import Contract
from data.money_unit import money_factor
from data.table import Table
from data.vietnamese_text import fold

__all__ = ["Followed", "derive_lines", "followed_lines", "series_of", "unit_of"]

_FILE = Path(__file__).parents[2] / "data" / "reference" / "budget_lines.yaml"
_BRACKETS = re.compile(r"\([^()]*\)?")
_TWIN = re.compile(r"\s*(?:[\n\r]+|\s[-–]\s|\s{2,})\s*")


@dataclass(frozen=True, slots=True)
class Followed:
    """A line that one follows over the years."""

    code: str
    vi: str
    en: str
    names: frozenset[str]
    begins: tuple[str, ...]
    under: str | None

    def is_named(self, keys: Iterable[str]) -> bool:
        """Whether one of a line's spellings is a name of this one."""
        return any(key in self.names or key.startswith(self.begins) for key in keys)


@cache
def followed_lines(path: Path = _FILE) -> tuple[Followed, ...]:
    """The lines that have a series, as the reference file names them."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(
        Followed(
            e["code"],
            e["vi"],
            e["en"],
            frozenset(map(fold, e["names"])),
            tuple(map(fold, e.get("begins") or ())),
            e.get("under"),
        )
        for e in raw["lines"]
    )


def unit_of(table: Table) -> str | None:
    """The unit of money that holds for a table: from its corner, a title or a header name in brackets."""
    for text in (table.measure_unit, *reversed(table.titles)):
        if text and money_factor(text, "đồng") is not None:
            return " ".join(text.split())
    for name in table.header:
        for bracket in re.findall(r"[(\[]([^)\]]+)[)\]]", name):
            if money_factor(bracket, "đồng") is not None:
                return str(bracket).strip()
    return None


def _number(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _spellings(name: str) -> list[str]:
    """Keys by which a line's name may be known: whole, without brackets, and its part before an English twin."""
    plain = _BRACKETS.sub(" ", name)
    parts = [p for p in _TWIN.split(plain.strip().lstrip("-+* ")) if p.strip()]
    joined = [" ".join(parts[:n]) for n in range(1, len(parts) + 1)]
    return list(dict.fromkeys(key for text in (name, plain, *joined) if (key := fold(text))))


def series_of(names: list[str | None], places: list[Place], valued: list[bool]) -> list[str | None]:
    """The followed line that each row is, each line at most once: the outermost, of equals the first."""
    lines = followed_lines()
    above: list[str | None] = [None] * len(names)
    series: list[str | None] = [None] * len(names)
    taken: set[str] = set()
    for depth in range(max((p.depth for p in places), default=-1) + 1):
        for index, place in enumerate(places):
            if place.depth != depth:
                continue
            parent = place.parent
            context = (series[parent] or above[parent]) if parent is not None else None
            above[index] = context
            name = names[index]
            if name is None or not valued[index]:
                continue
            keys = set(_spellings(name))
            for line in lines:
                if line.code not in taken and line.is_named(keys) and line.under in (None, context):
                    series[index] = line.code
                    taken.add(line.code)
                    break
    return series


def derive_lines(frame: pl.DataFrame, contract: Contract, table: Table, form: str | None) -> pl.DataFrame:
    """The staged frame with its derived columns filled and its money in the contract's unit (exact decimals)."""
    wanted = {c.derived: c.name for c in contract.columns if c.derived}
    if not wanted:
        return frame
    money = [c for c in contract.columns if c.measure and money_factor(c.unit, "đồng") is not None]
    unit = unit_of(table)
    values = {c.name: [_number(t) for t in frame[c.name].to_list()] for c in money}
    codes, names = _texts(frame, "line_no"), _texts(frame, "line_name")
    roles = frame["row_role"].to_list()
    lines = [
        Line(codes[i], names[i], tuple(values[c.name][i] for c in money), roles[i] == "total")
        for i in range(frame.height)
    ]
    places = places_of(lines)
    rows = frame["_row"].to_list()
    valued = [any(v is not None for v in line.values) for line in lines]
    factor = money_factor(unit, money[0].unit) if unit and money else None
    makers: dict[str, Callable[[], list[str | None]]] = {
        "parent_row": lambda: [str(rows[p.parent]) if p.parent is not None else None for p in places],
        "depth": lambda: [str(p.depth) for p in places],
        "path": lambda: [p.path for p in places],
        "adds": lambda: ["true" if p.adds else "false" for p in places],
        "series": lambda: series_of(names, places, valued),
        "unit_factor": lambda: [format(factor if factor is not None else Decimal(1), "f")] * frame.height,
        "source_unit": lambda: [unit] * frame.height,
        "form": lambda: [form] * frame.height,
    }
    derived = [pl.Series(wanted[kind], make(), dtype=pl.String) for kind, make in makers.items() if kind in wanted]
    if factor is not None and factor != 1:
        derived += [_scaled(frame[c.name], values[c.name], money_factor(unit, c.unit) or factor) for c in money]
    return frame.with_columns(derived)


def _texts(frame: pl.DataFrame, name: str) -> list[str | None]:
    return frame[name].to_list() if name in frame.columns else [None] * frame.height


def _scaled(texts: pl.Series, values: list[Decimal | None], factor: Decimal) -> pl.Series:
    """Figures in another unit; what is no figure stays as it stands."""
    scaled = [t if v is None else format((v * factor).normalize(), "f") for t, v in zip(texts, values, strict=True)]
    return pl.Series(texts.name, scaled, dtype=pl.String)
