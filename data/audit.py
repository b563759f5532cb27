"""The audit: who did what, when, from where, on what; entries only ever added, each chained to the one before.

An entry's hash is sha256 over the hash before it and the entry's own content, so that a changed, removed or inserted
entry breaks the chain from there on (the idea of ISO/IEC 27037's hash chains and of transparency logs, RFC 6962).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from data.clock import LOCAL_TIME, now
from data.desk_schema import audit as table
from data.ledger import Ledger
from data.person import Person

__all__ = ["Broken", "Entry", "entries", "newest", "record", "verify"]

_START = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done. `object` names what it was done to ("submission:2026-11-000123")."""

    audit_id: int
    at: datetime
    actor: str
    role: str
    address: str
    action: str
    object: str
    detail: Mapping[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that does not follow from the one before it."""

    audit_id: int
    vi: str
    en: str


def record(
    con: Connection,
    person: Person,
    action: str,
    object_: str,
    detail: Mapping[str, Any] | None = None,
    *,
    address: str = "",
) -> None:
    """Add an entry in the transaction `con` (Ledger.writing), so that the deed and its record stand or fall together.

    action: what was done, "submission.withdraw"; address: where the person sat (IP), "" for commands on the server.
    """
    # Two writers never both read the newest hash: Ledger.writing holds SQLite's write lock, and this PostgreSQL's.
    if con.dialect.name == "postgresql":
        con.exec_driver_sql("LOCK TABLE audit IN EXCLUSIVE MODE")
    previous = con.scalar(select(table.c.hash).order_by(table.c.audit_id.desc()).limit(1)) or _START
    content = {
        "at": now().astimezone(LOCAL_TIME).isoformat(),
        "actor": person.login,
        "role": person.role,
        "address": address,
        "action": action,
        "object": object_,
        "detail": json.dumps(detail or {}, ensure_ascii=False, sort_keys=True, default=str),
    }
    con.execute(insert(table).values(**content, previous=previous, hash=_hash(previous, content)))


def _hash(previous: str, content: Mapping[str, Any]) -> str:
    return hashlib.sha256(
        (previous + json.dumps(dict(content), ensure_ascii=False, sort_keys=True)).encode()
    ).hexdigest()


def entries(
    ledger: Ledger,
    *,
    action: str = "",
    actor: str = "",
    object_: str = "",
    before: int | None = None,
    limit: int = 200,
) -> Sequence[Entry]:
    """Entries that fit, newest first. `action` and `object_` fit from their beginning; `before` is an audit_id."""
    query = select(table).order_by(table.c.audit_id.desc()).limit(limit)
    if action:
        query = query.where(table.c.action.startswith(action, autoescape=True))
    if actor:
        query = query.where(table.c.actor == actor)
    if object_:
        query = query.where(table.c.object.startswith(object_, autoescape=True))
    if before is not None:
        query = query.where(table.c.audit_id < before)
    with ledger.reading() as con:
        return [
            Entry(
                r["audit_id"], datetime.fromisoformat(r["at"]), r["actor"], r["role"], r["address"], r["action"],
                r["object"], json.loads(r["detail"]), r["hash"],
            )
            for r in con.execute(query).mappings()
        ]  # fmt: skip


def newest(ledger: Ledger) -> int:
    """Number of the newest entry: grows whenever anybody did anything."""
    with ledger.reading() as con:
        return int(con.scalar(select(func.max(table.c.audit_id))) or 0)


def verify(ledger: Ledger) -> Broken | None:
    """Walk the whole chain; None where every entry follows from the one before."""
    previous, expected = _START, 1
    with ledger.reading() as con:
        for row in con.execution_options(yield_per=1000).execute(select(table).order_by(table.c.audit_id)).mappings():
            number = row["audit_id"]
            content = {k: row[k] for k in ("at", "actor", "role", "address", "action", "object", "detail")}
            if number != expected:
                return Broken(number, f"thiếu mục {expected}", f"entry {expected} is missing")
            if row["previous"] != previous:
                return Broken(number, "không nối với mục trước", "does not follow from the entry before")
            if row["hash"] != _hash(previous, content):
                return Broken(number, "nội dung đã bị sửa", "its content was changed")
            previous, expected = row["hash"], expected + 1
    return None
