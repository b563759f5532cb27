"""The dictionary of names behind the resolver: every unit's spellings under keys that forgive form but not letters."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache

from data.units import FormerAgency, OldCommune, Unit, UnitRegistry, load_former_agencies, load_old_communes, load_units
from data.vietnamese_text import fold, repair_text

__all__ = ["COMMUNE_WORDS", "DISTRICT_WORDS", "UnitIndex", "agency_key", "build_index", "plain_name", "same_tones"]

COMMUNE_WORDS = {
    "xa": "xã", "x": "xã", "phuong": "phường", "p": "phường", "dac khu": "đặc khu", "dk": "đặc khu",
    "thi tran": "thị trấn", "tt": "thị trấn",
}  # fmt: skip
"""Folded words before a commune's name, and the type each stands for."""

DISTRICT_WORDS = ("thanh pho", "thi xa", "huyen dao", "huyen", "tp", "tx", "t p", "t x", "h", "quan", "q")

_SHORT_FORMS = {
    "bql": "ban quan ly",
    "ban ql": "ban quan ly",
    "vp": "van phong",
    "vqg": "vuon quoc gia",
    "kkt": "khu kinh te",
    "kcn": "khu cong nghiep",
    "bv": "benh vien",
    "bvdk": "benh vien da khoa",
    "ttyt": "trung tam y te",
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "mttq": "mat tran to quoc",
}
_SHORT = re.compile(r"\b(?:" + "|".join(sorted(_SHORT_FORMS, key=len, reverse=True)) + r")\b")
_LINKING = re.compile(r"\b(?:va|cac)\b")


@lru_cache(maxsize=16384)
def agency_key(folded: str) -> str:
    """A folded agency's name with its usual short forms written out, without "và" and "các", without spaces."""
    written = _SHORT.sub(lambda found: _SHORT_FORMS[found.group()], folded)
    return _LINKING.sub("", written).replace(" ", "")


def plain_name(folded: str) -> tuple[str | None, str]:
    """Type and bare name of a folded commune's name: "phuong nha trang" → ("phường", "nha trang")."""
    for word in ("dac khu", "thi tran", "phuong", "xa", "dk", "tt", "p", "x"):
        if folded.startswith(word + " ") and len(folded) > len(word) + 1:
            return COMMUNE_WORDS[word], folded[len(word) + 1 :]
    return None, folded


def same_tones(written: str, name: str) -> bool:
    """Whether what was written can be the name: its syllables are the name's, or carry no mark at all.

    Both NFC; "Ninh Hoa" can be "Ninh Hòa", "Ninh Hoá" cannot. Compared without spaces, so "NinhHòa" can as well.
    """
    left, right = written.lower().split(), name.lower().split()
    if len(left) != len(right):
        return written.isascii() or "".join(left) == "".join(right)
    return all(a == b or a.isascii() for a, b in zip(left, right, strict=True))


@dataclass
class UnitIndex:
    """What the resolver looks up; keys are folded names without spaces."""

    registry: UnitRegistry
    exact: dict[str, str] = field(default_factory=dict)
    communes: defaultdict[str, list[Unit]] = field(default_factory=lambda: defaultdict(list))
    old_communes: defaultdict[str, list[OldCommune]] = field(default_factory=lambda: defaultdict(list))
    districts: defaultdict[str, list[OldCommune]] = field(default_factory=lambda: defaultdict(list))
    agencies: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    facilities: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    former: dict[str, FormerAgency] = field(default_factory=dict)
    provinces: frozenset[str] = frozenset()
    tails: tuple[str, ...] = ()

    def district_key(self, folded: str) -> str | None:
        """The key of the district that a piece of text names, with or without huyện, thị xã, thành phố."""
        for word in ("", *DISTRICT_WORDS):
            if word and not folded.startswith(word + " "):
                continue
            key = folded[len(word) :].replace(" ", "")
            if key in self.districts:
                return key
        return None


def _bare_district(name: str) -> str:
    folded = fold(name)
    for word in ("thanh pho", "thi xa", "huyen", "quan"):
        if folded.startswith(word + " "):
            return folded[len(word) + 1 :].replace(" ", "")
    return folded.replace(" ", "")


def build_index(province: str) -> UnitIndex:
    """The index of a province profile; takes some milliseconds, so build it once."""
    registry = load_units(province)
    index = UnitIndex(registry)
    old_provinces = set()
    for unit in registry:
        index.exact[unit.name] = unit.code
        if unit.level == "commune":
            index.communes[fold(unit.short_name).replace(" ", "")].append(unit)
            continue
        names = index.facilities if unit.level == "facility" else index.agencies
        for spelling in (unit.name, *unit.aliases, unit.code.split("-")[-1]):
            if spelling != unit.province:
                names[agency_key(fold(spelling))].add(unit.code)
    _without_tinh(index)
    for old in load_old_communes(province):
        index.old_communes[plain_name(fold(old.name))[1].replace(" ", "")].append(old)
        for spelling in {old.district, old.district.split(" - ")[0]}:
            index.districts[_bare_district(spelling)].append(old)
        old_provinces.add(old.province)
    for agency in load_former_agencies(province):
        for spelling in (agency.name, *agency.aliases):
            index.former.setdefault(agency_key(fold(spelling)), agency)
    names_of_provinces = {fold(name) for name in old_provinces}
    bare = {name.removeprefix("tinh ") for name in names_of_provinces}
    index.provinces = frozenset(names_of_provinces | bare | {"viet nam"})
    index.tails = tuple(f" {name}" for name in sorted(index.provinces, key=len, reverse=True))
    return index


def _without_tinh(index: UnitIndex) -> None:
    """Names that end in "tỉnh" also without it, where that is nobody else's name: "Đảng ủy UBND"."""
    for key, codes in list(index.agencies.items()):
        shorter = key.removesuffix("tinh")
        if shorter != key and len(shorter) > 3 and shorter not in index.agencies:
            index.agencies[shorter] |= codes


def written_name(text: str) -> str:
    """The text in good form (see `repair_text`), as names are compared."""
    return repair_text(text)[0]
