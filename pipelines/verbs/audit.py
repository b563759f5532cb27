"""`hub audit`: who did what, when and from where; and whether the chain of entries is whole."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from data.audit import Head

__all__ = ["command"]


@click.command("audit")
@click.option("--verify", "check", is_flag=True, help="Kiểm tra cả chuỗi, mã thoát 1 nếu đứt / walk the whole chain")
@click.option("--against", multiple=True, help="Mã đã được thông báo, SỐ:MÃ / what a digest told, NUMBER:HASH")
@click.option("--actor", default="", help="Người làm / who")
@click.option("--action", default="", help="Việc, theo phần đầu / what, by its beginning, e.g. submission")
@click.option("--object", "object_", default="", help="Đối tượng, theo phần đầu / on what, e.g. submission:2026-11-")
@click.option("--day", help="Ngày / day, e.g. 2026-11-24")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def command(
    check: bool, against: tuple[str, ...], actor: str, action: str, object_: str, day: str | None, limit: int, form: str
) -> None:
    """Nhật ký: ai làm gì, khi nào, từ đâu / the audit: who did what, when, from where."""
    from data.audit import entries, head, verify
    from data.clock import LOCAL_TIME
    from data.ledger import open_ledger
    from pipelines import usage

    with open_ledger() as ledger:
        if check or against:
            broken = verify(ledger, [_head(text) for text in against])
            if broken is not None:
                usage.wrong(
                    f"■ Nhật ký đứt tại mục {broken.audit_id}: {broken.vi}",
                    f"the audit breaks at entry {broken.audit_id}: {broken.en}",
                    1,
                )
            end = head(ledger)
            click.echo(f"● Nhật ký nguyên vẹn / the audit is whole: {end or '0'}")
            return
        on = usage.the_moment(day).date() if day else None
        found = entries(ledger, action=action, actor=actor, object_=object_, day=on, limit=limit)
    if form == "json":
        json.dump([asdict(e) for e in found], sys.stdout, ensure_ascii=False, default=str)
        click.echo()
        return
    for e in reversed(found):
        detail = json.dumps(dict(e.detail), ensure_ascii=False) if e.detail else ""
        at = f"{e.at.astimezone(LOCAL_TIME):%d/%m/%Y %H:%M:%S}"
        click.echo(f"{e.audit_id:>6} {at} {e.actor:<20} {e.address:<15} {e.action:<24} {e.object} {detail}".rstrip())


def _head(text: str) -> Head:
    from data.audit import Head
    from pipelines import usage

    number, _, digest = text.partition(":")
    if not number.isdigit() or not digest:
        usage.wrong(f"Mã “{text}” không đọc được, cần SỐ:MÃ", "cannot read it; give NUMBER:HASH")
    return Head(int(number), digest)
