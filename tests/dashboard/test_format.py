"""Numbers, dates and periods stand in the reader's form."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.format_vi import clock, moment, number, percent, period, period_short, signed
from dashboard.language import LANGUAGES, catalogue, choose, language


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234.5, 1, "1.234,5"),
        (1234567.0, None, "1.234.567"),
        (17.84, None, "17,8"),
        (0.41, None, "0,41"),
        (-3.0, None, "−3"),
        (-0.004, 1, "0,0"),
        (None, None, "—"),
        (math.nan, 1, "—"),
        (100.0, 1, "100,0"),
    ],
)
def test_numbers_are_vietnamese(value: float | None, decimals: int | None, text: str) -> None:
    assert number(value, decimals) == text


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
@settings(max_examples=50)
def test_a_number_reads_back(value: float, decimals: int) -> None:
    text = number(value, decimals)
    assert float(text.replace(".", "").replace(",", ".").replace("−", "-")) == pytest.approx(round(value, decimals))


def test_changes_and_shares() -> None:
    assert (signed(0.31), signed(-2.1), signed(None), percent(83.0), percent(None)) == (
        "+0,3",
        "−2,1",
        "—",
        "83 %",
        "—",
    )


@pytest.mark.parametrize(
    ("token", "text", "short"),
    [
        ("2026-10-23", "ngày 23/10/2026", "23/10"),
        ("2026-W43", "tuần 43/2026", "tuần 43"),
        ("2026-09", "tháng 9/2026", "T9/26"),
        ("2026-Q3", "quý III/2026", "III/26"),
        ("2026-H1", "6 tháng đầu năm 2026", "H1/26"),
        ("2026-9M", "9 tháng 2026", "9M/26"),
        ("2026", "năm 2026", "2026"),
        ("2026-T1", "học kỳ I năm học 2026–2027", "T1/26"),
        (None, "—", "—"),
    ],
)
def test_periods_are_words(token: str | None, text: str, short: str) -> None:
    assert (period(token), period_short(token)) == (text, short)


def test_moments_stand_in_the_province_s_time() -> None:
    at = datetime(2026, 9, 26, 2, 14, 8, tzinfo=UTC)
    assert (moment(at), clock(at, seconds=True)) == ("26/9/2026 09:14", "09:14:08")
    assert language("vi").weekday(date(2026, 10, 23)) == "Thứ Sáu 23/10/2026"


def test_both_catalogues_have_the_same_keys_with_the_same_blanks() -> None:
    import string

    def blanks(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    vi, en = (catalogue(code) for code in LANGUAGES)
    assert set(vi) == set(en)
    assert [key for key in vi if blanks(vi[key]) != blanks(en[key])] == []


def test_every_word_that_the_pages_ask_for_is_in_the_catalogue() -> None:
    import re
    from pathlib import Path

    folder = Path(__file__).parents[2] / "dashboard"
    asked = {
        key
        for path in folder.rglob("*.py")
        for key in re.findall(r'words\(\s*"([\w.]+)"', path.read_text(encoding="utf-8"))
    }
    assert asked
    assert sorted(asked - set(catalogue("vi"))) == []


def test_the_address_chooses_the_language_before_the_cookie() -> None:
    chosen = [choose(*given).code for given in (("en", "vi"), (None, "en"), (None, None), ("fr", "xx"))]
    assert chosen == ["en", "en", "vi", "vi"]
    assert language("en").number(1234.5, 1) == "1,234.5"
