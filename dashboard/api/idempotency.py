"""Idempotency keys: a request that is sent again under its key gets the answer it got, and nothing is done twice.

Source: draft-ietf-httpapi-idempotency-key-header-06 (422 for another request under the key, 409 while it is at work).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy import delete, insert, select, update

from dashboard.api.problem import problem
from data.clock import LOCAL_TIME, now
from data.desk_schema import idempotency as table
from data.ledger import Ledger
from data.person import Person

__all__ = ["Begun", "KeptAnswer", "begin", "fingerprint", "finish", "one_at_a_time"]

_KEPT_FOR = timedelta(days=7)
_AT_WORK = 0
_busy: set[tuple[int, str]] = set()
_changing = Lock()


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What was answered to the request the first time."""

    status: int
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Begun:
    """A request that was begun and never answered: the server was killed in between."""

    at: datetime


def fingerprint(parts: Mapping[str, object]) -> str:
    """sha256 of what makes a request the same request."""
    return hashlib.sha256(json.dumps(dict(parts), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@contextmanager
def one_at_a_time(person: Person, key: str) -> Iterator[None]:
    """Hold the key while its request is at work. Raises ProblemError 409 for a second one meanwhile."""
    held = (person.account_id, key)
    with _changing:
        if key and held in _busy:
            raise problem(409, "at_work", headers={"Retry-After": "1"})
        _busy.add(held)
    try:
        yield
    finally:
        with _changing:
            _busy.discard(held)


def begin(ledger: Ledger, person: Person, key: str, same: str) -> KeptAnswer | Begun | None:
    """Enter the key before anything is done; None for one that is new.

    Raises ProblemError 422 where the key stands for another request. Keys are forgotten after seven days.
    """
    mine = (table.c.account_id == person.account_id) & (table.c.key == key)
    moment = now().astimezone(LOCAL_TIME)
    with ledger.writing() as con:
        con.execute(delete(table).where(table.c.at < (moment - _KEPT_FOR).isoformat()))
        row = con.execute(select(table).where(mine)).mappings().first()
        if row is None:
            con.execute(
                insert(table).values(
                    account_id=person.account_id, key=key, fingerprint=same, status=_AT_WORK, answer="",
                    at=moment.isoformat(),
                )
            )  # fmt: skip
            return None
    if row["fingerprint"] != same:
        raise problem(422, "other_request")
    if row["status"] == _AT_WORK:
        return Begun(datetime.fromisoformat(row["at"]))
    return KeptAnswer(row["status"], json.loads(row["answer"]))


def finish(ledger: Ledger, person: Person, key: str, answer: KeptAnswer | None) -> None:
    """Keep the answer under its key; None forgets the key, so that a request that was refused can be put right."""
    mine = (table.c.account_id == person.account_id) & (table.c.key == key)
    with ledger.writing() as con:
        if answer is None:
            con.execute(delete(table).where(mine))
        else:
            body = json.dumps(dict(answer.body), ensure_ascii=False)
            con.execute(update(table).where(mine).values(status=answer.status, answer=body))
