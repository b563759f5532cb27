"""`hub reopen`: a closed period takes new versions again, for a reason that stays on record."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command("reopen")
@click.argument("dataset")
@click.argument("period")
@click.option("--as", "login", required=True, help="Tài khoản điều hành / an operator's account")
@click.option("--reason", required=True, help="Lý do / reason")
def command(dataset: str, period: str, login: str, reason: str) -> None:
    """Mở lại một kỳ đã khóa / reopen a closed period."""
    from data.closings import reopen_period
    from pipelines import usage
    from pipelines.deeds import deed

    contract = usage.the_contract(dataset)
    with deed(login) as (ledger, person):
        reopen_period(ledger, person, dataset, usage.the_period(period, contract), reason)
    click.echo(f"● Đã mở lại / reopened: {dataset} {period}")
