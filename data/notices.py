"""Notices: what is to be told to whom and when, entered before it is sent, so that nothing is told twice or lost.

The key says what a notice is about, whom it is for and for which day; a key is entered once, whatever restarts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from data.clock import LOCAL_TIME
from data.desk_schema import notice as table
from data.ledger import Ledger

__all__ = [
    "MOST_ATTEMPTS",
    "NewNotice",
    "Notice",
    "enter",
    "failed",
    "known_keys",
    "mark_failed",
    "mark_sent",
    "waiting",
]

MOST_ATTEMPTS = 14
"""After so many failures a notice is given up; the last reason stays."""
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=4)
"""Pause after a failure: doubled each time. All attempts together last for more than a day of working hours."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class NewNotice:
    """Something to be told. `sent`: nothing is sent for it, it only notes that others tell it."""

    key: str
    kind: str
    channel: str
    recipient: str
    subject: str
    body: str
    planned_at: datetime
    sent: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that was entered."""

    notice_id: int
    key: str
    kind: str
    channel: str
    recipient: str
    subject: str
    body: str
    planned_at: datetime
    attempts: int
    error: str


def _stamp(moment: datetime) -> str:
    # Whole seconds: moments are compared as text.
    return moment.astimezone(LOCAL_TIME).replace(microsecond=0).isoformat()


def _known(con: Connection, keys: Collection[str]) -> set[str]:
    wanted = sorted(keys)
    found: set[str] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        found.update(con.scalars(select(table.c.key).where(table.c.key.in_(wanted[start : start + _AT_ONCE]))))
    return found


def known_keys(ledger: Ledger, keys: Collection[str]) -> set[str]:
    """Those of the keys that were entered before."""
    with ledger.reading() as con:
        return _known(con, keys)


def enter(ledger: Ledger, wanted: Sequence[NewNotice]) -> int:
    """Enter those that are not there yet, all or none; gives how many."""
    if not wanted:
        return 0
    with ledger.writing() as con:
        known = _known(con, [n.key for n in wanted])
        fresh = {n.key: n for n in wanted if n.key not in known}
        rows = [
            {
                "key": n.key, "kind": n.kind, "channel": n.channel, "recipient": n.recipient, "subject": n.subject,
                "body": n.body, "planned_at": _stamp(n.planned_at),
                "sent_at": _stamp(n.planned_at) if n.sent else None, "attempts": 0, "error": "",
            }
            for n in fresh.values()
        ]  # fmt: skip
        if rows:
            con.execute(insert(table), rows)
        return len(rows)


def waiting(ledger: Ledger, moment: datetime) -> Sequence[Notice]:
    """What is to be sent by that moment, oldest first."""
    return _found(ledger, table.c.planned_at <= _stamp(moment), table.c.attempts < MOST_ATTEMPTS)


def failed(ledger: Ledger) -> Sequence[Notice]:
    """What could not be sent so far: tried again or given up."""
    return _found(ledger, table.c.attempts > 0)


def _found(ledger: Ledger, *conditions: object) -> Sequence[Notice]:
    query = select(table).where(table.c.sent_at.is_(None), *conditions).order_by(table.c.notice_id)  # type: ignore[arg-type]
    with ledger.reading() as con:
        return [
            Notice(
                r["notice_id"], r["key"], r["kind"], r["channel"], r["recipient"], r["subject"], r["body"],
                datetime.fromisoformat(r["planned_at"]), r["attempts"], r["error"],
            )
            for r in con.execute(query).mappings()
        ]  # fmt: skip


def mark_sent(ledger: Ledger, notice: Notice, moment: datetime) -> None:
    """It went out."""
    with ledger.writing() as con:
        con.execute(
            update(table)
            .where(table.c.notice_id == notice.notice_id)
            .values(sent_at=_stamp(moment), attempts=notice.attempts + 1, error="")
        )


def mark_failed(ledger: Ledger, notice: Notice, moment: datetime, reason: str) -> None:
    """It did not go out: it is tried again after a pause that grows."""
    again = moment + min(_LONGEST_WAIT, _FIRST_WAIT * 2**notice.attempts)
    with ledger.writing() as con:
        con.execute(
            update(table)
            .where(table.c.notice_id == notice.notice_id)
            .values(planned_at=_stamp(again), attempts=notice.attempts + 1, error=reason[:500])
        )
