"""The right to write the lake: one process at a time holds it, whoever else has something to do waits.

A submission is so never judged twice, and the embedded catalogue has one writer.
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from data.settings import settings

__all__ = ["lake_lock"]

_here = threading.RLock()
_held: list[int] = []


@contextmanager
def lake_lock(*, wait: bool = True) -> Iterator[bool]:
    """Hold the right to write the lake; gives False at once where `wait` is off and another process holds it.

    A thread that holds it may ask again: a pipeline's step works within the worker that started it.
    """
    if not _here.acquire(blocking=wait):
        yield False
        return
    try:
        if _held:
            yield True
            return
        path = settings().home / "worker.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+") as handle:
            if not _lock(handle, wait):
                yield False
                return
            _held.append(handle.fileno())
            try:
                yield True
            finally:
                _held.clear()
                fcntl.flock(handle, fcntl.LOCK_UN)
    finally:
        _here.release()


def _lock(handle: IO[str], wait: bool) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        return True
    except BlockingIOError:
        return False
