"""The verdict: one scan over the rows of one or many submissions of a dataset, then only what failed is looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from checks import dataset_rules
from checks.compile import compile_rules
from checks.describe import describe
from checks.finding import Counts, Finding, Outcome, RuleResult, Verdict, principle_scores
from checks.history import HISTORY, bind_query, missing_tables
from checks.labels import Labels, labels
from checks.rule import Rule
from checks.scan import JUDGED, Scan, scan
from checks.staged import Staged
from data.contract import Contract, ContractRegistry
from data.warehouse import quoted

__all__ = ["FAILED", "Judged", "ensure_history", "judge"]

FAILED = "_failed_rows"
"""Temporary table (_submission_id, _row, rule) of rows that an error rule puts in quarantine."""


@dataclass(frozen=True)
class Judged:
    """One submission with its verdict; its typed rows stand in the session's JUDGED table."""

    staged: Staged
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Failure:
    """A row that failed a rule, with the values its message names."""

    row: int
    values: dict[str, object]
    expected: object = None


def ensure_history(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """An empty HISTORY where the caller bound none: history rules then find nothing to compare and pass."""
    try:
        con.execute(f"SELECT 1 FROM temp.main.{HISTORY} LIMIT 0")
    except duckdb.CatalogException:
        con.execute(f"CREATE TEMP TABLE {HISTORY} AS SELECT * EXCLUDE (_marks) FROM {JUDGED} LIMIT 0")


def judge(
    con: duckdb.DuckDBPyConnection, contract: Contract, batch: Sequence[Staged], registry: ContractRegistry
) -> list[Judged]:
    """Judge submissions of one dataset together.

    At most one submission for each (reporter, period) may stand in a batch. The session must hold `reference.*`; rows
    to look back on are read from HISTORY where the caller made it. Leaves JUDGED and FAILED for the caller to store.
    """
    rules = compile_rules(contract)
    outcome = scan(con, contract, batch, rules)
    ensure_history(con, contract)
    failures = _row_failures(con, outcome)
    checked = {s.context.submission_id: s.rows for s in batch}
    counts = defaultdict(int, outcome.failed)
    for rule in rules:
        if rule.kind in {"set", "history", "cross"}:
            for submission_id, found in _query_failures(con, rule, contract, registry).items():
                failures[submission_id, rule.id] = found
                counts[submission_id, rule.id] = len({f.row for f in found})
    scalars = _dataset_values(con, rules, contract, registry)
    _store_failed(con, rules, failures)
    return [_verdict(contract, rules, staged, checked, counts, failures, scalars) for staged in batch]


def _row_failures(con: duckdb.DuckDBPyConnection, outcome: Scan) -> dict[tuple[int, str], list[Failure]]:
    """The failing rows of each row rule that failed anywhere, with the values that its message needs."""
    failures: dict[tuple[int, str], list[Failure]] = defaultdict(list)
    for rule in outcome.rules:
        if not any(rule_id == rule.id for _, rule_id in outcome.failed):
            continue
        names = [n for n in rule.values if not (rule.derived and n in {"value", "after", "title"})]
        parts = ["_submission_id", "_row", *(quoted(n) for n in names), f"({rule.expected or 'NULL'}) AS _expected"]
        rows = con.execute(
            f"SELECT {', '.join(parts)} FROM {JUDGED} WHERE {outcome.condition(rule)} ORDER BY _submission_id, _row"
        ).fetchall()
        for submission_id, row, *values, expected in rows:
            failures[submission_id, rule.id].append(Failure(row, dict(zip(names, values, strict=True)), expected))
    return failures


def _query_failures(
    con: duckdb.DuckDBPyConnection, rule: Rule, contract: Contract, registry: ContractRegistry
) -> dict[int, list[Failure]]:
    if missing_tables(con, rule, registry):
        return {}
    cursor = con.execute(bind_query(rule, contract, registry))
    names = [d[0] for d in cursor.description or []]
    found: dict[int, list[Failure]] = defaultdict(list)
    seen: set[tuple[int, int]] = set()
    for record in cursor.fetchall():
        values = dict(zip(names, record, strict=True))
        submission_id, row = values.pop("_submission_id"), values.pop("_row")
        if (submission_id, row) not in seen:
            seen.add((submission_id, row))
            found[submission_id].append(Failure(row, values, values.pop("_expected", None)))
    for rows in found.values():
        rows.sort(key=lambda f: f.row)
    return found


def _dataset_values(
    con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], contract: Contract, registry: ContractRegistry
) -> dict[tuple[int, str], object]:
    values: dict[tuple[int, str], object] = {}
    for rule in rules:
        if rule.kind == "dataset" and rule.query and not missing_tables(con, rule, registry):
            for submission_id, value in con.execute(bind_query(rule, contract, registry)).fetchall():
                values[submission_id, rule.id] = value
    return values


def _store_failed(
    con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], failures: dict[tuple[int, str], list[Failure]]
) -> None:
    errors = {r.id for r in rules if r.severity == "error"}
    rows = [(s, f.row, rule) for (s, rule), found in failures.items() if rule in errors for f in found]
    con.execute(f"CREATE OR REPLACE TEMP TABLE {FAILED} (_submission_id BIGINT, _row BIGINT, rule VARCHAR)")
    if rows:
        import polars as pl

        con.register("_failed_frame", pl.DataFrame(rows, schema=["s", "r", "rule"], orient="row"))
        con.execute(f"INSERT INTO {FAILED} SELECT * FROM _failed_frame")
        con.unregister("_failed_frame")


def _verdict(
    contract: Contract,
    rules: Sequence[Rule],
    staged: Staged,
    checked: dict[int, int],
    counts: dict[tuple[int, str], int],
    failures: dict[tuple[int, str], list[Failure]],
    scalars: dict[tuple[int, str], object],
) -> Judged:
    submission_id = staged.context.submission_id
    rows = checked[submission_id]
    results: list[RuleResult] = []
    findings: list[Finding] = []
    held: set[int] = set()
    broken: list[Finding] = []
    known = labels(contract)
    absent = {f.column_name for f in staged.faults if f.rule == "structure.columns"}
    for rule in rules:
        if rule.derived and rule.kind == "row" and rule.column in absent:
            continue  # one finding says that the column is missing, not one a row
        if rule.kind == "dataset":
            result, found = dataset_rules.evaluate(rule, contract, staged, scalars.get((submission_id, rule.id)))
            if rule.severity == "error" and rule.id != "timeliness":
                broken.extend(found)
        else:
            failed = failures.get((submission_id, rule.id), [])
            result, found = _row_result(rule, staged, rows, counts[submission_id, rule.id], failed, known)
            if rule.severity == "error":
                held.update(f.row for f in failed)
        if result is not None:
            results.append(result)
        findings.extend(found)
    outcome, reason = _outcome(contract, rows, len(held), broken)
    held_back = rows if outcome == "rejected" else len(held)
    verdict = Verdict(
        file=staged.file,
        dataset=contract.id,
        unit=staged.context.reporter,
        period=str(staged.context.period),
        contract_version=contract.version,
        verdict=outcome,
        counts=Counts(rows, rows - held_back, held_back, len(staged.dropped)),
        scores=principle_scores(results),
        findings=tuple(findings),
        results=tuple(results),
        sheet=staged.table.sheet if staged.table else None,
        reason_vi=reason[0] if reason else None,
        reason_en=reason[1] if reason else None,
    )
    return Judged(staged, verdict)


def _row_result(
    rule: Rule, staged: Staged, rows: int, failed: int, failures: list[Failure], known: Labels
) -> tuple[RuleResult | None, list[Finding]]:
    if rule.id == "repair.total_row":
        failed, rows = len(staged.dropped), rows + len(staged.dropped)
        failures = [Failure(row, {}) for row in staged.dropped]
    result = RuleResult(rule.id, rule.kind, rule.principle, rule.severity, rows, failed)
    findings = [f for x in failures for f in describe(rule, staged, x.row, x.values, x.expected, known)]
    return result, findings


def _outcome(
    contract: Contract, rows: int, held: int, broken: Sequence[Finding]
) -> tuple[Outcome, tuple[str, str] | None]:
    """definitions.md, A submission's life: what rejects a submission whole and what only holds rows back."""
    if broken:
        return "rejected", (broken[0].message_vi, broken[0].message_en)
    if held and contract.all_or_nothing:
        return "rejected", (
            f"{held} dòng sai; bộ dữ liệu này chỉ nhận khi mọi dòng đều đúng",
            f"{held} rows fail; this dataset is taken only when every row is right",
        )
    if rows and held / rows > contract.max_failed_share:
        share = f"{100 * contract.max_failed_share:.0f} %"
        return "rejected", (
            f"{held} trên {rows} dòng sai, quá mức {share} cho phép",
            f"{held} of {rows} rows fail, more than the {share} allowed",
        )
    return ("partly_accepted" if held else "accepted"), None
