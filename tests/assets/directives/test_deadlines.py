"""Deadlines and recurrences, over generated sentences."""

from __future__ import annotations

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.directives.deadlines import find_deadline, find_recurrence

days = st.dates(date(2024, 1, 1), date(2032, 12, 31))
markers = st.sampled_from(
    ["chậm nhất ngày ", "trước ngày ", "hoàn thành trước ngày ", "Thời gian hoàn thành trước ngày "]
)
forms = st.sampled_from(["{d}/{m}/{y}", "{d:02}/{m:02}/{y}", "{d} tháng {m} năm {y}", "{d:02}.{m:02}.{y}"])
around = st.sampled_from(["", "tham mưu xây dựng kế hoạch, ", "Khẩn trương rà soát các quy định, trình UBND tỉnh "])


@given(around, markers, days, forms, st.sampled_from([".", "", "; báo cáo UBND tỉnh."]))
def test_a_named_day_is_the_deadline(before: str, marker: str, day: date, form: str, after: str) -> None:
    said = marker + form.format(d=day.day, m=day.month, y=day.year)
    found = find_deadline(before + said + after, 2026)
    assert found is not None and found.date == day and found.text.endswith(str(day.year))


@given(
    around, st.integers(2024, 2032), st.integers(1, 12), st.sampled_from(["trong ", "hoàn thành trong ", "ngay trong "])
)
def test_a_month_a_quarter_and_a_year_give_their_last_day(before: str, year: int, month: int, marker: str) -> None:
    last = date(year, month, calendar.monthrange(year, month)[1])
    found = find_deadline(f"{before}{marker}tháng {month}/{year}.", None)
    assert found is not None and (found.date, found.period) == (last, f"{year}-{month:02}")
    quarter = (month + 2) // 3
    roman = ["I", "II", "III", "IV"][quarter - 1]
    found = find_deadline(f"{before}{marker}quý {roman}/{year}.", None)
    assert found is not None and found.period == f"{year}-Q{quarter}"
    found = find_deadline(f"{before}{marker}năm {year}.", None)
    assert found is not None and found.date == date(year, 12, 31)


def test_a_half_year_is_a_period_and_a_day_without_a_year_is_of_the_document_s() -> None:
    half = find_deadline("hoàn thành trong 6 tháng cuối năm 2025", None)
    assert half is not None and (half.date, half.period) == (date(2025, 12, 31), "2025-H2")
    short = find_deadline("gửi báo cáo trước ngày 20/4", 2026)
    assert short is not None and short.date == date(2026, 4, 20)


@pytest.mark.parametrize(
    "text",
    ["xây dựng Kế hoạch tổng thể 05 năm (2026 - 2030) và kế hoạch chi tiết",
     "trong 3 tháng đầu năm chủ trì 10 phiên họp",
     "thực hiện mục tiêu giai đoạn 2026-2030", "ngày 31/02/2026", "nâng cao nhận thức của người dân"],
)  # fmt: skip
def test_what_sets_no_deadline_gives_none(text: str) -> None:
    assert find_deadline(text, 2026) is None


@given(
    st.sampled_from(["01 lần/tháng", "ít nhất 01 lần/Quý", "hằng tuần", "hàng tháng", "định kỳ hàng quý", "mỗi năm",
                     "trước 11 giờ ngày thứ 6", "trước 15 giờ 30 ngày thứ 6 hàng tuần"]),
    st.sampled_from(["Ban Chỉ đạo họp {}.", "{} tổng hợp, báo cáo.", "gửi báo cáo {} về Sở Nội vụ"]),
)  # fmt: skip
def test_a_recurrence_is_given_as_written(said: str, sentence: str) -> None:
    found = find_recurrence(sentence.format(said))
    assert found is not None and said.split(" ngày thứ")[0].lower() in found.text.lower()
