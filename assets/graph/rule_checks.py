"""Asset checks: one for each rule of a contract, its result read from the verdicts that the lake holds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetCheckSpec,
    MetadataValue,
    multi_asset_check,
)

from assets.graph.facts import newest_by_dataset, newest_period, newest_submissions
from assets.graph.lake import open_lake
from assets.graph.names import check_name, staging_key
from assets.lake_schema import ensure_tables
from checks.compile import compile_rules
from checks.rule import Rule
from data.contract import Contract
from data.settings import settings
from data.warehouse import LAKE, data_version

__all__ = ["check_spec", "evaluations", "rule_checks"]

_EXAMPLES = 5


def check_spec(contract: Contract, rule: Rule, *, blocking: bool = False) -> AssetCheckSpec:
    """A rule as Dagster lists it."""
    return AssetCheckSpec(
        check_name(rule.id),
        asset=staging_key(contract.id),
        description=f"{rule.name}. {rule.message_vi}",
        blocking=blocking,
        metadata={"rule": rule.id, "kind": rule.kind, "principle": rule.principle, "severity": rule.severity},
    )


@dataclass(frozen=True, slots=True)
class _Count:
    checked: int = 0
    failed: int = 0
    submissions: int = 0


def evaluations(
    con: duckdb.DuckDBPyConnection, contract: Contract, rules: Iterable[Rule], periods: Sequence[str]
) -> Iterator[AssetCheckResult]:
    """Each rule's result over the newest version of every reporter for these periods."""
    counts, examples = _found(con, contract.id, periods)
    for rule in rules:
        count = counts.get(rule.id, _Count())
        metadata: dict[str, Any] = {
            "principle": rule.principle,
            "checked": count.checked,
            "failed": count.failed,
            "submissions_failing": count.submissions,
            "periods": ", ".join(periods) or "—",
        }
        if count.checked:
            metadata["score"] = round(100 * (1 - count.failed / count.checked), 1)
        if rule.id in examples:
            metadata["examples"] = MetadataValue.md(_said(contract, rule, examples[rule.id]))
        yield AssetCheckResult(
            passed=count.failed == 0,
            asset_key=staging_key(contract.id),
            check_name=check_name(rule.id),
            severity=AssetCheckSeverity.ERROR if rule.severity == "error" else AssetCheckSeverity.WARN,
            metadata=metadata,
        )


_Example = tuple[int, str | None, str]
_Found = tuple[dict[str, _Count], dict[str, list[_Example]]]
_newest: dict[tuple[object, ...], dict[str, _Found]] = {}


def _found(con: duckdb.DuckDBPyConnection, dataset: str, periods: Sequence[str]) -> _Found:
    """Rule → what was counted for these periods, and rule → submission, cell and message of a few findings.

    Of the newest period of every dataset it is asked at once and kept for this state of the lake.
    """
    newest = newest_period(con, dataset)
    if newest is None or tuple(periods) != (newest,):
        return _ask(con, {dataset: newest_submissions(con, dataset, periods)}).get(dataset, ({}, {}))
    key = (settings().home, settings().catalog, data_version(con))
    if key not in _newest:
        _newest.clear()
        _newest[key] = _ask(con, newest_by_dataset(con))
    return _newest[key].get(dataset, ({}, {}))


def _ask(con: duckdb.DuckDBPyConnection, wanted: Mapping[str, Sequence[int]]) -> dict[str, _Found]:
    ids = [number for numbers in wanted.values() for number in numbers]
    found: dict[str, _Found] = {}
    for dataset, rule, *numbers in con.execute(
        "SELECT dataset, rule, sum(checked)::BIGINT, sum(failed)::BIGINT, count_if(failed > 0) "
        f"FROM {LAKE}.quality.result WHERE submission_id IN (SELECT unnest($ids)) GROUP BY dataset, rule",
        {"ids": ids},
    ).fetchall():
        found.setdefault(dataset, ({}, {}))[0][rule] = _Count(*numbers)
    for dataset, rule, submission, cell, message in con.execute(
        f"SELECT dataset, rule, submission_id, cell, message_vi FROM {LAKE}.quality.finding "
        "WHERE submission_id IN (SELECT unnest($ids)) "
        f'QUALIFY row_number() OVER (PARTITION BY dataset, rule ORDER BY submission_id, "row") <= {_EXAMPLES} '
        'ORDER BY submission_id, "row"',
        {"ids": ids},
    ).fetchall():
        found.setdefault(dataset, ({}, {}))[1].setdefault(rule, []).append((submission, cell, message))
    return found


def _said(contract: Contract, rule: Rule, examples: Sequence[_Example]) -> str:
    """The findings in words; where the rule sees personal data only the place is named."""
    personal = {c.name for c in contract.columns if c.personal}
    hidden = rule.column in personal or bool(personal & set(rule.values)) or (bool(personal) and rule.column is None)
    return "\n".join(
        f"- #{submission} {cell or ''}{'' if hidden else ' ' + message}" for submission, cell, message in examples
    )


def rule_checks(contract: Contract, left_out: Iterable[Rule] = ()) -> AssetChecksDefinition:
    """All rules of a contract as one step; any of them can be asked alone. `left_out` are checked elsewhere."""
    elsewhere = {rule.id for rule in left_out}
    rules = {check_name(r.id): r for r in compile_rules(contract) if r.id not in elsewhere}

    @multi_asset_check(
        name=f"rules_{contract.id}",
        description=f"Kết quả từng quy tắc / each rule's result: {contract.title}",
        specs=[check_spec(contract, rule) for rule in rules.values()],
        can_subset=True,
    )
    def judged(context: AssetCheckExecutionContext) -> Iterator[AssetCheckResult]:
        asked = [rules[key.name] for key in context.selected_asset_check_keys]
        with open_lake() as con:
            ensure_tables(con, [contract])
            newest = newest_period(con, contract.id)
            yield from evaluations(con, contract, asked, (newest,) if newest else ())

    return judged
