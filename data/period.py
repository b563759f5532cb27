"""Reporting periods: one token each ("2026-W43", "2026-10", "2026-Q3"), their data windows, order and labels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

__all__ = ["Cutoff", "Kind", "Period", "periods_between"]

Kind = Literal["day", "week", "month", "quarter", "half", "nine_months", "year", "term"]
Cutoff = Literal["calendar", "decree-09-2019"]

_TOKEN = re.compile(
    r"(?P<year>\d{4})(?:-(?:W(?P<week>\d{2})|Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<nine_months>9)M|T(?P<term>[12])"
    r"|(?P<month>\d{2})(?:-(?P<day>\d{2}))?))?"
)
_ROMAN = ("I", "II", "III", "IV")
_CUTOFF_DAY = 14
_DAY = timedelta(days=1)


def _month_span(year: int, first: int, last: int) -> tuple[date, date]:
    following = date(year + 1, 1, 1) if last == 12 else date(year, last + 1, 1)
    return date(year, first, 1), following - _DAY


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A reporting period; `number` is the week, month, quarter, half or term, month*100+day of a day, else 0.

    A school term belongs to the school year that begins in `year`: 2025-T2 ends in May 2026. The first runs from
    1 September to 15 January, the second from 16 January to 31 May (the ministry's yearly frame, rounded).

    >>> str(Period.parse("2026-W43")), Period.parse("2026-Q3").label_vi
    ('2026-W43', 'quý III/2026')
    """

    kind: Kind
    year: int
    number: int = 0

    def __post_init__(self) -> None:
        try:
            self._span()
        except (ValueError, OverflowError) as error:
            raise ValueError(
                f"kỳ báo cáo không tồn tại: {self.kind} {self.number} năm {self.year} / no such period: "
                f"{self.kind} {self.number} of {self.year}"
            ) from error

    @classmethod
    def parse(cls, token: str) -> Period:
        """The period of a token (definitions: Periods); ValueError for anything else, with the forms that are known."""
        found = _TOKEN.fullmatch(token.strip())
        if found is None:
            raise ValueError(
                f"không đọc được kỳ {token!r}; dạng đúng: 2026-10-23, 2026-W43, 2026-10, 2026-Q3, 2026-H1, 2026-9M, "
                f"2026, 2026-T1 / cannot read the period {token!r}; write it as one of these"
            )
        year = int(found["year"])
        if found["day"]:
            return cls("day", year, int(found["month"]) * 100 + int(found["day"]))
        kinds: tuple[Kind, ...] = ("week", "quarter", "half", "term", "month")
        for kind in kinds:
            if found[kind]:
                return cls(kind, year, int(found[kind]))
        return cls("nine_months", year) if found["nine_months"] else cls("year", year)

    @classmethod
    def containing(cls, kind: Kind, day: date, cutoff: Cutoff = "calendar") -> Period:
        """The period of a kind whose data window holds the day; for the summer between two terms, the term before.

        Under the decree's cut-off a day from the 15th on belongs to the next month's period. Nine months: those of the
        year, also after September.
        """
        if cutoff == "decree-09-2019" and kind not in ("day", "week", "term") and day.day > _CUTOFF_DAY:
            day = _month_span(day.year, day.month, day.month)[1] + _DAY
        if kind == "day":
            return cls("day", day.year, day.month * 100 + day.day)
        if kind == "week":
            iso = day.isocalendar()
            return cls("week", iso.year, iso.week)
        if kind == "term":
            if day.month >= 9:
                return cls("term", day.year, 1)
            return cls("term", day.year - 1, 1 if (day.month, day.day) <= (1, 15) else 2)
        months = {"month": 1, "quarter": 3, "half": 6}.get(kind)
        return cls(kind, day.year, (day.month - 1) // months + 1 if months else 0)

    def __str__(self) -> str:
        if self.kind == "day":
            return f"{self.year:04d}-{self.number // 100:02d}-{self.number % 100:02d}"
        suffix = {
            "week": f"-W{self.number:02d}",
            "month": f"-{self.number:02d}",
            "quarter": f"-Q{self.number}",
            "half": f"-H{self.number}",
            "nine_months": "-9M",
            "term": f"-T{self.number}",
        }
        return f"{self.year:04d}{suffix.get(self.kind, '')}"

    def _span(self) -> tuple[date, date]:
        year, number = self.year, self.number
        if self.kind in ("nine_months", "year"):
            if number:
                raise ValueError(number)
            return _month_span(year, 1, 9 if self.kind == "nine_months" else 12)
        if self.kind == "day":
            day = date(year, number // 100, number % 100)
            return day, day
        if self.kind == "week":
            monday = date.fromisocalendar(year, number, 1)
            return monday, monday + timedelta(days=6)
        if self.kind == "term":
            if number not in (1, 2):
                raise ValueError(number)
            first, second = date(year, 9, 1), date(year + 1, 1, 16)
            return (first, second - _DAY) if number == 1 else (second, date(year + 1, 5, 31))
        months = {"month": 1, "quarter": 3, "half": 6}.get(self.kind)
        if months is None or number < 1:
            raise ValueError(self.kind)
        return _month_span(year, (number - 1) * months + 1, number * months)

    def start(self, cutoff: Cutoff = "calendar") -> date:
        """First day of the data window; under decree 09/2019/NĐ-CP (article 12) the 15th of the month before."""
        first = self._span()[0]
        if cutoff == "calendar" or self.kind in ("day", "week", "term"):
            return first
        return (first - _DAY).replace(day=_CUTOFF_DAY + 1)

    def end(self, cutoff: Cutoff = "calendar") -> date:
        """Last day of the data window; under decree 09/2019/NĐ-CP (article 12) the 14th of the last month."""
        last = self._span()[1]
        if cutoff == "calendar" or self.kind in ("day", "week", "term"):
            return last
        return last.replace(day=_CUTOFF_DAY)

    def contains(self, day: date, cutoff: Cutoff = "calendar") -> bool:
        """Whether the day lies in the data window."""
        return self.start(cutoff) <= day <= self.end(cutoff)

    def previous(self) -> Period:
        """The period of the same kind just before."""
        if self.kind == "nine_months":
            return Period("nine_months", self.year - 1)
        return Period.containing(self.kind, self._span()[0] - _DAY)

    def next(self) -> Period:
        """The period of the same kind just after."""
        if self.kind == "nine_months":
            return Period("nine_months", self.year + 1)
        if self.kind == "term":
            return Period("term", self.year, 2) if self.number == 1 else Period("term", self.year + 1, 1)
        return Period.containing(self.kind, self._span()[1] + _DAY)

    def same_last_year(self) -> Period:
        """The same period a year before; week 53 and 29 February become the last that year has."""
        number = self.number
        if self.kind == "week":
            number = min(number, date(self.year - 1, 12, 28).isocalendar().week)
        elif self.kind == "day" and number == 229:
            number = 228
        return Period(self.kind, self.year - 1, number)

    @property
    def label_vi(self) -> str:
        """As an office writes it: "tháng 10/2026", "quý III/2026", "tuần 43/2026", "6 tháng đầu năm 2026"."""
        year, number = self.year, self.number
        return {
            "day": f"ngày {number % 100:02d}/{number // 100:02d}/{year}",
            "week": f"tuần {number}/{year}",
            "month": f"tháng {number}/{year}",
            "quarter": f"quý {_ROMAN[(number - 1) % 4]}/{year}",
            "half": f"6 tháng {'đầu' if number == 1 else 'cuối'} năm {year}",
            "nine_months": f"9 tháng năm {year}",
            "year": f"năm {year}",
            "term": f"học kỳ {_ROMAN[(number - 1) % 2]} năm học {year}-{year + 1}",
        }[self.kind]

    @property
    def label_en(self) -> str:
        """The same in English: "October 2026", "Q3 2026", "week 43, 2026", "first half of 2026"."""
        year, number = self.year, self.number
        first = self._span()[0]
        return {
            "day": f"{first.day} {_MONTHS_EN[first.month - 1]} {year}",
            "week": f"week {number}, {year}",
            "month": f"{_MONTHS_EN[first.month - 1]} {year}",
            "quarter": f"Q{number} {year}",
            "half": f"{'first' if number == 1 else 'second'} half of {year}",
            "nine_months": f"first nine months of {year}",
            "year": f"{year}",
            "term": f"term {number}, school year {year}-{year + 1}",
        }[self.kind]


_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def periods_between(kind: Kind, start: date, end: date) -> tuple[Period, ...]:
    """All periods of a kind whose calendar span touches the days from start to end, in order.

    Raises ValueError for a kind that is not known.
    """
    if kind not in get_args(Kind):
        raise ValueError(f"loại kỳ không có: {kind!r} / unknown kind of period: {kind!r}")
    found = []
    period = Period.containing(kind, start)
    while period.start() <= end:
        if period.end() >= start:
            found.append(period)
        period = period.next()
    return tuple(found)
