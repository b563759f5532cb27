"""Reads json and ndjson: a list of records, or the list of records that an object holds."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from assets.read.encoding import decode
from assets.read.grid import Grid
from assets.read.limits import Limits
from assets.read.refusal import refuse
from assets.read.values import as_cell

__all__ = ["read_json"]


_DEEPEST = 32
"""Lists of records are looked for down to this many levels of objects."""
_LONGEST_PLAIN = 400
"""A number whose plain form would take more digits stays as it is written, as text."""
_HALF = re.compile("[\ud800-\udfff]")


def read_json(raw: bytes, name: str, limits: Limits) -> tuple[Grid, str, str] | None:
    """Raw grid of a json or ndjson text, its encoding and which of the two it is; None where it is neither.

    Row numbers count records from 1. A nested object gives columns joined with a dot; a nested list stays json text.
    Raises UnreadableError damaged, empty, too_large or not_a_table.
    """
    text, encoding = decode(raw)
    text = text.strip()
    value, kind = _parsed(text, name)
    if kind is None:
        return None
    found = _records(value)
    if found is None:
        raise refuse("not_a_table", name, "JSON không chứa danh sách bản ghi", "the JSON holds no list of records")
    if not found:
        raise refuse("empty", name)
    halves = "\\ud" in text or "\\uD" in text
    del text
    return _grid(found, name, limits, halves), encoding, kind


def _parsed(text: str, name: str) -> tuple[Any, str | None]:
    """Value of a json text and its kind; a kind of None where the text is not json at all."""
    try:
        return _DECODER.decode(text), "json"
    except RecursionError:
        raise refuse("damaged", name, "JSON lồng quá sâu", "its JSON is nested too deeply") from None
    except ValueError as error:
        records = _lines(text)
        if records is not None:
            return records, "ndjson"
        if text.startswith(("{", '[{"', "[{", "[[")):
            where = ("", "")
            if isinstance(error, json.JSONDecodeError):
                where = f" (dòng {error.lineno}, ký tự {error.colno})", f" (line {error.lineno}, column {error.colno})"
            raise refuse("damaged", name, f"JSON không hợp lệ{where[0]}", f"it is not valid JSON{where[1]}") from None
        return None, None


class _Number(str):
    """A number exactly as the json text writes it."""

    __slots__ = ()


_DECODER = json.JSONDecoder(parse_float=_Number, parse_int=_Number, parse_constant=_Number)


def _lines(text: str) -> list[Any] | None:
    records = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        try:
            records.append(_DECODER.decode(line))
        except (ValueError, RecursionError):
            return None
    return records if records and all(isinstance(r, (dict, list)) for r in records) else None


def _records(value: Any, depth: int = 0) -> list[Any] | None:
    """The list of records in a json value: itself, or the longest list of objects found inside it."""
    if isinstance(value, list):
        return value if all(isinstance(r, (dict, list)) for r in value) else None
    if not isinstance(value, dict) or depth > _DEEPEST:
        return None
    nested = [inner for inner in value.values() if isinstance(inner, (dict, list))]
    lists = [found for inner in nested if (found := _records(inner, depth + 1))]
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
        return _number(value)
    if isinstance(value, (dict, list)):
        return (json.dumps(value, ensure_ascii=False) if value else None), "T" if value else " "
    text, kind = as_cell(value)
    return text, kind


def _number(written: str) -> tuple[str, str]:
    """A number in plain decimals, exactly as it is written; NaN and Infinity are no numbers."""
    if "e" not in written and "E" not in written:
        return (str(written), "N") if written[-1].isdigit() else (str(written), "P")
    value = Decimal(written)
    if not -_LONGEST_PLAIN < value.adjusted() < _LONGEST_PLAIN or len(written) > _LONGEST_PLAIN:
        return str(written), "T"
    plain = format(value, "f")
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain), "N"


def _whole(text: str | None) -> str | None:
    """The text with halves of a character, which no encoding can write, shown as unknown characters."""
    return _HALF.sub("\ufffd", text) if text else text


def _grid(records: list[Any], name: str, limits: Limits, halves: bool) -> Grid:
    if all(isinstance(record, list) for record in records):
        width = max(len(record) for record in records)
        _within(width, len(records), name, limits)
        pairs = [[_cell(v) for v in record] + [(None, " ")] * (width - len(record)) for record in records]
        known = False
    else:
        flats = [_flat(r) if isinstance(r, dict) else {f"[{i}]": v for i, v in enumerate(r)} for r in records]
        keys = list(dict.fromkeys(key for flat in flats for key in flat))
        _within(len(keys), len(records), name, limits)
        pairs = [[(key, "T") for key in keys]]
        pairs += [[_cell(flat.get(key)) for key in keys] for flat in flats]
        known = True
    cells = [[text for text, _ in row] for row in pairs]
    if halves:
        cells = [[_whole(text) for text in row] for row in cells]
    kinds = ["".join([kind for _, kind in row]) for row in pairs]
    start = 0 if known else 1
    return Grid("", cells, kinds, list(range(start, start + len(cells))), header_known=known, separated=True)


def _within(width: int, height: int, name: str, limits: Limits) -> None:
    if width > limits.columns or width * height > limits.cells:
        vi, en = f"JSON có {height} bản ghi x {width} cột", f"the JSON has {height} records x {width} columns"
        raise refuse("too_large", name, vi, en)
