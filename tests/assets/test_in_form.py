"""What a column says of all its texts at once is what the desk says of each: nothing is passed over that it mends."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.canonical import Canonical, canonical_date, canonical_numbers, number_style
from assets.in_form import not_in_form
from data.contract import Column

numbers = st.one_of(
    st.integers(-10_000_000, 10_000_000).map(str),
    st.floats(-1e6, 1e6, allow_nan=False).map(repr),
    st.from_regex(r"[-+]?[0-9]{1,4}([.,][0-9]{1,3}){0,3}( đồng|%|e5)?", fullmatch=True),
    st.sampled_from(["-", "x", " 12", "12 ", "१२", "1 234,5", "", "1.234", "0.5", "+7", "#DIV/0!"]),
)
days = st.one_of(
    st.dates().map(str),
    st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True),
    st.sampled_from(["31/9/2026", "2026-02-30", "45000", " 2026-09-01", "2026-9-1", "２０２６-09-01"]),
)
texts = st.text(alphabet=" \t\x1c\u00a0\u200babÀ.", max_size=6)


@given(st.lists(numbers, unique=True, max_size=30), st.booleans(), st.booleans())
@settings(max_examples=300, deadline=None)
def test_numbers_that_are_passed_over_stand_unchanged_and_the_column_s_style_is_told_alike(
    values: list[str], typed: bool, whole: bool
) -> None:
    column = Column("a", "A", "integer" if whole else "number")
    left = not_in_form(pl.Series("a", values, dtype=pl.String), column, typed=typed).to_list()
    style = number_style(values, whole=whole, typed=typed)
    assert number_style(left, whole=whole, typed=typed) == style
    forms = canonical_numbers(values, whole=whole, typed=typed, percent=False, style=style)
    assert [forms[v] for v in values if v not in left] == [Canonical(v) for v in values if v not in left]


@given(st.lists(days, unique=True, max_size=30), st.booleans())
@settings(max_examples=200, deadline=None)
def test_days_that_are_passed_over_stand_unchanged(values: list[str], typed: bool) -> None:
    left = not_in_form(pl.Series("a", values, dtype=pl.String), Column("a", "A", "date"), typed=typed).to_list()
    assert all(canonical_date(v, typed=typed) == Canonical(v) for v in values if v not in left)


@given(st.lists(texts, unique=True, max_size=30))
def test_texts_that_are_passed_over_have_nothing_to_strip(values: list[str]) -> None:
    left = not_in_form(pl.Series("a", values, dtype=pl.String), Column("a", "A", "string"), typed=True).to_list()
    assert all(v and v == v.strip() for v in values if v not in left)
