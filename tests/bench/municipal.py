"""A year of a province's communes: datasets that each commune owes monthly, and the small files that they send."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import yaml

from assets.demo import Span, generate
from data.contract import load_contracts
from data.period import Period
from data.settings import REPOSITORY, settings

__all__ = ["Sent", "write_year"]

_BASES = ("plan02_criteria", "land_parcel_cleaning", "public_service_dossiers", "digital_staff", "task_progress")
"""Contracts whose files communes send; each of the year's datasets is one of them under a name of its own."""
_LAST = Period.parse("2026-10")

Sent = tuple[str, str, str, str | None, str]
"""Dataset, reporter, period, path (None: nothing happened), moment of receipt."""


def write_year(folder: Path, datasets: int, months: int) -> Callable[[], int]:
    """Contracts under `contracts`, files under `files` and what was sent in `sent.json`; gives how many submissions.

    Files are the demonstration's: workbooks, csv in several encodings, zip and ods, defects among them; each item once.
    """
    target = Path(folder)

    def work() -> int:
        names = [f"{_BASES[n % len(_BASES)]}_{n:02d}" for n in range(datasets)]
        (target / "contracts").mkdir(parents=True, exist_ok=True)
        for name in names:
            _write_contract(target / "contracts", name)
        registry = load_contracts(target / "contracts")
        first = _LAST
        for _ in range(months - 1):
            first = first.previous()
        sent: list[Sent] = []
        for number, name in enumerate(names):
            # The demonstration's recipes go by the contract's own name.
            known = replace(registry[name], id=name[:-3])
            made = generate([known], settings().province, 57 + number, Span(first, _LAST), target / "files" / name)
            sent += [
                (name, e.reporter, e.period, str(made.folder / e.file) if e.file else None, e.received_at)
                for e in made.entries
                if e.version == 1 and not e.repeats
            ]
        (target / "sent.json").write_text(json.dumps(sent), encoding="utf-8")
        return len(sent)

    return work


def _write_contract(folder: Path, name: str) -> None:
    """The base's contract under another name, owed by every commune each month; rules that join other datasets go."""
    base = name[:-3]
    text = (REPOSITORY / "data" / "contracts" / f"{base}.odcs.yaml").read_text(encoding="utf-8")
    document = yaml.safe_load(re.sub(rf"\b{base}\b", name, text))
    told = {"frequency": {"value": 1, "unit": "month"}, "timeOfAvailability": {"value": "05 17:00"}}
    for entry in document["slaProperties"]:
        entry.update(told.get(entry["property"], {}))
    owed = {"validFrom": "2025-01", "cutoff": "calendar", "reportingUnits": {"each": ["commune"]}}
    for entry in document["customProperties"]:
        entry["value"] = owed.get(entry["property"], entry["value"])
    table = document["schema"][0]
    table["quality"] = [q for q in table["quality"] if {"property": "kind", "value": "cross"} not in _said(q)]
    path = folder / f"{name}.odcs.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _said(rule: dict[str, object]) -> list[dict[str, object]]:
    properties = rule.get("customProperties") or []
    assert isinstance(properties, list)
    return properties
