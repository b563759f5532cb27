"""Decisions of operators and approvers: time granted, explanations accepted, versions approved, periods closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from dashboard.desk.said import Said, back, words_of
from dashboard.ledger_access import the_ledger
from dashboard.sign_in.identity import address_of, person_of
from dashboard.sign_in.permission import requires
from data.clock import LOCAL_TIME
from data.closings import close_period, reopen_period
from data.explanations import decide_explanation
from data.extension_requests import answer_extension
from data.standing import approve, return_submission
from data.standing_error import StandingError
from data.submission import Submission

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
Field = Annotated[str, Form()]
Number = Annotated[int, Form()]


def _done(deed: Callable[[], object], key: str) -> Response:
    """Do it, and say so in the inbox, or say why it is not possible."""
    try:
        deed()
    except StandingError as error:
        return back("/inbox", Said(error.vi, error.en, good=False))
    return back("/inbox", words_of(f"desk.said.{key}"))


def _submission(receipt: str) -> Submission:
    found = the_ledger().submissions(receipt=receipt)
    if not found:
        raise StandingError("no_submission", "Không có lần nộp này", "no such submission")
    return found[0]


@router.post("/inbox/extension", dependencies=[requires("operate")])
def answer(
    request: Request, request_id: Number, decision: Field, answer: Field = "", until: Field = ""
) -> Response:  # fmt: skip
    """Grant a request, until the end of the day that is named, or refuse it."""
    grant = decision == "grant"

    def deed() -> None:
        try:
            day = datetime.strptime(until, "%Y-%m-%d") if until and grant else None
        except ValueError:
            said = words_of("desk.said.no_day")
            raise StandingError("no_day", said.vi, said.en) from None
        moment = datetime.combine(day, time(23, 59, 59), LOCAL_TIME) if day else None
        answer_extension(
            the_ledger(), person_of(request), request_id, grant=grant, answer=answer, until=moment,
            address=address_of(request),
        )  # fmt: skip

    return _done(deed, "granted" if grant else "refused")


@router.post("/inbox/explanation", dependencies=[requires("operate")])
def decide(request: Request, explanation_id: Number, decision: Field, note: Field = "") -> Response:
    """Accept an explanation, or not."""
    accept = decision == "accept"
    return _done(
        lambda: decide_explanation(
            the_ledger(), person_of(request), explanation_id, accept=accept, note=note, address=address_of(request)
        ),
        "explained" if accept else "not_explained",
    )


@router.post("/inbox/approve", dependencies=[requires("approve")])
def let_count(request: Request, receipt: Field) -> Response:
    """Approve a prepared version."""
    return _done(
        lambda: approve(the_ledger(), person_of(request), _submission(receipt), address=address_of(request)), "approved"
    )


@router.post("/inbox/return", dependencies=[requires("approve")])
def give_back(request: Request, receipt: Field, reason: Field = "") -> Response:
    """Return a prepared version with a reason."""
    return _done(
        lambda: return_submission(
            the_ledger(), person_of(request), _submission(receipt), reason, address=address_of(request)
        ),
        "returned",
    )


@router.post("/inbox/close", dependencies=[requires("operate")])
def close(request: Request, dataset: Field, period: Field, reason: Field = "") -> Response:
    """Close a period of a dataset."""
    return _done(
        lambda: close_period(the_ledger(), person_of(request), dataset, period, reason, address=address_of(request)),
        "closed",
    )


@router.post("/inbox/reopen", dependencies=[requires("operate")])
def reopen(request: Request, dataset: Field, period: Field, reason: Field = "") -> Response:
    """Reopen a closed period."""
    return _done(
        lambda: reopen_period(the_ledger(), person_of(request), dataset, period, reason, address=address_of(request)),
        "reopened",
    )
