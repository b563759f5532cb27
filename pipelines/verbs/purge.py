"""`hub purge`: take out of the hub what should never have been sent, with a reason; a tombstone stays in the audit."""

from __future__ import annotations

import sys

import click

__all__ = ["command"]


@click.command("purge")
@click.argument("receipt")
@click.option("--reason", required=True, help="Lý do, ghi vào nhật ký / why; it stays in the audit")
@click.option("--yes", is_flag=True, help="Không hỏi lại / do not ask")
def command(receipt: str, reason: str, yes: bool) -> None:
    """Gỡ bỏ hẳn một lần nộp: tệp, dòng, mọi trạng thái cũ / take one submission out for good. It cannot be undone.

    Exit code 1 where something was busy: give the command again.
    """
    from assets.purge import PurgeError, purge
    from data.ledger import open_ledger
    from data.person import HUB
    from pipelines import usage
    from pipelines.traces import forget_traces

    registry = usage.the_contracts()
    with open_ledger() as ledger:
        submission = next(iter(ledger.submissions(receipt=receipt)), None)
        if submission is None:
            usage.wrong(f"Không có biên nhận “{receipt}”", f"no receipt {receipt!r}")
        contract = usage.the_contract(submission.dataset)
        click.echo(
            f"{submission.receipt}: {contract.title}, {submission.reporter}, kỳ {submission.period}, "
            f"lần nộp {submission.version}, “{submission.filename}”"
        )
        if not yes and not click.confirm("Gỡ bỏ hẳn, không phục hồi được? / take it out for good?", default=False):
            usage.wrong("Không gỡ bỏ gì", "nothing was taken out", 1)
        try:
            done = purge(ledger, registry, HUB, submission, reason)
        except PurgeError as error:
            usage.wrong(error.vi, error.en)
    left = [*done.left, *forget_traces(submission)]
    click.echo(
        f"Đã gỡ bỏ {sum(done.rows.values())} dòng, {done.files} tệp, {done.states} trạng thái cũ của kho / taken out"
    )
    if done.shared_with:
        click.echo(
            f"▲ Tệp còn lại vì các lần nộp khác có đúng tệp ấy, hãy gỡ bỏ nốt: {', '.join(done.shared_with)} / "
            "the file stays for other submissions of the same bytes: purge them too"
        )
    for path in left:
        click.echo(f"▲ {path} đang bận, chưa dọn xong: chạy lại lệnh này / is busy, give the command again", err=True)
    click.echo("Bản sao lưu ngoài trung tâm phải được dọn riêng / copies in backups are yours to clear")
    sys.exit(1 if left else 0)
