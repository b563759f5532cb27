"""One regular expression that finds every text which may need a repair, cheap enough for columns of millions.

It knows the letters of modern Vietnamese and which of them stand side by side in syllables that are spelt as official
names spell them; whatever else occurs (another font's letters, marks apart, stray spaces) calls for a look.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator

from data.vietnamese_syllable import ONSETS, RHYMES, TONES, VOWELS, may_open, toned_rhymes

__all__ = ["LETTERS", "NEEDS_LOOK"]

_ACCENTED = "".join(
    letter
    for vowel in VOWELS
    for tone in ("", *TONES)
    if not (letter := unicodedata.normalize("NFC", vowel + tone)).isascii()
)
_ASCII = "abcdefghijklmnopqrstuvwxyz"
_LOWER = _ASCII + _ACCENTED
LETTERS = "".join(sorted(_LOWER + "đ" + _LOWER.upper() + "Đ"))
"""Every letter of modern Vietnamese and of ASCII, both cases, each as one NFC character."""

# Signs that no legacy font uses for a letter and no repair takes away.
_SIGNS = "°±²³´–—‘’“”…•≤≥≈≠→€₫⁴⁵⁶⁷⁸⁹"
_CLOSED_SPACES = r"^[ \n\r]|[ \n\r]$|  "
# What UTF-8 bytes of Vietnamese letters and of quotation marks look like when shown as windows-1252 or latin-1.
_DOUBLE = "[ÂÃÌâ][^\\x00-\\x7f" + "".join(c for c in LETTERS if not c.isascii()) + "]"


def _pairs() -> set[str]:
    """Letters that stand side by side in some rightly spelt syllable; an onset's last letter with a rhyme's first."""
    found: set[str] = set()
    onsets = [onset for onset in ONSETS if onset]
    for rhyme in RHYMES:
        forms = list(toned_rhymes(rhyme))
        found.update(form[at : at + 2] for form in forms for at in range(len(form) - 1))
        firsts = {form[0] for form in forms}
        found.update(last + first for last in {o[-1] for o in onsets if may_open(o, rhyme)} for first in firsts)
    return found


def _both_cases(letters: str) -> str:
    return "[" + "".join(sorted({*letters, *letters.upper()})) + "]"


def _strangers() -> Iterator[str]:
    """Pairs of letters, one accented, that no rightly spelt syllable has; firsts with the same seconds together."""
    side_by_side = _pairs()
    groups: dict[str, str] = defaultdict(str)
    for first in _LOWER:
        seconds = _LOWER if first.isascii() or first == "ư" else _ASCII  # but for ươ no two accents follow each other
        groups["".join(s for s in seconds if not (first + s).isascii() and first + s not in side_by_side)] += first
    yield _both_cases(_ACCENTED.replace("ư", "")) + _both_cases(_ACCENTED)
    for seconds, firsts in groups.items():
        if seconds:
            yield _both_cases(firsts) + _both_cases(seconds)


_LETTER = "[A-Za-z" + _both_cases(_ACCENTED)[1:]


def _pattern() -> str:
    upper = "".join(letter.upper() for letter in _ACCENTED)
    return "|".join(
        (
            # any character but plain ASCII, Vietnamese letters and harmless signs: marks apart, other fonts, controls
            f"[^\\n\\r -~{_ACCENTED}đ{upper}Đ{_SIGNS}]",
            _CLOSED_SPACES,
            _DOUBLE,
            *_strangers(),
            # hoà, khoẻ, thuỷ at a word's end (quý is in order)
            "[oO][àảãáạèẻẽéẹÀẢÃÁẠÈẺẼÉẸ](?:[^A-Za-z]|$)",
            "(?:^|[^qQ])[uU][ỳỷỹýỵỲỶỸÝỴ](?:[^A-Za-z]|$)",
            # cuả, kiá (quả, giá are in order)
            "(?:^|[^qQ])[uU][àảãáạÀẢÃÁẠ](?:[^A-Za-z]|$)|(?:^|[^gG])[iI][àảãáạÀẢÃÁẠ](?:[^A-Za-z]|$)",
            # tòan, lọet, hùynh, gía
            f"[òỏõóọÒỎÕÓỌ][aeAE]{_LETTER}|[ùủũúụÙỦŨÚỤ][yY]{_LETTER}|[gG][ìỉĩíịÌỈĨÍỊ][aeouAEOU]",
            # a capital within a word: the legacy fonts' small letters have such codes
            f"[a-z{_ACCENTED}đ][{upper}]|[A-Z{upper}Đ][{upper}][a-z{_ACCENTED}]",
        )
    )


NEEDS_LOOK = _pattern()
"""Regular expression (RE2 and Rust syntax, no look-around, case matters) of texts that may need a repair.

`repair_text` changes no text that it does not find; the reverse does not hold ("5 µm" is looked at and left alone).
VIQR is not among what it finds: that is plain ASCII, and only a whole table can tell it from punctuation.
"""
