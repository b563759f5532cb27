"""Signing in with a password: failures count and lock an account for a while; a password is changed by its owner."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from data.account_changes import place_account
from data.account_error import AccountError
from data.accounts import Account, account_of, account_of_row, create_account, known_place, tidy_login
from data.audit import record
from data.clock import LOCAL_TIME, now
from data.desk_schema import account as table
from data.ledger import Ledger
from data.passwords import fits, hashed, nobody, strong_enough
from data.person import HUB, Person
from data.sessions import end_sessions
from data.settings import settings

__all__ = ["change_password", "sign_in", "sign_in_elsewhere"]


def sign_in(ledger: Ledger, login: str, password: str, *, address: str = "") -> Account:
    """The account, where login and password fit; each failure counts, and too many lock it for a while.

    Raises AccountError, with the same words whether the login or the password is wrong.
    """
    return _checked(ledger, tidy_login(login), password, address=address, deed="sign_in")


def _checked(ledger: Ledger, login: str, password: str, *, address: str, deed: str = "") -> Account:
    """As `sign_in`; a success is recorded as `deed` where one is given."""
    refused = AccountError("wrong", "Tên đăng nhập hoặc mật khẩu không đúng", "wrong login or password")
    with ledger.reading() as con:
        row = con.execute(select(table).where(table.c.login == login)).mappings().first()
    # The slow part stands outside the transaction: a hash is made to take time.
    right = fits(row["password_hash"] if row and row["password_hash"] else nobody(), password)
    with ledger.writing() as con:
        row = con.execute(select(table).where(table.c.login == login)).mappings().first()
        if row is None or row["disabled"] or row["password_hash"] is None:
            record(con, HUB, "sign_in.refused", f"account:{login[:120]}", {"reason": "unknown"}, address=address)
        elif (account := account_of_row(row)).locked(now()):
            record(con, HUB, "sign_in.refused", f"account:{login}", {"reason": "locked"}, address=address)
            until = f"{account.locked_until:%H:%M}"
            refused = AccountError(
                "locked",
                f"Tài khoản tạm khóa đến {until} vì nhập sai nhiều lần",
                f"the account is locked until {until} after repeated failures",
            )
        elif not right:
            failures = row["failures"] + 1
            locks = failures >= settings().sign_in_failures
            until_moment = now() + timedelta(minutes=settings().lock_minutes)
            con.execute(
                update(table)
                .where(table.c.account_id == account.account_id)
                .values(
                    failures=0 if locks else failures,
                    locked_until=until_moment.astimezone(LOCAL_TIME).isoformat() if locks else None,
                )
            )
            record(
                con, HUB, "sign_in.locked" if locks else "sign_in.refused", f"account:{login}",
                {"reason": "password"}, address=address,
            )  # fmt: skip
        else:
            con.execute(
                update(table)
                .where(table.c.account_id == account.account_id)
                .values(failures=0, locked_until=None, seen_at=now().astimezone(LOCAL_TIME).isoformat())
            )
            if deed:
                record(con, account.person, deed, f"account:{login}", address=address)
            return account
    # Raised here and not inside: the count of failures must stand.
    raise refused


def change_password(ledger: Ledger, person: Person, old: str, new: str, *, address: str = "") -> None:
    """Change one's own password; all sessions end. A wrong present password counts as a failed sign-in.

    Raises AccountError.
    """
    strong_enough(new, person.login)
    try:
        _checked(ledger, person.login, old, address=address)
    except AccountError as error:
        if error.code != "wrong":
            raise
        raise AccountError("wrong", "Mật khẩu hiện tại không đúng", "the present password is wrong") from None
    if old == new:
        raise AccountError("same", "Mật khẩu mới phải khác mật khẩu cũ", "the new password must differ from the old")
    password_hash = hashed(new)
    with ledger.writing() as con:
        con.execute(
            update(table)
            .where(table.c.account_id == person.account_id)
            .values(password_hash=password_hash, must_change=False, failures=0, locked_until=None)
        )
        end_sessions(con, person.account_id)
        record(con, person, "account.password", f"account:{person.login}", address=address)


def sign_in_elsewhere(
    ledger: Ledger, subject: str, login: str, name: str, role: str, unit: str, *, email: str = "", address: str = ""
) -> Account:
    """The account of somebody whom the OpenID Connect server vouches for, made at the first time.

    subject: who it is there, for ever; role and unit follow what that server says now. A local account of the same
    login is another account: taking it over would let that server's users into it.
    Raises AccountError for an unknown role or unit, a login that a local account holds, a disabled account.
    """
    unit = known_place(role, unit)
    account = account_of(ledger, subject=subject)
    if account is None:
        account = create_account(
            ledger, login, name, role, unit=unit, email=email, subject=subject, by=HUB, address=address
        )
    elif account.disabled:
        raise AccountError("disabled", f"Tài khoản “{account.login}” đã bị khóa", f"{account.login!r} is disabled")
    elif (account.role, account.unit) != (role, unit):
        place_account(ledger, HUB, account.login, role, unit, address=address)
    with ledger.writing() as con:
        con.execute(
            update(table)
            .where(table.c.account_id == account.account_id)
            .values(seen_at=now().astimezone(LOCAL_TIME).isoformat())
        )
        row = con.execute(select(table).where(table.c.account_id == account.account_id)).mappings().one()
        account = account_of_row(row)
        record(con, account.person, "sign_in", f"account:{account.login}", {"by": "oidc"}, address=address)
    return account
