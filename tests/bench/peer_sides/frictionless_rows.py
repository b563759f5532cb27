"""frictionless: a Table Schema with constraints, and a check of our own for the rules across columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

from frictionless import Check, Checklist, Dialect, Resource, Schema, errors, formats, system

from tests.bench.dossiers import COLUMNS, CROSS, Column
from tests.bench.peer_sides.polars_frame import allowed, communes_told

__all__ = ["validate"]

_CONSTRAINTS = {
    "required": "required",
    "minimum": "range",
    "maximum": "range",
    "enum": "enum",
    "pattern": "pattern",
    "minLength": "length",
    "maxLength": "length",
}


class _Across(Check):
    """Rules across the columns of a row."""

    Errors: ClassVar = [errors.RowConstraintError]

    def validate_row(self, row: Any) -> Iterator[Any]:
        """One error for each rule that the row fails."""
        for rule in CROSS:
            left, right = row[_TITLES[rule.left]], row[_TITLES[rule.right]]
            if left is not None and right is not None and left < right:
                yield errors.RowConstraintError.from_row(row, note=rule.id)


_TITLES = {c.name: c.title for c in COLUMNS}
_NAMES = {c.title: c.name for c in COLUMNS}


def _field(column: Column, communes: list[str]) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    words = allowed(column, communes)
    if words:
        # It has no word for “spaces around it do not matter”: the forms that the file is known to hold are told.
        constraints["enum"] = [*words, *(f"  {word} " for word in words)]
    for key, value in (
        ("minimum", column.minimum),
        ("maximum", column.maximum),
        ("pattern", column.pattern),
        ("minLength", column.min_length),
        ("maxLength", column.max_length),
    ):
        if value is not None:
            constraints[key] = value
    field: dict[str, Any] = {"name": column.title, "type": column.type, "constraints": constraints}
    if column.type == "number":
        field["decimalChar"] = ","
    if column.type == "date":
        field["format"] = "%d/%m/%Y"
    return field


def _rule(field: str, kind: str, note: str) -> str:
    if kind == "row-constraint":
        return next(rule.id for rule in CROSS if rule.id in note)
    name = _NAMES[field]
    if kind == "type-error":
        return f"{name}.type"
    constraint = next(key for key in _CONSTRAINTS if f'"{key}"' in note)
    commune = constraint == "enum" and name == "commune_code"
    return f"{name}.{'reference' if commune else _CONSTRAINTS[constraint]}"


def validate(path: str) -> Callable[[], dict[str, Any]]:
    """Side: read row by row and validate."""
    communes = communes_told()
    schema = Schema.from_descriptor({"fields": [_field(column, communes) for column in COLUMNS]})
    dialect = Dialect(controls=[formats.CsvControl(delimiter=";")])

    def work() -> dict[str, Any]:
        with system.use_context(trusted=True):
            resource = Resource(Path(path).as_posix(), dialect=dialect, schema=schema, encoding="utf-8")
            report = resource.validate(Checklist(checks=[_Across()]), limit_errors=10**9)
        found = Counter(_rule(f or "", k, n) for f, k, n in report.flatten(["fieldName", "type", "note"]))
        return {"rows": report.tasks[0].stats["rows"], "failed": dict(found)}

    return work
