"""Quiet hours: nothing is sent at night, on weekends and holidays; it waits for the next working hour."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from data.clock import LOCAL_TIME
from data.deadline import is_working_day, next_working_day
from data.settings import settings

__all__ = ["is_open", "next_open", "reminding_time"]


def reminding_time() -> time:
    """From what time of a working day on its reminders go out."""
    return time.fromisoformat(settings().remind_at)


def _hours() -> tuple[time, time]:
    start, _, end = settings().working_hours.partition("-")
    return time.fromisoformat(start), time.fromisoformat(end)


def is_open(moment: datetime) -> bool:
    """Whether anything may be sent at that moment."""
    here, (start, end) = moment.astimezone(LOCAL_TIME), _hours()
    return is_working_day(here.date()) and start <= here.time() < end


def next_open(moment: datetime) -> datetime:
    """The moment itself in working hours, else when they begin next."""
    if is_open(moment):
        return moment
    here, (start, _) = moment.astimezone(LOCAL_TIME), _hours()
    day = here.date() if here.time() < start else here.date() + timedelta(days=1)
    return datetime.combine(next_working_day(day), start, LOCAL_TIME)
