"""Showing a submission's personal data to somebody who may see it and says why."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from dashboard.addresses import submission_address
from dashboard.ledger_access import the_ledger
from dashboard.privacy import UnmaskError, unmask
from dashboard.sign_in.identity import address_of, person_of
from dashboard.sign_in.permission import requires
from dashboard.views.datasets import contract

__all__ = ["router"]

router = APIRouter()


@router.post(
    "/submissions/{receipt}/unmask",
    dependencies=[requires("unmask.own", "unmask.all")],
    include_in_schema=False,
)
def show_personal(request: Request, receipt: str, reason: Annotated[str, Form()] = "") -> Response:
    """Record the reason, show the values for a quarter of an hour, and go back to the submission."""
    person, ledger = person_of(request), the_ledger()
    found = next(iter(ledger.submissions(receipt=receipt)), None)
    source = contract(found.dataset) if found else None
    if found is None or source is None or not person.may_read(source, found.reporter):
        # Whether there is such a submission is not told to those who may not read it.
        return RedirectResponse(submission_address(receipt), status_code=303)
    said = None
    try:
        unmask(ledger, person, source, found, reason, address=address_of(request))
    except UnmaskError as error:
        said = f"unmask.{error.code}"
    return RedirectResponse(submission_address(found.receipt, said=said), status_code=303)
