"""Finds the reporting period in what people write: "Quý I/2026", "T10/2026", "6 tháng đầu năm 2026"."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import NamedTuple

from data.period import Kind, Period
from data.vietnamese_text import repair_text

__all__ = ["find_period", "parse_period_text"]

_YEAR = r"(?P<year>(?:19|20)\d{2})(?!\d)"
_TO_YEAR = rf"(?:\s*(?:[/\-.,]|nam|cua nam|\()*\s*{_YEAR})?"
_SMALL = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "dau": 1, "cuoi": 2, "i": 1, "ii": 2, "iii": 3, "iv": 4}
_SCHOOL_YEAR = r"\b[\s,;(]*(?:nam hoc\s*|nh\s*)?(?P<year>(?:19|20)\d{2})\s*[-/]\s*20\d{2}"
_QUARTER = r"(?P<number>iv|i{1,3}|[1-4]|mot|hai|ba|bon|tu)"

# Most telling first; the earliest in the text wins, then the first of this list.
_FORMS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("term", re.compile(r"\bhoc ky (?P<number>ii?|[12]|mot|hai)" + _SCHOOL_YEAR)),
    ("term", re.compile(r"\bhk\s?(?P<number>ii?|[12])" + _SCHOOL_YEAR)),
    ("nine_months", re.compile(rf"\b(?:0?9|chin) thang(?: dau)?(?: nam)?{_TO_YEAR}(?P<number>)")),
    ("nine_months", re.compile(rf"\b9t(?P<number>)\s*[/\-. ]\s*{_YEAR}")),
    ("half", re.compile(rf"\b(?:0?6|sau) thang (?P<number>dau|cuoi)(?: nam)?{_TO_YEAR}")),
    ("half", re.compile(rf"\b(?:0?6|sau) thang(?P<number>)(?: nam)?{_TO_YEAR}")),
    ("half", re.compile(rf"\bnua (?P<number>dau|cuoi)(?: nam)?{_TO_YEAR}")),
    ("half", re.compile(rf"\b6t(?P<number>)\s*[/\-. ]\s*{_YEAR}")),
    ("week", re.compile(rf"\btuan(?: thu| so)? (?P<number>\d{{1,2}})\b{_TO_YEAR}")),
    ("quarter", re.compile(rf"\bquy {_QUARTER}\b{_TO_YEAR}")),
    ("quarter", re.compile(rf"\bq\.?\s?(?P<number>iv|i{{1,3}}|[1-4])\s*[/\-. ]\s*{_YEAR}")),
    ("month", re.compile(rf"\b(?:thang|thg\.?) (?P<number>0?[1-9]|1[0-2])\b{_TO_YEAR}")),
    ("month", re.compile(rf"\bt\.?(?P<number>0?[1-9]|1[0-2])\s*[/\-. ]\s*{_YEAR}")),
    ("month", re.compile(rf"\bky(?: bao cao)?\s*:?\s*(?P<number>0?[1-9]|1[0-2])\s*[/\-.]\s*{_YEAR}")),
    ("year", re.compile(rf"\bnam(?: ngan sach| bao cao)?(?P<number>) {_YEAR}(?!\s*-\s*\d)")),
)  # fmt: skip
_ANY_YEAR = re.compile(rf"\b(?:nam\s*|[/\-.]\s*){_YEAR}(?!\s*-\s*\d)")
_TOKEN = re.compile(r"\b\d{4}-(?:w\d{2}|q[1-4]|h[12]|9m|t[12]|\d{2}-\d{2}|\d{2})\b(?![-/]\d)")
_DATE = r"(\d{1,2})\s*(?:[/\-.]|\s+thang\s+)\s*(\d{1,2})\s*(?:[/\-.]|\s+nam\s+)\s*(\d{4})\b"
_SPAN = re.compile(rf"\btu (?:ngay )?{_DATE}\s*(?:den|-)\s*(?:het )?(?:ngay )?{_DATE}")
_DAY_OF_DOCUMENT = re.compile(rf"(?:\bngay\s+)?{_DATE}|\bngay\s+\d{{1,2}}\s*(?:[/\-.]|\s+thang\s+)\s*\d{{1,2}}\b")
_DAILY = re.compile(rf"^(?:bao cao|so lieu|tinh hinh|ket qua|ky bao cao|ky)?[^,;\d]*?\s*:?\s*\bngay\s+{_DATE}")
_NOT_THE_PERIOD = re.compile(r"(?:\btu|\bgiai doan|\bso voi|\bcung ky|\bden het|\btruoc)(?: nam)?\s*$")
_BARE_MONTH = re.compile(rf"(?P<number>0?[1-9]|1[0-2])\s*[/\-.]\s*{_YEAR}")


def _plain(text: str) -> str:
    """Small letters without tones, punctuation kept, one kind of dash and space."""
    letters = unicodedata.normalize("NFD", repair_text(text)[0].lower()).replace("đ", "d")
    kept = "".join(c for c in letters if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", re.sub(r"[\u2010-\u2015]", "-", kept)).strip()


def _make(kind: Kind, year: int, number: int = 0) -> Period | None:
    try:
        return Period(kind, year, number)
    except ValueError:
        return None


def _from_dates(parts: tuple[str, ...]) -> Period | None:
    """The period that two written dates span: a week, month, quarter, half, nine months or year."""
    try:
        first = date(int(parts[2]), int(parts[1]), int(parts[0]))
        last = date(int(parts[5]), int(parts[4]), int(parts[3]))
    except ValueError:
        return None
    for kind in ("week", "month", "quarter", "half", "nine_months", "year"):
        period = Period.containing(kind, last)
        if any((period.start(c), period.end(c)) == (first, last) for c in ("calendar", "decree-09-2019")):
            return period
    if first.weekday() == 0 and 3 <= (last - first).days < 7:
        return Period.containing("week", first)
    return None


class _Found(NamedTuple):
    start: int
    order: int
    period: Period


def _written(plain: str, with_dates: str) -> Period | None:
    candidates: list[_Found] = []
    for order, (kind, form) in enumerate(_FORMS):
        for found in form.finditer(plain):
            if _NOT_THE_PERIOD.search(plain[: found.start()]):
                continue
            written = found["number"]
            number = int(written) if written.isdigit() else _SMALL.get(written, 1 if kind == "half" else 0)
            year = found["year"]
            if year is None:
                later = _ANY_YEAR.search(plain, found.end()) or _ANY_YEAR.search(with_dates, found.end())
                year = later["year"] if later else None
            period = _make(kind, int(year), number) if year else None
            if period is not None:
                candidates.append(_Found(found.start(), order, period))
    return min(candidates)[2] if candidates else None


def find_period(text: str) -> Period | None:
    """The first reporting period named anywhere in a line, or None.

    Dates of documents ("Khánh Hòa, ngày 10 tháng 4 năm 2026") and spans of years are not taken for one. A period
    without a year takes the next year in the line: "quý III và 9 tháng năm 2026" is the third quarter.

    >>> str(find_period("BÁO CÁO tiến độ nhiệm vụ 6 tháng đầu năm 2026"))
    '2026-H1'
    """
    if not any(c.isdigit() for c in text):
        return None
    plain = _plain(text)
    token = _TOKEN.search(plain)
    if token is not None:
        try:
            return Period.parse(token.group().upper())
        except ValueError:
            pass
    span = _SPAN.search(plain)
    if span is not None:
        period = _from_dates(span.groups())
        if period is not None:
            return period
    daily = _DAILY.search(plain)
    if daily is not None and " so " not in daily.group() and "kem theo" not in daily.group():
        day, month, year = (int(part) for part in daily.groups())
        return _make("day", year, month * 100 + day)
    return _written(_DAY_OF_DOCUMENT.sub(lambda found: " " * len(found.group()), plain), plain)


def parse_period_text(text: str) -> Period | None:
    """The period that a cell names: what `find_period` finds, and "10/2026", "23/10/2026", "2026" standing alone."""
    plain = _plain(text).strip(" .:;()")
    if re.fullmatch(r"(?:19|20)\d{2}", plain):
        return Period("year", int(plain))
    bare = _BARE_MONTH.fullmatch(plain)
    if bare is not None:
        return _make("month", int(bare["year"]), int(bare["number"]))
    day = re.fullmatch(_DATE, plain)
    if day is not None:
        return _make("day", int(day[3]), int(day[2]) * 100 + int(day[1]))
    return find_period(text)
