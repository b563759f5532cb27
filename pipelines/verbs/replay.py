"""`hub replay`: what the present contracts would judge otherwise; `--apply` enters it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from assets.replay import Replayed, RuleChange

__all__ = ["command"]

_CELLS = 8
"""Most cells of a rule in the table; the JSON form has all of them."""


@click.command("replay")
@click.option("--dataset", help="Bộ dữ liệu / dataset")
@click.option("--submission", "receipt", help="Một lần nộp, theo biên nhận / one submission, by its receipt")
@click.option("--apply", "enter", is_flag=True, help="Ghi kết quả mới / enter the new verdicts")
@click.option("--reason", help="Lý do, cần khi --apply / reason, needed with --apply")
@click.option("--as", "login", help="Tài khoản kỹ sư, cần khi --apply / an engineer's account, needed with --apply")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def command(
    dataset: str | None, receipt: str | None, enter: bool, reason: str | None, login: str | None, form: str
) -> None:
    """Chấm lại theo hợp đồng hiện nay, xem khác gì / judge again and see what differs; --apply enters it."""
    from assets.intake import ReadPool
    from assets.replay import replay
    from data.ledger import open_ledger
    from pipelines import usage
    from pipelines.deeds import the_person, the_submission

    if enter and not (reason and login):
        usage.wrong("--apply cần --reason và --as", "--apply needs --reason and --as")
    if dataset is not None:
        usage.the_contract(dataset)
    registry = usage.the_contracts()
    usage.needs_lake()
    with open_ledger() as ledger, ReadPool(2) as pool:
        person = the_person(ledger, login) if login else None
        if receipt is not None:
            chosen = [the_submission(ledger, receipt)]
        else:
            chosen = ledger.submissions(ids=_in_force(dataset))
        chosen = [s for s in chosen if s.dataset in registry]
        found = list(replay(ledger, registry, chosen, pool=pool, progress=_progress))
        sys.stderr.write("\r\x1b[K" if sys.stderr.isatty() else "")
        if form == "json":
            click.echo(json.dumps([r.to_json() for r in found], ensure_ascii=False))
        else:
            _show(found)
        if enter and person is not None and reason:
            from assets.replay_apply import apply_replay
            from data.lake_lock import lake_lock
            from data.standing_error import StandingError
            from data.warehouse import open_warehouse

            with lake_lock(), open_warehouse() as con:
                try:
                    entered = apply_replay(con, ledger, registry, person, found, reason, pool=pool)
                except StandingError as error:
                    usage.wrong(error.vi, error.en, 1)
            click.echo(f"● Đã ghi / entered: {entered}", err=form == "json")
            if (frozen := sum(r.changed for r in found) - entered) > 0:
                click.echo(f"▲ Kỳ đã khóa, không ghi / in closed periods, left: {frozen}", err=form == "json")


def _in_force(dataset: str | None) -> list[int]:
    from checks.score import define_scores
    from data.clock import now
    from data.warehouse import open_warehouse

    with open_warehouse(read_only=True) as con:
        define_scores(con)
        rows = con.execute(
            "SELECT submission_id FROM in_force($now) WHERE $dataset IS NULL OR dataset = $dataset ORDER BY 1",
            {"now": now(), "dataset": dataset},
        ).fetchall()
    return [row[0] for row in rows]


def _progress(dataset: str, done: int, size: int) -> None:
    said = f"{dataset}: {done}/{size}"
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{said}")
        sys.stderr.flush()
    elif done == size:
        click.echo(said, err=True)


def _show(found: list[Replayed]) -> None:
    changed = [r for r in found if r.changed]
    for r in changed:
        sent, before, after = r.submission, r.before, r.after
        click.echo(
            f"▲ {sent.receipt}  {sent.dataset} {sent.reporter} {sent.period} · {before.contract_version} → "
            f"{after.contract_version} · {before.verdict} → {after.verdict} · "
            f"{before.accepted} → {after.accepted} dòng nhận / rows, {before.quarantined} → {after.quarantined} chờ sửa"
        )
        for rule in r.rules:
            click.echo(f"    {_said(rule)}")
    click.echo(f"{len(found)} lần nộp chấm lại, {len(changed)} khác / {len(found)} judged again, {len(changed)} differ")


def _said(rule: RuleChange) -> str:
    before, after = ("—" if n is None else n for n in (rule.failed_before, rule.failed_after))
    parts = [f"{rule.severity:<8}{rule.rule}: {before} → {after}"]
    for sign, cells in (("+", rule.cells_more), ("−", rule.cells_less)):
        if cells:
            more = f" … ({len(cells)})" if len(cells) > _CELLS else ""
            parts.append(f"{sign} {', '.join(cells[:_CELLS])}{more}")
    return "  ".join(parts)
