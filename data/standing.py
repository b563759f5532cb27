"""Where a submission stands in its life, and the deeds that move it: withdraw, confirm, approve, return.

A deed and its entry in the audit are one transaction of the ledger; the worker then works out what is in force.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Connection, select

from data.audit import record
from data.closings import is_closed
from data.contract import Contract, ContractRegistry, load_contracts
from data.ledger import Ledger
from data.ledger_schema import submission as submission_table
from data.person import Person
from data.settings import settings
from data.standing_error import StandingError, reason_given
from data.submission import Event, Submission
from data.submission_events import add_events, events_of

__all__ = [
    "GOOD",
    "STATES",
    "Code",
    "StandingError",
    "State",
    "approve",
    "confirm",
    "return_submission",
    "state_of",
    "states_of",
    "withdraw",
]

Code = Literal[
    "received", "judged", "awaiting_confirmation", "awaiting_approval", "returned", "in_force", "superseded",
    "withdrawn",
]  # fmt: skip
STATES: tuple[Code, ...] = get_args(Code)
GOOD = frozenset({"accepted", "partly_accepted"})
"""Verdicts with which a version may count."""


@dataclass(frozen=True, slots=True)
class State:
    """Where a submission stands since `at`, by whose deed, and for which reason where one was given.

    verdict: of the newest judgement, "" before it; held: judged and good, but its period is closed; purged: taken out
    for good (`hub purge`), of all that was sent only this is left.
    """

    code: Code
    at: datetime | None = None
    actor: str = ""
    reason: str = ""
    verdict: str = ""
    held: bool = False
    purged: bool = False


def state_of(events: Sequence[Event], contract: Contract) -> State:
    """The state that a submission's events, in their order, lead to. A withdrawn or returned one stays so."""
    state, approved = State("received"), False
    for event in events:
        detail = event.detail or {}
        approved = approved or event.kind == "approved"
        code = _next(state, event, approved=approved, contract=contract)
        if code is None:
            continue
        verdict = str(detail.get("verdict") or state.verdict)
        if event.kind == "rejudged" and code == state.code:
            state = replace(state, verdict=verdict)
            continue
        reason = str(detail.get("reason") or "")
        purged = state.purged or event.kind == "purged"
        state = State(code, event.at, event.actor, reason, verdict, held=event.kind == "held", purged=purged)
    return state


def _next(state: State, event: Event, *, approved: bool, contract: Contract) -> Code | None:
    """The code that an event leads to; None where it changes nothing."""
    if event.kind in {"withdrawn", "purged"}:
        return "withdrawn"
    if state.code in {"withdrawn", "returned"}:
        return None
    if event.kind == "rejudged":
        # A judgement that stays good leaves a version where it is.
        return state.code if (event.detail or {}).get("verdict") in GOOD and state.verdict in GOOD else "judged"
    if event.kind == "confirmed":
        return "awaiting_approval" if contract.approval and not approved else "judged"
    if event.kind == "approved":
        return "judged" if state.code == "awaiting_approval" else None
    if event.kind == "held":
        return "judged"
    return event.kind if event.kind in STATES else None


def states_of(ledger: Ledger, submissions: Sequence[Submission], contracts: ContractRegistry) -> Mapping[int, State]:
    """The state of many submissions at once, by their number.

    Of several versions in force of one item only the newest entered stands; hubs from before states were kept say so
    of the others by no event.
    """
    with ledger.reading() as con:
        events = events_of(con, [s.submission_id for s in submissions])
    states = {s.submission_id: state_of(events[s.submission_id], contracts[s.dataset]) for s in submissions}
    newest: dict[tuple[str, str, str], Submission] = {}
    for s in submissions:
        if states[s.submission_id].code != "in_force":
            continue
        item = (s.dataset, s.reporter, s.period)
        if (other := newest.get(item)) is not None:
            older = min(s, other, key=lambda one: one.version)
            states[older.submission_id] = replace(states[older.submission_id], code="superseded")
            s = max(s, other, key=lambda one: one.version)
        newest[item] = s
    return states


@contextmanager
def _deed(ledger: Ledger, submission: Submission) -> Iterator[tuple[Connection, Contract, State, list[Event]]]:
    """One transaction, with the state as it then is: of two people who do the same at once the second learns it."""
    contract = load_contracts(settings().contracts)[submission.dataset]
    with ledger.writing() as con:
        number = submission_table.c.submission_id
        con.execute(select(number).where(number == submission.submission_id).with_for_update())
        events = events_of(con, [submission.submission_id])[submission.submission_id]
        yield con, contract, state_of(events, contract), events


def _noted(
    con: Connection, person: Person, submission: Submission, kinds: Sequence[str], verb: str, reason: str, address: str
) -> None:
    detail = {"reason": reason} if reason else {}
    add_events(con, [Event(submission.submission_id, kind, person.login, detail) for kind in kinds])
    item = {"dataset": submission.dataset, "reporter": submission.reporter, "period": submission.period}
    said = {**item, "version": submission.version, **detail}
    record(con, person, f"submission.{verb}", f"submission:{submission.receipt}", said, address=address)


def _not_yours(vi: str, en: str) -> StandingError:
    return StandingError("not_yours", f"Tài khoản này không được {vi}", f"this account may not {en}")


def _wrong_state(state: State, vi: str, en: str) -> StandingError:
    return StandingError(
        "wrong_state", f"{vi} (trạng thái hiện nay: {state.code})", f"{en} (its state is {state.code})"
    )


def withdraw(ledger: Ledger, person: Person, submission: Submission, reason: str, *, address: str = "") -> None:
    """Take a version back: it never counts again, and the one before it does.

    Raises StandingError: not_yours, no_reason, wrong_state (superseded, returned, withdrawn), closed.
    """
    reason = reason_given(reason)
    with _deed(ledger, submission) as (con, contract, state, _):
        if not person.may_send(contract, submission.reporter):
            raise _not_yours("rút lần nộp này", "withdraw this submission")
        if state.code in {"superseded", "returned", "withdrawn"}:
            raise _wrong_state(state, "Lần nộp này không rút được nữa", "this submission cannot be withdrawn any more")
        if state.code == "in_force" and is_closed(con, submission.dataset, submission.period):
            raise StandingError(
                "closed",
                f"Kỳ {submission.period} đã khóa, số liệu có hiệu lực không rút được; hãy đề nghị mở lại kỳ",
                f"the period {submission.period} is closed: ask for it to be reopened before withdrawing",
            )
        _noted(con, person, submission, ["withdrawn"], "withdraw", reason, address)


def confirm(ledger: Ledger, person: Person, submission: Submission, *, address: str = "") -> None:
    """Say that a version with far fewer rows than the one in force is meant so.

    Where the contract asks for approval it then waits for that. Raises StandingError: not_yours, wrong_state.
    """
    with _deed(ledger, submission) as (con, contract, state, events):
        if not person.may_send(contract, submission.reporter):
            raise _not_yours("xác nhận lần nộp này", "confirm this submission")
        if state.code != "awaiting_confirmation":
            raise _wrong_state(
                state, "Lần nộp này không chờ xác nhận", "this submission does not wait for confirmation"
            )
        approved = any(e.kind == "approved" for e in events)
        further = ["awaiting_approval"] if contract.approval and not approved else []
        _noted(con, person, submission, ["confirmed", *further], "confirm", "", address)


def approve(ledger: Ledger, person: Person, submission: Submission, *, address: str = "") -> None:
    """Let a prepared version count. Four eyes: whoever sent it does not approve it.

    Raises StandingError: not_yours, own_work, wrong_state.
    """
    with _deed(ledger, submission) as (con, contract, state, events):
        _may_decide(person, contract, submission, state, events)
        _noted(con, person, submission, ["approved"], "approve", "", address)


def return_submission(
    ledger: Ledger, person: Person, submission: Submission, reason: str, *, address: str = ""
) -> None:
    """Give a prepared version back to who made it: it never counts; a new version is sent in its place.

    Raises StandingError: not_yours, own_work, no_reason, wrong_state.
    """
    reason = reason_given(reason)
    with _deed(ledger, submission) as (con, contract, state, events):
        _may_decide(person, contract, submission, state, events)
        _noted(con, person, submission, ["returned"], "return", reason, address)


def _may_decide(
    person: Person, contract: Contract, submission: Submission, state: State, events: Sequence[Event]
) -> None:
    if not person.may_approve(contract, submission.reporter):
        raise _not_yours("duyệt lần nộp này", "approve or return this submission")
    hands = {submission.sender, *(e.actor for e in events if e.kind == "confirmed")}
    if person.login in hands:
        raise StandingError(
            "own_work",
            "Người gửi không tự duyệt lần nộp của mình; cần người khác duyệt",
            "whoever sent a submission does not approve it; somebody else has to",
        )
    if state.code != "awaiting_approval":
        raise _wrong_state(state, "Lần nộp này không chờ duyệt", "this submission does not wait for approval")
