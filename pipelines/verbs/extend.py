"""`hub extend`: a unit asks for a later due moment, an operator grants or refuses it."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

__all__ = ["command"]


@click.group("extend")
def command() -> None:
    """Gia hạn / extensions of due moments."""


@command.command("ask")
@click.option("--dataset", required=True, help="Bộ dữ liệu / dataset")
@click.option("--unit", required=True, help="Đơn vị / unit")
@click.option("--period", required=True, help="Kỳ / period")
@click.option("--until", required=True, help="Đến / until, e.g. 2026-11-20 or 2026-11-20T17:00")
@click.option("--reason", required=True, help="Lý do / reason")
@click.option("--document", default="", help="Văn bản đề nghị / letter")
@click.option("--as", "login", required=True, help="Tài khoản / account")
def ask(dataset: str, unit: str, period: str, until: str, reason: str, document: str, login: str) -> None:
    """Xin gia hạn / ask."""
    from data.extension_requests import ask_extension
    from pipelines import usage
    from pipelines.deeds import deed

    contract, reporter, moment = usage.the_contract(dataset), usage.the_unit(unit), usage.the_moment(until)
    token = usage.the_period(period, contract)
    with deed(login) as (ledger, person):
        made = ask_extension(ledger, person, dataset, reporter, token, moment, reason, document)
    click.echo(f"● Đề nghị / request {made.request_id}: {dataset} {reporter} {period}")


@command.command("grant")
@click.argument("number", type=int)
@click.option("--until", help="Đến, nếu khác đề nghị / until, where not as asked")
@click.option("--answer", default="", help="Trả lời, văn bản / answer, document")
@click.option("--as", "login", required=True, help="Tài khoản điều hành / an operator's account")
def grant(number: int, until: str | None, answer: str, login: str) -> None:
    """Đồng ý gia hạn / grant."""
    from data.extension_requests import answer_extension
    from pipelines import usage
    from pipelines.deeds import deed

    moment = usage.the_moment(until) if until else None
    with deed(login) as (ledger, person):
        answer_extension(ledger, person, number, grant=True, answer=answer, until=moment)
    click.echo(f"● Đã gia hạn / granted: {number}")


@command.command("refuse")
@click.argument("number", type=int)
@click.option("--answer", required=True, help="Lý do / why")
@click.option("--as", "login", required=True, help="Tài khoản điều hành / an operator's account")
def refuse(number: int, answer: str, login: str) -> None:
    """Không gia hạn / refuse."""
    from data.extension_requests import answer_extension
    from pipelines.deeds import deed

    with deed(login) as (ledger, person):
        answer_extension(ledger, person, number, grant=False, answer=answer)
    click.echo(f"▲ Không gia hạn / refused: {number}")


@command.command("list")
@click.option("--state", type=click.Choice(["open", "granted", "refused", "taken_back"]), help="Trạng thái / state")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def show(state: str | None, form: str) -> None:
    """Liệt kê / list them."""
    from data.extension_requests import extension_requests
    from data.ledger import open_ledger
    from data.vietnamese_format import format_moment

    with open_ledger() as ledger:
        found = extension_requests(ledger, state=state)
    if form == "json":
        click.echo(json.dumps([asdict(r) for r in found], ensure_ascii=False, default=str))
        return
    for r in found:
        item, until = f"{r.dataset:<26.26} {r.reporter:<12} {r.period:<10}", format_moment(r.wanted_until)
        click.echo(f"{r.request_id:>5}  {r.state:<10} {item} {until}  {r.reason}")
