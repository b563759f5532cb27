"""What became of a submission: its verdict as the lake holds it, worked off here where no worker does it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from data.lake_lock import lake_lock
from data.ledger import Ledger
from data.submission import FINAL, Submission
from data.warehouse import LAKE, open_warehouse
from pipelines.queue_worker import work_off

__all__ = ["Outcome", "verdict_of"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict in short."""

    receipt: str
    verdict: str
    rows: int
    accepted: int
    quarantined: int
    in_force: bool
    reason_vi: str | None
    reason_en: str | None

    def to_json(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def verdict_of(ledger: Ledger, submission: Submission) -> Outcome:
    """The verdict; where nobody has worked the submission off yet, it is done here, whoever else waits."""
    with lake_lock():
        done = any(e.kind in FINAL for e in ledger.events(submission.submission_id))
        if not done:
            work_off(ledger, [submission])
    with open_warehouse(read_only=True) as con:
        row = con.execute(
            f"SELECT verdict, rows_total, rows_accepted, rows_quarantined, counts, reason_vi, reason_en "
            f"FROM {LAKE}.quality.verdict WHERE submission_id = ?",
            [submission.submission_id],
        ).fetchone()
    assert row is not None
    return Outcome(submission.receipt, *row)
