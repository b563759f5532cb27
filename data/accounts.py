"""Local accounts and sessions: passwords as argon2 hashes, a pause after repeated failures, sessions that expire.

Sources: OWASP ASVS 4.0, chapters 2 and 3; NIST SP 800-63B (no forced periodic change; a change on first use).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import RowMapping

from data.audit import record
from data.clock import LOCAL_TIME, now
from data.desk_schema import account as table
from data.desk_schema import session as sessions
from data.ledger import Ledger
from data.person import HUB, Person, roles
from data.settings import settings

if TYPE_CHECKING:
    from argon2 import PasswordHasher

__all__ = [
    "Account",
    "AccountError",
    "accounts",
    "begin_session",
    "change_password",
    "create_account",
    "end_session",
    "person_of_session",
    "sign_in",
    "strong_enough",
]

_SHORTEST = 10


class AccountError(Exception):
    """Why a sign-in or a change of an account is refused, in both languages."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")
        self.code, self.vi, self.en = code, vi, en


@dataclass(frozen=True, slots=True)
class Account:
    """One local account, without its password."""

    account_id: int
    login: str
    name: str
    role: str
    unit: str
    email: str
    must_change: bool
    disabled: bool
    locked_until: datetime | None
    seen_at: datetime | None
    external: bool
    """Signs in at the OpenID Connect server."""

    @property
    def person(self) -> Person:
        """Whom the account stands for."""
        return Person(self.account_id, self.login, self.name, self.role, self.unit)


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _stamp(value: datetime) -> str:
    return value.astimezone(LOCAL_TIME).isoformat()


def _account(row: RowMapping) -> Account:
    return Account(
        row["account_id"], row["login"], row["name"], row["role"], row["unit"], row["email"], row["must_change"],
        row["disabled"], _moment(row["locked_until"]), _moment(row["seen_at"]), row["subject"] is not None,
    )  # fmt: skip


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash to check against where there is no such account, so that the answer takes as long."""
    return _hasher().hash(secrets.token_hex())


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def strong_enough(password: str, login: str) -> None:
    """Raises AccountError for a password that is too short, the login itself, or of one or two signs."""
    if len(password) < _SHORTEST or len(set(password)) < 5 or login.lower() in password.lower():
        raise AccountError(
            "weak_password",
            f"Mật khẩu cần ít nhất {_SHORTEST} ký tự, không chứa tên đăng nhập và không lặp một vài ký tự",
            f"a password needs {_SHORTEST} characters, not the login, not the same few signs",
        )


def create_account(
    ledger: Ledger,
    login: str,
    name: str,
    role: str,
    *,
    unit: str = "",
    email: str = "",
    password: str | None = None,
    subject: str | None = None,
    must_change: bool = True,
    by: Person = HUB,
    address: str = "",
) -> Account:
    """Enter an account; `password` None for one that signs in elsewhere. Raises AccountError."""
    login = login.strip().lower()
    if role not in roles():
        raise AccountError("no_role", f"Không có vai trò “{role}”", f"there is no role {role!r}")
    if password is not None:
        strong_enough(password, login)
    values: dict[str, Any] = {
        "login": login, "name": name, "role": role, "unit": unit, "email": email, "subject": subject,
        "password_hash": _hasher().hash(password) if password is not None else None,
        "must_change": must_change and password is not None, "failures": 0, "disabled": False,
        "created_at": _stamp(now()),
    }  # fmt: skip
    with ledger.writing() as con:
        if not login or con.scalar(select(table.c.account_id).where(table.c.login == login)) is not None:
            raise AccountError("taken", f"Tên đăng nhập “{login}” đã có", f"the login {login!r} is taken")
        con.execute(insert(table).values(**values))
        record(con, by, "account.create", f"account:{login}", {"role": role, "unit": unit}, address=address)
        return _account(con.execute(select(table).where(table.c.login == login)).mappings().one())


def accounts(ledger: Ledger) -> Sequence[Account]:
    """All accounts by login."""
    with ledger.reading() as con:
        return [_account(row) for row in con.execute(select(table).order_by(table.c.login)).mappings()]


def sign_in(ledger: Ledger, login: str, password: str, *, address: str = "") -> Account:
    """The account, where login and password fit; each failure counts, and too many lock it for a while.

    Raises AccountError, with the same words whether the login or the password is wrong.
    """
    wrong = AccountError("wrong", "Tên đăng nhập hoặc mật khẩu không đúng", "wrong login or password")
    login = login.strip().lower()
    with ledger.reading() as con:
        row = con.execute(select(table).where(table.c.login == login)).mappings().first()
    # The slow part stands outside the transaction: a hash is made to take time.
    fits = _fits(row["password_hash"] if row and row["password_hash"] else _nobody(), password)
    refused: AccountError | None = None
    with ledger.writing() as con:
        row = con.execute(select(table).where(table.c.login == login)).mappings().first()
        if row is None or row["disabled"] or row["password_hash"] is None:
            record(con, HUB, "sign_in.refused", f"account:{login[:120]}", {"reason": "unknown"}, address=address)
            refused = wrong
        elif (until := _moment(row["locked_until"])) is not None and until > now():
            record(con, HUB, "sign_in.refused", f"account:{login}", {"reason": "locked"}, address=address)
            refused = AccountError(
                "locked",
                f"Tài khoản tạm khoá đến {until.astimezone(LOCAL_TIME):%H:%M} vì nhập sai nhiều lần",
                f"the account is locked until {until.astimezone(LOCAL_TIME):%H:%M} after repeated failures",
            )
        elif not fits:
            failures = row["failures"] + 1
            locks = failures >= settings().sign_in_failures
            until = now() + timedelta(minutes=settings().lock_minutes) if locks else None
            con.execute(
                update(table)
                .where(table.c.account_id == row["account_id"])
                .values(failures=0 if locks else failures, locked_until=_stamp(until) if until else None)
            )
            record(
                con, HUB, "sign_in.locked" if locks else "sign_in.refused", f"account:{login}",
                {"reason": "password"}, address=address,
            )  # fmt: skip
            refused = wrong
        else:
            con.execute(
                update(table)
                .where(table.c.account_id == row["account_id"])
                .values(failures=0, locked_until=None, seen_at=_stamp(now()))
            )
            found = _account(row)
            record(con, found.person, "sign_in", f"account:{login}", address=address)
    if refused is not None:
        raise refused
    return found


def _fits(hashed: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def change_password(ledger: Ledger, person: Person, old: str, new: str, *, address: str = "") -> None:
    """Change one's own password; all other sessions end. Raises AccountError."""
    strong_enough(new, person.login)
    with ledger.reading() as con:
        row = con.execute(select(table).where(table.c.account_id == person.account_id)).mappings().one()
    if not row["password_hash"] or not _fits(row["password_hash"], old):
        raise AccountError("wrong", "Mật khẩu hiện tại không đúng", "the present password is wrong")
    if old == new:
        raise AccountError("same", "Mật khẩu mới phải khác mật khẩu cũ", "the new password must differ from the old")
    hashed = _hasher().hash(new)
    with ledger.writing() as con:
        con.execute(
            update(table)
            .where(table.c.account_id == person.account_id)
            .values(password_hash=hashed, must_change=False, failures=0, locked_until=None)
        )
        con.execute(
            update(sessions)
            .where(sessions.c.account_id == person.account_id, sessions.c.ended_at.is_(None))
            .values(ended_at=_stamp(now()))
        )
        record(con, person, "account.password", f"account:{person.login}", address=address)


def begin_session(ledger: Ledger, account: Account, *, address: str = "", agent: str = "") -> str:
    """A new session's secret, for the cookie; only its hash is kept."""
    secret, moment = secrets.token_urlsafe(32), now()
    with ledger.writing() as con:
        con.execute(
            insert(sessions).values(
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


def person_of_session(ledger: Ledger, secret: str) -> Account | None:
    """Whose session it is; None for one that ended, expired, was idle too long, or whose account is disabled."""
    query = (
        select(table, sessions.c.seen_at.label("session_seen"), sessions.c.expires_at, sessions.c.ended_at)
        .join(sessions, sessions.c.account_id == table.c.account_id)
        .where(sessions.c.token_hash == _hashed(secret))
    )
    with ledger.reading() as con:
        row = con.execute(query).mappings().first()
    if row is None or row["ended_at"] or row["disabled"]:
        return None
    moment, seen = now(), datetime.fromisoformat(row["session_seen"])
    if moment >= datetime.fromisoformat(row["expires_at"]):
        return None
    idle = moment - seen
    if idle > timedelta(minutes=settings().idle_minutes):
        return None
    if idle > timedelta(minutes=1):
        with ledger.writing() as con:
            con.execute(update(sessions).where(sessions.c.token_hash == _hashed(secret)).values(seen_at=_stamp(moment)))
    return _account(row)


def end_session(ledger: Ledger, secret: str, person: Person, *, address: str = "") -> None:
    """Sign out."""
    with ledger.writing() as con:
        con.execute(
            update(sessions)
            .where(sessions.c.token_hash == _hashed(secret), sessions.c.ended_at.is_(None))
            .values(ended_at=_stamp(now()))
        )
        record(con, person, "sign_out", f"account:{person.login}", address=address)
