"""From contract to rules, compiled once: the same rules serve the verdict and the Great Expectations suite."""

from __future__ import annotations

from functools import lru_cache

from checks.derive import derived_rules
from checks.rule import Rule, RuleError
from checks.sql_rule import compile_sql_rule
from data.contract import Contract, RuleSpec

__all__ = ["compile_rules"]


def _library_rule(spec: RuleSpec, contract: Contract) -> Rule:
    if spec.metric != "rowCount":
        raise RuleError(f"{spec.id}: chưa hỗ trợ metric {spec.metric!r} / metric not supported; write it as SQL")
    return Rule(
        id=spec.id,
        name=spec.name,
        kind="dataset",
        principle=spec.principle,
        severity=spec.severity,
        query=f'SELECT _submission_id, count(*) AS value FROM "{contract.id}" GROUP BY _submission_id',
        message_vi=spec.message_vi,
        message_en=spec.message_en,
        must=spec.must,
    )


@lru_cache(maxsize=256)
def compile_rules(contract: Contract) -> tuple[Rule, ...]:
    """All rules of a contract, derived ones first. Raises RuleError naming the contract and the rule."""
    written = []
    for spec in contract.rules:
        try:
            written.append(compile_sql_rule(spec, contract) if spec.type == "sql" else _library_rule(spec, contract))
        except RuleError as error:
            raise RuleError(f"{contract.id}.{spec.id}: {error}") from error
    return (*derived_rules(contract), *written)
