"""What can be done with a submission: correct it, answer its warnings, withdraw, confirm, approve, return it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse

from dashboard.addresses import submission_address
from dashboard.desk.said import Said, back, words_of
from dashboard.ledger_access import the_ledger
from dashboard.sign_in.permission import requires
from dashboard.verdict.correct import CorrectionError, send_corrected
from dashboard.verdict.findings import offers
from dashboard.verdict.opened import Opened, open_submission
from dashboard.verdict.stored import stored
from data.explanations import decide_explanation, explain
from data.standing import StandingError, approve, confirm, return_submission, withdraw
from data.submission import Submission

if TYPE_CHECKING:
    from assets.corrections import Correction

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

_Text = Annotated[str, Form(max_length=4000)]
_MOST_CHANGES = 200_000


@router.post("/submissions/{receipt}/apply", dependencies=[requires("submit")])
def apply_offers(request: Request, receipt: str, rule: _Text = "", cell: _Text = "") -> RedirectResponse:
    """Apply the repairs that are offered: all, those of a rule, or the one at a cell."""
    from assets.corrections import Correction

    opened = open_submission(request, receipt)
    found = stored(opened.submission)
    if found is None:
        return _not_yet(receipt)
    taken = [
        Correction(o.sheet, o.row, found.mapping[o.column], o.value)
        for o in offers(found, rule=rule, cell=cell)
        if o.column in found.mapping
    ]
    return _send(opened, taken)


@router.post("/submissions/{receipt}/correct", dependencies=[requires("submit")])
def correct_one(
    request: Request, receipt: str, row: Annotated[int, Form(ge=1)], column: _Text, value: _Text = ""
) -> RedirectResponse:
    """Put another value into one cell."""
    from assets.corrections import Correction

    opened = open_submission(request, receipt)
    found = stored(opened.submission)
    if found is None or column not in found.mapping:
        return _not_yet(receipt)
    place = Correction(found.verdict.sheet or "", row, found.mapping[column], value.strip() or None)
    return _send(opened, [place])


@router.post("/submissions/{receipt}/rows", dependencies=[requires("submit")])
def correct_rows(
    request: Request, receipt: str, changes: Annotated[str, Form(max_length=50_000_000)] = "[]"
) -> RedirectResponse:
    """Put the values that were typed in the grid into their cells."""
    from assets.corrections import Correction

    opened = open_submission(request, receipt)
    found = stored(opened.submission)
    if found is None:
        return _not_yet(receipt)
    try:
        taken = [
            Correction(found.verdict.sheet or "", int(c["id"]), found.mapping[c["field"]], _typed(c["value"]))
            for c in json.loads(changes)[:_MOST_CHANGES]
            if c.get("field") in found.mapping
        ]
    except (ValueError, TypeError, KeyError, AttributeError):
        sentence = words_of("correct.not_understood")
        return back(f"{submission_address(receipt)}/rows", Said(sentence.vi, sentence.en, good=False))
    return _send(opened, taken)


def _typed(value: Any) -> str | None:
    """A value from the grid as a person would type it: numbers with a comma for decimals."""
    if value is None or value == "":
        return None
    if isinstance(value, float):
        value = int(value) if value.is_integer() else f"{value:.15g}".replace(".", ",")
    return str(value)


def _not_yet(receipt: str) -> RedirectResponse:
    sentence = words_of("correct.not_yet")
    return back(submission_address(receipt), Said(sentence.vi, sentence.en, good=False))


def _send(opened: Opened, corrections: list[Correction]) -> RedirectResponse:
    receipt = opened.submission.receipt
    if not opened.rights.send:
        sentence = words_of("correct.not_yours")
        return back(submission_address(receipt), Said(sentence.vi, sentence.en, good=False))
    try:
        sent = send_corrected(opened, corrections)
    except CorrectionError as error:
        return back(submission_address(receipt), Said(error.vi, error.en, good=False))
    done = words_of("correct.sent", count=len(corrections), version=sent.version)
    return back(submission_address(sent.receipt), done)


def _stand(
    request: Request, receipt: str, said: str, deed: Callable[[Opened], object], **there: str
) -> RedirectResponse:
    """Do a deed and say so, or say why not; `there` is what was in view."""
    opened = open_submission(request, receipt)
    try:
        deed(opened)
    except StandingError as error:
        return back(submission_address(receipt), Said(error.vi, error.en, good=False), **there)
    return back(submission_address(receipt), words_of(said), **there)


@router.post("/submissions/{receipt}/withdraw", dependencies=[requires("submit")])
def withdraw_it(request: Request, receipt: str, reason: _Text = "") -> RedirectResponse:
    """Take a version back, with a reason."""
    return _stand(
        request,
        receipt,
        "deed.withdrawn",
        lambda o: withdraw(the_ledger(), o.person, o.submission, reason, address=o.address),
    )


@router.post("/submissions/{receipt}/confirm", dependencies=[requires("submit")])
def confirm_it(request: Request, receipt: str) -> RedirectResponse:
    """Say that a much smaller version is meant so."""
    return _stand(
        request, receipt, "deed.confirmed", lambda o: confirm(the_ledger(), o.person, o.submission, address=o.address)
    )


@router.post("/submissions/{receipt}/approve", dependencies=[requires("approve")])
def approve_it(request: Request, receipt: str) -> RedirectResponse:
    """Let a prepared version count."""
    return _stand(
        request, receipt, "deed.approved", lambda o: approve(the_ledger(), o.person, o.submission, address=o.address)
    )


@router.post("/submissions/{receipt}/return", dependencies=[requires("approve")])
def return_it(request: Request, receipt: str, reason: _Text = "") -> RedirectResponse:
    """Give a prepared version back to whoever made it."""
    return _stand(
        request,
        receipt,
        "deed.returned",
        lambda o: return_submission(the_ledger(), o.person, o.submission, reason, address=o.address),
    )


@router.post("/submissions/{receipt}/explain", dependencies=[requires("submit")])
def explain_it(request: Request, receipt: str, rule: _Text, text: _Text = "") -> RedirectResponse:
    """Answer a warning."""

    def give(o: Opened) -> None:
        _of_this(o.submission, rule)
        explain(the_ledger(), o.person, o.submission.submission_id, rule, text, address=o.address)

    return _stand(request, receipt, "deed.explained", give, rule=rule)


def _of_this(submission: Submission, rule: str) -> None:
    found = stored(submission)
    if found is None or not any(r.rule == rule and r.failed for r in found.verdict.results):
        raise StandingError(
            "no_finding", "Quy tắc này không có gì để giải trình", "this rule found nothing to be explained"
        )


@router.post("/submissions/{receipt}/explanations/{number}", dependencies=[requires("operate")])
def decide_it(
    request: Request, receipt: str, number: int, answer: Annotated[str, Form()], note: _Text = ""
) -> RedirectResponse:
    """Accept an explanation, or refuse it with a note."""
    accept = answer == "accept"
    return _stand(
        request,
        receipt,
        "deed.accepted" if accept else "deed.refused",
        lambda o: decide_explanation(the_ledger(), o.person, number, accept=accept, note=note, address=o.address),
    )
