"""Receiving: a file's bytes are kept and entered in the ledger before anything else is done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from data.contract import Contract
from data.landing import store
from data.ledger import Ledger
from data.period import Period
from data.settings import settings
from data.submission import NewSubmission, Submission
from data.table import UnreadableError

__all__ = ["Incoming", "receive"]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file on the doorstep. `received_at` None means now; `path` None is a nil report."""

    contract: Contract
    reporter: str
    period: Period
    path: Path | None
    filename: str | None = None
    sender: str = "hub"
    channel: str = "cli"
    received_at: datetime | None = None


def receive(
    ledger: Ledger, arrivals: list[Incoming], also: Callable[[Connection, Submission], None] | None = None
) -> list[Submission]:
    """Keep the bytes, then enter all arrivals in the ledger at once. Raises UnreadableError for too large a file.

    also: what is written with each entry, in the same transaction.
    """
    return ledger.receive([_entry(arrival) for arrival in arrivals], also)


def _entry(arrival: Incoming) -> NewSubmission:
    if arrival.path is None:
        sha256, size, name = "0" * 64, 0, arrival.filename or "khong-phat-sinh"
    else:
        size, name = arrival.path.stat().st_size, arrival.filename or arrival.path.name
        allowed = settings().max_file_mb
        if size > allowed * 1024 * 1024:
            raise UnreadableError(
                "too_large",
                f"{name}: tệp lớn hơn {allowed} MB; hãy chia nhỏ rồi gửi lại",
                f"{name}: the file is larger than {allowed} MB; split it and send again",
            )
        sha256 = store(arrival.path)
    return NewSubmission(
        dataset=arrival.contract.id,
        reporter=arrival.reporter,
        period=str(arrival.period),
        sha256=sha256,
        filename=name,
        size=size,
        channel=arrival.channel,
        sender=arrival.sender,
        nil=arrival.path is None,
        received_at=arrival.received_at,
    )
