"""How pages read the lake: one read-only session for the process, a cursor a question, and its version number."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, TypeVar, cast

import duckdb

from checks.score import define_scores
from data.warehouse import data_version, open_warehouse

__all__ = ["Lake", "LakeClosedError", "Record"]

Record = dict[str, Any]
T = TypeVar("T")


class LakeClosedError(RuntimeError):
    """The lake cannot be opened: not filled yet, or its catalogue is out of reach; the message says which."""


class Lake:
    """The lake, read only. Opened at the first question; a session that broke is opened anew at the next."""

    def __init__(self, patience: float = 5.0) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._held: AbstractContextManager[duckdb.DuckDBPyConnection] | None = None
        self._session: duckdb.DuckDBPyConnection | None = None
        self._own = threading.local()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """This thread's cursor, with the time zone and the temporary macros of the scores (each cursor has its own)."""
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
            self._own.status_at = None
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
        return self._patiently(lambda: self._ask(sql, parameters))

    def records_if_any(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[Record]:
        """The same, without rows where a table is not there yet: nothing was ever sent for that dataset."""
        try:
            return self.records(sql, parameters)
        except duckdb.CatalogException:
            return []

    def _ask(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[Record]:
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

    def _patiently(self, ask: Callable[[], T]) -> T:
        """Ask again for a while where the writer holds the embedded catalogue for a moment."""
        deadline = time.monotonic() + self._patience
        while True:
            try:
                return ask()
            except duckdb.Error as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02 + random.random() * 0.08)

    def status_at(self, now: datetime) -> str:
        """Name of a temporary table of this thread: the reporting status of every item at `now`, with its period_end.

        Many panels of one page read it; it is worked out once for a page, whose `now` is its own.
        """
        self._cursor()
        if self._own.status_at != now:
            self.records(
                "CREATE OR REPLACE TEMP TABLE page_status AS SELECT s.*, o.period_end, "
                "strftime(o.period_end, '%Y-%m') AS month FROM reporting_status($now) s "
                "JOIN lake.marts.obligation o USING (dataset, reporter, period)",
                {"now": now},
            )
            self._own.status_at = now
        return "page_status"

    def first(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Record | None:
        """The first row, or None."""
        found = self.records(sql, parameters)
        return found[0] if found else None

    def version(self) -> int:
        """Number of the lake's newest snapshot."""
        return self._patiently(self._version)

    def _version(self) -> int:
        cursor = self._cursor()
        try:
            return data_version(cursor)
        finally:
            # A result that is not read to its end keeps a lock on the embedded catalogue, and the writer out.
            cursor.fetchall()

    def close(self) -> None:
        """Give the session back; the next question opens a new one."""
        with self._lock:
            held, self._held, self._session = self._held, None, None
        if held is not None:
            held.__exit__(None, None, None)
