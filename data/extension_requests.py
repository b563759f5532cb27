"""Requests for a later due moment: a unit asks with a reason, an operator grants or refuses; all stays visible."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select, update
from sqlalchemy.engine import RowMapping

from data.audit import record
from data.clock import LOCAL_TIME, now
from data.contract import Contract, ContractError, load_contracts
from data.desk_schema import extension_request as table
from data.ledger import Ledger
from data.ledger_schema import extension as granted_table
from data.obligation import deadline_rule, due_if_owed, reporters
from data.period import Period
from data.person import Person
from data.settings import settings
from data.standing_error import StandingError, reason_given
from data.units import load_units
from data.vietnamese_format import format_moment

__all__ = ["ExtensionRequest", "answer_extension", "ask_extension", "extension_requests", "take_back_extension"]


@dataclass(frozen=True, slots=True)
class ExtensionRequest:
    """One request. `document` names the letter it was made by; `answer` says what the operator said."""

    request_id: int
    dataset: str
    reporter: str
    period: str
    wanted_until: datetime
    reason: str
    document: str
    asked_by: str
    asked_at: datetime
    state: Literal["open", "granted", "refused", "taken_back"]
    answered_by: str | None
    answered_at: datetime | None
    answer: str


def _request(row: RowMapping) -> ExtensionRequest:
    moments = ("wanted_until", "asked_at", "answered_at")
    read = {name: datetime.fromisoformat(row[name]) if row[name] else None for name in moments}
    return ExtensionRequest(**{**row, **read})


def _local(moment: datetime) -> datetime:
    """In the province's time; a moment without a zone is taken to be in it."""
    return moment.astimezone(LOCAL_TIME) if moment.tzinfo else moment.replace(tzinfo=LOCAL_TIME)


def ask_extension(
    ledger: Ledger,
    person: Person,
    dataset: str,
    reporter: str,
    period: Period | str,
    wanted_until: datetime,
    reason: str,
    document: str = "",
    *,
    address: str = "",
) -> ExtensionRequest:
    """Ask for a later due moment for one unit and period.

    Raises StandingError: no_dataset, not_yours, no_reason, not_owed, too_early (not after the present due moment),
    already_open.
    """
    contract = _contract(dataset)
    if not person.may_send(contract, reporter):
        raise StandingError(
            "not_yours",
            f"Tài khoản này không được xin gia hạn “{contract.title}” cho đơn vị {reporter}",
            f"this account may not ask for {contract.id} and {reporter}",
        )
    reason, until = reason_given(reason), _local(wanted_until)
    _later(ledger, contract, reporter, str(period), until)
    with ledger.writing() as con:
        same = select(table.c.request_id).where(
            table.c.dataset == dataset,
            table.c.reporter == reporter,
            table.c.period == str(period),
            table.c.state == "open",
        )
        if con.scalar(same) is not None:
            raise StandingError(
                "already_open", "Đã có đề nghị gia hạn đang chờ trả lời", "a request is open already for this item"
            )
        number = con.execute(
            insert(table).values(
                dataset=dataset,
                reporter=reporter,
                period=str(period),
                wanted_until=until.isoformat(),
                reason=reason,
                document=" ".join(document.split()),
                asked_by=person.login,
                asked_at=now().astimezone(LOCAL_TIME).isoformat(),
                state="open",
                answer="",
            )
        ).inserted_primary_key
        assert number is not None
        said = {"wanted_until": until.isoformat(), "reason": reason, "document": document}
        record(con, person, "extension.ask", f"item:{dataset}:{reporter}:{period}", said, address=address)
    return _one(ledger, int(number[0]))


def answer_extension(
    ledger: Ledger,
    person: Person,
    request_id: int,
    *,
    grant: bool,
    answer: str,
    until: datetime | None = None,
    address: str = "",
) -> ExtensionRequest:
    """Grant a request, until the wanted moment or another, or refuse it; the due moment moves with the grant.

    Raises StandingError: not_yours, no_request, no_reason (a refusal without an answer), too_early, wrong_state.
    """
    if not person.may("operate"):
        raise StandingError(
            "not_yours", "Tài khoản này không được trả lời đề nghị gia hạn", "this account may not answer requests"
        )
    answer = " ".join(answer.split()) if grant else reason_given(answer)
    asked = _one(ledger, request_id)
    due = _local(until or asked.wanted_until)
    if grant:
        _later(ledger, _contract(asked.dataset), asked.reporter, asked.period, due)
    with ledger.writing() as con:
        stamp = now().astimezone(LOCAL_TIME).isoformat()
        changed = con.execute(
            update(table)
            .where(table.c.request_id == request_id, table.c.state == "open")
            .values(state="granted" if grant else "refused", answered_by=person.login, answered_at=stamp, answer=answer)
        )
        if changed.rowcount != 1:
            raise StandingError("wrong_state", "Đề nghị này đã được trả lời", "this request was answered already")
        if grant:
            con.execute(
                insert(granted_table).values(
                    dataset=asked.dataset,
                    reporter=asked.reporter,
                    period=asked.period,
                    due_at=due.isoformat(),
                    reason=asked.reason,
                    document=asked.document or answer,
                    granted_by=person.login,
                    granted_at=stamp,
                )
            )
        verb = "extension.grant" if grant else "extension.refuse"
        said = {"until": due.isoformat() if grant else None, "answer": answer, "request": request_id}
        object_ = f"item:{asked.dataset}:{asked.reporter}:{asked.period}"
        record(con, person, verb, object_, said, address=address)
    return _one(ledger, request_id)


def take_back_extension(ledger: Ledger, person: Person, request_id: int, *, address: str = "") -> ExtensionRequest:
    """Take an open request back. Raises StandingError: no_request, not_yours, wrong_state."""
    asked = _one(ledger, request_id)
    if not person.may_send(_contract(asked.dataset), asked.reporter):
        raise StandingError(
            "not_yours", "Tài khoản này không được rút đề nghị này", "this account may not take this request back"
        )
    with ledger.writing() as con:
        changed = con.execute(
            update(table)
            .where(table.c.request_id == request_id, table.c.state == "open")
            .values(state="taken_back", answered_by=person.login, answered_at=now().astimezone(LOCAL_TIME).isoformat())
        )
        if changed.rowcount != 1:
            raise StandingError("wrong_state", "Đề nghị này đã được trả lời", "this request was answered already")
        object_ = f"item:{asked.dataset}:{asked.reporter}:{asked.period}"
        record(con, person, "extension.take_back", object_, {"request": request_id}, address=address)
    return _one(ledger, request_id)


def extension_requests(
    ledger: Ledger, *, state: str | None = None, reporters: Collection[str] | None = None
) -> Sequence[ExtensionRequest]:
    """Requests that fit, oldest first."""
    query = select(table).order_by(table.c.request_id)
    if state is not None:
        query = query.where(table.c.state == state)
    if reporters is not None:
        query = query.where(table.c.reporter.in_(list(reporters)))
    with ledger.reading() as con:
        return [_request(row) for row in con.execute(query).mappings()]


def _contract(dataset: str) -> Contract:
    try:
        return load_contracts(settings().contracts)[dataset]
    except ContractError:
        raise StandingError("no_dataset", f"Không có bộ dữ liệu “{dataset}”", f"no dataset {dataset}") from None


def _later(ledger: Ledger, contract: Contract, reporter: str, token: str, until: datetime) -> None:
    """The item is owed, and the moment lies after the one at which it is due now."""
    try:
        period = Period.parse(token)
    except ValueError:
        period = None
    kind = deadline_rule(contract).frequency
    who = reporters(contract, load_units(settings().province), settings().province)
    due = due_if_owed(contract, period) if period is not None and period.kind == kind else None
    if due is None or reporter not in who:
        raise StandingError(
            "not_owed",
            f"Đơn vị {reporter} không phải nộp “{contract.title}” kỳ {token}",
            f"{reporter} does not owe {contract.id} for {token}",
        )
    moved = [
        e.due_at
        for e in ledger.extensions()
        if (e.dataset, e.reporter, e.period) == (contract.id, reporter, str(period))
    ]
    present = moved[-1] if moved else due
    if until <= present:
        raise StandingError(
            "too_early",
            f"Hạn xin phải sau hạn hiện nay ({format_moment(present)})",
            f"the wanted moment must lie after the present one ({present.isoformat()})",
        )


def _one(ledger: Ledger, request_id: int) -> ExtensionRequest:
    with ledger.reading() as con:
        row = con.execute(select(table).where(table.c.request_id == request_id)).mappings().first()
    if row is None:
        raise StandingError("no_request", "Không có đề nghị gia hạn này", "no such request")
    return _request(row)
