"""Periods: tokens, data windows, neighbours, and what people write for them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.period import Cutoff, Kind, Period, periods_between
from data.period_text import find_period, parse_period_text

DAYS = st.dates(date(2004, 1, 1), date(2045, 12, 31))
KINDS: tuple[Kind, ...] = get_args(Kind)
CUTOFFS: tuple[Cutoff, ...] = get_args(Cutoff)
PERIODS = st.builds(Period.containing, st.sampled_from(KINDS), DAYS)


@pytest.mark.parametrize(
    "token", ["2026-10-23", "2026-W43", "2026-10", "2026-Q3", "2026-H1", "2026-9M", "2026", "2026-T1"]
)
def test_every_token_of_the_definitions_is_read_and_written(token: str) -> None:
    assert str(Period.parse(token)) == token


@pytest.mark.parametrize("token", ["2026-13", "2026-Q5", "2026-W54", "2025-W53", "2026-02-30", "2026-T3", "10/2026"])
def test_what_is_no_period_is_refused_in_both_languages(token: str) -> None:
    with pytest.raises(ValueError, match=" / "):
        Period.parse(token)


@pytest.mark.parametrize(
    ("token", "calendar", "decree"),
    [
        ("2026-10", ("2026-10-01", "2026-10-31"), ("2026-09-15", "2026-10-14")),
        ("2026-01", ("2026-01-01", "2026-01-31"), ("2025-12-15", "2026-01-14")),
        ("2026-Q3", ("2026-07-01", "2026-09-30"), ("2026-06-15", "2026-09-14")),
        ("2026-H1", ("2026-01-01", "2026-06-30"), ("2025-12-15", "2026-06-14")),
        ("2026-9M", ("2026-01-01", "2026-09-30"), ("2025-12-15", "2026-09-14")),
        ("2026", ("2026-01-01", "2026-12-31"), ("2025-12-15", "2026-12-14")),
        ("2026-W43", ("2026-10-19", "2026-10-25"), ("2026-10-19", "2026-10-25")),
        ("2025-T2", ("2026-01-16", "2026-05-31"), ("2026-01-16", "2026-05-31")),
    ],
)
def test_data_windows(token: str, calendar: tuple[str, str], decree: tuple[str, str]) -> None:
    period = Period.parse(token)
    assert (str(period.start()), str(period.end())) == calendar
    assert (str(period.start("decree-09-2019")), str(period.end("decree-09-2019"))) == decree


@pytest.mark.parametrize(
    ("token", "vi", "en"),
    [
        ("2026-10", "tháng 10/2026", "October 2026"),
        ("2026-Q3", "quý III/2026", "Q3 2026"),
        ("2026-W43", "tuần 43/2026", "week 43, 2026"),
        ("2026-H1", "6 tháng đầu năm 2026", "first half of 2026"),
        ("2026-9M", "9 tháng năm 2026", "first nine months of 2026"),
        ("2026", "năm 2026", "2026"),
        ("2026-10-23", "ngày 23/10/2026", "23 October 2026"),
        ("2025-T1", "học kỳ I năm học 2025-2026", "term 1, school year 2025-2026"),
    ],
)
def test_labels(token: str, vi: str, en: str) -> None:
    assert (Period.parse(token).label_vi, Period.parse(token).label_en) == (vi, en)


@given(PERIODS)
@settings(max_examples=200, deadline=None)
def test_a_period_survives_its_token_and_its_labels(period: Period) -> None:
    assert Period.parse(str(period)) == period
    assert parse_period_text(period.label_vi) == period
    assert find_period(f"BÁO CÁO KẾT QUẢ {period.label_vi.upper()}") == period or period.kind == "day"


@given(PERIODS)
@settings(max_examples=100, deadline=None)
def test_neighbours_meet_and_undo_each_other(period: Period) -> None:
    assert period.next().previous() == period
    assert period.previous() < period < period.next()
    if period.kind not in ("nine_months", "term"):
        assert period.previous().end() + timedelta(days=1) == period.start()
        for cutoff in CUTOFFS:
            assert Period.containing(period.kind, period.start(cutoff), cutoff) == period


@given(st.sampled_from(KINDS), DAYS, st.integers(0, 800))
@settings(max_examples=60, deadline=None)
def test_periods_between_cover_the_days_in_order(kind: Kind, start: date, days: int) -> None:
    end = start + timedelta(days=days)
    found = periods_between(kind, start, end)
    assert list(found) == sorted(set(found))
    assert all(period.start() <= end and period.end() >= start for period in found)
    if kind not in ("nine_months", "term"):
        assert found[0].contains(start) and found[-1].contains(end)


def test_last_year_of_a_53rd_week_and_of_a_leap_day() -> None:
    assert str(Period.parse("2026-W53").same_last_year()) == "2025-W52"
    assert str(Period.parse("2028-02-29").same_last_year()) == "2027-02-28"
    assert str(Period.parse("2026-Q3").same_last_year()) == "2025-Q3"


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("Quý I/2026", "2026-Q1"),
        ("QUÝ III NĂM 2026", "2026-Q3"),
        ("tháng 3 năm 2026", "2026-03"),
        ("Th¸ng 10/2026", "2026-10"),
        ("T10/2026", "2026-10"),
        ("kỳ báo cáo: 10/2026", "2026-10"),
        ("(Kỳ báo cáo: Tháng 09/2026)", "2026-09"),
        ("6 tháng đầu năm 2026", "2026-H1"),
        ("6 THÁNG CUỐI NĂM 2025", "2025-H2"),
        ("9 tháng năm 2026", "2026-9M"),
        ("Năm 2025", "2025"),
        ("DỰ TOÁN CHI NGÂN SÁCH ĐỊA PHƯƠNG NĂM 2020", "2020"),
        ("Tuần 43 năm 2026", "2026-W43"),
        ("Tuần 43 (19/10 - 25/10/2026)", "2026-W43"),
        ("Tuần từ 19/10/2026 đến 25/10/2026", "2026-W43"),
        ("Từ ngày 15/9/2026 đến 14/10/2026", "2026-10"),
        ("Học kỳ I năm học 2025-2026", "2025-T1"),
        ("BÁO CÁO tháng 10 và 10 tháng năm 2026", "2026-10"),
        ("Báo cáo quý III và 9 tháng năm 2026", "2026-Q3"),
        ("Số liệu ngày 23/10/2026", "2026-10-23"),
        ("lodging 2026-W43.xlsx", "2026-W43"),
    ],
)
def test_periods_are_found_in_title_lines(text: str, token: str) -> None:
    assert str(find_period(text)) == token


@pytest.mark.parametrize(
    "text",
    [
        "Khánh Hòa, ngày 10 tháng 4 năm 2026",
        "(Kèm theo Nghị quyết số 12/NQ-HĐND ngày 10/12/2018 của HĐND tỉnh)",
        "giai đoạn 2021-2025",
        "so với cùng kỳ năm 2025",
        "tháng 13/2026",
        "Tổng cộng 1.234.567",
        "Sở Y tế",
    ],
)
def test_dates_of_documents_and_spans_are_no_period(text: str) -> None:
    assert find_period(text) is None


@pytest.mark.parametrize(("text", "token"), [("10/2026", "2026-10"), ("23/10/2026", "2026-10-23"), ("2026", "2026")])
def test_a_cell_may_hold_the_bare_figures(text: str, token: str) -> None:
    assert str(parse_period_text(text)) == token
    assert find_period(text) is None


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_search(text: str) -> None:
    parse_period_text(text)
