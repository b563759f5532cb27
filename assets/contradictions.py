"""Contradictions: one fact with two values, each kept with the submission and row it came from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from datetime import datetime

import duckdb
import polars as pl

from assets.core_copies import CoreCopies
from checks.compile import compile_rules
from checks.labels import labels, spoken
from checks.rule import Rule, fill
from data.clock import now
from data.contract import Contract, ContractRegistry
from data.vietnamese_format import format_value
from data.warehouse import lake_tables, quoted

__all__ = ["Contradiction", "find_contradictions"]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two values side by side; a's dataset is the one whose rule found it."""

    contradiction_id: str
    subject: str | None
    what_vi: str
    what_en: str
    period: str
    dataset_a: str
    submission_a: int
    row_a: int
    column_a: str | None
    value_a: str | None
    dataset_b: str
    submission_b: int | None
    row_b: int | None
    column_b: str | None
    value_b: str | None
    found_at: datetime


def find_contradictions(
    con: duckdb.DuckDBPyConnection, registry: ContractRegistry, datasets: set[str], cores: CoreCopies
) -> pl.DataFrame:
    """Contradictions among rows in force that touch any of the datasets: cross rules, and two reporters on one fact."""
    found: list[Contradiction] = []
    held = {name.removeprefix("core.") for name in lake_tables(con) if name.startswith("core.")}
    for contract in registry.values():
        for rule in compile_rules(contract):
            others = [t for t in rule.tables if t in registry]
            touched = {contract.id, *others}
            if rule.kind == "cross" and others and touched & datasets and touched <= held:
                found.extend(_between_datasets(con, contract, rule, others[0], registry, cores))
        if contract.id in datasets and contract.reporting.on_behalf:
            found.extend(_between_reporters(con, contract, cores[contract.id]))
    integer = {"submission_a", "row_a", "submission_b", "row_b"}
    schema: dict[str, pl.DataType] = {
        f.name: pl.Int64()
        if f.name in integer
        else pl.Datetime("us", "Asia/Ho_Chi_Minh")
        if f.name == "found_at"
        else pl.String()
        for f in fields(Contradiction)
    }
    return pl.DataFrame([astuple(c) for c in found], schema=schema, orient="row").unique("contradiction_id")


def _identity(*parts: object) -> str:
    return hashlib.sha256("|".join(str(p) for p in parts).encode()).hexdigest()[:16]


def _between_datasets(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    rule: Rule,
    other: str,
    registry: ContractRegistry,
    cores: CoreCopies,
) -> Iterator[Contradiction]:
    bound = ", ".join(
        f"{quoted(name)} AS (SELECT * FROM {cores[name]})" for name in (contract.id, *rule.tables) if name in registry
    )
    cursor = con.execute(
        f"WITH {bound}, found AS ({rule.query}) SELECT found.*, c._period AS _period, c._reporter AS _reporter, "
        f"{f'c.{quoted(rule.column)}' if rule.column else 'NULL'} AS _mine, "
        f"CAST(c.{quoted(contract.subject or '_reporter')} AS VARCHAR) AS _subject "
        f"FROM found JOIN {cores[contract.id]} c USING (_submission_id, _row)"
    )
    names = [d[0] for d in cursor.description or []]
    for record in cursor.fetchall():
        values = dict(zip(names, record, strict=True))
        said = {name: spoken(name, v, labels(contract)) for name, v in values.items()}
        theirs = next((n for n in rule.values if n.startswith(other + ".")), None)
        yield Contradiction(
            contradiction_id=_identity(
                contract.id, rule.id, values["_submission_id"], values["_row"], values.get("_other_submission"),
                values.get("_other_row"),
            ),
            subject=values["_subject"],
            what_vi=fill(rule.message_vi, said),
            what_en=fill(rule.message_en, said),
            period=values["_period"],
            dataset_a=contract.id,
            submission_a=values["_submission_id"],
            row_a=values["_row"],
            column_a=rule.column,
            value_a=spoken(rule.column, values["_mine"], labels(contract)) if rule.column else None,
            dataset_b=other,
            submission_b=values.get("_other_submission"),
            row_b=values.get("_other_row"),
            column_b=theirs.rpartition(".")[2] if theirs else None,
            value_b=said.get(theirs) if theirs else None,
            found_at=now(),
        )  # fmt: skip


def _between_reporters(con: duckdb.DuckDBPyConnection, contract: Contract, core: str) -> Iterator[Contradiction]:
    """Two reporters on one subject and period, where a measure differs."""
    if not contract.key:
        return
    reporters = con.execute(f"SELECT count(DISTINCT _reporter) FROM {core}").fetchone()
    if reporters is None or reporters[0] < 2:
        return
    keys = ", ".join(quoted(k) for k in contract.key)
    subject = quoted(contract.subject or contract.key[0])
    for measure in contract.measures:
        name = quoted(measure.name)
        for period, who, a, row_a, value_a, b, row_b, value_b in con.execute(
            f"SELECT a._period, CAST(a.{subject} AS VARCHAR), a._submission_id, a._row, a.{name}, b._submission_id, "
            f"b._row, b.{name} FROM {core} a JOIN {core} b USING ({keys}, _period) "
            f"WHERE a._reporter < b._reporter AND a.{name} IS DISTINCT FROM b.{name}"
        ).fetchall():
            first, second = format_value(value_a), format_value(value_b)
            yield Contradiction(
                _identity(contract.id, measure.name, a, row_a, b, row_b),
                who,
                f"{measure.title}: hai đơn vị báo cáo khác nhau, {first} và {second}",
                f"{measure.title}: two reporters differ, {first} and {second}",
                period, contract.id, a, row_a, measure.name, first, contract.id, b, row_b, measure.name, second, now(),
            )  # fmt: skip
