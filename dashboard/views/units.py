"""The units by code, with a short name for narrow places."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.views.lake import Lake

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
    """"Phường Nha Trang" → "P. Nha Trang"; the usual abbreviations of official papers."""
    for pattern, short in _SHORTER:
        name = re.sub(pattern, short, name)
    return name


def units(lake: Lake) -> Mapping[str, Unit]:
    """All units of the province, by code."""
    rows = lake.records("SELECT code, name, level, kind, sector FROM reference.units ORDER BY code")
    return {
        r["code"]: Unit(r["code"], r["name"], short_name(r["name"]), r["level"], r["kind"], r["sector"] or "")
        for r in rows
    }


def unit_of(known: Mapping[str, Unit], code: str) -> Unit:
    """The unit of a code; a code that is not in the registry stands for itself."""
    return known.get(code) or Unit(code, code, code, "", "", "")
