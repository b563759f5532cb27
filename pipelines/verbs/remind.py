"""`hub remind`: send the reminders that are due, or show them; the worker does so by itself every few minutes."""

from __future__ import annotations

import sys

import click

__all__ = ["command"]


@click.command("remind")
@click.option("--dry-run", is_flag=True, help="Chỉ in ra, không gửi và không ghi / print only, send and note nothing")
@click.option("--as-of", "as_of", help="Tính đến lúc / as of, e.g. 2026-11-24T08:00")
def command(dry_run: bool, as_of: str | None) -> None:
    """Nhắc các đơn vị về báo cáo đến hạn, quá hạn, bị trả lại / remind units. Exit code 1 where a notice failed."""
    from data.ledger import open_ledger
    from data.notices import NewNotice, Notice, failed, waiting
    from pipelines import usage
    from pipelines.reminders.hours import is_open, next_open
    from pipelines.reminders.plan import anybody_to_tell, plan
    from pipelines.reminders.turn import turn

    moment, contracts = usage.the_moment(as_of), usage.the_contracts()
    if not anybody_to_tell():
        usage.wrong(
            "Chưa có nơi gửi: hãy đặt HUB_SMTP_HOST hoặc HUB_WEBHOOKS",
            "nowhere to send to: set HUB_SMTP_HOST or HUB_WEBHOOKS",
        )
    with open_ledger() as ledger:
        if dry_run:
            found: list[Notice | NewNotice] = [*waiting(ledger, next_open(moment))]
            found += [n for n in plan(ledger, contracts, moment) if not n.sent]
            for notice in found:
                click.echo(f"── {notice.channel} → {notice.recipient} · {notice.planned_at:%H:%M %d/%m/%Y}")
                click.echo(f"{notice.subject}\n\n{notice.body}\n")
            click.echo(f"{len(found)} thư, tin / messages")
            return
        done = turn(ledger, contracts, moment)
        later = "" if is_open(moment) else f" · gửi lúc / sent at {next_open(moment):%H:%M %d/%m/%Y}"
        click.echo(f"Ghi {done.entered}, gửi {done.sent}, lỗi {done.failed} / entered, sent, failed{later}")
        for notice in failed(ledger):
            click.echo(f"■ {notice.recipient}: {notice.subject} · {notice.error}", err=True)
    sys.exit(1 if done.failed else 0)
