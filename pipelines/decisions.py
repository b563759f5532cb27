"""What people decided, on its way to the wall: a cheap look each turn, and work only where something was decided."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable

from assets.marts import refresh_marts, refresh_obligations
from assets.settle import settle, unsettled
from data.contract import ContractRegistry
from data.decided import Decided, decided
from data.ledger import Ledger
from data.submission import Submission

__all__ = ["Decisions"]

log = logging.getLogger(__name__)

_LONGEST_WAIT = 60.0
"""Seconds that decisions whose settling failed wait at most before it is tried again."""


class Decisions:
    """Approvals, confirmations, withdrawals, explanations, closings and extensions. One that fails holds up nothing."""

    def __init__(self, registry: Callable[[], ContractRegistry], catch_up: Callable[[], bool]) -> None:
        self._registry, self._catch_up = registry, catch_up
        self._seen: Decided | None = None
        self._failures, self._not_before = 0, 0.0

    def turn(self, ledger: Ledger) -> bool:
        """Settle what was decided since the last look; says whether anything was. The caller holds the lock."""
        if time.monotonic() < self._not_before:
            return False
        found = decided(ledger)
        if found == self._seen:
            return False
        try:
            moved = self._settle(ledger, due=self._seen is None or found.extension != self._seen.extension)
        except Exception:
            self._failures += 1
            self._not_before = time.monotonic() + min(_LONGEST_WAIT, 2.0**self._failures)
            log.exception("chưa áp dụng được các quyết định / what was decided could not be settled")
            return False
        self._failures, self._seen = 0, found
        return moved

    def _settle(self, ledger: Ledger, *, due: bool) -> bool:
        """One dataset after the other. Raises the last error, once those that could be settled are."""
        from assets.graph.lake import open_lake

        registry = self._registry()
        waiting = [s for s in unsettled(ledger) if s.dataset in registry]
        by_dataset: dict[str, list[Submission]] = defaultdict(list)
        for submission in waiting:
            by_dataset[submission.dataset].append(submission)
        failed: Exception | None = None
        with open_lake() as con:
            if due:
                refresh_obligations(con, registry, ledger.extensions())
            for group in by_dataset.values():
                try:
                    settle(con, ledger, registry, group)
                except Exception as error:
                    failed = error
        if waiting and not self._catch_up():
            with open_lake() as con:
                refresh_marts(con, registry, by_dataset)
        if failed is not None:
            raise failed
        return bool(waiting)
