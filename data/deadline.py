"""When a report is due: Vietnam's working days, and the due moment of a period under a contract's rule.

Sources: labour code 2019, article 112 (public holidays; days moved by decision of the year, from the package
`holidays`); decree 09/2019/NĐ-CP, articles 8, 12 and 13 (cut-off and due day of periodic reports).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import cast, get_args

from data.clock import LOCAL_TIME
from data.period import Cutoff, Kind, Period

__all__ = [
    "FREQUENCIES",
    "HANOI",
    "DeadlineRule",
    "due_moment",
    "is_working_day",
    "leaves_working_day",
    "next_working_day",
    "overdue_moment",
    "working_days_between",
]

HANOI = LOCAL_TIME
_DAY = timedelta(days=1)
_END_OF_DAY = time(23, 59, 59)

FREQUENCIES: dict[str, Kind] = {
    "hourly": "day", "hour": "day", "h": "day",
    "daily": "day", "day": "day", "d": "day",
    "weekly": "week", "week": "week", "w": "week",
    "monthly": "month", "month": "month", "m": "month",
    "quarterly": "quarter", "quarter": "quarter", "q": "quarter",
    "half-yearly": "half", "half": "half",
    "nine-monthly": "nine_months", "nine_months": "nine_months",
    "yearly": "year", "year": "year", "y": "year",
    "termly": "term", "term": "term",
}  # fmt: skip
"""Words of a contract's frequency, or its unit, and the kind of period each asks for; hours are sent by the day."""

_MONTHS: dict[int, Kind] = {1: "month", 3: "quarter", 6: "half", 9: "nine_months", 12: "year"}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DUE = re.compile(
    r"(?P<next>next )?(?:(?P<day>\d{1,2})|\+(?P<after>\d{1,3})d?|(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]*)"
    r"(?: +(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?)?"
)


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """When a dataset's reports are due. Exactly one of `day`, `weekday`, `days_after` is given.

    frequency: the kind of period reported.
    day: day of the month, 1-31 (the month's last where it is shorter): of the period's last month under the decree's
        cut-off, of the following month under the calendar's.
    weekday: 0 Monday … 6 Sunday, of the period's own last week, or of the next with `next_week`.
    days_after: calendar days after the data window's last day.
    at: time of day in Vietnam, 23:59:59 where the contract names none.
    grace_days: calendar days after the due moment before a missing report is escalated; they move nothing.
    """

    frequency: Kind
    day: int | None = None
    weekday: int | None = None
    at: time = _END_OF_DAY
    cutoff: Cutoff = "calendar"
    grace_days: int = 0
    days_after: int | None = None
    next_week: bool = False

    def __post_init__(self) -> None:
        if sum(part is not None for part in (self.day, self.weekday, self.days_after)) != 1:
            raise ValueError(
                "hạn nộp cần đúng một trong ba: ngày trong tháng, thứ trong tuần, số ngày sau kỳ / a deadline needs "
                "exactly one of day of the month, weekday, days after the period"
            )
        if self.day is not None and not 1 <= self.day <= 31:
            raise ValueError(f"ngày hạn nộp phải từ 1 đến 31: {self.day} / due day must lie in 1-31: {self.day}")
        if self.weekday is not None and not 0 <= self.weekday <= 6:
            raise ValueError(f"thứ phải từ 0 đến 6: {self.weekday} / weekday must lie in 0-6: {self.weekday}")
        if self.grace_days < 0 or (self.days_after or 0) < 0:
            raise ValueError("số ngày không được âm / days must not be negative")

    @classmethod
    def parse(
        cls, frequency: str, due: str, *, every: int = 1, cutoff: str = "calendar", grace: str | int | None = None
    ) -> DeadlineRule:
        """The rule of a contract's service-level values.

        frequency, every: a word of FREQUENCIES and how many of them make a period (3 × "month" is a quarter).
        due: "25", "25 17:00", "Fri 11:00", "next Mon 09:00", "+1 09:00" (days after the period), hour optional.
        grace: days, "3", "3d" or "P3D".

        >>> DeadlineRule.parse("weekly", "Fri 11:00").weekday
        4
        """
        kind = FREQUENCIES.get(frequency.strip().lower())
        if every != 1:
            kind = _MONTHS.get(every) if kind == "month" else None
        if kind is None:
            raise ValueError(
                f"tần suất không đọc được: {every} {frequency!r}; dùng: {', '.join(FREQUENCIES)} / "
                f"cannot read the frequency {every} {frequency!r}; use one of those"
            )
        if cutoff not in get_args(Cutoff):
            raise ValueError(f"cách chốt số liệu không có: {cutoff!r} / unknown cut-off: {cutoff!r}")
        found = _DUE.fullmatch(due.strip().lower())
        if found is None:
            raise ValueError(
                f'hạn nộp không đọc được: {due!r}; ví dụ: "25", "25 17:00", "Fri 11:00", "next Mon 09:00", "+1 09:00"'
                f" / cannot read the deadline {due!r}; write it as in these examples"
            )
        waits = re.fullmatch(r"p?(\d+)d?", str(grace if grace is not None else 0).strip().lower())
        if waits is None:
            raise ValueError(f"số ngày gia hạn không đọc được: {grace!r} / cannot read the days of grace: {grace!r}")
        hour = found["hour"]
        return cls(
            frequency=kind,
            day=int(found["day"]) if found["day"] else None,
            weekday=_WEEKDAYS.index(found["weekday"]) if found["weekday"] else None,
            days_after=int(found["after"]) if found["after"] else None,
            next_week=bool(found["next"]),
            at=time(int(hour), int(found["minute"]), int(found["second"] or 0)) if hour else _END_OF_DAY,
            cutoff=cast(Cutoff, cutoff),
            grace_days=int(waits[1]),
        )


@lru_cache(maxsize=64)
def _rest_days(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Public holidays of a year, and its weekend days that were made working days."""
    import holidays  # loads its country on first use

    vietnam = holidays.country_holidays("VN", years=year)
    days = frozenset(vietnam)
    moved: set[date] = getattr(vietnam, "weekend_workdays", set())
    return days, frozenset(day for day in moved if day.year == year)


@lru_cache(maxsize=16384)
def is_working_day(day: date) -> bool:
    """Whether offices in Vietnam work that day: no weekend, no public holiday, with the days that were moved."""
    resting, moved = _rest_days(day.year)
    return day in moved or (day.weekday() < 5 and day not in resting)


def next_working_day(day: date) -> date:
    """The day itself where it is a working day, else the next one."""
    while not is_working_day(day):
        day += _DAY
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and with `end`; negative where end comes first; 0 for the same day."""
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + _DAY * n) for n in range(1, (end - start).days + 1))


def _nominal_day(period: Period, rule: DeadlineRule) -> date:
    last = period.end(rule.cutoff)
    if rule.days_after is not None:
        return last + _DAY * rule.days_after
    if rule.weekday is not None:
        monday = last - _DAY * last.weekday()
        return monday + _DAY * (rule.weekday + (7 if rule.next_week else 0))
    month = last if rule.cutoff == "decree-09-2019" else last.replace(day=1) + _DAY * 32
    longest = calendar.monthrange(month.year, month.month)[1]
    return month.replace(day=min(rule.day or longest, longest))


def due_moment(period: Period, rule: DeadlineRule) -> datetime:
    """The last moment at which the period's report is on time, in Vietnam's time (aware).

    A due day that is no working day moves to the next one, at the same hour. Raises ValueError where the period is not
    of the rule's kind.
    """
    if period.kind != rule.frequency:
        raise ValueError(
            f"kỳ {period} không thuộc loại {rule.frequency} mà báo cáo yêu cầu / the period {period} is not of "
            f"the kind {rule.frequency} that the rule asks for"
        )
    return datetime.combine(next_working_day(_nominal_day(period, rule)), rule.at, tzinfo=HANOI)


def overdue_moment(period: Period, rule: DeadlineRule) -> datetime:
    """From when on a missing report is escalated: the due moment and its days of grace."""
    return due_moment(period, rule) + _DAY * rule.grace_days


def leaves_working_day(period: Period, rule: DeadlineRule) -> bool:
    """Whether a working day lies between cut-off and due moment (decree 09/2019/NĐ-CP, article 8)."""
    return working_days_between(period.end(rule.cutoff), due_moment(period, rule).date()) >= 1
