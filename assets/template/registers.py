"""What a column's cells may be chosen from: a code list, the units, a register; and which entries are a unit's own."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from data.contract import Column, Contract
from data.reference_tables import reference_files
from data.unit_resolver import get_resolver
from data.units import load_units

__all__ = ["Choice", "choices_of", "entries", "own_entries", "register_of", "unit_shown"]

_OWNERS = ("parent", "lead", "owner")
"""Columns of a register that name the unit an entry belongs to, by short or full code, several apart by |."""
_NAMES = ("name", "name_vi")
_ALIKE = 5
"""Letters that a column's name and its register's have in common at the beginning, whatever the plural."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry to choose: what is written in the cell, and its name where that is another."""

    shown: str
    name: str = ""


@lru_cache(maxsize=128)
def entries(register: str, province: str) -> tuple[dict[str, str], ...]:
    """Everything that a register lists; () where there is no such register."""
    files = reference_files(province)
    if register == "communes":
        return tuple({"code": u.code, "name": u.name} for u in load_units(province).communes())
    if register not in files:
        return ()
    with files[register].open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


@lru_cache(maxsize=4096)
def unit_shown(code: str, province: str, kind: Literal["commune", "unit"]) -> str:
    """How a unit is written in a cell: by its name where that leads back to it for certain, else by its code."""
    unit = load_units(province).get(code)
    if unit is None:
        return code
    match = get_resolver(province).resolve(unit.name, kind=kind)
    return unit.name if match.code == code and match.how in {"exact", "normalised"} else code


def choices_of(column: Column, contract: Contract, reporter: str, province: str) -> tuple[Choice, ...]:
    """What a drop-down of the column offers; () where anything may be written."""
    if column.enum:
        return tuple(Choice(e.label) for e in column.enum)
    if column.resolves_unit:
        units, commune = load_units(province), column.reference == "communes.code"
        kind: Literal["commune", "unit"] = "commune" if commune else "unit"
        return tuple(Choice(unit_shown(u.code, province, kind)) for u in (units.communes() if commune else units))
    register = register_of(column, contract, province)
    if register is None:
        return ()
    key = (column.reference or "").rpartition(".")[2] or "code"
    listed = entries(register, province)
    own = () if column.reference else own_entries(register, reporter, province)
    return tuple(Choice(e[key], _name(e)) for e in own or listed)


def _name(entry: dict[str, str]) -> str:
    return next((entry[n] for n in _NAMES if entry.get(n)), "")


@lru_cache(maxsize=512)
def register_of(column: Column, contract: Contract, province: str) -> str | None:
    """The register whose codes the column holds: that of its reference, else one whose every code fits its pattern
    and that is called like the dataset or the column ("task_code": tasks).
    """
    if column.reference:
        table = column.reference.rpartition(".")[0]
        return None if table in {"communes", "units"} else table
    if not column.pattern or not column.key:
        return None
    form = re.compile(column.pattern)
    fitting = [
        name
        for name in reference_files(province)
        if (listed := entries(name, province)) and "code" in listed[0] and all(form.search(e["code"]) for e in listed)
    ]
    stem = column.name.removesuffix("_code")
    for wanted in (f"{contract.id}s", f"{stem}s"):
        if wanted in fitting:
            return wanted
    alike = [name for name in fitting if name[:_ALIKE] == stem[:_ALIKE]]  # criterion, criteria
    return alike[0] if len(alike) == 1 else None


def own_entries(register: str, reporter: str, province: str) -> tuple[dict[str, str], ...]:
    """A register's entries that belong to the unit; all where the register does not say whose they are."""
    listed = entries(register, province)
    owner = next((o for o in _OWNERS if listed and o in listed[0]), None)
    if owner is None:
        return listed
    units = load_units(province)
    return tuple(e for e in listed if reporter in {units.expand(part) for part in e[owner].split("|")})
