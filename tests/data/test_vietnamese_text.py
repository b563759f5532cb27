"""Vietnamese text comes into its good form, and text that is in order is never touched."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.legacy_bytes import decode_legacy
from data.legacy_font import Legacy
from data.units import load_old_communes, load_units
from data.vietnamese_text import fold, from_unicode, repair_text, to_unicode

SHARED = Path(__file__).resolve().parents[3] / "shared"
NAMES = [unit.name for province in ("56", "42") for unit in load_units(province)] + [
    f"{old.name}, {old.district}" for province in ("56", "42") for old in load_old_communes(province)
]


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ("Kh¸nh Hßa", "Khánh Hòa", ("legacy_font",)),
        ("KH¸NH HßA", "KHÁNH HÒA", ("legacy_font",)),
        ("Khaùnh Hoøa", "Khánh Hòa", ("legacy_font",)),
        ("UBND x· V¹n Ninh", "UBND xã Vạn Ninh", ("legacy_font",)),
        ("Sở Kh¸nh Hßa", "Sở Khánh Hòa", ("legacy_font",)),
        ("Kh¸nh Hoµ", "Khánh Hòa", ("legacy_font", "tone_placement")),
        ("Khánh Hoà", "Khánh Hòa", ("tone_placement",)),
        ("uỷ ban, khoẻ, thuỷ sản, tuỳ", "ủy ban, khỏe, thủy sản, tùy", ("tone_placement",)),
        ("tòan tỉnh, qúy I", "toàn tỉnh, quý I", ("tone_placement",)),
        ("KhÃ¡nh HÃ²a", "Khánh Hòa", ("double_encoded",)),
        ("HoÃ\xa0ng", "Hoàng", ("double_encoded",)),
        (unicodedata.normalize("NFD", "Phường Bắc"), "Phường Bắc", ("unicode_form",)),
        ("Ðà Nẵng", "Đà Nẵng", ("unicode_form",)),
        ("a\u0301\u0302n", "ấn", ("unicode_form",)),
        ("  Vạn\xa0 Ninh\u200b ", "Vạn Ninh", ("stray_spaces",)),
        ("\tSở  Y tế", "Sở Y tế", ("stray_spaces",)),
    ],
)
def test_each_kind_of_bad_text_is_repaired_and_named(before: str, after: str, kinds: tuple[str, ...]) -> None:
    assert repair_text(before) == (after, kinds)


@pytest.mark.parametrize(
    "text",
    [
        "toàn, hoàn, quý, khoảng, thuở, quốc, giếng, già, gìn giữ, khuỷu, ngoẻo, của, mùa, giữa, thuế",
        "Café São Paulo, Müller, Côte d'Azur, El Niño, naïve",
        "5 µm ± 2 °C, 35 µg/m³, 12 m², § 5, ½, «ABC», Viettel®, 3×4, • A · B",
        "“XÃ” và “PHƯỜNG” – …",
        "Đắk Lắk, Krông Pắc, Ea Súp, Pleiku",
        "HĐND, UBMTTQVN, CĐS, KH&CN",
        "dòng một\ndòng hai",
        "",
        "abc 123",
    ],
)
def test_text_in_order_is_never_touched(text: str) -> None:
    assert repair_text(text) == (text, ())


def test_names_of_all_units_are_in_order() -> None:
    assert [name for name in NAMES if repair_text(name) != (name, ())] == []


@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
def test_only_the_four_old_spellings_of_the_notices_are_changed() -> None:
    changed = set()
    for path in sorted((SHARED / "seeds").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            after, _ = repair_text(line.strip())
            changed |= set(line.split()) - set(after.split())
    assert changed == {"Hoà", "hoá", "hoá,"}


@pytest.mark.parametrize("legacy", ["tcvn3", "vni", "windows-1258", "viqr"])
def test_every_name_of_a_unit_survives_each_old_form(legacy: Legacy) -> None:
    read = [to_unicode(from_unicode(name, legacy), legacy) for name in NAMES]
    assert [name for name, after in zip(NAMES, read, strict=True) if after.lower() != name.lower()] == []


@pytest.mark.parametrize("ambiguous", ["Sè", "Thuû", "Höng"])
def test_a_single_word_that_two_readings_fit_is_left_alone(ambiguous: str) -> None:
    assert repair_text(ambiguous) == (ambiguous, ())


@pytest.mark.parametrize(("legacy", "name"), [("tcvn3", "tcvn3"), ("vni", "vni")])
def test_bytes_of_legacy_files_are_decoded(legacy: Legacy, name: str) -> None:
    text = "xã Vạn Ninh, phường Nha Trang, đặc khu Trường Sa"
    raw = from_unicode(text, legacy).encode("latin-1")
    assert decode_legacy(raw) == (text, name)


def with_tones_apart(text: str) -> str:
    """As windows-1258 stores it: the letter with its own mark, then the tone."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    parts = []
    for letter in unicodedata.normalize("NFC", text):
        marks = unicodedata.normalize("NFD", letter)
        parts.append(unicodedata.normalize("NFC", "".join(m for m in marks if m not in tones)))
        parts += [m for m in marks if m in tones]
    return "".join(parts)


def test_bytes_of_windows_1258_are_decoded_and_french_is_not() -> None:
    text = "Sở Khoa học và Công nghệ"
    raw = with_tones_apart(text).encode("cp1258")
    assert decode_legacy(raw) == (text, "windows-1258")
    assert decode_legacy("Côte d'Azur, élève, façade".encode("cp1252")) is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Sở KH&CN", "so kh cn"),
        ("KHÁNH HOÀ", "khanh hoa"),
        ("Kh¸nh Hßa", "khanh hoa"),
        ("  Đặc khu: Trường-Sa ", "dac khu truong sa"),
    ],
)
def test_fold_gives_one_key_for_all_forms(text: str, key: str) -> None:
    assert fold(text) == key


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_repair_is_stable(text: str) -> None:
    once, _ = repair_text(text)
    assert repair_text(once)[0] == repair_text(repair_text(once)[0])[0]
    assert unicodedata.is_normalized("NFC", once)


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map(", ".join))
@settings(max_examples=100, deadline=None)
def test_double_encoding_and_decomposition_are_undone(text: str) -> None:
    assert repair_text(text.encode().decode("latin-1"))[0] == text
    assert repair_text(unicodedata.normalize("NFD", text))[0] == text


def test_clean_text_takes_microseconds() -> None:
    repair_text.cache_clear()
    started = time.perf_counter()
    for name in NAMES:
        repair_text(name)
    assert (time.perf_counter() - started) / len(NAMES) < 100e-6
