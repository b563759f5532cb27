"""Reads VIQR: Vietnamese written with ASCII marks after the letters ("Khanh Ho`a", "ddu+o+`ng").

Source: RFC 1456. The marks are common punctuation, so a text is taken for VIQR only where its words become syllables;
a word's last mark may be the sentence's full stop or question mark.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from data.syllable_weight import NONSENSE, UNHEARD, weight
from data.vietnamese_syllable import TONES, is_syllable

__all__ = ["VIQR_LOOK", "VIQR_MARK", "in_viqr", "read_viqr", "viqr_gain", "write_viqr"]

VIQR_LOOK = r"[aeiouyAEIOUY][\^(+]?[`?~'.][A-Za-z]|[aeoAEO][\^(]|[ouOU]\+|[dD][dD]|[aeiouyAEIOUY][`~][^A-Za-z]"
"""Regular expression (RE2 and Rust syntax) of texts that may hold a word in VIQR; much English holds one too."""
VIQR_MARK = r"[aeiouyAEIOUY][\^(+`'?~.]|[dD][dD]"
"""Regular expression (RE2 and Rust syntax) of texts with any mark that VIQR uses."""

_HUYEN, _SAC, _HOI, _NGA, _NANG = tuple(TONES)
_TONE_OF = {"`": _HUYEN, "'": _SAC, "\u2019": _SAC, "?": _HOI, "~": _NGA, ".": _NANG}
_MARK_OF = {"^": "\u0302", "(": "\u0306", "+": "\u031b"}
_LETTER = re.compile(
    r"(?P<bar>[Dd])[Dd]"
    r"|(?P<vowel>[AaEeIiOoUuYy])(?:(?P<mark>[\^(+])(?P<tone>[`'\u2019?~.]?)"
    r"|(?P<first>[`'\u2019?~.])(?P<last>[\^(+]?))"
)
_WORD = re.compile(r"(?:[A-Za-z]|(?<=[A-Za-z^(+])[`'\u2019?~.]|(?<=[AaEeOo])\^|(?<=[Aa])\(|(?<=[OoUu])\+)+")
_ESCAPED = re.compile(r"(?<=[A-Za-z^(+`'?~.])\\([`'?~.^(+])")
_WITHIN = -5
_NAME_SPACES = 5  # a text of more words may be a sentence and end with a full stop
_NOT_TEXT = re.compile(r"\S*(?:@|://|www\.|\w\.\w+\.\w|\.(?:vn|com|net|org|xlsx?|docx?|pdf|csv)\b)\S*")
_SURE = re.compile(r"[\^(+`~]|[aeiouy]['.?][a-z]|dd", re.IGNORECASE)
_STRONG = re.compile(r"[AaEeOo]\^|[OoUu]\+|[Aa]\([`'?~.a-zA-Z]|[Dd][Dd][aeiouyAEIOUY]")
_FOREIGN_LETTER = re.compile("[\u00c0-\u024f\u1ea0-\u1ef9]")
_INSIDE = re.compile(r"[aeiouy](?:[`'?~.][a-z]|[`~])|[Aa]\(", re.IGNORECASE)
_CONTRACTION = re.compile("['\u2019](?:s|(?<=n.)t|re|ve|ll|d|m)$", re.IGNORECASE)
_ABBREVIATION = re.compile("[A-Z]+")
_ENOUGH = 60
_WORDS_ENOUGH = 3


def _letter(found: re.Match[str]) -> str:
    if found["bar"]:
        return "đ" if found["bar"] == "d" else "Đ"
    mark, tone = found["mark"] or found["last"] or "", found["tone"] or found["first"] or ""
    composed = unicodedata.normalize("NFC", found["vowel"] + _MARK_OF.get(mark, ""))
    if mark and len(composed) > 1:
        return found.group()
    return unicodedata.normalize("NFC", composed + _TONE_OF.get(tone, ""))


def _convert(word: str) -> str:
    return _LETTER.sub(_letter, word)


@lru_cache(maxsize=65536)
def _read_word(word: str, favour_stop: int | None) -> str:
    """One word read. Its last full stop or question mark stays one where the word is commoner so.

    favour_stop: bits that the place in the text adds for that; None in the middle of a text, where it is a tone.
    """
    whole, stem = _convert(word), word.rstrip(".?")
    tail = word[len(stem) :]
    plain = _convert(stem)
    if tail and not is_syllable(whole) and is_syllable(plain):
        return plain + tail
    if tail and favour_stop is not None and weight(plain) + favour_stop > weight(whole):
        return plain + tail
    if is_syllable(whole) or _STRONG.search(word) or (_INSIDE.search(word) and not _CONTRACTION.search(word)):
        return whole
    return plain + tail if _ABBREVIATION.fullmatch(stem) and "DD" in stem else word


def read_viqr(text: str) -> str:
    """A text in VIQR as NFC Unicode; words that are no syllables, addresses and file names stay as they are."""
    return "".join(
        part if at % 2 else _read_part(part, is_name=text.count(" ") <= _NAME_SPACES)
        for at, part in enumerate(_ESCAPED.split(text))
    )


def _read_part(text: str, is_name: bool) -> str:
    protected = [found.span() for found in _NOT_TEXT.finditer(text)]

    def read(found: re.Match[str]) -> str:
        if any(start <= found.start() < end for start, end in protected):
            return found.group()
        rest = text[found.end() : found.end() + 2]
        if not rest:
            return _read_word(found.group(), -8 if is_name else 0 if found.group()[0].isupper() else 6)
        starts_anew = len(rest) == 2 and rest[0] == " " and rest[1].isupper()
        return _read_word(found.group(), _WITHIN if starts_anew else None)

    return _WORD.sub(read, text)


@lru_cache(maxsize=32768)
def viqr_gain(text: str) -> int:
    """Bits by which a text is likelier in VIQR than plain; 0 where it has no mark that VIQR uses."""
    if _FOREIGN_LETTER.search(text):
        return 0
    clean = _NOT_TEXT.sub(" ", text)
    gain = 0
    for word in _WORD.findall(clean):
        if not _SURE.search(word):
            gain -= 0 if word.isupper() or len(word) < 3 or is_syllable(word.rstrip(".?'")) else 4
            continue
        after = _read_word(word, None)
        if after.isascii():
            gain -= 12
        else:
            gain += max(weight(after.rstrip(".?'")), NONSENSE) - 2 * UNHEARD + (10 if _STRONG.search(word) else 0) - 22
    return gain


def in_viqr(texts: Iterable[str]) -> bool:
    """Whether a table's or a file's texts are written in VIQR: several words of it, and little that speaks against."""
    gains = [gain for text in texts if (gain := viqr_gain(text))]
    good = [gain for gain in gains if gain > 0]
    words = {word for text in texts if viqr_gain(text) > 0 for word in _WORD.findall(text) if _SURE.search(word)}
    return sum(good) >= _ENOUGH and len(words) >= _WORDS_ENOUGH and sum(good) > -0.5 * (sum(gains) - sum(good))


def write_viqr(text: str) -> str:
    """Text in VIQR, for demonstrations and tests; punctuation that would be read as a tone is escaped."""
    tones = {tone: mark for mark, tone in _TONE_OF.items() if mark != "\u2019"}
    marks = {"\u0302": "^", "\u0306": "(", "\u031b": "+"}
    written: list[str] = []
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        if letter in "đĐ":
            written.append("dd" if letter == "đ" else "DD")
        elif len(parts) > 1 and all(c in marks or c in tones for c in parts[1:]):
            ordered = [marks[c] for c in parts[1:] if c in marks] + [tones[c] for c in parts[1:] if c in tones]
            written.append(parts[0] + "".join(ordered))
        else:
            before = written[-1][-1:] if written else ""
            written.append("\\" + letter if letter in "`'?~.^(+" and before in "aeiouyAEIOUY^(+" and before else letter)
    return "".join(written)
