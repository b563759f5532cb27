"""What a rule may look back on: earlier rows in force of the same reporter, bound as previous, last_year, earlier."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from checks.compile import compile_rules
from checks.rule import Rule
from checks.scan import ALL_ROWS, CONTEXT
from checks.sql_rule import HISTORY_TABLES
from data.contract import Contract, ContractRegistry
from data.warehouse import LAKE, lake_tables, quoted

__all__ = ["HISTORY", "bind_history", "bind_query", "looks_beyond", "missing_tables"]

HISTORY = "_history"
"""Temporary table of the dataset's rows in force that a batch may look back on; columns as in core."""

_WINDOWS = {
    "previous": "h._period = x._previous",
    "last_year": "h._period = x._last_year",
    "earlier": "h._period_start < x._period_start",
}


def _history_cte(name: str, contract: Contract) -> str:
    columns = ", ".join(f"h.{quoted(c.name)}" for c in contract.columns)
    return (
        f"{name} AS (SELECT x._submission_id, {columns}, h._row AS _earlier_row, h._period, h._period_start, "
        f"h._period_end FROM {CONTEXT} x JOIN {HISTORY} h ON h._reporter = x._reporter AND {_WINDOWS[name]})"
    )


def looks_beyond(contract: Contract, registry: ContractRegistry) -> bool:
    """Whether any rule asks for more than the submission and reference data: earlier rows, or another dataset."""
    return any(t in HISTORY_TABLES or t in registry for rule in compile_rules(contract) for t in rule.tables)


def bind_history(con: duckdb.DuckDBPyConnection, contract: Contract, reporters: Sequence[str]) -> None:
    """Make HISTORY from the rows in force of these reporters, where any rule looks back and the lake has the table."""
    if not any(rule.tables & HISTORY_TABLES for rule in compile_rules(contract)) or not _core_tables(con, contract.id):
        return
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {HISTORY} AS SELECT * FROM {LAKE}.core.{quoted(contract.id)} "
        "WHERE _reporter IN (SELECT unnest($reporters))",
        {"reporters": list(reporters)},
    )


def _core_tables(con: duckdb.DuckDBPyConnection, *names: str) -> bool:
    """Whether the session's lake holds a core table of each of these names."""
    known = lake_tables(con)
    return all(f"core.{name}" in known for name in names)


def bind_query(rule: Rule, contract: Contract, registry: ContractRegistry, *, own: str = ALL_ROWS) -> str:
    """The rule's query with every table name it uses bound to real tables of the session."""
    ctes = [f"{quoted(contract.id)} AS (SELECT * FROM {own})"]
    for table in sorted(rule.tables):
        if table in HISTORY_TABLES:
            ctes.append(_history_cte(table, contract))
        elif table in registry:
            ctes.append(f"{quoted(table)} AS (SELECT * FROM {LAKE}.core.{quoted(table)})")
    return f"WITH {', '.join(ctes)} {rule.query}"


def missing_tables(con: duckdb.DuckDBPyConnection, rule: Rule, registry: ContractRegistry) -> bool:
    """Whether the rule needs a dataset that the session does not hold (no lake, or nothing in force yet)."""
    wanted = [t for t in rule.tables if t in registry]
    return bool(wanted) and not _core_tables(con, *wanted)
