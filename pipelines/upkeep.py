"""The worker's housekeeping: between two looks at the queue one crowded table is put together, never more."""

from __future__ import annotations

import logging
import time

import duckdb

from assets.upkeep import crowded_tables, let_go, put_together
from data.lake_lock import lake_lock

__all__ = ["CROWDED", "Upkeep", "relieve"]

log = logging.getLogger(__name__)

CROWDED = 32
"""Small files of a table from which on it is put together though submissions wait."""
_WORTHWHILE = 8
"""Small files of a table from which on it is put together while nothing waits."""
_LOOK_AGAIN = 60.0
"""Seconds after which an idle worker looks again: others commit to the lake too."""
_LET_GO_EVERY = 6 * 3600.0
"""Seconds between two clearings of states and files that are no longer kept."""


def relieve(con: duckdb.DuckDBPyConnection, from_files: int = CROWDED, most: int | None = None) -> int:
    """Put the most crowded tables together; gives how many. The caller holds the lake's lock."""
    chosen = crowded_tables(con, from_files)[:most]
    for crowded in chosen:
        put_together(con, crowded)
    return len(chosen)


class Upkeep:
    """Knows when there may be something to do; a turn takes tenths of a second, and none while another writes."""

    def __init__(self) -> None:
        self._look_at = 0.0
        self._let_go_at = 0.0

    def turn(self, *, busy: bool) -> None:
        """One table, or the clearing; a failure is noted and waits for the next look: the lake is as it was."""
        if busy:
            # The queue moved: the lake has new files, looked at now and once the queue is empty.
            self._look_at = 0.0
        elif time.monotonic() < self._look_at:
            return
        try:
            if not self._done(busy=busy):
                self._look_at = time.monotonic() + _LOOK_AGAIN
        except duckdb.Error:
            self._look_at = time.monotonic() + _LOOK_AGAIN
            log.exception("kho dữ liệu: chưa dồn được tệp nhỏ / small files of the lake could not be put together")

    def _done(self, *, busy: bool) -> bool:
        from assets.graph.lake import open_lake

        with lake_lock(wait=False) as held:
            if not held:
                return False
            with open_lake() as con:
                if relieve(con, CROWDED if busy else _WORTHWHILE, most=1):
                    return True
                if not busy and time.monotonic() >= self._let_go_at:
                    self._let_go_at = time.monotonic() + _LET_GO_EVERY
                    let_go(con)
        return False
