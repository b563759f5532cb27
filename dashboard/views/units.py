"""The units by code, with a short name for narrow places."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from data.settings import settings
from data.units import load_units

__all__ = ["Unit", "short_name", "unit_of", "units"]

_SHORTER = (
    (r"^Phường ", "P. "),
    (r"^Xã ", "X. "),
    (r"^Đặc khu ", "ĐK. "),
    (r"^Ban Quản lý ", "BQL "),
    (r"\bỦy ban nhân dân\b", "UBND"),
    (r"\bVườn quốc gia\b", "VQG"),
    (r"\bKhu công nghiệp\b", "KCN"),
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit that reports or is reported on."""

    code: str
    name: str
    short: str
    level: str
    kind: str
    sector: str


def short_name(name: str) -> str:
    """ "Phường Nha Trang" → "P. Nha Trang"; the usual abbreviations of official papers."""
    for pattern, short in _SHORTER:
        name = re.sub(pattern, short, name)
    return name


@lru_cache(maxsize=4)
def _load(province: str) -> Mapping[str, Unit]:
    return {
        u.code: Unit(u.code, u.name, short_name(u.name), u.level, u.kind, u.sector or "") for u in load_units(province)
    }


def units() -> Mapping[str, Unit]:
    """All units of the province served, by code."""
    return _load(settings().province)


def unit_of(known: Mapping[str, Unit], code: str) -> Unit:
    """The unit of a code; a code that is not in the registry stands for itself."""
    return known.get(code) or Unit(code, code, code, "", "", "")
