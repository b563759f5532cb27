"""What linting contracts gives, and what the hub knows that a contract may name."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from checks.contract_source import ContractSource, Step, dotted
from data.contract import Contract
from data.reference_tables import FOLDER

__all__ = ["Known", "LintFinding", "Notes", "load_known"]


@dataclass(frozen=True, slots=True, order=True)
class LintFinding:
    """One fault of a contract: where it stands and why it is one, in both languages."""

    file: Path
    line: int
    path: str
    reason_vi: str
    reason_en: str


@dataclass(frozen=True)
class Notes:
    """Collects the findings of one contract."""

    source: ContractSource
    found: list[LintFinding] = field(default_factory=list)

    def add(self, path: tuple[Step, ...], vi: str, en: str) -> None:
        """Note a fault at a path of the contract."""
        self.found.append(LintFinding(self.source.file, self.source.line(path), dotted(path), vi, en))


@dataclass(frozen=True)
class Known:
    """Everything outside a contract that it may name."""

    contracts: Mapping[str, Contract]
    reference: Mapping[str, frozenset[str]]
    """Columns of each reference table."""
    units: frozenset[str]
    """Codes of units, whole ("56-SKHCN") and short ("SKHCN"), of every province profile."""
    kinds: frozenset[str]
    indicators: frozenset[str]


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _header(file: Path) -> frozenset[str]:
    with file.open(encoding="utf-8", newline="") as stream:
        return frozenset(next(csv.reader(stream), []))


def load_known(contracts: Mapping[str, Contract], folder: Path = FOLDER) -> Known:
    """What the reference folder holds, for all provinces together."""
    reference: dict[str, frozenset[str]] = {}
    units: set[str] = set()
    kinds: set[str] = set()
    for file in sorted(folder.glob("*.csv")):
        name = re.sub(r"_\d{2}$", "", file.stem)
        reference[name] = reference.get(name, frozenset()) | _header(file)
        if name == "units":
            for row in _rows(file):
                units |= {row["code"], row["code"].partition("-")[2]} - {""}
                kinds.add(row["kind"])
                if row.get("coastal") == "yes":
                    kinds.add("coastal_commune")
    if "units" in reference:
        reference["communes"] = reference["units"]
    listed = folder / "indicators.csv"
    indicators = frozenset(row["code"] for row in _rows(listed)) if listed.exists() else frozenset()
    return Known(contracts, reference, frozenset(units), frozenset(kinds), indicators)
