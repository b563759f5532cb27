"""Rows in force held in memory for the length of one refresh: each core table is read from the lake once."""

from __future__ import annotations

from types import TracebackType

import duckdb

from assets.lake_schema import core_table
from data.warehouse import quoted

__all__ = ["CoreCopies"]


class CoreCopies:
    """Temporary copies of core tables, made when first asked for and dropped at the end.

    A lake table of many small files costs tens of milliseconds a query; a refresh asks a hundred and more.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._made: dict[str, str] = {}

    def __getitem__(self, dataset: str) -> str:
        """The quoted name under which the dataset's rows in force stand."""
        if dataset not in self._made:
            name = f"temp.main.{quoted(f'_core_copy_{dataset}')}"
            self._con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {core_table(dataset)}")
            self._made[dataset] = name
        return self._made[dataset]

    def __enter__(self) -> CoreCopies:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in self._made.values():
            self._con.execute(f"DROP TABLE IF EXISTS {name}")
