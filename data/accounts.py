"""Accounts: who may sign in, in which role and for which unit; here or at the province's OpenID Connect server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.engine import RowMapping

from data.account_error import AccountError
from data.audit import record
from data.clock import LOCAL_TIME, now
from data.desk_schema import account as table
from data.ledger import Ledger
from data.obligation import full_code
from data.passwords import hashed, strong_enough
from data.person import HUB, Person, roles
from data.settings import settings
from data.units import load_units

__all__ = [
    "Account",
    "AccountError",
    "account_of",
    "account_of_row",
    "accounts",
    "create_account",
    "known_place",
    "present_account",
    "tidy_login",
]

_LONGEST_LOGIN, _LONGEST_TEXT = 120, 200


@dataclass(frozen=True, slots=True)
class Account:
    """One account, without its password."""

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

    def locked(self, at: datetime) -> bool:
        """Whether repeated failures keep it shut at that moment."""
        return self.locked_until is not None and self.locked_until > at


def account_of_row(row: RowMapping) -> Account:
    """The account of a row that holds the table's columns."""
    return Account(
        row["account_id"], row["login"], row["name"], row["role"], row["unit"], row["email"], row["must_change"],
        row["disabled"], _moment(row["locked_until"]), _moment(row["seen_at"]), row["subject"] is not None,
    )  # fmt: skip


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def tidy_login(login: str) -> str:
    """The one form of a login: small letters, no spaces around."""
    return login.strip().lower()


def known_place(role: str, unit: str) -> str:
    """The unit's full code, for somebody of that role. Raises AccountError for an unknown role or unit, and for a role
    that acts for a unit where none is given."""
    if role not in roles():
        raise AccountError("no_role", f"Không có vai trò “{role}”", f"there is no role {role!r}")
    unit = unit.strip()
    if not unit:
        if "read.own" in roles()[role].may:
            raise AccountError(
                "needs_unit",
                f"Vai trò “{roles()[role].vi}” cần một đơn vị",
                f"the role {roles()[role].en!r} needs a unit",
            )
        return ""
    known = load_units(settings().province)
    code = unit if unit in known else full_code(unit, settings().province)
    if code not in known:
        raise AccountError("no_unit", f"Không có đơn vị “{unit}”", f"there is no unit {unit!r}")
    return code


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
    """Enter an account; `password` None for one that signs in elsewhere, whose `subject` names it there.

    Raises AccountError for a login that is empty or taken, an unknown role or unit, a weak password.
    """
    login, name, email = tidy_login(login), " ".join(name.split()), email.strip()
    unit = known_place(role, unit)
    if not login or len(login) > _LONGEST_LOGIN or any(c.isspace() or not c.isprintable() for c in login):
        raise AccountError(
            "bad_login",
            f"Tên đăng nhập cần từ 1 đến {_LONGEST_LOGIN} ký tự, không có dấu cách",
            f"a login has 1 to {_LONGEST_LOGIN} characters and no spaces",
        )
    if not name or len(name) > _LONGEST_TEXT or len(email) > _LONGEST_TEXT:
        raise AccountError("no_name", "Hãy ghi họ tên", "a name is needed")
    if password is not None:
        strong_enough(password, login)
    values: dict[str, Any] = {
        "login": login, "name": name, "role": role, "unit": unit, "email": email, "subject": subject,
        "password_hash": hashed(password) if password is not None else None,
        "must_change": must_change and password is not None, "failures": 0, "disabled": False,
        "created_at": now().astimezone(LOCAL_TIME).isoformat(),
    }  # fmt: skip
    with ledger.writing() as con:
        if con.scalar(select(table.c.account_id).where(table.c.login == login)) is not None:
            raise AccountError("taken", f"Tên đăng nhập “{login}” đã có", f"the login {login!r} is taken")
        con.execute(insert(table).values(**values))
        record(con, by, "account.create", f"account:{login}", {"role": role, "unit": unit}, address=address)
        return account_of_row(con.execute(select(table).where(table.c.login == login)).mappings().one())


def accounts(ledger: Ledger) -> Sequence[Account]:
    """All accounts by login."""
    with ledger.reading() as con:
        return [account_of_row(row) for row in con.execute(select(table).order_by(table.c.login)).mappings()]


def account_of(ledger: Ledger, *, login: str | None = None, subject: str | None = None) -> Account | None:
    """The account of a login, or of a subject at the OpenID Connect server."""
    fits = table.c.login == tidy_login(login) if login is not None else table.c.subject == subject
    with ledger.reading() as con:
        row = con.execute(select(table).where(fits)).mappings().first()
    return account_of_row(row) if row else None


def present_account(con: Connection, login: str) -> Account:
    """The account as it stands inside a transaction that will change it. Raises AccountError where there is none."""
    row = con.execute(select(table).where(table.c.login == tidy_login(login))).mappings().first()
    if row is None:
        raise AccountError("no_account", f"Không có tài khoản “{login}”", f"there is no account {login!r}")
    return account_of_row(row)
