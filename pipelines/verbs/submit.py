"""`hub submit`: land a file and take it through to the wall; with `--url` through the API of a hub elsewhere."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

__all__ = ["command"]

_WAITS = {
    "awaiting_approval": "chờ duyệt, chưa có hiệu lực / waits for approval",
    "awaiting_confirmation": "ít dòng hơn hẳn: chờ người gửi xác nhận / far fewer rows: waits to be confirmed",
    "held": "kỳ đã khóa: chờ mở lại kỳ / its period is closed: waits for it to be reopened",
}
"""State → what it waits for before it counts."""


@click.command("submit")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--dataset", required=True, help="Bộ dữ liệu / dataset")
@click.option("--unit", required=True, help="Đơn vị gửi / reporting unit")
@click.option("--period", "period_token", required=True, help="Kỳ báo cáo / period, e.g. 2026-10")
@click.option("--nil", is_flag=True, help="Báo cáo “không phát sinh” / nil report")
@click.option("--no-run", is_flag=True, help="Chỉ tiếp nhận, không xử lý / land only")
@click.option("--url", help="Gửi tới trung tâm ở địa chỉ này qua API / through the API of the hub at this address")
@click.option("--token", envvar="HUB_TOKEN", help="Mã truy cập, hoặc biến HUB_TOKEN / token, or HUB_TOKEN")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def command(
    file: Path | None,
    dataset: str,
    unit: str,
    period_token: str,
    nil: bool,
    no_run: bool,
    url: str | None,
    token: str | None,
    form: str,
) -> None:
    """Gửi một tệp / send a file. Exit codes as `hub check`; with --url also 69 no line, 75 try later, 77 refused."""
    from pipelines import usage

    if (file is None) != nil:
        usage.wrong("Cần một FILE, hoặc --nil", "either a FILE or --nil is needed")
    if file is not None:
        usage.the_file(file)
    if url is not None:
        _send_elsewhere(url, token or "", file, dataset, unit, period_token, no_run, form)
        return
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
        _say_received(submission.receipt, submission.version, submission.duplicate, form)
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
    _leave_with(outcome.to_json(), form)


def _say_received(receipt: str, version: int, duplicate: bool, form: str) -> None:
    note = " · đã nhận tệp này từ trước / already received" if duplicate else ""
    click.echo(f"Biên nhận {receipt} · lần nộp {version}{note}", err=form == "json")


def _leave_with(outcome: Mapping[str, Any], form: str) -> None:
    from pipelines import usage

    if form == "json":
        click.echo(json.dumps(dict(outcome), ensure_ascii=False))
    else:
        verdict, good, rows = outcome["verdict"], outcome["accepted"], outcome["rows"]
        mark = {"accepted": "●", "partly_accepted": "▲"}.get(verdict, "■")
        click.echo(f"{mark} {verdict}: {good}/{rows} dòng · {outcome['reason_vi'] or ''}".rstrip(" ·"))
        if (waits := _WAITS.get(outcome["state"])) is not None:
            click.echo(f"· {waits}")
    sys.exit({"unreadable": usage.UNREADABLE, "rejected": usage.REJECTED}.get(outcome["verdict"], 0))


def _send_elsewhere(
    url: str, token: str, file: Path | None, dataset: str, unit: str, period: str, no_run: bool, form: str
) -> None:
    """The same through another hub's API, which knows its own datasets and periods."""
    from pipelines import usage
    from pipelines.remote_submit import TRY_LATER, Order, RemoteError, RemoteHub
    from pipelines.watched import STOPPED

    # Codes are for the hub there to judge; a name is looked up here.
    code = unit if re.fullmatch(r"[0-9A-Z][0-9A-Z-]*", unit) else usage.the_unit(unit)
    try:
        hub = RemoteHub(url, token)
        if hub.in_the_clear:
            click.echo(
                "Cảnh báo: địa chỉ http:// để lộ mã truy cập trên đường truyền; hãy dùng https:// / "
                "warning: http:// shows the token to the line; use https://",
                err=True,
            )
        answer = hub.submit(Order(dataset, code, period, file), wait=0 if no_run else 10)
        receipt = str(answer["receipt"])
        _say_received(receipt, answer["version"], answer["duplicate"], form)
        if no_run:
            return
        found = hub.verdict(answer, settled=form == "json")
    except RemoteError as error:
        usage.wrong(error.vi, error.en, error.exit_code)
    except KeyboardInterrupt:
        vi = "Đã dừng; nếu tệp đã tới nơi thì trung tâm vẫn xử lý, gửi lại không tạo bản mới"
        usage.wrong(vi, "stopped; a file that arrived is worked off, sending again makes no second version", STOPPED)
    if found is None:
        usage.wrong(
            f"Đã nhận (biên nhận {receipt}), chưa chấm xong; hãy xem lại sau",
            f"received (receipt {receipt}), not yet judged; look again later",
            TRY_LATER,
        )
    told = found["outcome"]
    names = ("verdict", "rows", "accepted", "quarantined", "reason_vi", "reason_en")
    state = "held" if found["state"]["held"] else found["state"]["code"]
    short = {name: told[name] for name in names}
    _leave_with({"receipt": receipt, "in_force": state == "in_force", **short, "state": state}, form)
