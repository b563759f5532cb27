"""The audit: who did what, when, from where, on what; entries only ever added, each chained to the one before.

An entry's hash is sha256 over the hash before it and the entry's own content, so that a changed, removed or inserted
entry breaks the chain from there on (the idea of ISO/IEC 27037's hash chains and of transparency logs, RFC 6962).
A chain cannot know of entries cut off its end, nor of one written wholly anew: for that the newest hash is told to
others (the weekly digest carries it) and `verify` is given what they were told.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select
from sqlalchemy.engine import RowMapping

from data.clock import LOCAL_TIME, now
from data.desk_schema import audit as table
from data.ledger import Ledger
from data.person import Person

__all__ = [
    "Broken",
    "Entry",
    "Head",
    "actions",
    "all_entries",
    "entries",
    "head",
    "newest",
    "record",
    "verify",
]

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
class Head:
    """The chain's end at a moment: the newest entry's number and hash; told to others, it fixes all before it."""

    audit_id: int
    hash: str

    def __str__(self) -> str:
        return f"{self.audit_id}:{self.hash}"


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


def _fitting(action: str, actor: str, object_: str, day: date | None) -> Select[Any]:
    query = select(table)
    if action:
        query = query.where(table.c.action.startswith(action, autoescape=True))
    if actor:
        query = query.where(table.c.actor == actor)
    if object_:
        query = query.where(table.c.object.startswith(object_, autoescape=True))
    if day is not None:
        # Moments are text in the province's time: a day is a stretch of them.
        start = datetime.combine(day, time(), LOCAL_TIME)
        query = query.where(table.c.at >= start.isoformat(), table.c.at < (start + timedelta(days=1)).isoformat())
    return query


def _entry(r: RowMapping) -> Entry:
    return Entry(
        r["audit_id"], datetime.fromisoformat(r["at"]), r["actor"], r["role"], r["address"], r["action"], r["object"],
        json.loads(r["detail"]), r["hash"],
    )  # fmt: skip


def entries(
    ledger: Ledger,
    *,
    action: str = "",
    actor: str = "",
    object_: str = "",
    day: date | None = None,
    before: int | None = None,
    limit: int = 200,
) -> Sequence[Entry]:
    """Entries that fit, newest first. `action` and `object_` fit from their beginning; `before` is an audit_id."""
    query = _fitting(action, actor, object_, day).order_by(table.c.audit_id.desc()).limit(limit)
    if before is not None:
        query = query.where(table.c.audit_id < before)
    with ledger.reading() as con:
        return [_entry(r) for r in con.execute(query).mappings()]


def all_entries(
    ledger: Ledger, *, action: str = "", actor: str = "", object_: str = "", day: date | None = None
) -> Iterator[Entry]:
    """Every entry that fits, oldest first, a thousand at a time: for exports."""
    query = _fitting(action, actor, object_, day).order_by(table.c.audit_id)
    with ledger.reading() as con:
        for row in con.execution_options(yield_per=1000).execute(query).mappings():
            yield _entry(row)


def actions(ledger: Ledger) -> Sequence[str]:
    """Every action that was ever recorded, in order."""
    with ledger.reading() as con:
        return con.scalars(select(table.c.action).distinct().order_by(table.c.action)).all()


def head(ledger: Ledger) -> Head | None:
    """The chain's end; None while nothing was recorded."""
    with ledger.reading() as con:
        row = con.execute(select(table.c.audit_id, table.c.hash).order_by(table.c.audit_id.desc()).limit(1)).first()
    return Head(row[0], row[1]) if row else None


def newest(ledger: Ledger) -> int:
    """Number of the newest entry: grows whenever anybody did anything."""
    with ledger.reading() as con:
        return int(con.scalar(select(func.max(table.c.audit_id))) or 0)


def verify(ledger: Ledger, told: Sequence[Head] = ()) -> Broken | None:
    """Walk the whole chain; None where every entry follows from the one before and agrees with what was `told`."""
    previous, expected = _START, 1
    known = {h.audit_id: h.hash for h in told}
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
            if known.get(number, row["hash"]) != row["hash"]:
                return Broken(number, "khác mã đã thông báo: cả chuỗi bị viết lại", "differs from what was told of it")
            previous, expected = row["hash"], expected + 1
    cut = min((number for number in known if number >= expected), default=None)
    if cut is not None:
        return Broken(cut, "mục đã thông báo không còn: đuôi nhật ký bị cắt", "was told of and is gone from the end")
    return None
