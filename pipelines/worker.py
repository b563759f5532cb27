"""The warm worker: what waits goes through the graph to the wall at once. Its checks are another process's."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

from data.ledger import Ledger
from data.submission import Submission
from pipelines.decisions import Decisions
from pipelines.directive_turn import DirectiveTurn
from pipelines.queue_worker import BUSY_SECONDS, heartbeat, work_off, work_once
from pipelines.upkeep import Upkeep

if TYPE_CHECKING:
    from pipelines.warm_run import Graph

__all__ = ["Worker", "work"]

log = logging.getLogger(__name__)

_LONGEST_WAIT = 60.0
"""Seconds that a dataset whose run failed waits at most before it is tried again."""


class Worker:
    """Works off the queue through the graph. A dataset that fails waits longer each time and holds up no other."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._failures: dict[str, int] = defaultdict(int)
        self._not_before: dict[str, float] = {}
        self._moved = False
        self._upkeep = Upkeep()
        self._decisions = Decisions(lambda: graph.registry, self._catch_up)
        self._directives = DirectiveTurn(graph.directives)

    def start(self) -> None:
        """Mend what a crash may have left: marts behind core, assets that Dagster has not heard of."""
        from assets.graph.reading import reading_pool
        from pipelines.record import deadlines_noted, marts_lag, record_materialisations

        if not deadlines_noted(self._graph.instance):
            self._graph.deadlines()
        if marts_lag(self._graph.registry):
            self._graph.catch_up()
        record_materialisations(self._graph)
        reading_pool().warm()

    def turn(self) -> bool:
        """One look at the queue; says whether there was anything to do."""
        heartbeat().touch()
        self._graph.refresh()
        self._moved = False
        work_once(run=self._publish, settle_with=self._settle)
        self._upkeep.turn(busy=self._moved)
        return self._moved

    def _settle(self, ledger: Ledger) -> None:
        self._moved = self._decisions.turn(ledger) or self._moved
        self._moved = self._directives.turn(ledger) or self._moved

    def _catch_up(self) -> bool:
        """Marts through the graph; says whether they are up to date, and not where Dagster itself fails."""
        try:
            return self._graph.catch_up()
        except Exception:
            log.exception("Dagster không chạy được / Dagster could not run")
            return False

    def _publish(self, waiting: list[Submission]) -> None:
        grouped: dict[str, list[Submission]] = defaultdict(list)
        for submission in waiting:
            grouped[submission.dataset].append(submission)
        for dataset, burst in grouped.items():
            if self._not_before.get(dataset, 0.0) > time.monotonic():
                continue
            self._moved = True
            try:
                self._through(dataset, burst)
            except Exception:
                self._failed(dataset)
                log.exception(
                    "%s: không xử lý được %d lần nộp / %d submissions failed", dataset, len(burst), len(burst)
                )
            else:
                self._failures.pop(dataset, None)

    def _through(self, dataset: str, burst: list[Submission]) -> None:
        """Through the graph; and where Dagster itself fails, straight, for the wall does not wait for its log."""
        from assets.graph.reading import reading_pool
        from data.ledger import open_ledger

        try:
            done = self._graph.publish(dataset, burst)
        except Exception:
            log.exception("%s: Dagster không chạy được / Dagster could not run", dataset)
            done = False
        with open_ledger() as ledger:
            left = ledger.pending(dataset=dataset)
            if left:
                work_off(ledger, left, pool=reading_pool())
            elif not done:
                # A blocking check stopped the run after core took the good submissions of the burst.
                self._graph.catch_up()

    def _failed(self, dataset: str) -> None:
        self._failures[dataset] += 1
        wait = min(_LONGEST_WAIT, 2.0 ** self._failures[dataset])
        self._not_before[dataset] = time.monotonic() + wait


def work(stop: Callable[[], bool]) -> None:
    """Work until told to stop."""
    from pipelines.instance import open_instance
    from pipelines.reminders.turn import Reminding
    from pipelines.warm_run import Graph

    with open_instance() as instance, Reminding():
        worker = Worker(Graph(instance))
        worker.start()
        while not stop():
            if not worker.turn():
                time.sleep(BUSY_SECONDS)
