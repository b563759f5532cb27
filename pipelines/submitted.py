"""What became of a submission: its verdict as the lake holds it, worked off here where no worker does it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from threading import current_thread, main_thread
from typing import Any

from assets.intake import ReadPool
from data.contract import load_contracts
from data.lake_lock import lake_lock
from data.ledger import Ledger
from data.settings import settings
from data.standing import states_of
from data.submission import FINAL, Submission
from data.warehouse import LAKE, open_warehouse
from pipelines.queue_worker import work_off

__all__ = ["Outcome", "verdict_of"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict in short, and where the submission stands with it (`state`: data.standing.STATES, or
    "held" where its period is closed)."""

    receipt: str
    verdict: str
    rows: int
    accepted: int
    quarantined: int
    in_force: bool
    reason_vi: str | None
    reason_en: str | None
    state: str

    def to_json(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def verdict_of(ledger: Ledger, submission: Submission) -> Outcome:
    """The verdict; where nobody has worked the submission off yet, it is done here, whoever else waits.

    The file is read in a child as the worker's are: one that brings a parser down does not end the command.
    """
    with lake_lock():
        done = any(e.kind in FINAL for e in ledger.events(submission.submission_id))
        if not done:
            with ReadPool(1) as pool, _stops_at_once(pool):
                work_off(ledger, [submission], pool=pool)
    with open_warehouse(read_only=True) as con:
        row = con.execute(
            f"SELECT verdict, rows_total, rows_accepted, rows_quarantined, counts, reason_vi, reason_en "
            f"FROM {LAKE}.quality.verdict WHERE submission_id = ?",
            [submission.submission_id],
        ).fetchone()
    assert row is not None
    state = states_of(ledger, [submission], load_contracts(settings().contracts))[submission.submission_id]
    verdict, rows, accepted, quarantined, counts, vi, en = row
    where = "held" if state.held else state.code
    return Outcome(submission.receipt, verdict, rows, accepted, quarantined, counts, vi, en, where)


@contextmanager
def _stops_at_once(pool: ReadPool) -> Iterator[None]:
    """Ctrl-C ends the reading child first: whoever waits for it would else wait on."""
    if current_thread() is not main_thread():
        yield
        return

    def stop(_number: int, _frame: object) -> None:
        pool.stop()
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
