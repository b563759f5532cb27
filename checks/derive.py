"""Rules that a contract implies without writing them: types, ranges, code lists, keys, repairs, coverage, dates."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from checks.hierarchy import sum_query
from checks.rule import Rule
from data.contract import Column, Contract
from data.vietnamese_format import format_number
from data.warehouse import literal, quoted

__all__ = ["REPAIR_KINDS", "derived_rules", "words"]

REPAIR_KINDS = (
    "unicode_form",
    "tone_placement",
    "legacy_font",
    "double_encoded",
    "stray_spaces",
    "number_as_text",
    "date_as_text",
    "total_row",
    "realigned",
    "uncalculated",
)


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    text = Path(__file__).with_name("messages.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, str]] = yaml.safe_load(text)
    return loaded


def words(rule: str) -> dict[str, str]:
    """name, vi, en and perhaps expected, for a derived rule's message key."""
    return _catalogue()[rule]


def _rule(key: str, rule_id: str, *, title: str = "", figures: dict[str, str] | None = None, **fields: object) -> Rule:
    entry, known = words(key), {**({"title": title} if title else {}), **(figures or {})}

    def said(text: str) -> str:
        for name, value in known.items():
            text = text.replace("{" + name + "}", value)
        return text

    expected = fields.pop("expected_text", None) or entry.get("expected")
    return Rule(
        id=rule_id,
        name=f"{title}: {entry['name']}" if title else entry["name"],
        message_vi=said(entry["vi"]),
        message_en=said(entry["en"]),
        expected_text=str(expected) if expected else None,
        derived=True,
        **fields,  # type: ignore[arg-type]
    )


def _mark(mark: str) -> str:
    return f"list_contains(_marks, {literal(mark)})"


def _range(column: Column) -> Rule | None:
    name = quoted(column.name)
    tests, figures = [], {}
    bounds = (
        (column.minimum, "<", "minimum"),
        (column.exclusive_minimum, "<=", "minimum"),
        (column.maximum, ">", "maximum"),
        (column.exclusive_maximum, ">=", "maximum"),
    )
    for bound, operator, word in bounds:
        if bound is not None:
            tests.append(f"{name} {operator} {bound!r}")
            figures[word] = format_number(bound)
    if not tests:
        return None
    key = "range.both" if len(figures) == 2 else f"range.{next(iter(figures))}"
    sign = {"minimum": "≥", "maximum": "≤"}
    return _rule(
        key,
        f"{column.name}.range",
        title=column.title,
        figures=figures,
        kind="row",
        principle="dung",
        severity="error",
        column=column.name,
        violation=" OR ".join(tests),
        expected_text=" và ".join(f"{sign[word]} {figure}" for word, figure in figures.items()),
    )


def _column_rules(column: Column) -> Iterator[Rule]:
    name = quoted(column.name)
    at: dict[str, object] = {"title": column.title, "kind": "row", "column": column.name}
    error = {**at, "principle": "dung", "severity": "error"}
    if column.required:
        missing = f"{name} IS NULL AND NOT {_mark('untyped:' + column.name)}"
        yield _rule("required", f"{column.name}.required", **{**error, "principle": "du"}, violation=missing)  # type: ignore[arg-type]
    if column.type != "string":
        yield _rule(f"type.{column.type}", f"{column.name}.type", **error, violation=_mark("untyped:" + column.name))  # type: ignore[arg-type]
    if (ranged := _range(column)) is not None:
        yield ranged
    if column.enum:
        codes = ", ".join(literal(e.value) for e in column.enum)
        allowed = " | ".join(e.label for e in column.enum)
        cast = name if column.type == "string" else f"CAST({name} AS VARCHAR)"
        yield _rule("enum", f"{column.name}.enum", **error, violation=f"{cast} NOT IN ({codes})", expected_text=allowed)  # type: ignore[arg-type]
    if column.pattern:
        test = f"NOT regexp_matches({name}, {literal(column.pattern)})"
        yield _rule("pattern", f"{column.name}.pattern", **error, violation=test, expected_text=column.pattern)  # type: ignore[arg-type]
    lengths = [
        f"length({name}) {operator} {bound}"
        for bound, operator in ((column.min_length, "<"), (column.max_length, ">"))
        if bound is not None
    ]
    if lengths:
        yield _rule("length", f"{column.name}.length", **error, violation=" OR ".join(lengths))  # type: ignore[arg-type]
    if column.reference:
        yield from _reference_rules(column, at)


def _reference_rules(column: Column, at: dict[str, object]) -> Iterator[Rule]:
    unified = {**at, "principle": "thong_nhat"}
    table, _, key = str(column.reference).rpartition(".")
    unresolved = f"{quoted(column.name)} NOT IN (SELECT {quoted(key)} FROM {quoted('reference', table)})"
    yield _rule(
        "reference",
        f"{column.name}.reference",
        **{**unified, "severity": "error"},  # type: ignore[arg-type]
        violation=unresolved,
        tables=frozenset({f"reference.{table}"}),
    )
    if column.resolves_unit:
        yield _rule(
            "reference_fuzzy",
            f"{column.name}.reference_fuzzy",
            **{**unified, "severity": "warning"},  # type: ignore[arg-type]
            violation=_mark("fuzzy:" + column.name),
        )


def _set_rules(contract: Contract) -> Iterator[Rule]:
    """Keys stand once. Of rows that are the same throughout the first is kept; where they differ, none is picked."""
    own = quoted(contract.id)
    contents = ", ".join(quoted(c.name) for c in contract.columns)
    groups = [("key.unique", contract.key)] if contract.key and contract.layout == "flat" else []
    groups += [(f"{c.name}.unique", (c.name,)) for c in contract.columns if c.unique and (c.name,) != contract.key]
    for rule_id, names in groups:
        partition = ", ".join(["_submission_id", *(quoted(n) for n in names)])
        filled = " AND ".join(f"{quoted(n)} IS NOT NULL" for n in names)
        titles = ", ".join(f"“{contract.column(n).title}”" for n in names)
        yield _rule(
            "key.unique" if rule_id == "key.unique" else "unique",
            rule_id,
            title=titles,
            kind="set",
            principle="sach",
            severity="error",
            column=names[0],
            query=(
                f"SELECT _submission_id, _row FROM (SELECT _submission_id, _row, "
                f"row_number() OVER (PARTITION BY {partition} ORDER BY _row) AS nth, "
                f"min(hash({contents})) OVER (PARTITION BY {partition}) <> "
                f"max(hash({contents})) OVER (PARTITION BY {partition}) AS differ "
                f"FROM {own} WHERE {filled}) WHERE nth > 1 OR differ"
            ),
        )


def _hierarchy_rules(contract: Contract) -> Iterator[Rule]:
    """In an outlined dataset a parent is the sum of its children, in every column of money."""
    derived = {c.derived: c.name for c in contract.columns if c.derived}
    if not {"parent_row", "adds", "unit_factor"} <= derived.keys():
        return
    for column in contract.measures:
        if column.measure == "ratio":
            continue
        yield _rule(
            "hierarchy",
            f"hierarchy.{column.name}",
            title=column.title,
            kind="set",
            principle="dung",
            severity="warning",
            column=column.name,
            comparator="=",
            query=sum_query(
                contract.id,
                column.name,
                parent=derived["parent_row"],
                adds=derived["adds"],
                factor=derived["unit_factor"],
            ),
        )


def _repair_rules() -> Iterator[Rule]:
    for kind in REPAIR_KINDS:
        yield _rule(
            f"repair.{kind}",
            f"repair.{kind}",
            kind="row",
            principle="sach",
            severity="warning",
            violation=_mark(kind),
        )


def _dataset_rules(contract: Contract) -> Iterator[Rule]:
    def dataset(key: str, principle: str, severity: str, **fields: object) -> Rule:
        return _rule(key, str(fields.pop("id", key)), kind="dataset", principle=principle, severity=severity, **fields)  # type: ignore[arg-type]

    yield dataset("structure.columns", "du", "error")
    yield dataset("structure.period", "dung", "error")
    yield dataset("structure.remembered", "sach", "info")
    if contract.forms:
        yield dataset("structure.form", "dung", "warning")
    yield dataset("volume", "du", "error")
    if contract.expected_keys:
        column = contract.column(contract.expected_keys.column)
        rule_id = f"coverage.{column.name}"
        yield dataset("coverage", "du", "warning", id=rule_id, title=column.title, column=column.name)
    yield dataset("timeliness", "song", "error")
    for part in ("description", "owner", "licence", "titles"):
        yield dataset(f"catalogue.{part}", "dung_chung", "warning")


def derived_rules(contract: Contract) -> tuple[Rule, ...]:
    """Every rule that follows from the contract's columns, keys and obligations."""
    rules: list[Rule] = []
    for column in contract.columns:
        rules.extend(_column_rules(column))
    rules.extend(_set_rules(contract))
    rules.extend(_hierarchy_rules(contract))
    rules.extend(_repair_rules())
    rules.extend(_dataset_rules(contract))
    return tuple(rules)
