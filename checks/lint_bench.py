"""A bench of empty tables on which a rule's SQL is bound but never run: DuckDB itself says what is not there."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType

import duckdb

from checks.rule import CONTEXT_COLUMNS, SQL_TYPES
from checks.sql_rule import HISTORY_TABLES
from data.contract import Contract
from data.reference_tables import load_reference
from data.warehouse import quoted

__all__ = ["SqlBench"]


class SqlBench:
    """Every dataset's table, empty, and the reference tables of one province, in memory."""

    def __init__(self, contracts: Mapping[str, Contract], province: str) -> None:
        self._con = duckdb.connect(":memory:")
        load_reference(self._con, province)
        for contract in contracts.values():
            columns = {c.name: SQL_TYPES.get(c.type, "VARCHAR") for c in contract.columns} | CONTEXT_COLUMNS
            listed = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
            self._con.execute(f"CREATE TABLE IF NOT EXISTS {quoted(contract.id)} ({listed})")

    def __enter__(self) -> SqlBench:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._con.close()

    def fault(self, contract: Contract, query: str) -> str | None:
        """Why DuckDB cannot run a query of this contract; None where it can. May name previous, last_year, earlier."""
        names = dict.fromkeys(quoted(c.name) for c in contract.columns)
        rows = (
            f"SELECT _submission_id, {', '.join(names)}, _row AS _earlier_row, _period, _period_start, _period_end "
            f"FROM {quoted(contract.id)}"
        )
        history = ", ".join(f"{name} AS ({rows})" for name in sorted(HISTORY_TABLES))
        try:
            self._con.execute(f"EXPLAIN WITH {history} {query}")
        except duckdb.Error as error:
            said = [line.strip() for line in str(error).splitlines()]
            return " ".join([said[0], *(line for line in said[1:] if line.startswith("Candidate bindings"))])
        return None
