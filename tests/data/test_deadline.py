"""Deadlines: Vietnam's working days and the due moment of each kind of report."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.deadline import (
    HANOI,
    DeadlineRule,
    due_moment,
    is_working_day,
    leaves_working_day,
    overdue_moment,
    working_days_between,
)
from data.period import Cutoff, Period

DECREE = "decree-09-2019"


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 10, 23), True),
        (date(2026, 10, 24), False),
        (date(2026, 2, 17), False),  # Lunar New Year
        (date(2026, 4, 27), False),  # Hung Kings' day, observed
        (date(2026, 8, 31), False),  # moved …
        (date(2026, 8, 22), True),  # … against this Saturday
        (date(2025, 5, 2), False),
        (date(2025, 4, 26), True),
    ],
)
def test_working_days_follow_the_holidays_and_the_moved_days(day: date, works: bool) -> None:
    assert is_working_day(day) is works


def test_working_days_are_counted_over_the_lunar_new_year() -> None:
    assert working_days_between(date(2026, 2, 13), date(2026, 2, 24)) == 2
    assert working_days_between(date(2026, 2, 24), date(2026, 2, 13)) == -2


@pytest.mark.parametrize(
    ("token", "frequency", "due", "cutoff", "moment"),
    [
        ("2026-09", "month", "25 17:00", DECREE, "2026-09-25T17:00:00"),
        ("2026-10", "month", "25", DECREE, "2026-10-26T23:59:59"),  # the 25th is a Sunday
        ("2026-Q1", "quarter", "25", DECREE, "2026-03-25T23:59:59"),
        ("2026-10", "monthly", "05 17:00", "calendar", "2026-11-05T17:00:00"),
        ("2026-12", "monthly", "10 17:00", "calendar", "2027-01-11T17:00:00"),
        ("2026-01", "month", "31", "calendar", "2026-03-02T23:59:59"),  # February ends on Saturday the 28th
        ("2026-W43", "week", "Fri 11:00", "calendar", "2026-10-23T11:00:00"),
        ("2026-W36", "week", "Wed 11:00", "calendar", "2026-09-03T11:00:00"),  # National Day
        ("2026-W43", "week", "next Mon 09:00", "calendar", "2026-10-26T09:00:00"),
        ("2026-10-23", "day", "+1 09:00", "calendar", "2026-10-26T09:00:00"),
        ("2026", "year", "31", "calendar", "2027-02-01T23:59:59"),
        ("2025-T2", "term", "+15 17:00", "calendar", "2026-06-15T17:00:00"),
    ],
)
def test_due_moments(token: str, frequency: str, due: str, cutoff: str, moment: str) -> None:
    rule = DeadlineRule.parse(frequency, due, cutoff=cutoff)
    assert due_moment(Period.parse(token), rule) == datetime.fromisoformat(moment).replace(tzinfo=HANOI)


def test_three_months_are_a_quarter_and_grace_moves_no_deadline() -> None:
    rule = DeadlineRule.parse("month", "25", every=3, cutoff=DECREE, grace="P3D")
    period = Period.parse("2026-Q1")
    assert rule.frequency == "quarter"
    assert overdue_moment(period, rule) - due_moment(period, rule) == timedelta(days=3)


@pytest.mark.parametrize(
    ("frequency", "due"), [("fortnight", "25"), ("month", "32"), ("month", ""), ("month", "soon"), ("month", "17:00")]
)
def test_what_cannot_be_read_is_refused_in_both_languages(frequency: str, due: str) -> None:
    with pytest.raises(ValueError, match=" / "):
        DeadlineRule.parse(frequency, due)


def test_a_period_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-Q1"):
        due_moment(Period.parse("2026-Q1"), DeadlineRule.parse("month", "25"))


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(1, 31), st.sampled_from(get_args(Cutoff)))
@settings(max_examples=150, deadline=None)
def test_reports_are_due_on_working_days_and_in_the_periods_order(day: date, due: int, cutoff: Cutoff) -> None:
    rule = DeadlineRule("month", day=due, cutoff=cutoff)
    period = Period.containing("month", day, cutoff)
    moment = due_moment(period, rule)
    assert is_working_day(moment.date())
    assert moment <= due_moment(period.next(), rule)


def test_the_decrees_day_leaves_a_working_day_after_the_cutoff() -> None:
    rule = DeadlineRule("month", day=25, cutoff=DECREE)
    assert all(
        leaves_working_day(Period("month", year, month), rule) for year in (2025, 2026) for month in range(1, 13)
    )
    assert not leaves_working_day(Period.parse("2026-W43"), DeadlineRule.parse("week", "Fri 11:00"))
