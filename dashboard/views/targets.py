"""The indicator registry as pages read it: names, published results, and the target that counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import yaml

from data.reference_tables import FOLDER
from data.settings import settings

__all__ = ["Indicator", "Result", "Target", "indicators"]

_SIGNS = {"=": "", ">=": "≥", "<=": "≤", ">": ">", "<": "<", "between": ""}


@dataclass(frozen=True, slots=True)
class Target:
    """Where the indicator should be, by when. day is None where the document names none."""

    value: float
    sign: str
    when: str
    day: date | None
    source: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """A published value; of: the denominator of a rank; territory: which division of the country it counts."""

    value: float
    when: str
    day: date | None
    source: str
    of: int | None = None
    territory: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of the registry."""

    code: str
    name_vi: str
    name_en: str
    unit: str
    lower_is_better: bool
    sector: str
    owner: str
    target: Target | None
    results: tuple[Result, ...]
    baseline: Result | None


def _day(when: str | None, today: date) -> date | None:
    """The last day of what a document calls "2030", "2021-2025", "2026-Q1", "2025-12-29" or "hằng năm"."""
    if not when:
        return None
    if when == "hằng năm":
        return date(today.year, 12, 31)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", when):
        return date.fromisoformat(when)
    if match := re.fullmatch(r"(\d{4})-Q([1-4])", when):
        month = int(match[2]) * 3
        return date(int(match[1]), month, 30 if month in (6, 9) else 31)
    if match := re.fullmatch(r"(\d{4})-H1", when):
        return date(int(match[1]), 6, 30)
    years = re.findall(r"\d{4}", when)
    return date(int(years[-1]), 12, 31) if years else None


def _target(facts: list[Mapping[str, Any]], today: date) -> Target | None:
    """The target in force: the nearest still ahead, else one without a date; of several, the registry's first."""
    found = []
    for place, fact in enumerate(facts):
        if fact["kind"] != "target":
            continue
        when = str(fact["when"]) if fact.get("when") else ""
        day = _day(when, today)
        words = f"{fact['value']:g}–{fact['upper']:g}" if fact.get("upper") else ""
        target = Target(
            float(fact["value"]), _SIGNS.get(str(fact["comparator"]), ""), when, day, str(fact["source"]), words
        )
        far = (0, day) if day and day >= today else (1, today) if day is None else (2, day)
        # Yearly targets repeat; one with an end in sight says more.
        found.append(((when == "hằng năm", *far, place), target))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _result(fact: Mapping[str, Any], today: date) -> Result:
    when = str(fact.get("when") or "")
    return Result(
        value=float(fact["value"]),
        when=when,
        day=_day(when, today),
        source=str(fact.get("source") or ""),
        of=int(fact["of"]) if fact.get("of") else None,
        territory=str(fact.get("territory") or ""),
    )


@lru_cache(maxsize=4)
def _load(province: str, today: date) -> Mapping[str, Indicator]:
    path = FOLDER / "indicators.yaml"
    entries = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else []
    known = {}
    for entry in entries:
        facts = [f for f in entry.get("facts") or [] if str(f.get("province", province)) == province]
        known[entry["code"]] = Indicator(
            code=entry["code"],
            name_vi=entry["name_vi"],
            name_en=entry.get("name_en") or entry["name_vi"],
            unit=entry.get("unit") or "",
            lower_is_better=entry.get("better") == "lower",
            sector=entry.get("sector") or "",
            owner=entry.get("owner") or "",
            target=_target(facts, today),
            results=tuple(_result(f, today) for f in facts if f["kind"] in ("result", "rank")),
            baseline=_result(entry["baseline"], today) if entry.get("baseline") else None,
        )
    return known


def indicators(today: date) -> Mapping[str, Indicator]:
    """The registry for the province served, by code, in its own order."""
    return _load(settings().province, today)
