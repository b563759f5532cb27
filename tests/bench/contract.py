"""Writes the measured dataset's contract, an ODCS 3.2 file, into a folder that HUB_CONTRACTS then names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.bench.dossiers import COLUMNS, CROSS, DATASET, KEY, UNIT, Column, Cross

__all__ = ["FURTHER", "further", "write_contract"]

FURTHER = "further_"
"""What the ids of further rules begin with."""


def write_contract(folder: Path, *, more_rules: int = 0, unique: bool = False) -> Path:
    """The folder with the one contract in it.

    `more_rules` adds so many row rules that no row fails; `unique`: the dossier's code may stand once.
    """
    folder.mkdir(parents=True, exist_ok=True)
    document = {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": DATASET,
        "name": "Hồ sơ một cửa (đo tốc độ)",
        "version": "1.0.0",
        "status": "active",
        "domain": "administration",
        "description": {"purpose": "Đo tốc độ.", "usage": "Đo tốc độ.", "limitations": "Số liệu tạo ra để đo."},
        "schema": [
            {
                "name": DATASET,
                "businessName": "Hồ sơ một cửa",
                "logicalType": "object",
                "physicalType": "table",
                "properties": [_property(column, unique=unique and column.name == KEY) for column in COLUMNS],
                "quality": [*(_cross(rule) for rule in CROSS), *(_further(n) for n in range(more_rules))],
            }
        ],
        "team": {"name": "Văn phòng UBND tỉnh", "customProperties": [{"property": "unit", "value": UNIT}]},
        "roles": [{"role": UNIT, "access": "write"}],
        "slaProperties": [
            {"property": "frequency", "value": 1, "unit": "month"},
            {"property": "timeOfAvailability", "value": "05 17:00"},
            {"property": "latency", "value": 0, "unit": "d"},
        ],
        "customProperties": [
            {"property": "titleEn", "value": "One-stop dossiers (measured)"},
            {"property": "licence", "value": "CC-BY-4.0"},
            {"property": "cutoff", "value": "calendar"},
            {"property": "validFrom", "value": "2026-01"},
            {"property": "reportingUnits", "value": {"units": ["owner"]}},
            {"property": "maxFailedShare", "value": 0.2},
        ],
    }
    path = folder / f"{DATASET}.odcs.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


def _property(column: Column, *, unique: bool) -> dict[str, Any]:
    held: dict[str, Any] = {"name": column.name, "businessName": column.title, "logicalType": column.type}
    if column.required:
        held["required"] = True
    if unique:
        held["unique"] = True
    if column.enum:
        held["enum"] = [{"value": value, "label": label} for value, label in column.enum.items()]
    if column.commune:
        held["relationships"] = [{"type": "foreignKey", "to": "reference.communes.code"}]
    options = {
        "minimum": column.minimum,
        "maximum": column.maximum,
        "pattern": column.pattern,
        "minLength": column.min_length,
        "maxLength": column.max_length,
    }
    if any(value is not None for value in options.values()):
        held["logicalTypeOptions"] = {name: value for name, value in options.items() if value is not None}
    if column.type in {"integer", "number"}:
        held["customProperties"] = [{"property": "measure", "value": "flow"}]
    return held


def _rule(rule_id: str, violation: str, column: str, vi: str, en: str) -> dict[str, Any]:
    return {
        "id": rule_id,
        "name": vi,
        "type": "sql",
        "dimension": "accuracy",
        "severity": "error",
        "query": f"SELECT count(*) FROM {DATASET} WHERE {violation}",
        "mustBe": 0,
        "customProperties": [
            {"property": "principle", "value": "dung"},
            {"property": "kind", "value": "row"},
            {"property": "column", "value": column},
            {"property": "message_vi", "value": vi},
            {"property": "message_en", "value": en},
        ],
    }


def _cross(rule: Cross) -> dict[str, Any]:
    vi = f"{{{rule.left}}} nhỏ hơn {{{rule.right}}}"
    return _rule(rule.id, f"{rule.left} < {rule.right}", rule.left, vi, f"{{{rule.left}}} below {{{rule.right}}}")


def further(number: int) -> tuple[str, int]:
    """Column and bound of the n-th further rule; no row is below it."""
    return ("fee", "pages", "household", "copies", "score")[number % 5], -1 - number


def _further(number: int) -> dict[str, Any]:
    left, bound = further(number)
    vi, en = f"{{{left}}} nhỏ hơn {bound}", f"{{{left}}} below {bound}"
    return _rule(f"{FURTHER}{number}", f"{left} < {bound}", left, vi, en)
