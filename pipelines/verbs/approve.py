"""`hub approve`: the unit's head lets a prepared submission count, or returns it."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command("approve")
@click.argument("receipt")
@click.option("--as", "login", required=True, help="Tài khoản người duyệt / the approver's account")
@click.option("--return", "reason", help="Trả lại, với lý do / return it, for this reason")
def command(receipt: str, login: str, reason: str | None) -> None:
    """Duyệt hoặc trả lại một lần nộp / approve or return a submission."""
    from data.standing import approve, return_submission
    from pipelines.deeds import deed, the_submission

    with deed(login) as (ledger, person):
        submission = the_submission(ledger, receipt)
        if reason is None:
            approve(ledger, person, submission)
        else:
            return_submission(ledger, person, submission, reason)
    done = "▲ Đã trả lại / returned" if reason is not None else "● Đã duyệt / approved"
    click.echo(f"{done}: {receipt}")
