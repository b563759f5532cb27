"""A compiled rule: one predicate or query over staged columns, with its principle, severity and words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

__all__ = ["CONTEXT_COLUMNS", "SQL_TYPES", "Rule", "RuleError", "placeholders"]

SQL_TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}
"""DuckDB type of each ODCS logical type."""

CONTEXT_COLUMNS = {
    "_submission_id": "BIGINT",
    "_sheet": "VARCHAR",
    "_row": "BIGINT",
    "row_role": "VARCHAR",
    "_marks": "VARCHAR[]",
    "_reporter": "VARCHAR",
    "_period": "VARCHAR",
    "_period_start": "DATE",
    "_period_end": "DATE",
    "_period_days": "INTEGER",
    "_received_on": "DATE",
}
"""Columns that every staged row has beside the contract's own; rules may use them."""

_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?)\}")


class RuleError(ValueError):
    """A rule that cannot be compiled; says which and why."""


def placeholders(*templates: str) -> tuple[str, ...]:
    """Column names in braces in message templates, each once: "{a} > {previous.b}" → ("a", "previous.b")."""
    return tuple(dict.fromkeys(name for t in templates for name in _PLACEHOLDER.findall(t)))


def fill(template: str, values: dict[str, str]) -> str:
    """A message with its placeholders replaced; unknown ones stay as they are."""
    parts = _parts(template)
    if len(parts) == 1:
        return template
    said = [values.get(part, f"{{{part}}}") if n % 2 else part for n, part in enumerate(parts)]
    return "".join(said)


@lru_cache(maxsize=4096)
def _parts(template: str) -> tuple[str, ...]:
    """Text, name, text, name … text."""
    return tuple(_PLACEHOLDER.split(template))


@dataclass(frozen=True)
class Rule:
    """One check of one contract.

    A row rule has `violation`, a SQL condition over one staged row that is true where the row fails. The other kinds
    have `query`: for set, history and cross rules it gives `_submission_id`, `_row` and the values named in the
    messages; for dataset rules `_submission_id` and one `value` that `must` compares.
    """

    id: str
    name: str
    kind: str
    principle: str
    severity: str
    column: str | None = None
    violation: str | None = None
    query: str | None = None
    expected: str | None = None
    """SQL expression of what should have stood there."""
    expected_text: str | None = None
    """Words for it, where it does not depend on the row."""
    comparator: str | None = None
    message_vi: str = ""
    message_en: str = ""
    must: tuple[tuple[str, Any], ...] = ()
    tables: frozenset[str] = field(default_factory=frozenset)
    """Tables beside the submission's own: previous, last_year, earlier, other datasets, reference.*"""
    derived: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """Columns whose values the messages name."""
        return placeholders(self.message_vi, self.message_en)
