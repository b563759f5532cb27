"""What a written Vietnamese syllable may look like, and where its tone mark stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

__all__ = ["ONSETS", "RHYMES", "TONES", "VOWELS", "is_syllable", "may_open", "place_tone", "strip_tone", "toned_rhymes"]

TONES = "\u0300\u0301\u0309\u0303\u0323"  # huyền, sắc, hỏi, ngã, nặng as combining marks

ONSETS = ("ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", *"bcdđghklmnprstvx", "")

_WRITTEN_RHYMES = (
    "a ac ach ai ak am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âk âm ân âng âp ât âu ây "
    "e ec ek em en eng eo ep et ê êch êk êm ên ênh êp êt êu "
    "i ia ich ik im in inh ip it iu iêc iêm iên iêng iêp iêt iêu "
    "o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet oi ok om on ong "
    "ooc oong op ot oc ô ôc ôi ôk ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt "
    "u ua uân uâng uât uây uc ui uk um un ung up ut uê uêch uênh uêu uơ uôc uôi uôm uôn uông uôt "
    "uy uya uych uyên uyêt uyn uynh uyp uyt uyu "
    "ư ưa ưc ưi ưk ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu "
    "y ych yêm yên yêng yêt yêu yn ynh yt yu"
)
RHYMES = frozenset(_WRITTEN_RHYMES.split())
VOWELS = "aăâeêioôơuưy"
_MARKED = frozenset("ăâêôơ")
_STOPS = ("c", "ch", "p", "t", "k")
_STOP_TONES = "\u0301\u0323"  # a rhyme that ends in a stop has sắc, nặng or none
_TWO_STYLES = frozenset({"oa", "oe", "uy"})
_GLIDES = ("oa", "oă", "oe", "uy", "uê", "uâ", "uơ", "iê", "yê", "ươ", "uô", "ua", "ưa", "ia")
"""Rhymes in which typists put the tone on the wrong letter; elsewhere ("xaõ") it speaks for a legacy font."""


def _toned_letters() -> dict[str, tuple[str, str]]:
    """Each toned letter (both cases) → its letter without tone, and the tone's combining mark."""
    found = {}
    for letter in VOWELS + VOWELS.upper():
        for tone in TONES:
            found[unicodedata.normalize("NFC", letter + tone)] = (letter, tone)
    return found


_TONED = _toned_letters()


def strip_tone(word: str) -> tuple[str, str, int]:
    """The word without its tone, the tone's combining mark ("" for none), and the mark's place (-1 for none).

    A word with two tone marks keeps the second in place: no syllable matches it then.
    """
    for place, letter in enumerate(word):
        found = _TONED.get(letter)
        if found is not None:
            return word[:place] + found[0] + word[place + 1 :], found[1], place
    return word, "", -1


def may_open(onset: str, rhyme: str) -> bool:
    """Whether a rhyme is written after that onset: ng before a, o, u and ngh before e, i; q with u; y after few."""
    if onset in ("c", "ng", "g"):
        return rhyme[0] not in ("eêy" if onset == "g" else "eêiy")
    if onset in ("gh", "ngh"):
        return rhyme[0] in "eêi"
    if onset == "qu":
        return rhyme[0] not in "uoô" or rhyme == "ôc"
    return onset == "" or rhyme[0] != "y" or (len(rhyme) == 1 and onset in "hklmstv")


def _split(plain: str) -> tuple[str, str] | None:
    """Onset and rhyme of a lower-case syllable without tone; None where it is not one."""
    for onset in ONSETS:
        if plain.startswith(onset) and plain[len(onset) :] in RHYMES:
            rhyme = plain[len(onset) :]
            return (onset, rhyme) if may_open(onset, rhyme) else None
    return None


@lru_cache(maxsize=4096)
def _tone_place(rhyme: str) -> int:
    """Index in the rhyme of the letter that carries the tone (hòa, thủy: the style of official names)."""
    marked = [i for i, letter in enumerate(rhyme) if letter in _MARKED]
    if marked:
        return marked[-1]
    vowels = sum(letter in VOWELS for letter in rhyme)
    if vowels == 1:
        return 0
    if rhyme in ("ooc", "oong"):
        return 1
    return 1 if vowels == 3 or len(rhyme) > vowels else 0


def toned_rhymes(rhyme: str) -> Iterator[str]:
    """A rhyme without tone and with each tone that it can have, the mark where official names put it."""
    yield rhyme
    place = _tone_place(rhyme)
    for tone in TONES:
        if not rhyme.endswith(_STOPS) or tone in _STOP_TONES:
            yield rhyme[:place] + unicodedata.normalize("NFC", rhyme[place] + tone) + rhyme[place + 1 :]


def _one_case(word: str) -> bool:
    return word.islower() or word.isupper() or (word[:1].isupper() and word[1:].islower())


@lru_cache(maxsize=65536)
def is_syllable(word: str, loose: bool = False) -> bool:
    """Whether the word (NFC) can be a Vietnamese syllable, in lower, upper or title case.

    The tone stands where it must; both styles of open oa, oe, uy count (hòa, hoà). `loose` also takes the places where
    typists put it by mistake (hòan, qúy, tíên).
    """
    if not _one_case(word):
        return False
    plain, tone, place = strip_tone(word.lower())
    parts = _split(plain)
    if parts is None:
        return False
    onset, rhyme = parts
    if not tone:
        return True
    if rhyme.endswith(_STOPS) and tone not in _STOP_TONES:
        return False
    if place == len(onset) + _tone_place(rhyme):
        return True
    if loose and (rhyme.startswith(_GLIDES) or (onset in ("gi", "qu") and place == 1)):
        return True
    return rhyme in _TWO_STYLES and place == len(onset) + 1


@lru_cache(maxsize=65536)
def place_tone(word: str) -> str:
    """The word (NFC) with its tone mark where official names have it: "Hoà" → "Hòa", "tòan" → "toàn".

    Anything that is not one Vietnamese syllable comes back as it is.
    """
    plain, tone, place = strip_tone(word)
    if not tone or not is_syllable(word, loose=True):
        return word
    parts = _split(plain.lower())
    if parts is None:
        return word
    onset, rhyme = parts
    right = len(onset) + _tone_place(rhyme)
    if right == place:
        return word
    return plain[:right] + unicodedata.normalize("NFC", plain[right] + tone) + plain[right + 1 :]
