"""Judges whether a text was typed in a font of before Unicode, by how common its words are in each reading.

All figures are bits: log2 of how much likelier one reading is than another. A text judged alone must be far likelier in
the font's reading; among texts of one column that are typed in it, little is enough.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from data.legacy_font import FONTS, Font, letters_of, to_unicode
from data.syllable_weight import NONSENSE, weight
from data.vietnamese_syllable import is_syllable

__all__ = ["ALONE", "Leaning", "choose_font", "font_of_all", "lean", "mend_words", "vote"]

Leaning = tuple[tuple[str, int], ...]
"""How far the texts around a text speak for each font, or for "double" encoding, in bits; negative against it."""

_ALONE = -16
ALONE: Leaning = tuple((font, _ALONE) for font in FONTS)

_FOREIGN = -26  # a word of another language: "Müller"
_STRANGE = -33  # vowels that no language of Europe puts side by side: "Möôøng", "Thuâòn"
_ODD = -45  # a sign or a capital within a word: "V¹n", "tÊt"
_NAME = -32  # no syllable, but letters of Vietnamese: "Krông"
_NO_WORD = -4  # what makes no word never speaks for a font, however odd it looks as it stands
_EDGE = -20  # a sign at a word's end: "x·", "Viettel®"
_SIGN = -12  # signs that stand alone or between two letters as in units: "«", "N·m", "3×4"
_MARGIN = 2
_CERTAIN = -12
_OTHER = 8
_LEAN_MOST = 18
_MOST_TYPED = 4  # four texts typed in a font to one that is not
_LEFT_ALONE = 6  # for text that is in order as it stands, unless nearly the whole column is typed in the font

_CHUNK = re.compile("[A-Za-z\xa1-\xac\xad\xae\xb5-\xb9\xbb-\xbe\xc0-\u024f\u1ea0-\u1ef9\u2c61-\u2c7f]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_SIGNS = re.compile("[\xa1-\xbf×÷]")
_STRANGE_PAIR = re.compile("[aeouyöôâêãõý][øå]|[öôâêãõý][ùûõïàãáäèúüéëâêôìòþ]|a[ùûõâêàëìò]|e[ùàèë]|o[âôò]|[uy][ûùàôõ]")
_UNIT = re.compile(r"µ[A-Za-z]{0,3}|[A-Za-z]·[A-Za-z]|·|[A-Za-z]?[×÷][A-Za-z]?|«?[A-Za-z]+»|«[A-Za-z]+")
_EDGE_SIGN = re.compile("[¡§©®«]?[A-Za-z]+[©®ª»¹]?")
_BEYOND_LATIN1 = re.compile("[\u0100-\u024f\u1ea0-\u1ef9]")
_NOT_VIETNAMESE = re.compile("[\xa1-\xbfÄÅÆÇËÎÏÐÑÖ×ØÛÜÞßäåæçëîïðñöø÷ûüþÿ]")
_USED = {font: letters_of(font) for font in FONTS}


def _one_case(word: str) -> bool:
    return word.islower() or word.isupper() or (word[:1].isupper() and (len(word) == 1 or word[1:].islower()))


@lru_cache(maxsize=32768)
def _as_it_stands(chunk: str) -> int:
    plain = chunk.replace("\xad", "")
    if _SIGNS.search(plain):
        if _UNIT.fullmatch(chunk) or len(chunk) == 1:
            return _SIGN
        return _EDGE if _EDGE_SIGN.fullmatch(chunk) else _ODD
    if not _one_case(plain):
        return _ODD if re.search("[a-z][À-Þ]|[A-Z][À-Þ][a-z]", plain) else _FOREIGN
    return max(weight(chunk), _STRANGE if _STRANGE_PAIR.search(plain.lower()) else _FOREIGN)


@lru_cache(maxsize=65536)
def _gain(chunk: str, font: Font) -> int | None:
    """Bits by which a chunk is likelier typed in the font than meant as it stands; None where that changes nothing."""
    if _USED[font].isdisjoint(chunk):
        return None
    after = to_unicode(chunk, font)
    if after == chunk:
        return None
    cased = "".join(c for c in chunk if c.isascii()) if font == "tcvn3" else after
    if not _LETTERS.fullmatch(after) or (cased and not _one_case(cased)):
        return min(NONSENSE - _as_it_stands(chunk), _NO_WORD)
    heard = weight(after)
    return heard - _as_it_stands(chunk) if heard > NONSENSE else min(_NAME - _as_it_stands(chunk), _NO_WORD)


@lru_cache(maxsize=32768)
def _gains(text: str) -> tuple[tuple[Font, int], ...]:
    chunks = [chunk for chunk in _CHUNK.findall(text) if not chunk.isascii()]
    found: list[tuple[Font, int]] = []
    for font in FONTS:
        gains = [gain for chunk in chunks if (gain := _gain(chunk, font)) is not None]
        if gains:
            found.append((font, sum(gains)))
    return tuple(found)


def choose_font(text: str, leaning: Leaning = ALONE) -> Font | None:
    """The font that a text (NFC) was typed in, or None where it is likelier good as it stands."""
    if text.isascii() or _BEYOND_LATIN1.search(text):
        return None
    towards = dict(leaning)
    in_order = _in_order(text)
    scored = sorted(
        (
            (
                gain + towards.get(font, 0) - (_LEFT_ALONE if in_order and towards.get(font, 0) < _MOST_TYPED else 0),
                font,
            )
            for font, gain in _gains(text)
        ),
        reverse=True,
    )
    if not scored or scored[0][0] <= _MARGIN:
        return None
    if len(scored) > 1 and scored[0][0] - scored[1][0] <= _MARGIN and _differ(text, scored[0][1], scored[1][1]):
        return None  # "Thuû" is Thuỷ in one font and Thủ in the other: ask the whole column
    return scored[0][1]


def _in_order(text: str) -> bool:
    """Whether every accented word is a Vietnamese syllable as it stands: then only the column can tell."""
    return all(is_syllable(chunk, loose=True) for chunk in _CHUNK.findall(text) if not chunk.isascii())


def _differ(text: str, one: Font, other: Font) -> bool:
    return to_unicode(text, one) != to_unicode(text, other)


def mend_words(text: str) -> str | None:
    """A text of good words and words in a font, those put right; None where there are none.

    Only words with letters that Vietnamese does not have are looked at: "Sở Kh¸nh Hßa".
    """
    if not _BEYOND_LATIN1.search(text) or not _NOT_VIETNAMESE.search(text):
        return None
    chunks = [c for c in _CHUNK.findall(text) if _NOT_VIETNAMESE.search(c) and not _BEYOND_LATIN1.search(c)]
    best: tuple[int, Font] | None = None
    for font in FONTS:
        total = sum(_gain(chunk, font) or 0 for chunk in chunks)
        if total > -_ALONE and (best is None or total > best[0]):
            best = total, font
    if best is None:
        return None
    font = best[1]

    def read(found: re.Match[str]) -> str:
        chunk = found.group()
        return to_unicode(chunk, font) if chunk in chunks and (_gain(chunk, font) or 0) > 0 else chunk

    return _CHUNK.sub(read, text)


def font_of_all(texts: Iterable[str]) -> tuple[Font | None, bool]:
    """The font that a whole file's texts are typed in, and whether another font is there as well.

    The texts are bytes shown as windows-1252. None where more than one word in five becomes no Vietnamese word.
    """
    chunks = Counter(chunk for text in texts for chunk in _CHUNK.findall(text) if not chunk.isascii())
    best: tuple[int, Font] | None = None
    for font in FONTS:
        gains = [(_gain(chunk, font) or 0, count) for chunk, count in chunks.items()]
        good = sum(count for gain, count in gains if gain > 0)
        bad = sum(count for gain, count in gains if gain < _NO_WORD)
        total = sum(gain * count for gain, count in gains)
        if total > -_ALONE and bad * 4 <= good and (best is None or total > best[0]):
            best = total, font
    if best is None:
        return None, False
    font = best[1]
    others = [
        count
        for chunk, count in chunks.items()
        if any((_gain(chunk, other) or 0) > max(_gain(chunk, font) or 0, 0) + _OTHER for other in FONTS)
    ]
    return font, sum(others) * 50 > sum(chunks.values())


def vote(texts: Iterable[str]) -> Counter[str]:
    """How many of the texts are surely typed in each font, and how many (under "good") are surely not."""
    votes: Counter[str] = Counter()
    for text in texts:
        if text.isascii():
            continue
        if _BEYOND_LATIN1.search(text):
            votes["good"] += 1
        elif font := choose_font(text):
            votes[font] += 1
        elif all(gain < _CERTAIN for _, gain in _gains(text)) or (
            _in_order(text) and all(gain <= 0 for _, gain in _gains(text))
        ):
            votes["good"] += 1
    return votes


def lean(column: Mapping[str, int], table: Mapping[str, int]) -> Leaning:
    """What a column's votes, and a little the whole table's, say for a text that could be either."""
    good = 0.5 + column.get("good", 0) + 0.02 * table.get("good", 0)
    found: list[tuple[str, int]] = []
    for kind in (*FONTS, "double"):
        typed = column.get(kind, 0) + 0.1 * table.get(kind, 0)
        odds = math.log2(typed / good) if typed else _ALONE
        found.append((kind, max(_ALONE, min(_LEAN_MOST, round(2 * odds if odds > 0 else odds)))))
    return tuple(found)
