"""Takes one stream out of a compound file, the container of xls workbooks ([MS-CFB])."""

from __future__ import annotations

import struct

__all__ = ["MAGIC", "stream_of"]

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST = 0xFFFFFFFA
"""Sector numbers from here on are signs (free, end of chain), not sectors."""


def stream_of(raw: bytes, names: tuple[str, ...]) -> bytes | None:
    """Bytes of the first stream whose name (in any case) is one of `names`, None where there is none.

    A damaged chain of sectors ends where it leaves the file or comes back on itself. Raises struct.error where the
    header itself is cut short.
    """
    shift, small_shift = struct.unpack_from("<HH", raw, 30)
    if not (7 <= shift <= 20 and 4 <= small_shift < shift):
        return None
    size, small_size = 1 << shift, 1 << small_shift
    directory, cutoff, small_table, _, more, count = struct.unpack_from("<I4xIIIII", raw, 48)
    table = _table(raw, size, more, count)
    entries = _chain(raw, directory, table, size, size)
    small: bytes | None = None
    for at in range(0, len(entries) - 127, 128):
        length = int.from_bytes(entries[at + 64 : at + 66], "little")
        name = entries[at : at + max(0, length - 2)].decode("utf-16-le", "ignore").lower()
        kind, (start, extent) = entries[at + 66], struct.unpack_from("<II", entries, at + 116)
        if kind == 5:  # the root: where the small streams lie
            small = _chain(raw, start, table, size, size)
        elif kind == 2 and name in names:
            if extent >= cutoff or small is None:
                return _chain(raw, start, table, size, size)[:extent]
            fine = _numbers(_chain(raw, small_table, table, size, size))
            return _chain(small, start, fine, small_size, 0)[:extent]
    return None


def _table(raw: bytes, size: int, more: int, count: int) -> tuple[int, ...]:
    """The sector that follows each sector, from the sectors named in the header and in its continuation."""
    places = list(struct.unpack_from("<109I", raw, 76))
    seen: set[int] = set()
    while count and more < _LAST and more not in seen and (more + 2) * size <= len(raw):
        seen.add(more)
        numbers = _numbers(raw[(more + 1) * size : (more + 2) * size])
        places.extend(numbers[:-1])
        more = numbers[-1]
    known = [place for place in places if place < _LAST and (place + 2) * size <= len(raw) + size]
    known = known[: len(raw) // (size * (size // 4)) + 2]
    return _numbers(b"".join(raw[(place + 1) * size : (place + 2) * size].ljust(size, b"\xff") for place in known))


def _numbers(raw: bytes) -> tuple[int, ...]:
    return struct.unpack_from(f"<{len(raw) // 4}I", raw)


def _chain(raw: bytes, start: int, table: tuple[int, ...], size: int, offset: int) -> bytes:
    """The sectors that follow one another from a first one; sector 0 begins at `offset`."""
    parts: list[bytes] = []
    most = len(raw) // size + 1
    while start < len(table) and start * size + offset < len(raw) and len(parts) <= most:
        parts.append(raw[start * size + offset : (start + 1) * size + offset])
        start = table[start]
    return b"".join(parts)
