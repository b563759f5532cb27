"""`hub confirm`: a sender says that a version with far fewer rows is meant so."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command("confirm")
@click.argument("receipt")
@click.option("--as", "login", required=True, help="Tài khoản / account")
def command(receipt: str, login: str) -> None:
    """Xác nhận bản mới ít dòng hơn hẳn / confirm a far smaller version."""
    from data.standing import confirm
    from pipelines.deeds import deed, the_submission

    with deed(login) as (ledger, person):
        confirm(ledger, person, the_submission(ledger, receipt))
    click.echo(f"● Đã xác nhận / confirmed: {receipt}")
