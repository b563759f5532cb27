"""`hub withdraw`: a unit takes a submission back; the version before it counts again."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command("withdraw")
@click.argument("receipt")
@click.option("--as", "login", required=True, help="Tài khoản / account")
@click.option("--reason", required=True, help="Lý do / reason")
def command(receipt: str, login: str, reason: str) -> None:
    """Rút một lần nộp / withdraw a submission."""
    from data.standing import withdraw
    from pipelines.deeds import deed, the_submission

    with deed(login) as (ledger, person):
        withdraw(ledger, person, the_submission(ledger, receipt), reason)
    click.echo(f"● Đã rút / withdrawn: {receipt}")
