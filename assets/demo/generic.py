"""Believable rows for a dataset that has no recipe: values that its contract's types, ranges and lists allow."""

from __future__ import annotations

from data.contract import Column, Contract
from data.warehouse import literal, quoted

__all__ = ["generic_rows"]


def generic_rows(contract: Contract) -> str:
    """SQL with a row for each expected key, or for each entry of a key's code list or register, of each item."""
    keys = [_keys(column) for column in contract.columns if column.key]
    sources = ["item i", *(f"({sql}) AS {quoted('k_' + name)}" for name, sql in keys if sql)]
    parts = ["i.reporter", "i.period"]
    for column in contract.columns:
        source = next((name for name, sql in keys if name == column.name and sql), None)
        value = f"{quoted('k_' + source)}.v" if source else _value(column)
        parts.append(f"{value} AS {quoted(column.name)}")
    return f"SELECT {', '.join(parts)} FROM {' CROSS JOIN '.join(sources)}"


def _keys(column: Column) -> tuple[str, str]:
    if column.enum:
        listed = ", ".join(literal(e.value) for e in column.enum)
        return column.name, f"SELECT unnest([{listed}]) AS v"
    if column.reference:
        table, _, key = column.reference.rpartition(".")
        return column.name, f"SELECT {quoted(key)} AS v FROM {quoted('reference', table)} ORDER BY 1 LIMIT 80"
    return column.name, ""


def _value(column: Column) -> str:
    chance = f"u({literal(column.name)}, i.reporter, i.period)"
    if column.enum:
        listed = ", ".join(literal(e.value) for e in column.enum)
        return f"[{listed}][1 + CAST(floor({chance} * {len(column.enum)}) AS INTEGER)]"
    if column.reference in {"units.code", "communes.code"}:
        return "i.reporter"
    if column.type in {"integer", "number"}:
        low = column.minimum if column.minimum is not None else (column.exclusive_minimum or 0)
        high = column.maximum if column.maximum is not None else low + 1000
        digits = 0 if column.type == "integer" else 2
        return f"round({low} + (0.2 + 0.6 * {chance}) * ({high} - {low}), {digits})"
    if column.type == "boolean":
        return f"{chance} < 0.6"
    if column.type == "date":
        return f"i.started + CAST(floor({chance} * (i.ended - i.started + 1)) AS INTEGER)"
    if column.type == "timestamp":
        return f"CAST(i.started AS TIMESTAMP) + INTERVAL (CAST(floor({chance} * 86399) AS INTEGER)) SECOND"
    return f"'Nội dung ' || (1 + CAST(floor({chance} * 900) AS INTEGER))"
