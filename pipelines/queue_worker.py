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
from data.contract import load_contracts
from data.lake_lock import lake_lock
from data.ledger import Ledger, open_ledger
from data.settings import settings
from data.submission import Submission
from data.warehouse import open_warehouse
from pipelines.upkeep import relieve

__all__ = ["BUSY_SECONDS", "heartbeat", "work_off", "work_once"]

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


def work_once(
    *,
    pool: ReadPool | None = None,
    progress: Progress | None = None,
    run: Callable[[list[Submission]], None] | None = None,
) -> int:
    """Work off what waits now; gives how many submissions there were.

    `run` takes the submissions instead of `work_off` where the work goes through Dagster.
    """
    with open_ledger() as ledger, lake_lock():
        waiting = ledger.pending(limit=_BURST)
        if waiting:
            if run is not None:
                run(waiting)
            else:
                work_off(ledger, waiting, pool=pool, progress=progress)
        return len(waiting)


def heartbeat() -> Path:
    """File whose age says whether a worker is alive."""
    return settings().home / "worker.alive"
