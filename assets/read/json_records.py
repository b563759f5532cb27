"""Reads json and ndjson: a list of records, or the list of records that an object holds."""

from __future__ import annotations

import json
from typing import Any

from assets.read.encoding import decode
from assets.read.grid import Grid
from assets.read.refusal import refuse
from assets.read.values import as_cell

__all__ = ["read_json"]


def read_json(raw: bytes, name: str) -> tuple[Grid, str, str] | None:
    """Raw grid of a json or ndjson text, its encoding and which of the two it is; None where it is neither.

    Row numbers count records from 1. A nested object gives columns joined with a dot; a nested list stays json text.
    Raises UnreadableError damaged, empty or not_a_table.
    """
    text, encoding = decode(raw)
    text = text.strip()
    try:
        value = json.loads(text, parse_float=_Number, parse_int=_Number, parse_constant=_Number)
        kind = "json"
    except (ValueError, RecursionError):
        records = _lines(text)
        if records is None:
            if text.startswith(("{", '[{"', "[{", "[[")):
                raise refuse("damaged", name, "JSON không hợp lệ", "it is not valid JSON") from None
            return None
        value, kind = records, "ndjson"
    found = _records(value)
    if found is None:
        raise refuse("not_a_table", name, "JSON không chứa danh sách bản ghi", "the JSON holds no list of records")
    if not found:
        raise refuse("empty", name)
    return _grid(found), encoding, kind


class _Number(str):
    """A number exactly as the json text writes it."""

    __slots__ = ()


def _lines(text: str) -> list[Any] | None:
    records = []
    for line in text.splitlines():
        if not line.strip():
            continue
        try:
            records.append(json.loads(line, parse_float=_Number, parse_int=_Number, parse_constant=_Number))
        except (ValueError, RecursionError):
            return None
    return records if records and all(isinstance(r, (dict, list)) for r in records) else None


def _records(value: Any) -> list[Any] | None:
    """The list of records in a json value: itself, or the longest list of objects found inside it."""
    if isinstance(value, list):
        return value if all(isinstance(r, (dict, list)) for r in value) else None
    if not isinstance(value, dict):
        return None
    lists = [found for inner in value.values() if isinstance(inner, (dict, list)) and (found := _records(inner))]
    if lists:
        return max(lists, key=len)
    plain = all(not isinstance(inner, (dict, list)) for inner in value.values())
    return [value] if plain and value else None


def _flat(record: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict) and value and depth < 8:
            flat.update(_flat(value, f"{prefix}{key}.", depth + 1))
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _cell(value: Any) -> tuple[str | None, str]:
    if isinstance(value, _Number):
        try:
            number = float(value)
        except ValueError:
            return str(value), "P"
        return (as_cell(number)[0] if "e" in value.lower() else str(value)), "N"
    if isinstance(value, (dict, list)):
        return (json.dumps(value, ensure_ascii=False) if value else None), "T" if value else " "
    text, kind = as_cell(value)
    return text, kind


def _grid(records: list[Any]) -> Grid:
    if all(isinstance(record, list) for record in records):
        width = max(len(record) for record in records)
        pairs = [[_cell(v) for v in record] + [(None, " ")] * (width - len(record)) for record in records]
        known = False
    else:
        flats = [_flat(r) if isinstance(r, dict) else {f"[{i}]": v for i, v in enumerate(r)} for r in records]
        keys = list(dict.fromkeys(key for flat in flats for key in flat))
        pairs = [[(key, "T") for key in keys]]
        pairs += [[_cell(flat.get(key)) for key in keys] for flat in flats]
        known = True
    cells = [[text for text, _ in row] for row in pairs]
    kinds = ["".join(kind for _, kind in row) for row in pairs]
    start = 0 if known else 1
    return Grid("", cells, kinds, list(range(start, start + len(cells))), header_known=known, separated=True)
