"""The pattern for texts that may need a repair misses none, lets good text pass, and means the same in each engine."""

from __future__ import annotations

import re
import unicodedata

import duckdb
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from data.legacy_font import FONTS, from_unicode
from data.text_in_order import LETTERS, NEEDS_LOOK
from data.units import load_old_communes, load_units
from data.vietnamese_syllable import ONSETS, RHYMES, TONES, may_open, place_tone, toned_rhymes
from data.vietnamese_text import repair_text

NAMES = [unit.name for province in ("56", "42") for unit in load_units(province)] + [
    f"{old.name}, {old.district}" for province in ("56", "42") for old in load_old_communes(province)
]
LOOK = re.compile(NEEDS_LOOK)
DUCK = duckdb.connect()
SYLLABLES = [onset + form for onset in ONSETS for r in sorted(RHYMES) if may_open(onset, r) for form in toned_rhymes(r)]
PIECES = st.one_of(
    st.sampled_from(NAMES),
    st.sampled_from(SYLLABLES),
    st.sampled_from(NAMES).map(lambda name: unicodedata.normalize("NFD", name)),
    st.sampled_from(NAMES).map(lambda name: name.encode().decode("latin-1")),
    st.tuples(st.sampled_from(NAMES), st.sampled_from(FONTS)).map(lambda pair: from_unicode(*pair)),
    st.text(LETTERS + " ,.-/()'\"\n\t\xa0\u200b–“”²³°µ×®·¸¹½«»ÐðäöüßñçœšÅ", max_size=12),
    st.text(max_size=6),
)


@given(st.lists(PIECES, max_size=4).map(" ".join))
@settings(max_examples=150, deadline=None)
def test_what_a_repair_changes_is_found(text: str) -> None:
    if repair_text(text)[0] != text:
        assert LOOK.search(text)


def test_every_tone_on_the_wrong_letter_is_found() -> None:
    missed = []
    for onset in ONSETS:
        for rhyme in sorted(RHYMES):
            for at, letter in enumerate(rhyme):
                word = onset + rhyme[:at] + unicodedata.normalize("NFC", letter + TONES[1]) + rhyme[at + 1 :]
                missed += [w for w in (word, word.title(), word.upper()) if place_tone(w) != w and not LOOK.search(w)]
    assert missed == []


def test_good_text_passes() -> None:
    assert [text for text in NAMES if LOOK.search(text)] == []
    assert not LOOK.search("Nghị quyết số 57-NQ/TW “về đột phá…” – 12,5 km² ≤ 30 °C; HĐND; Krông Pắc; Quỹ\nquý II")


@given(st.lists(PIECES, min_size=1, max_size=8))
@settings(max_examples=25, deadline=None)
def test_polars_and_duckdb_find_what_python_finds(texts: list[str]) -> None:
    texts = [text.replace("\x00", "") for text in texts]
    expected = [bool(LOOK.search(text)) for text in texts]
    assert pl.Series(texts).str.contains(NEEDS_LOOK).to_list() == expected
    frame = pl.DataFrame({"place": range(len(texts)), "text": texts}).to_arrow()
    DUCK.register("given", frame)
    rows = DUCK.execute("SELECT regexp_matches(text, $1) FROM given ORDER BY place", [NEEDS_LOOK]).fetchall()
    assert [row[0] for row in rows] == expected
