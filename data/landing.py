"""Landing: the raw bytes of everything received, kept by their sha256, never changed and never deleted."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from data.settings import settings

__all__ = ["digest", "path_of", "store"]

_CHUNK = 1 << 20


def digest(path: Path) -> str:
    """sha256 of a file, read in pieces."""
    seen = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_CHUNK):
            seen.update(piece)
    return seen.hexdigest()


def path_of(sha256: str) -> Path:
    """Where the bytes of that hash lie (whether or not they are there)."""
    return settings().landing_folder / sha256[:2] / sha256


def store(source: Path) -> str:
    """Keep a file's bytes and return their sha256; the same bytes are kept once.

    The bytes are on disk (fsync) under their final name before this returns, so a receipt never names bytes that a
    power cut could take. Raises OSError where the disk is full: nothing is left half written then.
    """
    sha256 = digest(source)
    target = path_of(sha256)
    if target.exists():
        return sha256
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".arriving-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as out, source.open("rb") as stream:
            while piece := stream.read(_CHUNK):
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        Path(name).chmod(0o440)
        Path(name).rename(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return sha256
