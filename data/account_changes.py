"""What an administrator changes of an account: its place, its password, whether it opens at all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, update

from data.account_error import AccountError
from data.accounts import Account, known_place, present_account
from data.audit import record
from data.clock import LOCAL_TIME, now
from data.desk_schema import account as table
from data.desk_schema import token
from data.ledger import Ledger
from data.passwords import hashed, one_time_password
from data.person import Person
from data.sessions import end_sessions

__all__ = ["disable_account", "enable_account", "place_account", "reset_password", "unlock_account"]


def disable_account(ledger: Ledger, by: Person, login: str, *, address: str = "") -> None:
    """Shut an account: its sessions end and its tokens are revoked at once. Raises AccountError for one's own."""
    with ledger.writing() as con:
        account = _another(con, by, login)
        _set(con, account, disabled=True)
        _cut_off(con, account)
        record(con, by, "account.disable", f"account:{account.login}", address=address)


def enable_account(ledger: Ledger, by: Person, login: str, *, address: str = "") -> None:
    """Open a shut account again, with the password it had. Raises AccountError."""
    with ledger.writing() as con:
        account = present_account(con, login)
        _set(con, account, disabled=False, failures=0, locked_until=None)
        record(con, by, "account.enable", f"account:{account.login}", address=address)


def unlock_account(ledger: Ledger, by: Person, login: str, *, address: str = "") -> None:
    """End the pause after repeated failures. Raises AccountError."""
    with ledger.writing() as con:
        account = present_account(con, login)
        _set(con, account, failures=0, locked_until=None)
        record(con, by, "account.unlock", f"account:{account.login}", address=address)


def reset_password(ledger: Ledger, by: Person, login: str, *, address: str = "") -> str:
    """A new one-time password, given once; sessions end, tokens are revoked. Raises AccountError for an account that
    signs in elsewhere, and for one's own, which has its own page."""
    password = one_time_password()
    password_hash = hashed(password)
    with ledger.writing() as con:
        account = _another(con, by, login)
        if account.external:
            raise AccountError(
                "external",
                f"Tài khoản “{login}” đăng nhập bằng tài khoản của tỉnh, mật khẩu không giữ ở đây",
                f"the account {login!r} signs in elsewhere; its password is not kept here",
            )
        _set(con, account, password_hash=password_hash, must_change=True, failures=0, locked_until=None)
        _cut_off(con, account)
        record(con, by, "account.reset", f"account:{account.login}", address=address)
    return password


def place_account(ledger: Ledger, by: Person, login: str, role: str, unit: str, *, address: str = "") -> None:
    """Give an account another role or unit; in force from its next request. Raises AccountError for one's own."""
    unit = known_place(role, unit)
    with ledger.writing() as con:
        account = _another(con, by, login)
        if (account.role, account.unit) == (role, unit):
            return
        _set(con, account, role=role, unit=unit)
        detail = {"role": role, "unit": unit, "was": [account.role, account.unit]}
        record(con, by, "account.place", f"account:{account.login}", detail, address=address)


def _another(con: Connection, by: Person, login: str) -> Account:
    """The account, which is not the person's own: nobody shuts themselves out, and nobody raises themselves."""
    account = present_account(con, login)
    if account.account_id == by.account_id:
        raise AccountError(
            "own_account",
            "Không tự đổi được tài khoản của chính mình; hãy nhờ một quản trị viên khác",
            "one's own account is changed by another administrator",
        )
    return account


def _set(con: Connection, account: Account, **values: Any) -> None:
    con.execute(update(table).where(table.c.account_id == account.account_id).values(**values))


def _cut_off(con: Connection, account: Account) -> None:
    """End everything that was opened with the account."""
    end_sessions(con, account.account_id)
    con.execute(
        update(token)
        .where(token.c.account_id == account.account_id, token.c.revoked_at.is_(None))
        .values(revoked_at=now().astimezone(LOCAL_TIME).isoformat())
    )
