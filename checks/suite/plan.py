"""What a suite will ask: each rule or invariant as plain data, before great_expectations is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from checks.compile import compile_rules
from checks.history import bind_query, missing_tables
from checks.rule import Rule
from data.contract import Contract, ContractRegistry

__all__ = ["Question", "staging_questions"]

_LEFT_OUT = frozenset({"repair.total_row"})
"""Rules about rows that never reach staging: a flat dataset leaves its total rows out while reading."""


@dataclass(frozen=True)
class Question:
    """One expectation. Exactly one of `violation` (a condition on a staged row) and `query` is given.

    query: gives the failing rows, two columns that name each; with `must`, the submission and a value to compare.
    """

    id: str
    name: str
    kind: str
    principle: str
    severity: str
    message_vi: str
    message_en: str
    violation: str | None = None
    query: str | None = None
    must: tuple[tuple[str, Any], ...] = ()

    @property
    def meta(self) -> dict[str, str]:
        """What travels with the expectation into results and pages."""
        names = ("id", "name", "kind", "principle", "severity", "message_vi", "message_en")
        return {("rule" if name == "id" else name): getattr(self, name) for name in names}


def _question(rule: Rule, **asked: Any) -> Question:
    return Question(
        rule.id, rule.name, rule.kind, rule.principle, rule.severity, rule.message_vi, rule.message_en, **asked
    )


def staging_questions(
    con: duckdb.DuckDBPyConnection, contract: Contract, registry: ContractRegistry
) -> Sequence[Question]:
    """Every rule of the contract that has SQL, from the very predicates that the verdict uses."""
    questions: list[Question] = []
    for rule in compile_rules(contract):
        if rule.id in _LEFT_OUT:
            continue
        if rule.violation is not None:
            questions.append(_question(rule, violation=rule.violation))
        elif rule.query is not None and not missing_tables(con, rule, registry):
            questions.append(
                _question(
                    rule, query=bind_query(rule, contract, registry), must=rule.must if rule.kind == "dataset" else ()
                )
            )
    return questions
