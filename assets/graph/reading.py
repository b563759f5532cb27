"""The children that read files for the graph's steps: started once a process, as starting them costs seconds."""

from __future__ import annotations

import atexit

from assets.intake import ReadPool
from data.settings import Settings, settings

__all__ = ["close_reading", "reading_pool"]

_kept: dict[Settings, ReadPool] = {}


def reading_pool() -> ReadPool:
    """The pool of the present settings; one of other settings is closed, its children know only those."""
    chosen = settings()
    if chosen not in _kept:
        close_reading()
        _kept[chosen] = ReadPool()
    return _kept[chosen]


def close_reading() -> None:
    """End the children; the next file gets new ones."""
    while _kept:
        _kept.popitem()[1].close()


atexit.register(close_reading)
