"""Faults of a contract's hand-written rules: what they lack, and SQL that names what is not there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlglot
from sqlglot import exp

from checks.contract_source import Step
from checks.derive import derived_rules
from checks.finding import KINDS, PRINCIPLES, SEVERITIES
from checks.lint_bench import SqlBench
from checks.lint_finding import Known, Notes
from checks.rule import Rule, RuleError
from checks.sql_rule import HISTORY_TABLES, compile_sql_rule
from data.contract import Contract, RuleSpec
from data.warehouse import quoted

__all__ = ["lint_indicators", "lint_rules"]

_DIMENSIONS = ("accuracy", "completeness", "conformity", "consistency", "coverage", "timeliness", "uniqueness")


def lint_rules(contract: Contract, known: Known, bench: SqlBench, notes: Notes) -> None:
    """Note every fault of the rules under schema[0].quality."""
    try:
        taken = {rule.id for rule in derived_rules(contract)}
    except KeyError:  # expectedKeys names a column that is not there: noted beside it
        taken = set()
    for index, spec in enumerate(contract.rules):
        at: tuple[Step, ...] = ("schema", 0, "quality", index)
        if not spec.id or spec.id in taken:
            notes.add(
                (*at, "id"),
                f"mã quy tắc {spec.id!r} thiếu hoặc trùng",
                f"rule id {spec.id!r} is missing or used twice",
            )
        taken.add(spec.id)
        _words(spec, at, contract, notes)
        if spec.type == "sql":
            _sql(spec, at, contract, known, bench, notes)
        elif spec.type != "library" or spec.metric != "rowCount":
            notes.add(
                at,
                f"quy tắc {spec.id}: chỉ có type sql, hoặc library với metric rowCount",
                f"rule {spec.id}: only type sql, or library with metric rowCount",
            )


def _words(spec: RuleSpec, at: tuple[Step, ...], contract: Contract, notes: Notes) -> None:
    raw: dict[str, Any] = notes.source.at(at) or {}
    given = {p.get("property"): p.get("value") for p in raw.get("customProperties") or [] if isinstance(p, dict)}
    lists = (
        ("severity", raw.get("severity"), SEVERITIES, (*at, "severity")),
        ("dimension", raw.get("dimension"), _DIMENSIONS, (*at, "dimension")),
        ("principle", given.get("principle"), PRINCIPLES, notes.source.custom(at, "principle")),
        ("kind", given.get("kind"), KINDS, notes.source.custom(at, "kind")),
    )
    for name, value, allowed, path in lists:
        if value is None:
            notes.add(path, f"quy tắc {spec.id} thiếu {name}", f"rule {spec.id} lacks its {name}")
        elif value not in allowed:
            notes.add(
                path,
                f"quy tắc {spec.id}: {name} {value!r} không có; dùng: {', '.join(allowed)}",
                f"rule {spec.id}: unknown {name} {value!r}; use one of: {', '.join(allowed)}",
            )
    for name, language_vi, language_en in (
        ("message_vi", "tiếng Việt", "Vietnamese"),
        ("message_en", "tiếng Anh", "English"),
    ):
        if not str(given.get(name) or "").strip():
            notes.add(
                notes.source.custom(at, name),
                f"quy tắc {spec.id} thiếu thông báo {language_vi} ({name})",
                f"rule {spec.id} lacks its {language_en} message ({name})",
            )
    if not spec.must:
        notes.add(at, f"quy tắc {spec.id} thiếu mustBe…", f"rule {spec.id} lacks a mustBe… operator")
    names = {c.name for c in contract.columns}
    if spec.column not in names and (spec.column is not None or spec.kind != "dataset"):
        notes.add(
            notes.source.custom(at, "column"),
            f"quy tắc {spec.id}: cột bị nêu {spec.column!r} không có trong hợp đồng",
            f"rule {spec.id}: the accused column {spec.column!r} is not in the contract",
        )


def _sql(spec: RuleSpec, at: tuple[Step, ...], contract: Contract, known: Known, bench: SqlBench, notes: Notes) -> None:
    path = (*at, "query")
    try:
        rule = compile_sql_rule(spec, contract)
    except RuleError as error:
        vi, _, en = str(error).partition(" / ")
        notes.add(path, f"quy tắc {spec.id}: {vi}", f"rule {spec.id}: {en or vi}")
        return
    for table in sorted(rule.tables):
        if (
            table not in HISTORY_TABLES
            and table not in known.contracts
            and table.removeprefix("reference.") not in known.reference
        ):
            notes.add(path, f"quy tắc {spec.id}: bảng {table} không có", f"rule {spec.id}: unknown table {table}")
            return
    if (misfit := _misfit(rule, spec)) is not None:
        notes.add(path, f"quy tắc {spec.id}: {misfit[0]}", f"rule {spec.id}: {misfit[1]}")
        return
    bare = compile_sql_rule(replace(spec, message_vi="", message_en="", expected=None), contract)
    if (reason := bench.fault(contract, _runnable(bare, contract))) is not None:
        notes.add(path, f"quy tắc {spec.id}: SQL không chạy được: {reason}", f"rule {spec.id}: the SQL fails: {reason}")
        return
    if (reason := bench.fault(contract, _runnable(rule, contract))) is not None:
        notes.add(
            notes.source.custom(at, "message_vi"),
            f"quy tắc {spec.id}: thông báo hoặc expected nêu cột không có: {reason}",
            f"rule {spec.id}: a message or expected names an unknown column: {reason}",
        )


def _runnable(rule: Rule, contract: Contract) -> str:
    """A query for the failing rows with the values that messages and `expected` name."""
    if rule.kind != "row":
        return str(rule.query)
    wanted = ["_row", *(quoted(name) for name in rule.values), *([rule.expected] if rule.expected else [])]
    return f"SELECT {', '.join(wanted)} FROM {quoted(contract.id)} WHERE {rule.violation}"


def _misfit(rule: Rule, spec: RuleSpec) -> tuple[str, str] | None:
    """Why the query is not of the kind that the rule claims; None where it is."""
    history = rule.tables & HISTORY_TABLES
    if rule.kind == "row" and rule.tables:
        return "quy tắc dòng chỉ đọc chính bảng của nó", "a row rule reads only its own table"
    if rule.kind == "set":
        if rule.tables:
            return "quy tắc tập chỉ đọc chính bảng của nó", "a set rule reads only its own table"
        if next(sqlglot.parse_one(str(spec.query), dialect="duckdb").find_all(exp.Window, exp.Group), None) is None:
            return "quy tắc tập cần hàm cửa sổ", "a set rule needs a window"
    if rule.kind == "history" and (not history or rule.tables - HISTORY_TABLES):
        return (
            "quy tắc lịch sử chỉ nối previous, last_year hoặc earlier",
            "a history rule joins previous, last_year or earlier and nothing else",
        )
    if rule.kind == "cross" and (history or not rule.tables):
        return "quy tắc chéo cần bộ dữ liệu khác hoặc danh mục", "a cross rule needs another dataset or a reference"
    if rule.kind not in ("row", "dataset") and spec.must != (("mustBe", 0),):
        return "số dòng vi phạm phải là mustBe: 0", "the number of failing rows needs mustBe: 0"
    return None


def lint_indicators(contract: Contract, known: Known, bench: SqlBench, notes: Notes) -> None:
    """Note feeds of unknown indicators, and feeds whose SQL names unknown columns."""
    at = (*notes.source.custom((), "indicators"), "value")
    for index, feed in enumerate(contract.indicators):
        path = (*at, index)
        if feed.indicator not in known.indicators:
            notes.add(
                path, f"chỉ tiêu {feed.indicator!r} không có trong danh mục", f"unknown indicator {feed.indicator!r}"
            )
        for part in (feed.sum, feed.value, feed.numerator, feed.denominator, feed.where):
            if part is None:
                continue
            if (reason := bench.fault(contract, f"SELECT {part} FROM {quoted(contract.id)}")) is not None:
                notes.add(path, f"chỉ tiêu {feed.indicator}: {reason}", f"indicator {feed.indicator}: {reason}")
