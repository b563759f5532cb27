"""Sessions: who stays signed in, where and until when; only the hash of a session's secret is kept.

Source: OWASP ASVS 4.0, chapter 3.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import OperationalError

from data.account_error import AccountError
from data.accounts import Account, account_of_row
from data.audit import record
from data.clock import LOCAL_TIME, now
from data.desk_schema import account
from data.desk_schema import session as table
from data.ledger import Ledger
from data.person import Person
from data.settings import settings

__all__ = ["Session", "begin_session", "end_session", "end_sessions", "person_of_session", "session_key", "sessions"]

_SEEN_EVERY = timedelta(minutes=1)
"""`seen_at` is written at most so often, so that reading pages does not write the ledger."""
_KEY = 16


@dataclass(frozen=True, slots=True)
class Session:
    """One place where somebody is signed in; `key` names it without opening anything."""

    key: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    agent: str


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _stamp(value: datetime) -> str:
    return value.astimezone(LOCAL_TIME).isoformat()


def session_key(secret: str) -> str:
    """The key of the session with that secret."""
    return _hashed(secret)[:_KEY]


def begin_session(ledger: Ledger, account: Account, *, address: str = "", agent: str = "") -> str:
    """A new session's secret, for the cookie."""
    secret, moment = secrets.token_urlsafe(32), now()
    with ledger.writing() as con:
        con.execute(
            insert(table).values(
                token_hash=_hashed(secret),
                account_id=account.account_id,
                created_at=_stamp(moment),
                seen_at=_stamp(moment),
                expires_at=_stamp(moment + timedelta(hours=settings().session_hours)),
                address=address,
                agent=agent[:200],
            )
        )
    return secret


def _lives(seen_at: str, expires_at: str, at: datetime) -> bool:
    idle = at - datetime.fromisoformat(seen_at)
    return at < datetime.fromisoformat(expires_at) and idle <= timedelta(minutes=settings().idle_minutes)


def person_of_session(ledger: Ledger, secret: str) -> Account | None:
    """Whose session it is; None for one that ended, expired, was idle too long, or whose account is disabled."""
    query = (
        select(account, table.c.seen_at.label("session_seen"), table.c.expires_at, table.c.ended_at)
        .join(table, table.c.account_id == account.c.account_id)
        .where(table.c.token_hash == _hashed(secret))
    )
    with ledger.reading() as con:
        row = con.execute(query).mappings().first()
    moment = now()
    if row is None or row["ended_at"] or row["disabled"] or not _lives(row["session_seen"], row["expires_at"], moment):
        return None
    if moment - datetime.fromisoformat(row["session_seen"]) > _SEEN_EVERY:
        # A full disk must not keep people from reading: the session then merely looks idle.
        with suppress(OperationalError), ledger.writing() as con:
            con.execute(update(table).where(table.c.token_hash == _hashed(secret)).values(seen_at=_stamp(moment)))
    return account_of_row(row)


def sessions(ledger: Ledger, person: Person) -> Sequence[Session]:
    """The person's living sessions, the one used last first."""
    query = (
        select(table)
        .where(table.c.account_id == person.account_id, table.c.ended_at.is_(None))
        .order_by(table.c.seen_at.desc())
    )
    moment = now()
    with ledger.reading() as con:
        rows = con.execute(query).mappings().all()
    return [
        Session(
            row["token_hash"][:_KEY], datetime.fromisoformat(row["created_at"]),
            datetime.fromisoformat(row["seen_at"]), datetime.fromisoformat(row["expires_at"]),
            row["address"], row["agent"],
        )
        for row in rows
        if _lives(row["seen_at"], row["expires_at"], moment)
    ]  # fmt: skip


def end_session(ledger: Ledger, person: Person, key: str, *, address: str = "") -> None:
    """Sign out at one place. Raises AccountError where the person has no such session."""
    if len(key) != _KEY:
        raise _none()
    with ledger.writing() as con:
        done = con.execute(
            update(table)
            .where(
                table.c.account_id == person.account_id,
                table.c.token_hash.startswith(key, autoescape=True),
                table.c.ended_at.is_(None),
            )
            .values(ended_at=_stamp(now()))
        )
        if done.rowcount == 0:
            raise _none()
        record(con, person, "sign_out", f"account:{person.login}", {"session": key}, address=address)


def _none() -> AccountError:
    return AccountError("no_session", "Không có phiên đăng nhập này, hoặc đã kết thúc", "no such session, or it ended")


def end_sessions(con: Connection, account_id: int) -> None:
    """Sign an account out everywhere, as part of a larger change."""
    con.execute(
        update(table).where(table.c.account_id == account_id, table.c.ended_at.is_(None)).values(ended_at=_stamp(now()))
    )
