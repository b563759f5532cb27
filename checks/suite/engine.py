"""Great Expectations' way into a DuckDB session that data/warehouse.py opened.

As it comes, every metric fails: Great Expectations ends its transaction before it fetches, and DuckDB's rollback drops
the result that was still streaming. A dialect whose begin, commit and rollback do nothing mends that; the session only
reads, so there is nothing to commit.
"""

from __future__ import annotations

from typing import Any

import duckdb
from duckdb_engine import ConnectionWrapper, Dialect
from sqlalchemy.dialects import registry
from sqlalchemy.pool import StaticPool

__all__ = ["ADDRESS", "QuietDialect", "engine_arguments"]

ADDRESS = "duckdb+hub:///:memory:"


class QuietDialect(Dialect):
    """DuckDB without transactions of SQLAlchemy's own."""

    def do_begin(self, _connection: Any) -> None:
        """Nothing."""

    def do_commit(self, _connection: Any) -> None:
        """Nothing."""

    def do_rollback(self, _connection: Any) -> None:
        """Nothing."""

    def do_close(self, _connection: Any) -> None:
        """Nothing: whoever opened the session closes it."""


registry.register("duckdb.hub", __name__, "QuietDialect")


def engine_arguments(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Arguments of `create_engine` that make it use this session and open none."""
    return {"poolclass": StaticPool, "creator": lambda: ConnectionWrapper(con)}
