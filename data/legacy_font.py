"""Vietnamese typed in the fonts of before Unicode: telling TCVN3, VNI and VIQR from good text, and reading them.

Sources: TCVN 5712:1993 (VN3), the VNI Windows fonts' key table, RFC 1456 (VIQR). Text in these fonts arrives as
Latin-1 letters in Unicode cells ("Kh¸nh Hßa", "Khaùnh Hoøa"); a word is taken for one only with evidence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import Literal

from data.vietnamese_syllable import is_syllable

__all__ = ["Legacy", "decode_legacy", "detect_legacy", "from_unicode", "repair_legacy", "to_unicode"]

Legacy = Literal["tcvn3", "vni", "viqr"]

_LETTERS = "aăâeêioôơuưy"
_TONES = "\u0300\u0309\u0303\u0301\u0323"

# TCVN3: letter → code points for the letter itself and with huyền, hỏi, ngã, sắc, nặng.
_TCVN3_ROWS = {
    "a": "aµ¶·¸¹",
    "ă": "¨»¼½¾Æ",
    "â": "©ÇÈÉÊË",
    "e": "eÌÎÏÐÑ",
    "ê": "ªÒÓÔÕÖ",
    "i": "i×ØÜÝÞ",
    "o": "oßáâãä",
    "ô": "«åæçèé",
    "ơ": "¬êëìíî",
    "u": "uïñòóô",
    "ư": "\xadõö÷øù",
    "y": "yúûüýþ",
}
# VNI: the letter's own writing, then the marks for huyền, hỏi, ngã, sắc, nặng that follow it.
_VNI_MARKS = {"": "øûõùï", "â": "àåãáä", "ê": "èúüéë"}
_VNI_BASE = {"ă": ("a", "ê"), "â": ("a", "â"), "ê": ("e", "â"), "ô": ("o", "â"), "ơ": ("ô", ""), "ư": ("ö", "")}
_VNI_WHOLE = {"i": "ìæóíò"}
_VIQR_TONES = "`?~'."
_VIQR_BASE = {"ă": "a(", "â": "a^", "ê": "e^", "ô": "o^", "ơ": "o+", "ư": "u+"}


def _tcvn3_table() -> dict[str, str]:
    table = {"®": "đ", "§": "Đ"} | dict(zip("¡¢£¤¥¦", "ĂÂÊÔƠƯ", strict=True))
    for letter, codes in _TCVN3_ROWS.items():
        table[codes[0]] = letter
        for code, tone in zip(codes[1:], _TONES, strict=True):
            table[code] = unicodedata.normalize("NFC", letter + tone)
    return {code: letter for code, letter in table.items() if not code.isascii()}


def _vni_table() -> dict[str, str]:
    table = {"ñ": "đ", "î": "ỵ"}
    for letter in _LETTERS:
        base, family = _VNI_BASE.get(letter, (letter, ""))
        if letter not in "aeiouy":
            table[base + family] = letter
        marks = _VNI_MARKS[family]
        for index, tone in enumerate(_TONES):
            toned = unicodedata.normalize("NFC", letter + tone)
            if letter in _VNI_WHOLE:
                table[_VNI_WHOLE[letter][index]] = toned
            elif toned != "ỵ":
                table[base + marks[index]] = toned
    upper = {code.upper(): letter.upper() for code, letter in table.items()}
    title = {code[0].upper() + code[1:]: letter.upper() for code, letter in table.items()}
    return title | upper | table


def _viqr_table() -> dict[str, str]:
    table = {"dd": "đ"}
    for letter in _LETTERS:
        base = _VIQR_BASE.get(letter, letter)
        if base != letter:
            table[base] = letter
        for mark, tone in zip(_VIQR_TONES, "\u0300\u0309\u0303\u0301\u0323", strict=True):
            table[base + mark] = unicodedata.normalize("NFC", letter + tone)
    return {code[0].upper() + code[1:]: letter.upper() for code, letter in table.items()} | {"DD": "Đ"} | table


_TABLES: dict[Legacy, dict[str, str]] = {"tcvn3": _tcvn3_table(), "vni": _vni_table(), "viqr": _viqr_table()}
_CODES = {
    name: re.compile("|".join(re.escape(code) for code in sorted(table, key=len, reverse=True)))
    for name, table in _TABLES.items()
}
_BACK: dict[Legacy, dict[str, str]] = {
    name: {letter: code for code, letter in table.items()} for name, table in _TABLES.items()
}
_BACK["tcvn3"] = {letter.upper(): code for letter, code in _BACK["tcvn3"].items()} | _BACK["tcvn3"]
_BACK["vni"] = {letter.upper(): code.upper() for letter, code in _BACK["vni"].items() if letter.islower()} | {
    letter: code for letter, code in _BACK["vni"].items() if letter.islower()
}
_TOKENS: dict[Legacy, re.Pattern[str]] = {
    "tcvn3": re.compile("(?:[^\\W\\d_]|[" + re.escape("".join(c for c in _TABLES["tcvn3"] if not c.isalpha())) + "])+"),
    "vni": re.compile(r"[^\W\d_]+"),
    "viqr": re.compile(r"[A-Za-z](?:[A-Za-z^(+`?~'.]*[A-Za-z^(+`?~'.])?"),
}
_BEYOND_LATIN1 = re.compile("[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]")
_NOT_VIETNAMESE = re.compile("[\xa1-\xbfÄÅÆÇËÎÏÐÑÖ×ØÛÜÞßäåæçëîïðñöø÷ûüþÿ]")
_NOT_WORDS = re.compile(r"µ[mM]|[A-Za-z]×[A-Za-z]")
_SAMPLE = 65536
_VIETNAMESE_WORD = re.compile(r"[^\W\d_]+")


def _shouts(text: str) -> bool:
    """Whether the text has capitals and no small letter (all capitals of a .VnTimeH font keep small code points)."""
    letters = [c for c in text if c.isascii() and c.isalpha()]
    return len(letters) > 1 and all(c.isupper() for c in letters)


def _convert_token(token: str, legacy: Legacy, shouting: bool) -> str:
    table = _TABLES[legacy]
    converted = _CODES[legacy].sub(lambda found: table[found.group()], token)
    if legacy == "tcvn3" and converted != token and (shouting or _shouts(token)):
        return converted.upper()
    return converted


@lru_cache(maxsize=16384)
def _judge(token: str, legacy: Legacy, shouting: bool) -> int:
    """1: a Vietnamese syllable only when read in the legacy font; -1: not even then; 0: says nothing."""
    if len(token) < 2 or is_syllable(token, loose=True) or _NOT_WORDS.fullmatch(token):
        return 0
    converted = _convert_token(token, legacy, shouting)
    if legacy == "viqr":
        return 1 if not converted.isascii() and is_syllable(converted) else 0
    return 1 if converted != token and is_syllable(converted) else -1


def _evidence(text: str, legacy: Legacy) -> tuple[int, int]:
    """How many words speak for the legacy font, and how many against it."""
    shouting = _shouts(text)
    speaks_for = against = 0
    for token in _TOKENS[legacy].findall(text):
        if legacy == "viqr" or not token.isascii():
            verdict = _judge(token, legacy, shouting)
            speaks_for += verdict > 0
            against += verdict < 0
    return speaks_for, against


def _enough(speaks_for: int, against: int) -> bool:
    return speaks_for > 0 and against * 4 <= speaks_for


def _best(texts: list[str], choices: tuple[Legacy, ...]) -> Legacy | None:
    found: list[tuple[int, Legacy]] = []
    for legacy in choices:
        counts = [_evidence(text, legacy) for text in texts]
        speaks_for, against = sum(c[0] for c in counts), sum(c[1] for c in counts)
        if _enough(speaks_for, against):
            found.append((speaks_for - against, legacy))
    found.sort(reverse=True)
    if len(found) > 1 and found[0][0] == found[1][0]:
        return None  # "Thuû" is Thuỷ in one font and Thủ in the other: ask the whole column
    return found[0][1] if found else None


def detect_legacy(texts: Iterable[str]) -> Legacy | None:
    """The font that a column of texts was typed in, or None where they are good text (or nothing decides).

    Looks at up to 2,000 texts. VIQR needs three words of evidence: its marks are common punctuation.
    """
    sample = list(islice((text for text in texts if text and not _BEYOND_LATIN1.search(text)), 2000))
    accented = [text for text in sample if not text.isascii()]
    if accented:
        return _best(accented, ("tcvn3", "vni"))
    counts = [_evidence(text, "viqr") for text in sample]
    return "viqr" if sum(c[0] for c in counts) >= 3 else None


def to_unicode(text: str, legacy: Legacy) -> str:
    """Text typed in the given font as NFC Unicode; what the font does not write stays as it is.

    TCVN3 has no capital letters with tone: words all in capitals are put into capitals, others keep small ones.
    """
    shouting = _shouts(text)
    if legacy != "viqr":
        return _TOKENS[legacy].sub(lambda found: _convert_token(found.group(), legacy, shouting), text)

    def read(found: re.Match[str]) -> str:
        token = found.group()
        closing = token[-1] if token[-1] in "?'." and found.end() == len(text) else ""
        converted = _convert_token(token[: len(token) - len(closing)], legacy, shouting)
        return (converted if is_syllable(converted) else token[: len(token) - len(closing)]) + closing

    return _TOKENS[legacy].sub(read, text)


def from_unicode(text: str, legacy: Legacy) -> str:
    """Text as that font would store it, for demonstrations and tests; the inverse of `to_unicode` but for TCVN3's
    toned capitals, which become small letters, as .VnTime typists' files have them.
    """
    back = _BACK[legacy]
    return "".join(back.get(letter, letter) for letter in unicodedata.normalize("NFC", text))


def repair_legacy(text: str) -> str | None:
    """Text in TCVN3 or VNI as Unicode, or None where nothing speaks for those fonts.

    A text that also has letters no legacy font has (ở, ư, đ …) is changed only in words with letters that
    Vietnamese does not have.
    """
    if text.isascii():
        return None
    if _BEYOND_LATIN1.search(text) is None:
        legacy = _best([text], ("tcvn3", "vni"))
        return to_unicode(text, legacy) if legacy else None
    if _NOT_VIETNAMESE.search(text) is None:
        return None
    shouting = _shouts(text)
    for choice in ("tcvn3", "vni"):
        name: Legacy = "tcvn3" if choice == "tcvn3" else "vni"

        def read(found: re.Match[str], name: Legacy = name) -> str:
            token = found.group()
            if _NOT_VIETNAMESE.search(token) is None or _judge(token, name, shouting) < 1:
                return token
            return _convert_token(token, name, shouting)

        after = _TOKENS[name].sub(read, text)
        if after != text:
            return after
    return None


def _vietnamese_words(text: str) -> tuple[int, int]:
    """How many words with accents are Vietnamese syllables, and how many are not."""
    words = [word for word in _VIETNAMESE_WORD.findall(text) if not word.isascii()]
    good = sum(is_syllable(word) for word in words)
    return good, len(words) - good


def decode_legacy(raw: bytes) -> tuple[str, str] | None:
    """Bytes that are not UTF-8 read as Vietnamese, with the encoding's name, or None where they are not Vietnamese.

    Names: tcvn3, vni, windows-1258. The first 64 kB decide.
    """

    def readings(part: bytes) -> dict[str, str]:
        plain = part.decode("latin-1")
        return {
            "tcvn3": to_unicode(plain, "tcvn3"),
            "vni": to_unicode(plain, "vni"),
            "windows-1258": unicodedata.normalize("NFC", part.decode("cp1258", errors="replace")),
            "": part.decode("cp1252", errors="replace"),
        }

    counts = {name: _vietnamese_words(text) for name, text in readings(raw[:_SAMPLE]).items()}
    name = max(counts, key=lambda key: counts[key][0] - 2 * counts[key][1])
    if not name or not _enough(*counts[name]):
        return None
    return readings(raw)[name], name
