"""The lake for the graph's steps: one warm session a process, of which every step gets a connection of its own.

Opening the lake costs a third of a second; a submission's run has several steps.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import duckdb

from data.settings import settings
from data.warehouse import open_warehouse

__all__ = ["close_lake", "open_lake"]

_lock = threading.Lock()
_stack = ExitStack()
_open: dict[tuple[str, str, str], duckdb.DuckDBPyConnection] = {}


def _session() -> duckdb.DuckDBPyConnection:
    chosen = settings()
    key = (str(chosen.home), chosen.catalog, chosen.province)
    with _lock:
        if key not in _open:
            _forget()
            _open[key] = _stack.enter_context(open_warehouse())
        return _open[key]


def _forget() -> None:
    _open.clear()
    _stack.close()


def close_lake() -> None:
    """End the session; the next step opens a new one."""
    with _lock:
        _forget()


@contextmanager
def open_lake() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the lake attached and temporary tables of its own."""
    con = _session().cursor()
    try:
        con.execute("SET TimeZone = 'Asia/Ho_Chi_Minh'")
        yield con
    except duckdb.FatalException:
        # The engine gave up; nothing more can be asked of this session.
        close_lake()
        raise
    finally:
        con.close()


atexit.register(close_lake)
