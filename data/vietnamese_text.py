"""Brings Vietnamese text into its one good form, says what was wrong with it, and gives names a key to match by."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from data.legacy_font import Legacy, from_unicode, to_unicode
from data.legacy_judge import ALONE, Leaning, choose_font, mend_words
from data.syllable_weight import weight
from data.text_in_order import NEEDS_LOOK
from data.vietnamese_syllable import is_syllable, place_tone

__all__ = ["NEEDS_LOOK", "Legacy", "fold", "from_unicode", "repair_text", "to_unicode"]

_STRAY = re.compile(
    r"^[\s\u200b\ufeff]|[\s\u200b\ufeff]$|[ \t]{2}|\t|[\xa0\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff\xad]"
)
_WIDE_SPACE = re.compile(r"[\xa0\u2000-\u200a\u202f\u205f\u3000\t]")
_NO_WIDTH = re.compile(r"[\u200b-\u200f\u2060\ufeff\xad]")
_SPACES = re.compile(r" {2,}")
_WORD = re.compile(r"[^\W\d_]+")
_STROKE = str.maketrans({"Ð": "Đ", "Ɖ": "Đ", "ð": "đ"})

# UTF-8 bytes shown as windows-1252 (bytes that it lacks as C1 controls): a leading byte and its followers.
_BYTE_OF = {bytes([b]).decode("cp1252", errors="ignore") or chr(b): b for b in range(0x80, 0x100)}
_BYTE_OF |= {chr(b): b for b in range(0x80, 0x100)}
_FOLLOWER = "[" + re.escape("".join(c for c, b in _BYTE_OF.items() if b < 0xC0)) + "]"
_DOUBLE = re.compile(f"[\xc2-\xdf]{_FOLLOWER}|[\xe0-\xef]{_FOLLOWER}{{2}}")
_MUCH_COMMONER = 8
_ORDINARY = frozenset(" \xa0“”‘’–—…•\"'")
_DECODED = re.compile("[\xa0-\xff\u0102-\u01b0\u0300-\u0323\u1ea0-\u1ef9\u2010-\u2bff]")


def _decode_sequence(found: re.Match[str]) -> str:
    sequence = found.group()
    try:
        decoded = bytes(_BYTE_OF[c] for c in sequence).decode("utf-8")
    except UnicodeDecodeError:
        return sequence
    return decoded if _DECODED.fullmatch(decoded) else sequence


def _speaks_for_double(text: str, found: re.Match[str], lean: int) -> bool:
    """Whether a sequence cannot be good text: “XÃ” before a quotation mark or no-break space is one as well (Ô, à)."""
    decoded = _decode_sequence(found)
    if decoded == found.group():
        return False
    if not _ORDINARY.issuperset(found.group()[1:]):
        return True
    before = re.search(r"[^\W\d_]*$", text[: found.start()])
    start = before.start() if before else found.start()
    after = re.match(r"[^\W\d_]*", text[found.end() :])
    rest = after.group() if after else ""
    as_it_stands = weight(text[start : found.start() + 1]) + (weight(rest) if rest else 0)
    repaired = text[start : found.start()] + decoded + rest
    return is_syllable(repaired) and weight(repaired) + lean > as_it_stands + _MUCH_COMMONER


def _undouble(text: str, lean: int = 0) -> str:
    """UTF-8 that was read as windows-1252 or latin-1 read anew; the text itself where nothing speaks for that."""
    if any(_speaks_for_double(text, found, lean) for found in _DOUBLE.finditer(text)):
        return _DOUBLE.sub(_decode_sequence, text)
    return text


def _compose(text: str) -> str:
    """NFC, also where the tone was typed before the letter's own mark; a barred D of another alphabet becomes Đ."""
    composed = unicodedata.normalize("NFC", text)
    if any(unicodedata.combining(c) for c in composed):
        composed = unicodedata.normalize("NFC", _reorder(composed))
    if "Ð" in composed or "ð" in composed or "Ɖ" in composed:
        composed = _WORD.sub(_bar_d, composed)
    return composed


def _reorder(text: str) -> str:
    """Combining marks of each letter with circumflex, breve and horn before the tones."""
    return re.sub(
        "[\u0300\u0301\u0303\u0309\u0323]+[\u0302\u0306\u031b]",
        lambda found: found.group()[-1] + found.group()[:-1],
        unicodedata.normalize("NFD", text),
    )


def _bar_d(found: re.Match[str]) -> str:
    word = found.group()
    barred = word.translate(_STROKE)
    return barred if is_syllable(barred, loose=True) or barred.isupper() else word


@lru_cache(maxsize=65536)
def _word_is_fine(word: str) -> bool:
    return is_syllable(word) and place_tone(word) == word


@lru_cache(maxsize=16384)
def repair_text(text: str, leaning: Leaning | None = None) -> tuple[str, tuple[str, ...]]:
    """The text in good form, and the kinds of repair that it took, () where it was in order.

    Kinds: legacy_font (TCVN3, VNI, windows-1258), double_encoded (UTF-8 read as windows-1252), unicode_form (→ NFC),
    tone_placement (hoà → hòa), stray_spaces (around, double, no-break, zero-width; line breaks inside stay).
    leaning: what the column's other texts say for each font (data.legacy_judge); without it the text is judged alone,
    and one in which NEEDS_LOOK finds nothing is never changed.
    """
    after, kinds = _repair(text, leaning or ALONE)
    if after == text or (leaning is None and not re.search(NEEDS_LOOK, text)):
        return text, ()
    return after, kinds


def _repair(text: str, leaning: Leaning) -> tuple[str, tuple[str, ...]]:
    kinds: list[str] = []
    if not text.isascii():
        words = [word for word in _WORD.findall(text) if not word.isascii()]
        plain = unicodedata.is_normalized("NFC", text) and not _SYMBOLS.search(text) and all(map(_word_is_fine, words))
        if not plain or leaning != ALONE:
            text = _repair_letters(text, leaning, kinds)
    if _STRAY.search(text):
        spaced = _SPACES.sub(" ", _WIDE_SPACE.sub(" ", _NO_WIDTH.sub("", text))).strip()
        if spaced != text:
            text = spaced
            kinds.append("stray_spaces")
    return text, tuple(kinds)


def _place(found: re.Match[str]) -> str:
    """A word with its tone in place, but for one that says more when read as VNI: "Soá" is Số, hardly Sóa."""
    word = found.group()
    placed = place_tone(word)
    if placed != word and not word.isascii() and weight(to_unicode(word, "vni")) > weight(placed) + _MUCH_COMMONER:
        return word
    return placed


_SYMBOLS = re.compile("[\xa1-\xbf×÷\x80-\x9f\u0300-\u0323]")


def _repair_letters(text: str, leaning: Leaning, kinds: list[str]) -> str:
    for _ in range(2):  # some exports spoil the text twice
        once = _undouble(text, dict(leaning).get("double", 0))
        if once == text:
            break
        text = once
        if "double_encoded" not in kinds:
            kinds.append("double_encoded")
    composed = unicodedata.normalize("NFC", text)  # first: a letter apart from its tone looks like a legacy font's
    if composed != text:
        text = composed
        kinds.append("unicode_form")
    font = choose_font(text, leaning)
    modern = to_unicode(text, font) if font else mend_words(text)
    if modern is not None and modern != text:
        text = modern
        kinds.append("legacy_font")
    composed = _compose(text)
    if composed != text:
        text = composed
        if "unicode_form" not in kinds:
            kinds.append("unicode_form")
    placed = _WORD.sub(_place, text)
    if placed != text:
        text = placed
        kinds.append("tone_placement")
    return text


_MARKS = dict.fromkeys(range(0x300, 0x370))
_BAR = str.maketrans("đð", "dd")
_NOT_KEY = re.compile(r"[\W_]+")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """A key to match names by: small letters without tones and marks, đ → d, single spaces, no punctuation.

    Text in legacy fonts is repaired first. "Sở KH&CN" → "so kh cn"; "Khánh Hoà" and "KHÁNH HÒA" → "khanh hoa".
    """
    repaired = text if text.isascii() else repair_text(text)[0]
    plain = unicodedata.normalize("NFD", repaired).translate(_MARKS).lower().translate(_BAR)
    return _NOT_KEY.sub(" ", plain).strip()
