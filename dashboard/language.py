"""The words of the pages in the reader's language, and the forms of numbers and dates that go with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import ModuleType

import yaml

from dashboard import format_en, format_vi

__all__ = ["DEFAULT", "LANGUAGES", "Language", "catalogue", "choose", "language"]

DEFAULT = "vi"
LANGUAGES = ("vi", "en")
_FOLDER = Path(__file__).parent / "messages"
_FORMS: Mapping[str, ModuleType] = {"vi": format_vi, "en": format_en}


@cache
def catalogue(code: str) -> Mapping[str, str]:
    """Key → text of one language: of messages/<code>.yaml and of every <code>.<part>.yaml, levels joined by dots."""
    flat: dict[str, str] = {}

    def walk(node: Mapping[str, object], prefix: str) -> None:
        for key, value in node.items():
            if isinstance(value, dict):
                walk(value, f"{prefix}{key}.")
            else:
                flat[f"{prefix}{key}"] = str(value)

    for path in sorted(_FOLDER.glob(f"{code}*.yaml")):
        walk(yaml.safe_load(path.read_text(encoding="utf-8")) or {}, "")
    return flat


@dataclass(frozen=True, slots=True)
class Language:
    """One language: call it with a key for its text, ask it for numbers and dates in its form."""

    code: str

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` with `{names}` filled in. Raises KeyError for a key that no catalogue has."""
        text = catalogue(self.code)[key]
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        """Whether the catalogue has the key (for names that come from data)."""
        return key in catalogue(self.code)

    def pick(self, vi: str, en: str) -> str:
        """The one of two texts that comes with data in both languages."""
        return en if self.code == "en" and en else vi

    def number(self, value: float | None, decimals: int | None = None) -> str:
        """A number in this language's form, "—" where undefined."""
        return str(_FORMS[self.code].number(value, decimals))

    def signed(self, value: float | None, decimals: int | None = 1) -> str:
        """A change with its sign."""
        return str(_FORMS[self.code].signed(value, decimals))

    def percent(self, value: float | None, decimals: int | None = None) -> str:
        """A share given in percent."""
        return str(_FORMS[self.code].percent(value, decimals))

    def day(self, value: date | None) -> str:
        """A date with its year."""
        return str(_FORMS[self.code].day(value))

    def day_month(self, value: date | None) -> str:
        """A date without its year."""
        return str(_FORMS[self.code].day_month(value))

    def clock(self, value: datetime | None, *, seconds: bool = False) -> str:
        """Hours and minutes in the province's time."""
        return str(_FORMS[self.code].clock(value, seconds=seconds))

    def moment(self, value: datetime | None) -> str:
        """A date and a time of day."""
        return str(_FORMS[self.code].moment(value))

    def weekday(self, value: date) -> str:
        """A date with its day of the week."""
        return str(_FORMS[self.code].weekday(value))

    def period(self, token: str | None) -> str:
        """A period's token in words."""
        return str(_FORMS[self.code].period(token))

    def period_short(self, token: str | None) -> str:
        """A period's token for a narrow column."""
        return str(_FORMS[self.code].period_short(token))


@cache
def language(code: str) -> Language:
    """The language of that code."""
    return Language(code)


def choose(address: str | None, cookie: str | None) -> Language:
    """The address's choice, else the cookie's, else Vietnamese; anything unknown counts as not given."""
    for code in (address, cookie):
        if code in LANGUAGES:
            return language(str(code))
    return language(DEFAULT)
