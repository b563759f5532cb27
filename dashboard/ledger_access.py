"""The ledger as the operations centre holds it: opened once for the life of the process."""

from __future__ import annotations

from contextlib import ExitStack
from functools import lru_cache
from threading import Lock

from data.ledger import Ledger, open_ledger
from data.settings import settings

__all__ = ["the_ledger"]


def the_ledger() -> Ledger:
    """The ledger that the settings name; safe to use from any thread."""
    with _OPENING:
        return _opened(settings().ledger_url)[0]


_OPENING = Lock()


@lru_cache(maxsize=8)
def _opened(_url: str) -> tuple[Ledger, ExitStack]:
    stack = ExitStack()
    return stack.enter_context(open_ledger()), stack
