"""The examiner: runs the checks of whatever changed in the lake, afterwards, in a process that holds up nobody."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.warm_run import Graph

__all__ = ["Examiner", "examine"]

log = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0
_NICE = 10
"""The wall comes first: checks take the processor that it leaves."""


class Examiner:
    """Knows which datasets changed since their checks last ran: from the lake's own commits, whoever wrote them."""

    def __init__(self, graph: Graph) -> None:
        from pipelines.record import unexamined

        self._graph = graph
        self._version = -1
        self._seen: dict[str, int] = {}
        self._waiting: dict[str, None] = {}
        self._look()
        # What was there before this process began was examined by the one before it, or never.
        self._waiting = dict.fromkeys(unexamined(graph.instance, graph.registry))

    def _look(self) -> None:
        from assets.graph.lake import open_lake
        from assets.graph.stale import newest_commits
        from data.warehouse import data_version

        with open_lake() as con:
            if (version := data_version(con)) == self._version:
                return
            written, _ = newest_commits(con)
        for dataset, snapshot in written.items():
            if snapshot > self._seen.get(dataset, -1) and dataset in self._graph.registry:
                # What changed just now goes before what has waited since the start.
                self._waiting = {dataset: None, **self._waiting}
        self._version, self._seen = version, written

    def turn(self) -> bool:
        """Examine one dataset that waits; says whether there was one."""
        self._graph.refresh()
        self._look()
        if not self._waiting:
            return False
        dataset = next(iter(self._waiting))
        del self._waiting[dataset]
        try:
            if not self._graph.examine([dataset]):
                log.warning("%s: kiểm tra không trọn vẹn, xem Dagster / checks did not finish, see Dagster", dataset)
        except Exception:
            log.exception("%s: không kiểm tra được / could not be examined", dataset)
        return True


def examine(stop: Callable[[], bool]) -> None:
    """Examine until told to stop."""
    from pipelines.instance import open_instance
    from pipelines.warm_run import Graph

    os.nice(_NICE)
    with open_instance() as instance:
        examiner = Examiner(Graph(instance))
        while not stop():
            if not examiner.turn():
                time.sleep(_LOOK_SECONDS)
