"""Documents read in the centre's child processes: started when first asked for, their progress told to open pages."""

from __future__ import annotations

import itertools
import logging
import threading

from assets.directives.contradictions import between
from assets.directives.model import Contradiction, Directive
from assets.directives.readings import Reading, keep_failure, kept_reading, progress_of, read_and_keep
from dashboard.ledger_access import the_ledger
from dashboard.shared import Shared
from dashboard.verdict.quick import in_child, running
from data.directives import Kept, kept_directives
from data.settings import settings

__all__ = ["contradictions_of", "document", "moved", "reading_of"]

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.4
_kept: Shared[Reading | None] = Shared(size=64, worth=lambda reading: reading is not None)
_running: dict[str, threading.Event] = {}
_lock = threading.Lock()
_moves = itertools.count(1)
_newest = 0


def moved() -> int:
    """Grows while documents are being read, so that open pages hear of it."""
    return _newest


def document(directive_id: str) -> Kept | None:
    """The document of that number."""
    return next((kept for kept in kept_directives(the_ledger()) if str(kept.directive_id) == directive_id), None)


def reading_of(kept: Kept, *, wait: float = 0.0) -> Reading | None:
    """The document's reading; where there is none yet, it is begun and waited for so many seconds."""
    found = _present(kept)
    if found is not None:
        return found
    begun = _begin(kept)
    if wait and begun.wait(wait):
        return _present(kept)
    return None


def _present(kept: Kept) -> Reading | None:
    return _kept.get((settings().home, kept.sha256), lambda: kept_reading(kept.sha256))


def _begin(kept: Kept) -> threading.Event:
    with _lock:
        if kept.sha256 not in _running:
            done = _running[kept.sha256] = threading.Event()
            threading.Thread(target=_read, args=(kept, done), name="read-directive", daemon=True).start()
        return _running[kept.sha256]


def _read(kept: Kept, done: threading.Event) -> None:
    """Have a child read it, and tell open pages each time that some more pages were read."""
    watching = threading.Thread(target=_watch, args=(kept, done), daemon=True)
    watching.start()
    try:
        in_child(kept.size, read_and_keep, kept.sha256, kept.filename)
    except Exception:
        # Broken off because the centre stops, it is read at the next start.
        if running():
            log.exception("directive %s could not be read", kept.sha256[:12])
            keep_failure(
                kept.sha256,
                f"{kept.filename}: đọc quá lâu hoặc quá nhiều bộ nhớ; hãy tách thành tệp nhỏ hơn rồi gửi lại",
                f"{kept.filename}: reading it took too long or too much memory; split it and send it again",
            )
    finally:
        with _lock:
            _running.pop(kept.sha256, None)
        done.set()
        _tell()


def _watch(kept: Kept, done: threading.Event) -> None:
    seen = (0, 0)
    while not done.wait(_LOOK_SECONDS):
        if (now := progress_of(kept.sha256)) != seen:
            seen = now
            _tell()


def _tell() -> None:
    global _newest
    _newest = next(_moves)


def contradictions_of(kept: Kept, found: Directive) -> list[tuple[Contradiction, Kept | None]]:
    """Within the document (None beside), and with every other one that was read."""
    everything: list[tuple[Contradiction, Kept | None]] = [(c, None) for c in found.contradictions]
    for other in kept_directives(the_ledger()):
        if other.directive_id == kept.directive_id:
            continue
        theirs = _present(other)
        if theirs is not None and theirs.found is not None:
            everything += [(c, other) for c in between(found, theirs.found)]
    return everything
