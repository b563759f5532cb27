"""Gives words read from TCVN3 the capitals that its fonts cannot store.

TCVN3 has codes for Ă Â Ê Ô Ơ Ư Đ but for no capital with tone. Typists chose a capital font (.VnTimeH) that shows small
letters as capitals: "KH¸NH HßA" is KHÁNH HÒA, "øng Hßa" is Ứng Hòa. Only the words around can tell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.vietnamese_syllable import is_syllable

__all__ = ["restore_capitals"]

_CAPITAL = re.compile("[A-Z¡-§]")
_SMALL = re.compile("[a-zµ-¹»-¾ÆÇ-þ¨-\xae]")
_LOST = re.compile("[\xb5-\xb9\xbb-\xbe\xc6-\xfe]")
_STARTS = re.compile(r"^\W*$|[.!?]\s+$")
_OFTEN_SMALL = frozenset(("ở", "ấp", "ủy", "ấy", "ít", "ạ", "ổ", "ẩn", "à"))
"""Words that stay small between capitals: "Tỉnh ủy Khánh Hòa", "ở Hà Nội", "ấp Bắc"."""
_SENTENCE = 6


def restore_capitals(between: Sequence[str], typed: Sequence[str], words: Sequence[str]) -> list[str]:
    """The words of a text with capitals restored.

    between: what stands before each word and after the last; typed: each word as the font stores it; words: as read.
    """
    loud = [_loud(token, word) for token, word in zip(typed, words, strict=True)]
    found = list(words)
    for at, token in enumerate(typed):
        if token.isascii():
            continue
        if loud[at] or (loud[at] is None and _loud_around(loud, at)):
            found[at] = words[at].upper()
        elif _LOST.match(token) and _wants_capital(between, typed, words, at):
            found[at] = words[at][0].upper() + words[at][1:]
    return found


def _loud(token: str, word: str) -> bool | None:
    """Whether a word is all in capitals; None where it has one capital at most and nothing small of ASCII."""
    if re.search("[a-z]", token):
        return False
    capitals = len(_CAPITAL.findall(token))
    if capitals > 1 or (capitals == 1 and not _CAPITAL.match(token)):
        return is_syllable(word.lower())  # "KH", "TW" are abbreviations and say nothing
    return None


def _loud_around(loud: Sequence[bool | None], at: int) -> bool:
    before = next((says for says in reversed(loud[:at]) if says is not None), None)
    after = next((says for says in loud[at + 1 :] if says is not None), None)
    return before is not False and after is not False and (before or after) is True


def _wants_capital(between: Sequence[str], typed: Sequence[str], words: Sequence[str], at: int) -> bool:
    last = at + 1 == len(typed)
    after_capital = at > 0 and between[at] == " " and bool(_CAPITAL.match(typed[at - 1]))
    before_capital = not last and between[at + 1] == " " and bool(_CAPITAL.match(typed[at + 1]))
    if _STARTS.search(between[at]) and (at == 0 or "." in between[at]):
        return len(typed) >= _SENTENCE or (before_capital and words[at] not in _OFTEN_SMALL)
    return after_capital and words[at] not in _OFTEN_SMALL and (before_capital or (last and len(typed) < _SENTENCE))
