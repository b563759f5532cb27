"""The resolver turns any spelling into a code or says why not, and never guesses in silence."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import time
import unicodedata
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.unit_resolver import UnitResolver, get_resolver
from data.units import Unit, load_old_communes, load_units
from data.vietnamese_text import fold, from_unicode, repair_text

SHARED = Path(__file__).resolve().parents[3] / "shared"
TRUTH = SHARED / "data" / "reference" / "commune_conversion_former_khanh_hoa.csv"
COMMUNES = [(p, unit) for p in ("56", "42") for unit in load_units(p).communes()]


@pytest.mark.parametrize(
    ("text", "how", "code"),
    [
        ("Sở Khoa học và Công nghệ", "exact", "SKHCN"),
        ("Sở KH&CN", "normalised", "SKHCN"),
        ("Sở KHCN", "normalised", "SKHCN"),
        ("SỞ KHOA HỌC & CÔNG NGHỆ TỈNH KHÁNH HOÀ", "normalised", "SKHCN"),
        ("SKHCN", "normalised", "SKHCN"),
        ("56-SKHCN", "exact", "SKHCN"),
        ("VPUB", "normalised", "VPUB"),
        ("Văn phòng UBND tỉnh Khánh Hòa", "normalised", "VPUB"),
        ("UBND tỉnh", "normalised", "UBND"),
        ("UB MTTQVN tỉnh", "normalised", "UBMTTQ"),
        ("BQL KKT và KCN", "normalised", "BQLKKT"),
        ("Ban Quản lý Khu kinh tế và khu công nghiệp", "normalised", "BQLKKT"),
        ("BQL Khu kinh tế Vân Phong", "converted", "BQLKKT"),
        ("Ban Quản lý Vườn Quốc gia Núi Chúa – Phước Bình", "normalised", "BQLVQG"),
        ("Sở TN&MT", "converted", "SNNMT"),
        ("Sở Tài chinh", "normalised", "STC"),
        ("Sở Tài chíng", "fuzzy", "STC"),
        ("Trường ĐH Nha Trang", "fuzzy", "DHNT"),
        ("BVĐK tỉnh", "normalised", "BV01"),
    ],
)
def test_agencies_in_the_spellings_of_offices(text: str, how: str, code: str) -> None:
    match = get_resolver("56").resolve(text)
    assert (match.how, match.code) == (how, f"56-{code}")


def test_a_divided_agency_gives_candidates_and_no_code() -> None:
    match = get_resolver("56").resolve("Sở TT&TT")
    assert (match.how, match.code) == ("ambiguous", None)
    assert [candidate.code for candidate in match.candidates] == ["56-SKHCN", "56-SVHTTDL"]
    assert match.reason_vi and match.reason_en


@pytest.mark.parametrize("province", ["56", "42"])
def test_every_name_alias_and_code_of_the_reference_data_resolves_to_its_unit(province: str) -> None:
    resolver = get_resolver(province)
    wrong = [
        (spelling, unit.code, match)
        for unit in load_units(province)
        for spelling in (unit.name, unit.code, *unit.aliases)
        for match in [resolver.resolve(spelling)]
        if match.code != unit.code and not (unit.level == "commune" and match.how == "ambiguous")
    ]
    assert wrong == []


def spellings(unit: Unit) -> dict[str, str]:
    name = unit.name
    marks = unicodedata.normalize("NFD", name).replace("đ", "d").replace("Đ", "D")
    return {
        "nfd": unicodedata.normalize("NFD", name),
        "toneless": "".join(c for c in marks if not unicodedata.combining(c)),
        "upper": name.upper(),
        "old tones": name.replace("Hòa", "Hoà").replace("òa", "oà"),
        "tcvn3": from_unicode(name, "tcvn3"),
        "vni": from_unicode(name, "vni"),
        "short": name.replace("Xã ", "X. ").replace("Phường ", "P.").replace("Đặc khu", "ĐK"),
        "committee": f"UBND {name[0].lower()}{name[1:]}",
        "province": f"{name}, tỉnh {'Khánh Hòa' if unit.province == '56' else 'Hà Tĩnh'}",
        "spaces": f"  {name.replace(' ', '  ')}\u200b ",
    }


@pytest.mark.parametrize("province", ["56", "42"])
def test_every_commune_in_every_form_is_certain(province: str) -> None:
    resolver = get_resolver(province)
    for unit in load_units(province).communes():
        assert resolver.resolve(unit.name).how == "exact"
        for form, text in spellings(unit).items():
            match = resolver.resolve(text, kind="commune")
            assert (match.code, match.certain) == (unit.code, True), (form, text, match)


def test_without_its_kind_a_name_of_a_xa_and_a_phuong_is_ambiguous() -> None:
    match = get_resolver("56").resolve("Vĩnh Hải")
    assert (match.how, match.code) == ("ambiguous", None)
    assert {candidate.code for candidate in match.candidates} == {"22846", "22333"}
    assert get_resolver("56").resolve("Xã Vĩnh Hải").code == "22846"
    assert get_resolver("56").resolve("Phường Vĩnh Hải").how == "converted"
    assert get_resolver("56").resolve("Vĩnh Hải, TP. Nha Trang").code == "22333"
    assert get_resolver("56").resolve("Vạn Ninh").how == "normalised"


@pytest.mark.parametrize(
    ("text", "how", "code"),
    [
        ("Xã Vạn Nin", "fuzzy", "22489"),
        ("Xã Vạn Ninhh", "fuzzy", "22489"),
        ("Phước Hầu", "fuzzy", "22873"),
        ("Xã Nha Trang", "fuzzy", "22366"),
        ("Vạn Ninh, Quảng Bình", "fuzzy", "22489"),
        ("Xã Vạn Ninh, huyện Khánh Sơn", "fuzzy", "22489"),
        ("Sở Công Thương; Sở Tư pháp", "ambiguous", None),
        ("huyện Vạn Ninh", "ambiguous", None),
        ("TP. Nha Trang", "ambiguous", None),
        ("huyện đảo Trường Sa", "converted", "22736"),
        ("thị trấn Vạn Giã", "converted", "22489"),
        ("xã Ninh Sơn, thị xã Ninh Hòa", "converted", "22546"),
        ("Xã Ninh Sơn", "exact", "22810"),
        ("các sở, ngành, địa phương", "unknown", None),
        ("UBND các xã, phường, đặc khu", "unknown", None),
        ("Tổng cộng", "unknown", None),
        ("Sở Y tế Hà Tĩnh", "unknown", None),
        ("", "unknown", None),
    ],
)
def test_what_is_not_certain_is_said_to_be_so(text: str, how: str, code: str | None) -> None:
    match = get_resolver("56").resolve(text)
    assert (match.how, match.code) == (how, code)
    assert how == "exact" or (match.reason_vi and match.reason_en)


@pytest.mark.skipif(not TRUTH.exists(), reason="../shared is not here")
def test_all_mergers_of_the_former_khanh_hoa_are_those_of_the_statistics_office() -> None:
    former = defaultdict(set)
    whole = {}
    with TRUTH.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = f"{row['old_name']}, {re.sub(r' [(][0-9]+[)]$', '', row['old_district'])}"
            former[place].add(row["new_code"])
            whole[place] = "toàn bộ" in unicodedata.normalize("NFC", row["note"])
    assert len(former) > 100
    for place, codes in former.items():
        for text in (place, repair_text(place)[0].upper(), fold(place.split(",")[0]) + ", " + place.split(",")[1]):
            match = get_resolver("56").resolve(text, kind="commune")
            if whole[place]:
                assert (match.how, {match.code}) == ("converted", codes), text
            else:
                assert (match.how, match.code) == ("ambiguous", None), text
                assert {candidate.code for candidate in match.candidates} == codes


@pytest.mark.parametrize("province", ["56", "42"])
def test_old_communes_with_their_district_are_converted_or_ambiguous(province: str) -> None:
    for old in load_old_communes(province):
        match = get_resolver(province).resolve(f"{old.name}, {old.district}", kind="commune")
        if old.whole:
            assert (match.how, match.code) == ("converted", old.became[0])
        else:
            assert match.how == "ambiguous"
            assert {candidate.code for candidate in match.candidates} == set(old.became)


def test_before_july_2025_the_communes_of_then_come_first() -> None:
    resolver = get_resolver("56")
    assert resolver.resolve("Xã Ninh Sơn", on=date(2025, 6, 30)).code == "22546"
    assert resolver.resolve("Xã Ninh Sơn", on=date(2025, 7, 1)).code == "22810"


def test_kind_keeps_communes_and_agencies_apart() -> None:
    resolver = get_resolver("56")
    assert resolver.resolve("Sở Y tế", kind="commune").code is None
    assert resolver.resolve("Xã Vạn Ninh", kind="agency").code is None
    assert resolver.resolve("Sở Y tế", kind="agency").code == "56-SYT"


@given(st.sampled_from(COMMUNES), st.integers(0, 30), st.sampled_from("abghnotuy"))
@settings(max_examples=120, deadline=None)
def test_a_typing_error_is_never_certain_of_the_wrong_commune(
    commune: tuple[str, Unit], place: int, letter: str
) -> None:
    province, unit = commune
    place = len(unit.type) + 1 + place % len(unit.short_name)
    for text in (unit.name[:place] + letter + unit.name[place:], unit.name[:place] + unit.name[place + 1 :]):
        match = get_resolver(province).resolve(text, kind="commune")
        named = {fold(other.short_name).replace(" ", "") for p, other in COMMUNES if p == province}
        named |= {
            fold(re.sub("^(Xã|Phường|Thị trấn) ", "", old.name)).replace(" ", "") for old in load_old_communes(province)
        }
        if match.certain and match.code != unit.code:
            assert fold(text.split(" ", len(unit.type.split()))[-1]).replace(" ", "") in named


@given(st.text(max_size=40))
@settings(max_examples=150, deadline=None)
def test_any_text_gets_an_answer_with_a_reason(text: str) -> None:
    match = get_resolver("56").resolve(text)
    assert (match.code is None) == (match.how in ("ambiguous", "unknown"))
    assert match.how in ("exact", "normalised") or (match.reason_vi and match.reason_en)


def test_many_texts_are_answered_once_each() -> None:
    found = get_resolver("56").resolve_many(["Sở Y tế", "Sở Y tế", "SYT"])
    assert {text: match.code for text, match in found.items()} == {"Sở Y tế": "56-SYT", "SYT": "56-SYT"}


def test_the_dictionary_is_built_fast_and_answers_in_microseconds() -> None:
    load_units("56"), load_old_communes("56")
    started = time.perf_counter()
    resolver = UnitResolver("56")
    assert time.perf_counter() - started < 0.3
    names = [unit.name.upper() for unit in load_units("56")] * 20
    started = time.perf_counter()
    for name in names:
        resolver.resolve(name)
    assert (time.perf_counter() - started) / len(names) < 200e-6


def test_nothing_heavy_is_imported_for_it() -> None:
    code = (
        "import sys; from data.unit_resolver import UnitResolver; UnitResolver('56').resolve('X. Vạn Ninh'); "
        "print([m for m in ('vietnamadminunits', 'pandas', 'rapidfuzz', 'polars', 'duckdb') if m in sys.modules])"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
