"""The units of a province: who reports, who is reported on, and what the divisions before 1 July 2025 became."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

__all__ = [
    "FormerAgency",
    "OldCommune",
    "Unit",
    "UnitRegistry",
    "load_former_agencies",
    "load_old_communes",
    "load_units",
]

_FOLDER = Path(__file__).parent / "reference"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: a province, an agency of it (level province), a commune, or an entry of a register (facility).

    kind says what it is (so, board, party, front, office, commune, hospital …), type what a commune is called (xã,
    phường, đặc khu) or a facility's sort. Coordinates in degrees, WGS84.
    """

    code: str
    name: str
    level: str
    kind: str
    type: str
    parent: str | None
    province: str
    sector: str | None
    aliases: tuple[str, ...]
    lat: float | None
    lon: float | None
    coastal: bool
    source: str

    @property
    def short_name(self) -> str:
        """A commune's name without xã, phường, đặc khu; any other unit's whole name."""
        return self.name[len(self.type) :].strip() if self.level == "commune" else self.name


@dataclass(frozen=True, slots=True)
class OldCommune:
    """A commune before 1 July 2025 and what it became: one code where it was merged wholly, several where divided.

    A district without communes of its own (an island district) has the district's name and no code.
    """

    code: str
    name: str
    district_code: str
    district: str
    province: str
    became: tuple[str, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class FormerAgency:
    """An agency that was merged into others; several successors where its work was divided."""

    name: str
    aliases: tuple[str, ...]
    successors: tuple[str, ...]
    note: str


class UnitRegistry:
    """All units of one province, by code, level, kind and parent, in the reference file's order."""

    def __init__(self, province: str, units: tuple[Unit, ...]) -> None:
        self.province = province
        self._units = {unit.code: unit for unit in units}
        self._children: defaultdict[str, list[Unit]] = defaultdict(list)
        for unit in units:
            if unit.parent:
                self._children[unit.parent].append(unit)

    def __getitem__(self, code: str) -> Unit:
        """The unit of a code; KeyError where there is none."""
        return self._units[code]

    def __iter__(self) -> Iterator[Unit]:
        return iter(self._units.values())

    def __len__(self) -> int:
        return len(self._units)

    def __contains__(self, code: object) -> bool:
        return code in self._units

    def get(self, code: str) -> Unit | None:
        """The unit of a code, or None."""
        return self._units.get(code)

    def expand(self, short: str) -> str:
        """The full code of a short one: SKHCN → 56-SKHCN; a full code or a commune's stays."""
        full = f"{self.province}-{short}"
        return full if full in self._units else short

    def of_level(self, level: str) -> tuple[Unit, ...]:
        """Units of a level: province, commune, facility."""
        return tuple(unit for unit in self if unit.level == level)

    def of_kind(self, kind: str) -> tuple[Unit, ...]:
        """Units of a kind: so, board, party, front, office, commune, coastal_commune, hospital, school …"""
        if kind == "coastal_commune":
            return tuple(unit for unit in self if unit.coastal)
        return tuple(unit for unit in self if unit.kind == kind)

    def children(self, code: str) -> tuple[Unit, ...]:
        """Units whose parent has this code."""
        return tuple(self._children.get(code, ()))

    def communes(self) -> tuple[Unit, ...]:
        """The communes, wards and special zones."""
        return self.of_level("commune")

    def departments(self) -> tuple[Unit, ...]:
        """The departments (sở)."""
        return self.of_kind("so")


def _rows(name: str, folder: Path) -> Iterator[dict[str, str]]:
    path = folder / name
    if not path.exists():
        known = sorted(found.stem.removeprefix("units_") for found in folder.glob("units_*.csv"))
        raise FileNotFoundError(
            f"không có dữ liệu tham chiếu {path.name}; tỉnh đã có: {', '.join(known)} / "
            f"no reference file {path.name}; provinces that have one: {', '.join(known)}"
        )
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


@lru_cache(maxsize=8)
def load_units(province: str = "56", folder: Path = _FOLDER) -> UnitRegistry:
    """The units of a province profile (two-digit code); FileNotFoundError naming the profiles that exist."""
    units = tuple(
        Unit(
            code=row["code"],
            name=row["name"],
            level=row["level"],
            kind=row["kind"],
            type=row["type"],
            parent=row["parent"] or None,
            province=row["province"],
            sector=row["sector"] or None,
            aliases=_split(row["aliases"]),
            lat=float(row["lat"]) if row["lat"] else None,
            lon=float(row["lon"]) if row["lon"] else None,
            coastal=row["coastal"] == "yes",
            source=row["source"],
        )
        for row in _rows(f"units_{province}.csv", folder)
    )
    return UnitRegistry(province, units)


@lru_cache(maxsize=8)
def load_old_communes(province: str = "56", folder: Path = _FOLDER) -> tuple[OldCommune, ...]:
    """The communes of before 1 July 2025 on the province's present territory."""
    grouped: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in _rows(f"conversion_{province}.csv", folder):
        grouped.setdefault((row["old_district_code"], row["old_code"]), []).append(row)
    return tuple(
        OldCommune(
            code=code,
            name=rows[0]["old_name"] or rows[0]["old_district"],
            district_code=district,
            district=rows[0]["old_district"],
            province=rows[0]["old_province"],
            became=tuple(row["new_code"] for row in rows),
            whole=len(rows) == 1 and rows[0]["extent"] == "whole",
        )
        for (district, code), rows in grouped.items()
    )


@lru_cache(maxsize=8)
def load_former_agencies(province: str = "56", folder: Path = _FOLDER) -> tuple[FormerAgency, ...]:
    """Agencies that were merged, with their successors in the province (full codes)."""
    registry = load_units(province, folder)
    found = []
    for row in _rows("former_agencies.csv", folder):
        successors = tuple(registry.expand(short) for short in _split(row["successors"]))
        if all(code in registry for code in successors):
            found.append(FormerAgency(row["name"], _split(row["aliases"]), successors, row["note"]))
    return tuple(found)
