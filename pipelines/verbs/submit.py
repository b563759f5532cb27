"""`hub submit`: land a file and take it through to the wall."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from pathlib import Path

import click

__all__ = ["command"]


@click.command("submit")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--dataset", required=True, help="Bộ dữ liệu / dataset")
@click.option("--unit", required=True, help="Đơn vị gửi / reporting unit")
@click.option("--period", "period_token", required=True, help="Kỳ báo cáo / period, e.g. 2026-10")
@click.option("--nil", is_flag=True, help="Báo cáo “không phát sinh” / nil report")
@click.option("--no-run", is_flag=True, help="Chỉ tiếp nhận, không xử lý / land only")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def command(file: Path | None, dataset: str, unit: str, period_token: str, nil: bool, no_run: bool, form: str) -> None:
    """Gửi một tệp / send a file. Exit codes as `hub check`."""
    from pipelines import usage

    if (file is None) != nil:
        usage.wrong("Cần một FILE, hoặc --nil", "either a FILE or --nil is needed")
    if file is not None:
        usage.the_file(file)
    contract = usage.the_contract(dataset)
    reporter, period = usage.the_unit(unit), usage.the_period(period_token, contract)

    from assets.receive import Incoming, receive
    from data.ledger import open_ledger
    from data.table import UnreadableError

    with open_ledger() as ledger:
        try:
            submission = receive(ledger, [Incoming(contract, reporter, period, file)])[0]
        except UnreadableError as error:
            usage.wrong(error.vi, error.en, usage.UNREADABLE)
        note = " · đã nhận tệp này từ trước / already received" if submission.duplicate else ""
        click.echo(f"Biên nhận {submission.receipt} · lần nộp {submission.version}{note}", err=form == "json")
        if no_run:
            return
        from assets.intake import ReadingStoppedError
        from pipelines.submitted import verdict_of
        from pipelines.watched import STOPPED, shown_progress

        try:
            with shown_progress(file) if file is not None else nullcontext():
                outcome = verdict_of(ledger, submission)
        except (KeyboardInterrupt, ReadingStoppedError):
            usage.wrong(
                f"Đã dừng; tệp đã được tiếp nhận (biên nhận {submission.receipt}) và sẽ được xử lý sau",
                f"stopped; the file is received (receipt {submission.receipt}) and will be worked off later",
                STOPPED,
            )
    if form == "json":
        click.echo(json.dumps(outcome.to_json(), ensure_ascii=False))
    else:
        mark = {"accepted": "●", "partly_accepted": "▲"}.get(outcome.verdict, "■")
        click.echo(
            f"{mark} {outcome.verdict}: {outcome.accepted}/{outcome.rows} dòng · {outcome.reason_vi or ''}".rstrip(" ·")
        )
    sys.exit({"unreadable": usage.UNREADABLE, "rejected": usage.REJECTED}.get(outcome.verdict, 0))
