"""`hub close`: a period's figures are frozen; what comes later waits until the period is reopened."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command("close")
@click.argument("dataset")
@click.argument("period")
@click.option("--as", "login", required=True, help="Tài khoản điều hành / an operator's account")
@click.option("--reason", required=True, help="Lý do / reason")
def command(dataset: str, period: str, login: str, reason: str) -> None:
    """Khóa sổ một kỳ / close a period."""
    from data.closings import close_period
    from pipelines import usage
    from pipelines.deeds import deed

    contract = usage.the_contract(dataset)
    with deed(login) as (ledger, person):
        close_period(ledger, person, dataset, usage.the_period(period, contract), reason)
    click.echo(f"● Đã khóa / closed: {dataset} {period}")
