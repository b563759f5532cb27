"""Documents and what was decided of them, on their way to the lake: a cheap look each turn, work where it changed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from data.directives import position
from data.ledger import Ledger

__all__ = ["DirectiveTurn"]

log = logging.getLogger(__name__)

_QUIET_SECONDS = 5.0
"""A reviewer decides one item after the other: the lake hears of them together, once they pause."""
_LONGEST_WAIT = 300.0


class DirectiveTurn:
    """Publishes documents where any came or any was decided of; one that fails waits longer each time."""

    def __init__(self, publish: Callable[[], bool]) -> None:
        self._publish = publish
        self._done: tuple[int, int] | None = None
        self._seen: tuple[int, int] | None = None
        self._not_before, self._failures = 0.0, 0

    def turn(self, ledger: Ledger) -> bool:
        """Says whether anything was published."""
        found = position(ledger)
        if found == self._done or (self._done is None and found == (0, 0)):
            return False
        if found != self._seen:
            self._seen, first = found, self._seen is None
            self._not_before = time.monotonic() + (0.0 if first else _QUIET_SECONDS)
        if time.monotonic() < self._not_before:
            return False
        try:
            went = self._publish()
        except Exception:
            log.exception("chưa ghi được văn bản chỉ đạo vào kho / directives could not be written to the lake")
            went = False
        if not went:
            self._failures += 1
            self._not_before = time.monotonic() + min(_LONGEST_WAIT, 5.0 * 2**self._failures)
            return False
        self._failures, self._done = 0, found
        return True
