"""The catalogue of published forms and how a table is known to be one of them; all words stand in a reference file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from data.vietnamese_text import fold

__all__ = ["Form", "Known", "form_of", "kind_of", "load_forms"]

_FILE = Path(__file__).parents[2] / "data" / "reference" / "published_forms.yaml"
_NUMBER = re.compile(r"\b(?:bieu|mau|table)(?: mau)?(?: so)? (?P<number>\d{1,3}) (?P<series>ck[a-z]*(?: [a-z]+)?)\b")

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """One published form. `titles` and `headers` hold sets of folded phrases, each set enough to know it by."""

    id: str
    number: int
    series: str
    kind: str
    name: str
    titles: tuple[Words, ...]
    headers: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """How a table was recognised: by its number, its title or its header; whether number and title agree."""

    form: Form
    by: str
    agrees: bool = True


@dataclass(frozen=True)
class Catalogue:
    """All forms, the words for plan and settlement, and how each series is written."""

    forms: tuple[Form, ...]
    kinds: dict[str, Words]
    series: dict[str, Words]
    years: dict[str, tuple[int, int]]


def _phrases(entries: list[Any] | None) -> tuple[Words, ...]:
    return tuple(tuple(fold(p) for p in ([e] if isinstance(e, str) else e)) for e in entries or [])


@cache
def load_forms(path: Path = _FILE) -> Catalogue:
    """The catalogue in a file. Raises KeyError where an entry lacks a part."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    forms = tuple(
        Form(
            id=f["id"],
            number=int(f["number"]),
            series=f["series"],
            kind=f["kind"],
            name=f["name"],
            titles=_phrases(f["titles"]),
            headers=_phrases(f.get("headers")),
        )
        for f in raw["forms"]
    )
    return Catalogue(
        forms,
        {kind: tuple(fold(w) for w in words) for kind, words in raw["kinds"].items()},
        {series: tuple(fold(w) for w in words) for series, words in raw["series"].items()},
        {series: (int(first), int(last)) for series, (first, last) in raw["years"].items()},
    )


def kind_of(text: str) -> str | None:
    """plan or settlement, from words; settlement where both stand, for a settlement is shown beside its plan."""
    padded = f" {fold(text)} "
    kinds = load_forms().kinds
    return next((kind for kind, words in kinds.items() if any(f" {w} " in padded for w in words)), None)


def _numbered(titles: tuple[str, ...]) -> tuple[int, str] | None:
    """Number and series of the form as a title line gives them."""
    for title in titles:
        found = _NUMBER.search(fold(title))
        if found is None:
            continue
        written = found["series"]
        for series, words in load_forms().series.items():
            if any(w in written for w in words):
                return int(found["number"]), series
    return None


def form_of(
    titles: tuple[str, ...], header: tuple[str, ...], fallback_kind: str | None = None, year: int | None = None
) -> Known | None:
    """The form that a table is, from the lines over it and its header; None where nothing tells.

    fallback_kind: plan or settlement, for a table that says neither.
    year: the budget year, where it is known: of two forms with one title it tells which was in use.
    """
    over, names = fold(" ".join(titles)), fold(" ".join(header))
    text = f"{over} {names}"
    kind = kind_of(over) or kind_of(names) or fallback_kind
    number = _numbered((*titles, *header))
    forms = load_forms().forms
    if number is not None:
        same = [f for f in forms if (f.number, f.series) == number]
        fitting = [f for f in same if f.kind == kind] or (same if len(same) == 1 else [])
        if fitting:
            return Known(fitting[0], "number", _titled(fitting[0], text) > 0)
    of_kind = [f for f in forms if f.kind == kind and (year is None or _in_use(f, year))]
    by_title = max(of_kind, key=lambda f: _titled(f, over), default=None)
    if by_title is not None and _titled(by_title, over):
        return Known(by_title, "title")
    by_header = [f for f in of_kind if any(all(p in names for p in phrases) for phrases in f.headers)]
    return Known(by_header[0], "header") if len(by_header) == 1 else None


def _in_use(form: Form, year: int) -> bool:
    first, last = load_forms().years[form.series]
    return first <= year <= last


def _titled(form: Form, text: str) -> int:
    """Length of the longest set of title words that stands in the text, 0 where none does."""
    return max((sum(map(len, phrases)) for phrases in form.titles if all(p in text for p in phrases)), default=0)
