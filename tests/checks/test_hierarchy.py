"""The outline of a table: who is whose parent, and which lines add up."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from checks.hierarchy import Line, places_of
from checks.outline import Style, outline_of


def lines(*rows: tuple[str | None, str, float | None]) -> list[Line]:
    return [Line(code, name, (None if v is None else Decimal(str(v)),)) for code, name, v in rows]


def added(*rows: tuple[str | None, str, float | None]) -> list[str]:
    given_lines = lines(*rows)
    return [str(line.name) for line, place in zip(given_lines, places_of(given_lines), strict=True) if place.adds]


def test_codes_nest_from_letters_over_roman_and_arabic_to_bullets() -> None:
    places = places_of(
        lines(
            ("A", "Thu", 6),
            ("I", "Nội địa", 6),
            ("1", "Trung ương", 6),
            ("a", "Thuế", 3),
            ("-", "VAT", 3),
            ("B", "Chi", 1),
        )
    )
    assert [p.depth for p in places] == [0, 1, 2, 3, 4, 0]
    assert [p.path for p in places] == ["A", "A.I", "A.I.1", "A.I.1.a", "A.I.1.a.-1", "B"]


def test_a_decimal_number_belongs_to_its_whole_number() -> None:
    places = places_of(lines(("I", "Chi", 5), ("1", "Đầu tư", 5), ("1.1", "Giáo dục", 2), ("1.10", "Khác", 3)))
    assert [p.path for p in places] == ["I", "I.1", "I.1.1", "I.1.10"]


def test_a_bullet_before_the_name_serves_where_the_code_is_empty() -> None:
    assert outline_of(None, "  - Thuế").style is Style.BULLET
    assert outline_of("", "+ Ghi thu").rank > outline_of("-", "Thuế").rank
    assert outline_of("C", None).style is Style.ALPHA and outline_of("V", None).style is Style.ROMAN
    assert outline_of("Đ", None).ordinal == 5


def test_lines_of_which_are_not_added_up() -> None:
    assert (
        added(("II", "Chi thường xuyên", 100), (None, "Trong đó:", None), (None, "- Giáo dục", 40), ("III", "Khác", 1))
        == []
    )


def test_a_list_of_which_that_is_complete_is_added_up_all_the_same() -> None:
    rows = [("B", "Chi", 30.0), (None, "Trong đó:", None), ("I", "Đầu tư", 10.0), ("II", "Thường xuyên", 20.0)]
    assert added(*rows) == ["Đầu tư", "Thường xuyên"]


def test_after_a_few_lines_of_which_the_full_list_with_the_same_bullets_counts() -> None:
    rows = [
        ("2", "Doanh nghiệp địa phương", 100.0),
        (None, "Trong đó: - Tổng công ty A", 70.0),
        (None, "- Các doanh nghiệp còn lại", 30.0),
        (None, "- Thuế GTGT", 60.0),
        (None, "- Thuế TNDN", 40.0),
    ]
    assert added(*rows) == ["- Thuế GTGT", "- Thuế TNDN"]


def test_a_total_without_a_code_holds_the_list_below_it_and_a_second_one_begins_anew() -> None:
    table = lines(
        (None, "Tổng thu NSNN", 10),
        ("A", "Cân đối", 10),
        (None, "Thu cân đối NSĐP", 7),
        ("A", "Cân đối", 4),
        ("B", "Khác", 3),
    )
    assert [p.parent for p in places_of(table)] == [None, 0, None, 2, 2]


def test_a_total_in_the_last_row_takes_the_rows_above() -> None:
    table = lines(("1", "Huyện A", 4), ("2", "Huyện B", 6), (None, "Tổng cộng", 10))
    assert [p.parent for p in places_of(table)] == [2, 2, None]


def test_a_company_called_tong_cong_ty_is_no_total() -> None:
    assert places_of(lines(("1", "Doanh nghiệp", 5), (None, "Tổng công ty Khánh Việt", 5)))[1].parent == 0


def test_children_that_do_not_add_up_are_still_held_against_their_parent() -> None:
    assert added(("A", "Thu", 99), ("1", "Một", 40), ("2", "Hai", 50)) == ["Một", "Hai"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 10**6), min_size=2, max_size=4), min_size=1, max_size=5))
def test_every_part_of_a_sound_outline_is_added_up(groups: list[list[int]]) -> None:
    rows: list[tuple[str | None, str, float | None]] = [("A", "Tổng", sum(map(sum, groups)))]
    for number, parts in enumerate(groups, 1):
        rows.append((str(number), f"Nhóm {number}", sum(parts)))
        rows += [("-", f"Phần {value}", value) for value in parts]
    places = places_of(lines(*rows))
    for index, place in enumerate(places):
        if (
            place.parent is not None
            and len([p for p in places if p.parent == place.parent]) > 1
            and rows[place.parent][2]
        ):
            assert place.adds, rows[index]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["A", "B", "I", "II", "1", "2", "1.1", "a", "-", "+", "", None, "x?"]),
            st.text(max_size=12) | st.sampled_from(["Trong đó:", "Tổng số", "- Thuế (A+B)"]),
            st.none() | st.integers(-10, 10),
        ),
        max_size=14,
    )
)
def test_any_table_gets_a_place_for_every_line_and_parents_stand_where_they_can(
    rows: list[tuple[str | None, str, int | None]],
) -> None:
    places = places_of(lines(*rows))
    assert len(places) == len(rows)
    assert len({p.path for p in places}) == len(rows)
    assert all(p.parent is None or p.depth == places[p.parent].depth + 1 for p in places)
