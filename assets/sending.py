"""Sending: the one door for desk, grid and API, where it is checked who may send what for which period."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from assets.receive import Incoming, receive
from data.audit import record
from data.clock import now
from data.closings import is_closed
from data.contract import Contract
from data.ledger import Ledger
from data.obligation import deadline_rule, reporters
from data.period import Period
from data.person import Person
from data.settings import settings
from data.submission import Submission
from data.units import load_units

__all__ = ["SendError", "send"]


class SendError(Exception):
    """Why something cannot be sent, in both languages; `code` for programs."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")
        self.code, self.vi, self.en = code, vi, en


def send(
    ledger: Ledger,
    person: Person,
    contract: Contract,
    reporter: str,
    period: Period,
    path: Path | None,
    *,
    filename: str | None = None,
    channel: str = "desk",
    address: str = "",
) -> Submission:
    """Keep the bytes, then enter them in the ledger and who sent them in the audit at once; None is a nil report.

    Raises SendError where the person may not send this, and UnreadableError for too large a file.
    """
    _may_be_sent(person, contract, reporter, period)

    def audited(con: Connection, entered: Submission) -> None:
        detail = {"version": entered.version, "sha256": entered.sha256, "duplicate": entered.duplicate}
        if is_closed(con, contract.id, str(period)):
            # It is kept and judged all the same, and waits for the period to be reopened.
            detail["closed"] = True
        record(con, person, "submission.send", f"submission:{entered.receipt}", detail, address=address)

    arrival = Incoming(contract, reporter, period, path, filename, sender=person.login, channel=channel)
    return receive(ledger, [arrival], audited)[0]


def _may_be_sent(person: Person, contract: Contract, reporter: str, period: Period) -> None:
    if not person.may_send(contract, reporter):
        raise SendError(
            "not_yours",
            f"Tài khoản này không được gửi “{contract.title}” cho đơn vị {reporter}",
            f"this account may not send {contract.id} for {reporter}",
        )
    if reporter not in reporters(contract, load_units(settings().province), settings().province):
        raise SendError(
            "not_owed",
            f"Đơn vị {reporter} không thuộc diện báo cáo “{contract.title}”",
            f"{reporter} does not report {contract.id}",
        )
    rule = deadline_rule(contract)
    if period.kind != rule.frequency:
        raise SendError(
            "period_kind",
            f"Kỳ {period} không đúng loại kỳ của “{contract.title}”",
            f"{period} is not of the kind of period that {contract.id} is reported by",
        )
    if period.start(rule.cutoff) > now().date():
        raise SendError("future", f"Kỳ {period} chưa bắt đầu", f"the period {period} has not begun")
