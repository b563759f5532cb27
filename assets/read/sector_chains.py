"""Looks for chains of sectors that never end in a compound file, the container of xls workbooks ([MS-CFB]).

A parser that follows such a chain takes memory until there is none left.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

__all__ = ["has_endless_chain"]

_SIGNS = 0xFFFFFFFA
"""Sector numbers from here on are signs (free, end of chain), not sectors."""
_ENTRY = 128


def has_endless_chain(raw: bytes) -> bool:
    """Whether the directory, a stream or one of the tables comes back on itself; False where none can be followed."""
    try:
        shift = struct.unpack_from("<H", raw, 30)[0]
        directory, cutoff, small_table, _, more, _ = struct.unpack_from("<I4xIIIII", raw, 48)
    except struct.error:
        return False
    if shift not in (9, 12):
        return False
    size = 1 << shift
    table = _table(raw, size, more)
    if table is None:
        return True
    places = _chain(directory, table)
    fine_places = _chain(small_table, table)
    if places is None or fine_places is None:
        return True
    fine = _numbers(raw, fine_places, size)
    steps = 0
    for entry in _entries(raw, places, size):
        start, extent = struct.unpack_from("<II", entry, 116)
        small = entry[66] == 2 and extent < cutoff
        chain = _chain(start, fine if small else table)
        if chain is None:
            return True
        steps += len(chain)
        if steps > 4 * len(table) + 4 * len(fine):  # streams that share their sectors, many times over
            return True
    return False


def _table(raw: bytes, size: int, more: int) -> Sequence[int] | None:
    """The sector that follows each sector; None where the list of the table's own sectors never ends."""
    places = list(struct.unpack_from("<109I", raw.ljust(512, b"\xff"), 76))
    seen: set[int] = set()
    while more < _SIGNS:
        if more in seen:
            return None
        seen.add(more)
        numbers = _numbers(raw, [more], size)
        if not numbers:
            break
        places.extend(numbers[:-1])
        more = numbers[-1]
    return _numbers(raw, [place for place in places if place < _SIGNS], size)


def _numbers(raw: bytes, places: Sequence[int], size: int) -> Sequence[int]:
    parts = [raw[(place + 1) * size : (place + 2) * size] for place in places]
    held = b"".join(part for part in parts if len(part) == size)[: 4 * (len(raw) // 4)]
    return struct.unpack(f"<{len(held) // 4}I", held)


def _entries(raw: bytes, places: Sequence[int], size: int) -> list[bytes]:
    held = b"".join(raw[(place + 1) * size : (place + 2) * size] for place in places)
    return [held[at : at + _ENTRY] for at in range(0, len(held) - _ENTRY + 1, _ENTRY) if held[at + 66] in (2, 5)]


def _chain(start: int, table: Sequence[int]) -> list[int] | None:
    """Sectors from a first one on, as far as the table goes; None where they come back on themselves."""
    found: list[int] = []
    while start < len(table):
        if len(found) > len(table):
            return None
        found.append(start)
        start = table[start]
    return found
