"""Before, on and after a due day: which reminder an open report stands at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from data.clock import LOCAL_TIME
from data.deadline import is_working_day, working_days_between
from data.settings import settings

__all__ = ["Stage", "stage_at"]

_LAST_FOR = 3
"""Working days for which the last reminder is still made up for, where the hub was down on its day."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One reminder of a report: working days from the due day (negative before it), and the day it is for."""

    offset: int
    day: date


def _days(listed: str) -> list[int]:
    return [int(n) for n in listed.split(",") if n]


def _moved(day: date, working_days: int) -> date:
    """The day so many working days later, or earlier where the number is negative."""
    step = timedelta(days=1 if working_days > 0 else -1)
    left = abs(working_days)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def stage_at(due_at: datetime, begins: date, moment: datetime) -> Stage | None:
    """The newest reminder that is due by that moment; None before the first, and long after the last.

    begins: the first day of the report's period; nobody is reminded of a period that has not begun.
    """
    due, today = due_at.astimezone(LOCAL_TIME).date(), moment.astimezone(LOCAL_TIME).date()
    before = [-n for n in _days(settings().remind_before)]
    reached: Stage | None = None
    for offset in sorted({*before, 0, *_days(settings().remind_after)}):
        day = _moved(due, offset) if offset else due
        if begins <= day <= today:
            reached = Stage(offset, day)
    if reached is None:
        return None
    if reached.offset <= 0:
        # Once the moment has passed, "is due" is no longer true; the reminders after it follow.
        return reached if moment <= due_at else None
    return reached if working_days_between(reached.day, today) <= _LAST_FOR else None
