"""Finds the agencies that a text names: those of the province's register, collectives, and others by their form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from data.unit_index import agency_key, build_index
from data.vietnamese_text import fold

__all__ = ["AgencyFinder", "Named", "finder"]

_WORD = re.compile(r"[\w&.]+(?:-\w+)*")
_STOP = re.compile(r"[;:()\[\]“”\"!?\n]|\.\s|\.$")
_JOIN = re.compile(r"\s*(?:;|,|&|\bvà\b|\bcùng\b)\s*(?:với\s+)?", re.IGNORECASE)
_TITLE = re.compile(
    r"(?:đồng chí\s+)?(?:Phó\s+)?(?:Giám đốc|Thủ trưởng|Hiệu trưởng|Người đứng đầu)\s+(?=\w)", re.IGNORECASE
)
_ORGANISE = re.compile(r"tổ chức\b(?!\s+đảng)", re.IGNORECASE)
"""A verb that begins as "tổ", a group, does."""
_MOST_WORDS = 26
_LINKS = frozenset({"và", "các", "–", "-", "&", "về", "của"})
_OWN_WORDS = frozenset({"tỉnh", "xã", "phường", "thành", "phố", "ương", "khu", "vực"})


@dataclass(frozen=True, slots=True)
class Named:
    """An agency found in a text: its name as it should be written, where it ends, the units that it stands for."""

    name: str
    start: int
    end: int
    units: tuple[str, ...] = ()
    collective: bool = False
    back: bool = False
    """The text points to agencies that were listed before ("các đơn vị nêu trên")."""
    confidence: float = 1.0


@cache
def _words() -> Mapping[str, Any]:
    read: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "collectives.yaml").read_text(encoding="utf-8"))
    return read


def _either(words: Sequence[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))


class AgencyFinder:
    """Looks for agencies in the words of one province's register; keep one (see `finder`)."""

    def __init__(self, province: str) -> None:
        self._index = build_index(province)
        words = _words()
        self._members: dict[str, list[str]] = dict(words["members"].items())
        member = f"(?:{_either(list(self._members))})"
        joint = r"\s*(?:,\s*|\s+và\s+|\s*&\s*|\s+-\s+|\s+hoặc\s+)(?:các\s+)?"
        more = rf"(?:{joint}{member}|\s+{member})*"
        tail = rf"(?P<tail>\s+(?:{_either(words['tails'])}))?"
        self._collective = re.compile(rf"(?:tất cả\s+)?(?P<all>các\s+)?{member}(?P<more>{more}){tail}\b", re.IGNORECASE)
        self._member = re.compile(member, re.IGNORECASE)
        self._following = frozenset(words["following"])
        self._back = re.compile(rf"[^.;:]{{0,60}}?\s(?:{_either(words['back'])})\b", re.IGNORECASE)
        self._central = re.compile(rf"(?:{_either(words['central'])})\b", re.IGNORECASE)
        self._heads = re.compile(rf"(?:{_either(words['heads'])})\b", re.IGNORECASE)

    def at(self, text: str, start: int) -> Named | None:
        """The agency whose name begins at a place of the text, or whose head does ("Giám đốc Sở …")."""
        if title := _TITLE.match(text, start):
            behind = self.at(text, title.end())
            return behind and replace(behind, start=start)
        named = self._registered(text, start)
        gathered = self._gathered(text, start)
        if named is not None and (gathered is None or named.end >= gathered.end):
            return named
        if gathered is None and (central := self._central.match(text, start)) and text[start].isupper():
            return Named(" ".join(central[0].split()), start, central.end())
        return gathered or self._unknown(text, start)

    def list_at(self, text: str, start: int) -> list[Named]:
        """Agencies that stand one after the other from a place on, parted by commas, semicolons or "và"."""
        found: list[Named] = []
        place = start
        while (one := self.at(text, place)) is not None:
            found.append(one)
            joint = _JOIN.match(text, one.end)
            aside = re.match(r"\s*\([^)]{0,160}\)", text[one.end :])
            if joint is None and aside is not None:
                joint = _JOIN.match(text, one.end + aside.end())
            if joint is None:
                break
            place = joint.end()
        return found

    def anywhere(self, text: str) -> list[Named]:
        """All agencies named in a text, without those inside of others."""
        found: list[Named] = []
        place = 0
        for word in _WORD.finditer(text):
            if word.start() < place or not (word[0][0].isupper() or word[0] == "các"):
                continue
            if (named := self.at(text, word.start())) is not None:
                found.append(named)
                place = named.end
        return found

    def _registered(self, text: str, start: int) -> Named | None:
        if start >= len(text) or not text[start].isupper():
            return None
        stop = _STOP.search(text, start)
        limit = stop.start() if stop else len(text)
        # The register's keys forgive "và" and "các", which at the end belong to what follows.
        words = list(_WORD.finditer(text, start, limit))[:_MOST_WORDS]
        ends = [word.end() for word in words if word[0].lower() not in _LINKS]
        for end in reversed(ends):
            codes = self._codes(text[start:end].rstrip("."))
            if codes:
                code = codes[0]
                return Named(self._index.registry[code].name, start, end, codes if len(codes) == 1 else ())
        return None

    def _codes(self, name: str) -> tuple[str, ...]:
        return _looked_up(self, name)

    def lookup(self, name: str) -> tuple[str, ...]:
        """Codes of the agencies of that name, in any usual short form; () where there is none."""
        folded = fold(name)
        if len(folded) < 3 and not name.isupper():
            return ()
        key = agency_key(folded)
        if not key:
            return ()
        codes = self._index.agencies.get(key) or self._index.facilities.get(key)
        former = self._index.former.get(key) if not codes else None
        found = tuple(sorted(codes)) if codes else former.successors if former else ()
        return tuple(code for code in found if self._index.registry[code].level != "province" or "-" in code)

    def _gathered(self, text: str, start: int) -> Named | None:
        found = self._collective.match(text, start)
        if found is None:
            return None
        if not (found["more"] or found["all"] or found["tail"]):
            return None
        members = [member[0].lower() for member in self._member.finditer(found[0])]
        kinds = {kind for member in members for kind in self._members.get(re.sub(r"\s+", " ", member), ())}
        units = tuple(unit.code for unit in self._index.registry if unit.kind in kinds)
        back = self._back.match(text, found.end())
        end = back.end() if back else found.end()
        return Named(" ".join(found[0].split()), start, end, units, collective=True, back=back is not None)

    def _unknown(self, text: str, start: int) -> Named | None:
        """An agency that no register has: words in capitals behind a word that agencies' names begin with."""
        head = self._heads.match(text, start)
        if head is None or not text[start].isupper() or _ORGANISE.match(text, start):
            return None
        stop = _STOP.search(text, start)
        limit = min(stop.start() if stop else len(text), start + 160)
        comma = text.find(",", start, limit)
        words = list(_WORD.finditer(text, start, comma if comma > 0 else limit))
        inside = [n for n, word in enumerate(words) if word.start() >= head.end()]
        end, gap = head.end(), 0
        for place in inside:
            word = words[place]
            if word[0][0].isupper() or word[0] in _OWN_WORDS:
                end, gap = word.end(), 0
            elif word[0] == "và" and self._goes_on(text, words, place):
                continue
            elif gap < 2 and word[0] not in self._following:
                gap += 1
            else:
                break
        # The words of a name have two syllables as a rule, of which only the first has a capital.
        last = next((n for n in inside if words[n].end() == end), None)
        if last is not None and words[last][0] not in _OWN_WORDS and last + 1 < len(words):
            following = words[last + 1]
            if following[0].islower() and following[0] not in self._following and following.start() == end + 1:
                end = following.end()
        if end <= head.end() and " " not in head[0]:
            return None
        return Named(" ".join(text[start:end].split()), start, end, confidence=0.7)

    def _goes_on(self, text: str, words: Sequence[re.Match[str]], place: int) -> bool:
        """Whether "và" stands inside of a name ("Khoa học và Công nghệ"), not between two agencies."""
        if place + 1 >= len(words):
            return False
        following = words[place + 1]
        return following[0][0].isupper() and self._heads.match(text, following.start()) is None


@lru_cache(maxsize=65536)
def _looked_up(of: AgencyFinder, name: str) -> tuple[str, ...]:
    return of.lookup(name)


@lru_cache(maxsize=4)
def finder(province: str) -> AgencyFinder:
    """The finder of a province profile."""
    return AgencyFinder(province)
