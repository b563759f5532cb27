"""Vietnamese letters as the fonts and code pages of before Unicode store them, and back.

Sources: TCVN 5712:1993 (VN3), the VNI Windows fonts' key table, Microsoft code page 1258. Text in them arrives as
Latin-1 letters in Unicode cells ("Kh¸nh Hßa", "Khaùnh Hoøa", "Khánh Hòa" with its tone as a letter "ò").
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from data.lost_capitals import restore_capitals
from data.vietnamese_syllable import TONES, VOWELS
from data.viqr import read_viqr, write_viqr

__all__ = ["FONTS", "Font", "Legacy", "from_unicode", "letters_of", "to_unicode"]

Font = Literal["tcvn3", "vni", "windows-1258"]
Legacy = Font | Literal["viqr"]
FONTS: tuple[Font, ...] = ("tcvn3", "vni", "windows-1258")

_HUYEN, _SAC, _HOI, _NGA, _NANG = tuple(TONES)

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
_TCVN3_CAPITALS = dict(zip("¡¢£¤¥¦§", "ĂÂÊÔƠƯĐ", strict=True))
# TCVN 5712 gives toned capitals a mark of their own after the letter, in that order; most fonts do without.
_TCVN3_MARKS = dict(zip("°±²³´", (_HUYEN, _HOI, _NGA, _SAC, _NANG), strict=True))
_IN_ROW = (_HUYEN, _HOI, _NGA, _SAC, _NANG)

# VNI: the letter's own writing, then the marks for huyền, hỏi, ngã, sắc, nặng that follow it.
_VNI_MARKS = {"": "øûõùï", "â": "àåãáä", "ê": "èúüéë"}
_VNI_BASE = {"ă": ("a", "ê"), "â": ("a", "â"), "ê": ("e", "â"), "ô": ("o", "â"), "ơ": ("ô", ""), "ư": ("ö", "")}
_VNI_WHOLE = {"i": "ìæóíò"}

# Code page 1258 shown as 1252: letters that differ, and the tones, which follow their letter.
_CP1258_LETTERS = {"ã": "ă", "ð": "đ", "õ": "ơ", "ý": "ư", "Ã": "Ă", "Ð": "Đ", "Õ": "Ơ", "Ý": "Ư"}
_CP1258_TONES = {"Ì": _HUYEN, "ì": _SAC, "Ò": _HOI, "Þ": _NGA, "ò": _NANG}


def _tcvn3_table() -> dict[str, str]:
    table = {"®": "đ"} | _TCVN3_CAPITALS
    for letter, codes in _TCVN3_ROWS.items():
        table[codes[0]] = letter
        for code, tone in zip(codes[1:], _IN_ROW, strict=True):
            table[code] = unicodedata.normalize("NFC", letter + tone)
    table = {code: letter for code, letter in table.items() if not code.isascii()}
    for capital in (*"AEIOUY", *_TCVN3_CAPITALS):
        for mark, tone in _TCVN3_MARKS.items():
            if (toned := unicodedata.normalize("NFC", _TCVN3_CAPITALS.get(capital, capital) + tone)) and len(toned) < 2:
                table[capital + mark] = toned
    return table


def _vni_table() -> dict[str, str]:
    table = {"ñ": "đ", "î": "ỵ"}
    for letter in VOWELS:
        base, family = _VNI_BASE.get(letter, (letter, ""))
        if letter not in "aeiouy":
            table[base + family] = letter
        for index, tone in enumerate(_IN_ROW):
            toned = unicodedata.normalize("NFC", letter + tone)
            if letter in _VNI_WHOLE:
                table[_VNI_WHOLE[letter][index]] = toned
            table[base + _VNI_MARKS[family][index]] = toned  # "Thiï": typists also mark i and y like the others
    upper = {code.upper(): letter.upper() for code, letter in table.items()}
    title = {code[0].upper() + code[1:]: letter.upper() for code, letter in table.items()}
    return title | upper | table


def _cp1258_table() -> dict[str, str]:
    table = dict(_CP1258_LETTERS)
    own = {letter: code for code, letter in _CP1258_LETTERS.items()}
    for letter in VOWELS + VOWELS.upper():
        for mark, tone in _CP1258_TONES.items():
            table[own.get(letter, letter) + mark] = unicodedata.normalize("NFC", letter + tone)
    return table


_TABLES: dict[Font, dict[str, str]] = {
    "tcvn3": _tcvn3_table(),
    "vni": _vni_table(),
    "windows-1258": _cp1258_table(),
}
_CODES = {
    font: re.compile("|".join(re.escape(code) for code in sorted(table, key=lambda code: (-len(code), code))))
    for font, table in _TABLES.items()
}


def _back(font: Font) -> dict[str, str]:
    """Letter → how the font's own keyboard writes it: of several writings the font's usual one."""
    back: dict[str, str] = {}
    for code, letter in _TABLES[font].items():
        if font == "tcvn3" and len(code) > 1:
            continue
        usual = len(code) == 1 if font != "vni" or letter.lower() not in "ỳỷỹý" else True
        if letter not in back or usual:
            back[letter] = code
    if font == "tcvn3":
        return {letter.upper(): code for letter, code in back.items()} | back
    if font == "vni":
        return back | {letter.upper(): back[letter].upper() for letter in back if letter.islower()}
    return back


_BACK = {font: _back(font) for font in FONTS}
_TOKEN = re.compile(r"(?:[^\W\d_]|[¡-¬\xad®µ-¹»-¾×÷]|(?<=[AEIOUY¡-¦])[°-´])+")
# Words that may have lost a capital: "KH¸NH", "ñY", "øng Hßa"; a mark after its capital; a figure above the line.
_CAPITALS_ASKED = re.compile("[A-Z¡-§][A-Z¡-§°-´]|[µ-þ][A-Z]|(?:^|[^A-Za-z¡-þ])[µ-¹»-¾Æ-þ]|¹(?![A-Za-z¡-þ])|[A-Z]¹")
_TCVN3_LETTERS = {ord(code): letter for code, letter in _TABLES["tcvn3"].items() if len(code) == 1}
_FOOTNOTE = re.compile("¹|[B-DF-HJ-NP-TV-Z][A-Z]+¹")  # a figure above the line, not ạ: "57-NQ/TW¹"


def letters_of(font: Font) -> frozenset[str]:
    """The characters beyond ASCII that the font stores letters and tones as."""
    return frozenset(char for code in _TABLES[font] for char in code if not char.isascii())


def to_unicode(text: str, font: Legacy) -> str:
    """Text known to be typed in the font, or in VIQR, as NFC Unicode; what it does not write stays as it is.

    TCVN3 has no codes for most capitals with tone: where the words around tell, they come back as capitals.
    """
    if font == "viqr":
        return read_viqr(text)
    table, codes = _TABLES[font], _CODES[font]
    if font != "tcvn3":
        return codes.sub(lambda found: table[found.group()], text)
    if not _CAPITALS_ASKED.search(text):
        return text.translate(_TCVN3_LETTERS)
    parts, tokens = _TOKEN.split(text), _TOKEN.findall(text)
    letters = [
        token if _FOOTNOTE.fullmatch(token) else codes.sub(lambda found: table[found.group()], token)
        for token in tokens
    ]
    restored = [*restore_capitals(parts, tokens, letters), ""]
    return "".join(part for pair in zip(parts, restored, strict=True) for part in pair)


def from_unicode(text: str, font: Legacy) -> str:
    """Text as that font, or VIQR, would store it, for demonstrations and tests.

    The inverse of `to_unicode` but for TCVN3's toned capitals, which become small letters as in .VnTime typists' files.
    """
    if font == "viqr":
        return write_viqr(text)
    back = _BACK[font]
    return "".join(back.get(letter, letter) for letter in unicodedata.normalize("NFC", text))
