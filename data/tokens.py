"""Personal tokens: what a program shows in place of a password; kept as hashes, narrower than their owner, for a while.

Sources: RFC 6750 (bearer tokens); OWASP ASVS 4.0, chapter 3.5.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from data.account_error import AccountError
from data.audit import record
from data.clock import LOCAL_TIME, now
from data.desk_schema import account
from data.desk_schema import token as table
from data.ledger import Ledger
from data.person import Person, roles

__all__ = ["LONGEST_DAYS", "PREFIX", "Token", "create_token", "person_of_token", "revoke_token", "tokens"]

PREFIX = "hub_"
"""What every token begins with, so that one that leaked is recognised by who searches for such."""
LONGEST_DAYS = 366
_LONGEST_NAME = 80
_SEEN_EVERY = timedelta(minutes=1)
"""`used_at` is written at most so often: a token may be used many times a second."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token without its secret: what it is for, what it may do, until when."""

    token_id: int
    name: str
    scope: frozenset[str]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    def valid(self, at: datetime) -> bool:
        """Whether it opens anything at that moment."""
        return self.revoked_at is None and at < self.expires_at


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _stamp(value: datetime) -> str:
    return value.astimezone(LOCAL_TIME).isoformat()


def create_token(
    ledger: Ledger, person: Person, name: str, scope: Collection[str], days: int, *, address: str = ""
) -> str:
    """A new token's secret, which is given once and never again.

    scope: permissions that the token carries, all of them permissions of the person's role.
    days: how long it is good for, 1 to LONGEST_DAYS.
    Raises AccountError for an empty name, a scope that is empty or wider than the role, a wrong number of days.
    """
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME:
        raise AccountError(
            "token_name",
            f"Hãy đặt tên cho mã truy cập (tối đa {_LONGEST_NAME} ký tự)",
            f"give the token a name of up to {_LONGEST_NAME} characters",
        )
    role = roles().get(person.role)
    if person.scope is not None or role is None or not scope or not set(scope) <= role.may:
        raise AccountError(
            "token_scope",
            "Mã truy cập chỉ mang những quyền mà vai trò của bạn có, ít nhất một quyền",
            "a token carries at least one permission, and only such as your role has",
        )
    if not 1 <= days <= LONGEST_DAYS:
        raise AccountError(
            "token_days",
            f"Mã truy cập có hạn từ 1 đến {LONGEST_DAYS} ngày",
            f"a token is good for 1 to {LONGEST_DAYS} days",
        )
    secret, moment = PREFIX + secrets.token_urlsafe(32), now()
    with ledger.writing() as con:
        number = con.scalar(
            insert(table)
            .values(
                account_id=person.account_id,
                name=name,
                token_hash=_hashed(secret),
                scope=json.dumps(sorted(scope)),
                created_at=_stamp(moment),
                expires_at=_stamp(moment + timedelta(days=days)),
            )
            .returning(table.c.token_id)
        )
        record(
            con, person, "token.create", f"token:{number}", {"name": name, "scope": sorted(scope), "days": days},
            address=address,
        )  # fmt: skip
    return secret


def tokens(ledger: Ledger, person: Person) -> Sequence[Token]:
    """The person's own tokens, newest first; also those that ended."""
    query = select(table).where(table.c.account_id == person.account_id).order_by(table.c.token_id.desc())
    with ledger.reading() as con:
        return [
            Token(
                row["token_id"], row["name"], frozenset(json.loads(row["scope"])),
                datetime.fromisoformat(row["created_at"]), datetime.fromisoformat(row["expires_at"]),
                datetime.fromisoformat(row["used_at"]) if row["used_at"] else None,
                datetime.fromisoformat(row["revoked_at"]) if row["revoked_at"] else None,
            )
            for row in con.execute(query).mappings()
        ]  # fmt: skip


def revoke_token(ledger: Ledger, person: Person, token_id: int, *, address: str = "") -> None:
    """End one's own token at once. Raises AccountError where there is no such token of this person."""
    with ledger.writing() as con:
        done = con.execute(
            update(table)
            .where(table.c.token_id == token_id, table.c.account_id == person.account_id, table.c.revoked_at.is_(None))
            .values(revoked_at=_stamp(now()))
        )
        if done.rowcount == 0:
            raise AccountError("no_token", "Không có mã truy cập này, hoặc đã thu hồi", "no such token, or revoked")
        record(con, person, "token.revoke", f"token:{token_id}", address=address)


def person_of_token(ledger: Ledger, secret: str) -> Person | None:
    """Whom the token speaks for, with its scope; None where it is unknown, expired or revoked, or the account shut."""
    if not secret.startswith(PREFIX):
        return None
    query = (
        select(
            table.c.token_id, table.c.scope, table.c.expires_at, table.c.used_at,
            account.c.account_id, account.c.login, account.c.name, account.c.role, account.c.unit,
        )
        .join(account, account.c.account_id == table.c.account_id)
        .where(table.c.token_hash == _hashed(secret), table.c.revoked_at.is_(None), account.c.disabled.is_(False))
    )  # fmt: skip
    with ledger.reading() as con:
        row = con.execute(query).mappings().first()
    moment = now()
    if row is None or moment >= datetime.fromisoformat(row["expires_at"]):
        return None
    if row["used_at"] is None or moment - datetime.fromisoformat(row["used_at"]) > _SEEN_EVERY:
        with ledger.writing() as con:
            con.execute(update(table).where(table.c.token_id == row["token_id"]).values(used_at=_stamp(moment)))
    return Person(
        row["account_id"], row["login"], row["name"], row["role"], row["unit"], frozenset(json.loads(row["scope"]))
    )
