"""The one worker: takes what waits in the ledger's queue and brings it to the wall.

Only one process works at a time, held by a lock on a file; whoever else has something to do waits for it, so that a
submission is never judged twice and the lake has one writer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from assets.intake import ReadPool
from assets.marts import refresh_marts, refresh_obligations
from assets.publish import Published
from assets.run_queue import Progress, process
from assets.settle import settle, unsettled
from data.contract import load_contracts
from data.decided import decided
from data.lake_lock import lake_lock
from data.ledger import Ledger, open_ledger
from data.settings import settings
from data.submission import Submission
from data.warehouse import open_warehouse
from pipelines.upkeep import relieve

__all__ = ["BUSY_SECONDS", "heartbeat", "settle_off", "work_off", "work_once"]

BUSY_SECONDS = 0.3
"""How long the worker rests between two looks at an empty queue."""

_BURST = 20_000
"""Most submissions of one round: a burst is one commit a dataset."""


def work_off(
    ledger: Ledger, submissions: Sequence[Submission], *, pool: ReadPool | None = None, progress: Progress | None = None
) -> list[Published]:
    """Bring these submissions to the marts. The caller holds the lock."""
    registry = load_contracts(settings().contracts)
    with open_warehouse() as con:
        published = process(con, ledger, registry, submissions, pool=pool, progress=progress)
        refresh_obligations(con, registry, ledger.extensions())
        refresh_marts(con, registry, [s.dataset for s in submissions])
        relieve(con)
    return published


def settle_off(ledger: Ledger) -> int:
    """Bring what people decided to the marts; gives how many submissions it was about. The caller holds the lock."""
    registry = load_contracts(settings().contracts)
    waiting = [s for s in unsettled(ledger) if s.dataset in registry]
    granted = decided(ledger).extension
    moved = granted != _granted.get(settings().home, 0)
    if waiting or moved:
        with open_warehouse() as con:
            if moved:
                refresh_obligations(con, registry, ledger.extensions())
                _granted[settings().home] = granted
            settle(con, ledger, registry, waiting)
            refresh_marts(con, registry, [s.dataset for s in waiting])
    return len(waiting)


_granted: dict[Path, int] = {}
"""Home → newest extension that this process brought to the marts."""


def work_once(
    *,
    pool: ReadPool | None = None,
    progress: Progress | None = None,
    run: Callable[[list[Submission]], None] | None = None,
    settle_with: Callable[[Ledger], object] = settle_off,
) -> int:
    """Work off what waits now, then what people decided; gives how many submissions waited.

    `run` takes the submissions instead of `work_off`, and `settle_with` what was decided, where the work goes through
    Dagster.
    """
    with open_ledger() as ledger, lake_lock():
        waiting = ledger.pending(limit=_BURST)
        if waiting:
            if run is not None:
                run(waiting)
            else:
                work_off(ledger, waiting, pool=pool, progress=progress)
        settle_with(ledger)
        return len(waiting)


def heartbeat() -> Path:
    """File whose age says whether a worker is alive."""
    return settings().home / "worker.alive"
