"""Explanations: a unit answers a warning, and an operator accepts the answer or not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select, update
from sqlalchemy.engine import RowMapping

from data.audit import record
from data.clock import LOCAL_TIME, now
from data.contract import load_contracts
from data.desk_schema import explanation as table
from data.ledger import Ledger
from data.ledger_schema import submission as submission_table
from data.person import Person
from data.settings import settings
from data.standing_error import StandingError, reason_given
from data.submission import Event
from data.submission_events import add_events, given_up

__all__ = ["Explanation", "decide_explanation", "explain", "explanations"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a submission breaks a rule, in the unit's words, and what was decided of it."""

    explanation_id: int
    submission_id: int
    rule: str
    text: str
    given_by: str
    given_at: datetime
    state: Literal["open", "accepted", "refused"]
    decided_by: str | None
    decided_at: datetime | None
    note: str


def _explanation(row: RowMapping) -> Explanation:
    decided = row["decided_at"]
    return Explanation(
        **{
            **row,
            "given_at": datetime.fromisoformat(row["given_at"]),
            "decided_at": datetime.fromisoformat(decided) if decided else None,
        }
    )


def _stamp() -> str:
    return now().astimezone(LOCAL_TIME).isoformat()


def explain(
    ledger: Ledger, person: Person, submission_id: int, rule: str, text: str, *, address: str = ""
) -> Explanation:
    """Answer what a rule found in a submission; one answer a rule is open or accepted at a time.

    Only warnings are taken out of the score by it: an error stays one. Raises StandingError: no_submission, not_yours,
    no_reason, wrong_state (withdrawn or returned), already_open, already_accepted.
    """
    text = reason_given(text)
    submission = _submission(ledger, submission_id)
    contract = load_contracts(settings().contracts)[submission["dataset"]]
    if not person.may_send(contract, submission["reporter"]):
        raise StandingError(
            "not_yours",
            "Tài khoản này không được giải trình lần nộp này",
            "this account may not explain this submission",
        )
    with ledger.writing() as con:
        if given_up(con, [submission_id]):
            raise StandingError(
                "wrong_state",
                "Lần nộp đã rút hoặc bị trả lại, không cần giải trình",
                "the submission was withdrawn or returned",
            )
        of_rule = select(table.c.state).where(table.c.submission_id == submission_id, table.c.rule == rule)
        for state in con.scalars(of_rule).all():
            if state == "open":
                raise StandingError(
                    "already_open", "Đã có giải trình đang chờ xem xét", "an explanation is open already"
                )
            if state == "accepted":
                raise StandingError("already_accepted", "Giải trình đã được chấp nhận", "it was accepted already")
        number = con.execute(
            insert(table).values(
                submission_id=submission_id,
                rule=rule,
                text=text,
                given_by=person.login,
                given_at=_stamp(),
                state="open",
                note="",
            )
        ).inserted_primary_key
        assert number is not None
        add_events(con, [Event(submission_id, "explanation_given", person.login, {"rule": rule, "text": text})])
        # Without the words: the audit keeps what it is told for ever, and a purge takes words out.
        detail = {"rule": rule}
        record(con, person, "explanation.give", f"submission:{submission['receipt']}", detail, address=address)
    return _one(ledger, int(number[0]))


def decide_explanation(
    ledger: Ledger, person: Person, explanation_id: int, *, accept: bool, note: str, address: str = ""
) -> Explanation:
    """Accept an explanation, and the rule no longer lowers the score of that submission; or refuse it with a note.

    Raises StandingError: not_yours, no_explanation, no_reason (refused without a note), wrong_state (decided).
    """
    if not person.may("operate"):
        raise StandingError(
            "not_yours", "Tài khoản này không được xem xét giải trình", "this account may not decide on explanations"
        )
    note = " ".join(note.split()) if accept else reason_given(note)
    found = _one(ledger, explanation_id)
    submission = _submission(ledger, found.submission_id)
    with ledger.writing() as con:
        changed = con.execute(
            update(table)
            .where(table.c.explanation_id == explanation_id, table.c.state == "open")
            .values(state="accepted" if accept else "refused", decided_by=person.login, decided_at=_stamp(), note=note)
        )
        if changed.rowcount != 1:
            raise StandingError("wrong_state", "Giải trình này đã được xem xét", "this explanation was decided already")
        kind = "explained" if accept else "explanation_refused"
        detail = {"rule": found.rule, "reason": note}
        add_events(con, [Event(found.submission_id, kind, person.login, detail)])
        verb = "explanation.accept" if accept else "explanation.refuse"
        record(con, person, verb, f"submission:{submission['receipt']}", {"rule": found.rule}, address=address)
    return _one(ledger, explanation_id)


def _submission(ledger: Ledger, submission_id: int) -> RowMapping:
    with ledger.reading() as con:
        query = select(submission_table).where(submission_table.c.submission_id == submission_id)
        row = con.execute(query).mappings().first()
    if row is None:
        raise StandingError("no_submission", "Không có lần nộp này", "no such submission")
    return row


def _one(ledger: Ledger, explanation_id: int) -> Explanation:
    with ledger.reading() as con:
        row = con.execute(select(table).where(table.c.explanation_id == explanation_id)).mappings().first()
    if row is None:
        raise StandingError("no_explanation", "Không có giải trình này", "no such explanation")
    return _explanation(row)


def explanations(
    ledger: Ledger,
    *,
    submission_id: int | None = None,
    state: str | None = None,
    submission_ids: Collection[int] | None = None,
) -> Sequence[Explanation]:
    """Explanations that fit, oldest first."""
    query = select(table).order_by(table.c.explanation_id)
    if submission_id is not None:
        query = query.where(table.c.submission_id == submission_id)
    if submission_ids is not None:
        query = query.where(table.c.submission_id.in_(list(submission_ids)))
    if state is not None:
        query = query.where(table.c.state == state)
    with ledger.reading() as con:
        return [_explanation(row) for row in con.execute(query).mappings()]
