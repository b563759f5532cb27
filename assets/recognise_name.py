"""What a file's name says: the period, the unit, and words of a dataset's title."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from functools import lru_cache
from pathlib import PurePath

from rapidfuzz import fuzz

from data.contract import Contract
from data.obligation import full_code
from data.period import Kind, Period
from data.period_text import find_period
from data.settings import settings
from data.unit_resolver import get_resolver
from data.vietnamese_text import fold

__all__ = ["period_named", "plain_name", "title_likeness", "unit_named"]

_JOINED = re.compile(r"(?<![A-Za-zÀ-ỹ])(thang|tháng|tuan|tuần|quy|quý|nam|năm|ky|kỳ|ngay|ngày)[ .]?(\d)", re.IGNORECASE)
_YEAR_MONTH = re.compile(r"(?<!\d)(20\d{2})[ .-]?(0[1-9]|1[0-2])(?![\d])")
_DAY = re.compile(r"(?<!\d)(20\d{2})[ .-]?(0[1-9]|1[0-2])[ .-]?(0[1-9]|[12]\d|3[01])(?!\d)")
_MONTH_YEAR = re.compile(r"(?<![\d.-])(0?[1-9]|1[0-2])[ .-](20\d{2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(0?[1-9]|[12]\d|3[01])[ .-](0?[1-9]|1[0-2])[ .-](20\d{2})(?!\d)")
_WEEK = re.compile(r"(?<![A-Za-z])(?:tuan|tuần|w|t)[ .]?(\d{1,2})(?!\d)", re.IGNORECASE)
_MONTH = re.compile(r"(?<![A-Za-z])(?:thang|tháng|th|t|m)[ .]?(0?[1-9]|1[0-2])(?!\d)", re.IGNORECASE)
_QUARTER = re.compile(r"(?<![A-Za-z])(?:quy|quý|q)[ .]?(iv|i{1,3}|[1-4])(?![\dA-Za-z])", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_NOISE = re.compile(
    r"\b(?:bao cao|bc|bieu|mau|so lieu|thang|tuan|quy|nam|ky|ngay|file|final|ban|gui|chinh thuc|lan|v|t|q|w|copy|sua)\b"
)


def plain_name(name: str) -> str:
    """A file's name without folder and ending, with spaces between its parts."""
    stem = PurePath(name.replace("\\", "/")).name.rpartition(".")
    return re.sub(r"[_+,;()\[\]]+", " ", stem[0] or stem[2]).strip()


def period_named(name: str, kind: Kind, today: date) -> Period | None:
    """The period of that kind which a name gives; a year that is left out is the newest that has begun by today."""
    text = _JOINED.sub(r"\1 \2", plain_name(name))
    found = find_period(text)
    if found is not None and found.kind == kind:
        return found
    written = {
        "day": lambda: _as_day(text),
        "month": lambda: _as_month(text, today),
        "week": lambda: _numbered(_WEEK, "week", text, today),
        "quarter": lambda: _numbered(_QUARTER, "quarter", text, today),
        "year": lambda: _made("year", int(m[1])) if (m := _YEAR.search(text)) else None,
    }.get(kind)
    return written() if written is not None else None


def _made(kind: Kind, year: int, number: int = 0) -> Period | None:
    try:
        return Period(kind, year, number)
    except ValueError:
        return None


def _as_day(text: str) -> Period | None:
    if m := _DAY.search(text):
        return _made("day", int(m[1]), int(m[2]) * 100 + int(m[3]))
    if m := _DAY_FIRST.search(text):
        return _made("day", int(m[3]), int(m[2]) * 100 + int(m[1]))
    return None


def _as_month(text: str, today: date) -> Period | None:
    if m := _YEAR_MONTH.search(text):
        return _made("month", int(m[1]), int(m[2]))
    if m := _MONTH_YEAR.search(text):
        return _made("month", int(m[2]), int(m[1]))
    return _numbered(_MONTH, "month", text, today)


def _numbered(form: re.Pattern[str], kind: Kind, text: str, today: date) -> Period | None:
    found = form.search(text)
    if found is None:
        return None
    number = _ROMAN.get(found[1].lower()) or int(found[1])
    if year := _YEAR.search(text):
        return _made(kind, int(year[1]), number)
    for tried in (today.year, today.year - 1):
        period = _made(kind, tried, number)
        if period is not None and period.start() <= today:
            return period
    return None


def unit_named(texts: Collection[str], among: Collection[str]) -> str | None:
    """The one unit of these codes that a line or a part of a name gives by code, short code or name; else None."""
    province = settings().province
    for text in texts:
        for word in re.findall(r"[\w-]+", text):
            if (code := full_code(word.upper(), province)) in among:
                return code
    resolver = get_resolver(province)
    for text in texts:
        for part in _parts(text):
            match = resolver.resolve(part)
            if match.certain and match.code in among:
                return match.code
    return None


def _parts(text: str) -> list[str]:
    """A line whole, and the parts of it that begin like a unit's name."""
    starts = re.finditer(r"(?i)\b(?:ubnd|ủy ban|xã|phường|đặc khu|xa|phuong|dac khu|sở|so|ban|công an)\b", text)
    cut = [text[m.start() :] for m in starts]
    shorter = [" ".join(part.split()[:n]) for part in cut for n in (5, 4, 3, 2)]
    return list(dict.fromkeys(p.strip(" -_.") for p in (text, *cut, *shorter) if len(p.strip()) > 3))[:16]


def title_likeness(text: str, contract: Contract) -> float:
    """0 to 1: how far words over a table, or in a name, are the dataset's title."""
    return _alike(_words(text), contract.id, contract.title)


@lru_cache(maxsize=256)
def _words(text: str) -> str:
    return " ".join(re.sub(r"\d+", " ", _NOISE.sub(" ", fold(text))).split())


@lru_cache(maxsize=16384)
def _alike(words: str, dataset: str, title: str) -> float:
    if not words:
        return 0.0
    named = [fold(title), dataset.replace("_", " ")]
    best = max(fuzz.token_set_ratio(words, n) if n.count(" ") else fuzz.partial_ratio(words, n) for n in named)
    return float(best) / 100 if best >= 60 else 0.0
