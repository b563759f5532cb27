"""Things built once for all readers: kept by the data's version, so many at most, never built twice at once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

__all__ = ["Shared"]

T = TypeVar("T")


class Shared(Generic[T]):
    """A cache of `size` entries `worth` keeping; readers who ask for the same missing entry wait for one builder."""

    def __init__(self, size: int = 256, worth: Callable[[T], bool] = lambda _built: True) -> None:
        self._size = size
        self._worth = worth
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._building: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, build: Callable[[], T]) -> T:
        """The entry of that key, built if it is not there. What `build` raises is raised, and nothing is kept."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            gate = self._building.setdefault(key, threading.Lock())
        with gate:
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            try:
                built = build()
                if not self._worth(built):
                    return built
                with self._lock:
                    self._kept[key] = built
                    while len(self._kept) > self._size:
                        self._kept.popitem(last=False)
                return built
            finally:
                with self._lock:
                    self._building.pop(key, None)
