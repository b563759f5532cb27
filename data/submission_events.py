"""Events of submissions as rows of the ledger: read for many at once, added within a transaction of the caller's."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from data import ledger_schema as schema
from data.clock import LOCAL_TIME, now
from data.submission import DEEDS, GIVEN_UP, Event

__all__ = ["add_events", "events_of", "given_up", "unsettled_ids"]

_AT_ONCE = 500
"""Most numbers in one list of a query: SQLite bounds the parameters of a statement."""


def add_events(con: Connection, events: Iterable[Event]) -> None:
    """Add events in the transaction `con`, in their order."""
    rows = [
        {
            "submission_id": e.submission_id,
            "at": (e.at or now()).astimezone(LOCAL_TIME).isoformat(),
            "kind": e.kind,
            "actor": e.actor,
            "detail": json.dumps(e.detail or {}, ensure_ascii=False),
        }
        for e in events
    ]
    if rows:
        con.execute(insert(schema.event), rows)


def events_of(con: Connection, submission_ids: Collection[int]) -> dict[int, list[Event]]:
    """Submission → what happened to it, in order; every number that is asked for is there."""
    table = schema.event
    found: dict[int, list[Event]] = {number: [] for number in submission_ids}
    numbers = sorted(found)
    for start in range(0, len(numbers), _AT_ONCE):
        query = select(table).where(table.c.submission_id.in_(numbers[start : start + _AT_ONCE]))
        for row in con.execute(query.order_by(table.c.event_id)).mappings():
            found[row["submission_id"]].append(
                Event(
                    row["submission_id"],
                    row["kind"],
                    row["actor"],
                    json.loads(row["detail"]),
                    datetime.fromisoformat(row["at"]),
                )
            )
    return found


def given_up(con: Connection, submission_ids: Collection[int]) -> set[int]:
    """Those of the submissions that were withdrawn, returned or purged: their bytes may be sent again."""
    table = schema.event
    query = select(table.c.submission_id).where(
        table.c.submission_id.in_(list(submission_ids)), table.c.kind.in_(GIVEN_UP)
    )
    return set(con.scalars(query))


def unsettled_ids(con: Connection) -> dict[int, bool]:
    """Submission → whether it is only held: those to which people did something that the lake does not show yet.

    A held one came into a closed period; it is of interest once the period is open again.
    """
    table = schema.event

    def newest(*kinds: str) -> dict[int, int]:
        query = (
            select(table.c.submission_id, func.max(table.c.event_id))
            .where(table.c.kind.in_(kinds))
            .group_by(table.c.submission_id)
        )
        return {row[0]: row[1] for row in con.execute(query)}

    settled, done, held = newest("settled"), newest(*DEEDS), newest("held")
    placed = newest("in_force", "superseded", "rejudged", *GIVEN_UP)
    waiting = {number: False for number, event in done.items() if event > settled.get(number, 0)}
    for number, event in held.items():
        if event > placed.get(number, 0):
            waiting.setdefault(number, True)
    return dict(sorted(waiting.items()))
