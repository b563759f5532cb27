"""How pages read the lake: one read-only session for the process, a cursor a question, and its version number."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, cast

import duckdb

from checks.score import define_scores
from data.warehouse import data_version, open_warehouse

__all__ = ["Lake", "LakeClosedError", "Record"]

Record = dict[str, Any]


class LakeClosedError(RuntimeError):
    """The lake cannot be opened: not filled yet, or its catalogue is out of reach; the message says which."""


class Lake:
    """The lake, read only. Opened at the first question; a session that broke is opened anew at the next."""

    def __init__(self, patience: float = 2.0) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._held: AbstractContextManager[duckdb.DuckDBPyConnection] | None = None
        self._session: duckdb.DuckDBPyConnection | None = None
        self._own = threading.local()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """This thread's cursor. Time zone and the temporary macros of the scores belong to a cursor, so each has them."""
        with self._lock:
            if self._session is None:
                held = open_warehouse(read_only=True, patience=self._patience)
                try:
                    self._session = held.__enter__()
                except (duckdb.Error, OSError) as error:
                    raise LakeClosedError(str(error).splitlines()[0]) from error
                self._held = held
            session = self._session
        if getattr(self._own, "session", None) is not session:
            cursor = session.cursor()
            cursor.execute("SET TimeZone = 'Asia/Ho_Chi_Minh'")
            self._own.cursor, self._own.session, self._own.scored = cursor, session, False
        if not self._own.scored:
            try:
                define_scores(self._own.cursor)
                self._own.scored = True
            except duckdb.CatalogException:
                # A lake that has no tables yet: the macros are tried again at the next question.
                self._own.scored = False
        return cast(duckdb.DuckDBPyConnection, self._own.cursor)

    def records(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[Record]:
        """The rows of one question as dictionaries. Values go in as parameters, never into the text."""
        cursor = self._cursor()
        try:
            cursor.execute(sql, parameters)
            names = [d[0] for d in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except (duckdb.FatalException, duckdb.ConnectionException) as error:
            self.close()
            raise LakeClosedError(str(error).splitlines()[0]) from error
        except duckdb.CatalogException as error:
            if not self._own.scored:
                raise LakeClosedError(str(error).splitlines()[0]) from error
            raise

    def first(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Record | None:
        """The first row, or None."""
        found = self.records(sql, parameters)
        return found[0] if found else None

    def has(self, schema: str, name: str) -> bool:
        """Whether the lake holds that table or view (a dataset that nothing was sent for has none)."""
        return bool(
            self.records(
                "SELECT 1 FROM information_schema.tables "
                "WHERE table_catalog = 'lake' AND table_schema = ? AND table_name = ?",
                [schema, name],
            )
        )

    def version(self) -> int:
        """Number of the lake's newest snapshot."""
        return data_version(self._cursor())

    def close(self) -> None:
        """Give the session back; the next question opens a new one."""
        with self._lock:
            held, self._held, self._session = self._held, None, None
        if held is not None:
            held.__exit__(None, None, None)
