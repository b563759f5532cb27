"""`hub explain`: a unit answers a warning, an operator accepts the answer or not."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

__all__ = ["command"]


@click.group("explain")
def command() -> None:
    """Giải trình cảnh báo / explanations of warnings."""


@command.command("give")
@click.argument("receipt")
@click.argument("rule")
@click.argument("text")
@click.option("--as", "login", required=True, help="Tài khoản / account")
def give(receipt: str, rule: str, text: str, login: str) -> None:
    """Giải trình một quy tắc của một lần nộp / explain what a rule found in a submission."""
    from data.explanations import explain
    from pipelines.deeds import deed, the_submission

    with deed(login) as (ledger, person):
        made = explain(ledger, person, the_submission(ledger, receipt).submission_id, rule, text)
    click.echo(f"● Giải trình / explanation {made.explanation_id}: {receipt} · {rule}")


def _decide(number: int, login: str, note: str, *, accept: bool) -> None:
    from data.explanations import decide_explanation
    from pipelines.deeds import deed

    with deed(login) as (ledger, person):
        decide_explanation(ledger, person, number, accept=accept, note=note)
    click.echo(f"{'● Đã chấp nhận / accepted' if accept else '▲ Không chấp nhận / refused'}: {number}")


@command.command("accept")
@click.argument("number", type=int)
@click.option("--as", "login", required=True, help="Tài khoản điều hành / an operator's account")
@click.option("--note", default="", help="Ghi chú / note")
def accept(number: int, login: str, note: str) -> None:
    """Chấp nhận / accept."""
    _decide(number, login, note, accept=True)


@command.command("refuse")
@click.argument("number", type=int)
@click.option("--as", "login", required=True, help="Tài khoản điều hành / an operator's account")
@click.option("--note", required=True, help="Lý do / why")
def refuse(number: int, login: str, note: str) -> None:
    """Không chấp nhận / refuse."""
    _decide(number, login, note, accept=False)


@command.command("list")
@click.option("--state", type=click.Choice(["open", "accepted", "refused"]), help="Trạng thái / state")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def show(state: str | None, form: str) -> None:
    """Liệt kê / list them."""
    from data.explanations import explanations
    from data.ledger import open_ledger

    with open_ledger() as ledger:
        found = explanations(ledger, state=state)
        sent = {s.submission_id: s.receipt for s in ledger.submissions(ids=[e.submission_id for e in found])}
    if form == "json":
        items = [{"receipt": sent[e.submission_id], **asdict(e)} for e in found]
        click.echo(json.dumps(items, ensure_ascii=False, default=str))
        return
    for e in found:
        click.echo(f"{e.explanation_id:>5}  {e.state:<9} {sent[e.submission_id]}  {e.rule:<28.28} {e.text}")
