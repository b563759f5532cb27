"""`hub account`: who may sign in, managed at the server's own shell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import click

from data.person import roles

__all__ = ["command"]


@click.group("account")
def command() -> None:
    """Tài khoản / accounts."""


@contextmanager
def _refusals() -> Iterator[None]:
    """A refusal ends the command with its one line."""
    from data.account_error import AccountError
    from pipelines import usage

    try:
        yield
    except AccountError as error:
        usage.wrong(error.vi, error.en)


@command.command("add")
@click.argument("login")
@click.option("--name", required=True, help="Họ tên / name")
@click.option("--role", required=True, type=click.Choice(list(roles())), help="Vai trò / role")
@click.option("--unit", default="", help="Đơn vị / unit")
@click.option("--email", default="", help="Thư điện tử / e-mail")
def add(login: str, name: str, role: str, unit: str, email: str) -> None:
    """Thêm tài khoản, in mật khẩu một lần / add an account, print its one-time password."""
    from data.accounts import create_account
    from data.ledger import open_ledger
    from data.passwords import one_time_password
    from pipelines import usage

    code, password = usage.the_unit(unit) if unit else "", one_time_password()
    with _refusals(), open_ledger() as ledger:
        account = create_account(ledger, login, name, role, unit=code, email=email, password=password)
    _hand_over(account.login, password)


@command.command("list")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def list_accounts(form: str) -> None:
    """Liệt kê tài khoản / list the accounts."""
    from data.accounts import accounts
    from data.clock import now
    from data.ledger import open_ledger
    from data.vietnamese_format import format_moment

    with open_ledger() as ledger:
        found = accounts(ledger)
    moment = now()
    if form == "json":
        items = [
            {
                "login": a.login, "name": a.name, "role": a.role, "unit": a.unit, "email": a.email,
                "disabled": a.disabled, "locked": a.locked(moment), "must_change": a.must_change,
                "external": a.external, "seen_at": a.seen_at.isoformat() if a.seen_at else None,
            }
            for a in found
        ]  # fmt: skip
        click.echo(json.dumps({"accounts": items}, ensure_ascii=False))
        return
    for a in found:
        state = "■ khóa / disabled" if a.disabled else "▲ tạm khóa / locked" if a.locked(moment) else "●"
        click.echo(
            f"{a.login:<28} {a.role:<14} {a.unit or '–':<12} {a.name:<32.32} {format_moment(a.seen_at):<17} {state}"
        )


@command.command("reset")
@click.argument("login")
def reset(login: str) -> None:
    """Cấp mật khẩu một lần mới / give a new one-time password; sessions and tokens end."""
    from data.account_changes import enable_account, reset_password
    from data.ledger import open_ledger
    from data.person import HUB

    with _refusals(), open_ledger() as ledger:
        password = reset_password(ledger, HUB, login)
        # Whoever stands at the server means the account to open again.
        enable_account(ledger, HUB, login)
    _hand_over(login, password)


@command.command("disable")
@click.argument("login")
def disable(login: str) -> None:
    """Khóa tài khoản / disable an account; sessions and tokens end. `reset` opens it again."""
    from data.account_changes import disable_account
    from data.ledger import open_ledger
    from data.person import HUB

    with _refusals(), open_ledger() as ledger:
        disable_account(ledger, HUB, login)
    click.echo(f"● Đã khóa {login} / disabled")


def _hand_over(login: str, password: str) -> None:
    click.echo(f"● {login} · mật khẩu một lần / one-time password: {password}")
