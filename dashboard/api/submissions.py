"""Routes of submissions: send, list versions, ask for a receipt and for a verdict."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from checks.finding import Verdict
from dashboard.api.answers import address_of_submission, receipt_shape
from dashboard.api.arriving import arriving
from dashboard.api.asked import contracts, the_place, the_submission
from dashboard.api.handed_out import handed_out
from dashboard.api.models import Pending, Receipt, Submissions
from dashboard.api.parameters import (
    Cursor,
    DatasetName,
    IdempotencyKey,
    Limit,
    PeriodToken,
    ReceiptNumber,
    Unit,
    Wait,
)
from dashboard.api.places import next_address
from dashboard.api.problem import Problem, problem
from dashboard.api.route import ApiRoute
from dashboard.api.sending import answered, location
from dashboard.ledger_access import the_ledger
from dashboard.sign_in.identity import address_of, person_of
from dashboard.sign_in.permission import requires
from data.contract import Contract
from data.person import Person
from data.received import received
from data.standing import states_of
from data.submission import Submission

__all__ = ["router"]

router = APIRouter(prefix="/submissions", tags=["submissions"], route_class=ApiRoute)
_READS = [requires("read.own", "read.all")]
_AGAIN_SECONDS = "2"
_NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": Problem}}
_FORM = {
    "type": "object",
    "required": ["dataset", "period"],
    "properties": {
        "dataset": {"type": "string", "minLength": 1, "maxLength": 80},
        "unit": {"type": "string", "maxLength": 40},
        "period": {"type": "string", "minLength": 4, "maxLength": 10},
        "nil": {"type": "string", "enum": ["true", "false"]},
        "file": {"type": "string", "format": "binary"},
    },
}
_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": _FORM,
            "example": {
                "dataset": "lodging_guests",
                "unit": "56-SVHTTDL",
                "period": "2026-10",
                "file": "(khach_luu_tru_T10.xlsx)",
            },
        },
        "application/json": {"schema": {"$ref": "#/components/schemas/RowsToSend"}},
    },
}
_LOCATION = {"Location": {"schema": {"type": "string"}}}


@router.post(
    "",
    status_code=201,
    response_model=Receipt,
    responses={
        201: {"headers": _LOCATION},
        202: {"model": Receipt, "headers": _LOCATION},
        **{status: {"model": Problem} for status in (400, 404, 409, 413, 415, 507)},
    },
    openapi_extra={"requestBody": _BODY},
    dependencies=[requires("submit")],
)
async def send_submission(request: Request, wait: Wait = 5, idempotency_key: IdempotencyKey = None) -> Response:
    """Send a file, JSON rows or a nil report."""
    async with arriving(request) as arrived:
        answer = await answered(person_of(request), arrived, idempotency_key or "", wait, address_of(request))
    headers = {"Location": location(answer)}
    if answer.status == 202:
        headers["Retry-After"] = _AGAIN_SECONDS
    return JSONResponse(dict(answer.body), answer.status, headers)


@router.get("", response_model=Submissions, dependencies=_READS)
def list_submissions(
    request: Request,
    dataset: DatasetName = None,
    unit: Unit = None,
    period: PeriodToken = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Submissions:
    """All versions that were received, newest first."""
    known = contracts()
    page = received(
        the_ledger(), person_of(request), known, dataset=dataset or "", reporter=unit or "", period=period or "",
        before=the_place(cursor or ""), limit=limit,
    )  # fmt: skip
    states = states_of(the_ledger(), page.submissions, known)
    return Submissions(
        items=[receipt_shape(s, states[s.submission_id], None) for s in page.submissions],
        total=page.total,
        next=next_address(request, page.next),
    )


def _judged(submission: Submission, contract: Contract, person: Person) -> Verdict | None:
    from dashboard.privacy import masked, masked_verdict
    from dashboard.verdict.quick import verdict_of

    verdict = verdict_of(submission)
    if verdict is None:
        return None
    hidden = masked(contract, person, submission.reporter, receipt=submission.receipt)
    return masked_verdict(verdict, contract, hidden)


@router.get("/{receipt}", response_model=Receipt, responses=_NOT_FOUND, dependencies=_READS)
def get_submission(request: Request, receipt: ReceiptNumber) -> Receipt:
    """One submission: what was received, where it stands, its verdict in short."""
    person = person_of(request)
    submission, contract = the_submission(person, receipt)
    state = states_of(the_ledger(), [submission], contracts())[submission.submission_id]
    return receipt_shape(submission, state, _judged(submission, contract, person))


@router.get(
    "/{receipt}/verdict",
    response_model=Verdict,
    responses={202: {"model": Pending}, 410: {"model": Problem}, **_NOT_FOUND},
    dependencies=_READS,
)
def get_verdict(request: Request, receipt: ReceiptNumber) -> Response:
    """The whole verdict with every finding; 202 while there is none yet, 410 where the submission was purged."""
    person = person_of(request)
    submission, contract = the_submission(person, receipt)
    state = states_of(the_ledger(), [submission], contracts())[submission.submission_id]
    if state.purged:
        raise problem(410, "purged", reason=state.reason)
    verdict = _judged(submission, contract, person)
    if verdict is None:
        waiting = Pending(receipt=receipt, status="pending", verdict=f"{address_of_submission(receipt)}/verdict")
        return JSONResponse(waiting.model_dump(), 202, {"Retry-After": _AGAIN_SECONDS})
    return JSONResponse(asdict(verdict))


@router.get(
    "/{receipt}/receipt.pdf",
    response_class=FileResponse,
    responses={200: {"content": {"application/pdf": {}}}, **_NOT_FOUND},
    dependencies=_READS,
)
def get_receipt_pdf(request: Request, receipt: ReceiptNumber) -> Response:
    """The receipt as a printable page."""
    from assets.receipt import facts_of, write_receipt

    person = person_of(request)
    submission, contract = the_submission(person, receipt)
    facts = facts_of(submission, contract, _judged(submission, contract, person))
    return handed_out(lambda target: write_receipt(facts, target), f"bien-nhan-{receipt}.pdf", "application/pdf")
