"""What a unit does about a report without a file: says that there is nothing, asks for time, takes the form along."""

from __future__ import annotations

import tempfile
from datetime import datetime, time
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from assets.sending import SendError, send
from dashboard.desk.item import Item, item_of
from dashboard.desk.said import Said, back, words_of
from dashboard.ledger_access import the_ledger
from dashboard.sign_in.identity import address_of, person_of
from dashboard.sign_in.permission import requires
from data.clock import LOCAL_TIME
from data.extension_requests import ask_extension, take_back_extension
from data.standing_error import StandingError

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
Field = Annotated[str, Form()]


@router.post("/desk/nil", dependencies=[requires("submit")])
def report_nothing(request: Request, dataset: Field, period: Field, unit: Field) -> Response:
    """Send a nil report ("không phát sinh")."""
    person = person_of(request)
    try:
        item = item_of(dataset, period, unit)
        sent = send(the_ledger(), person, item.contract, item.reporter, item.period, None, address=address_of(request))
    except (SendError, StandingError) as error:
        return back("/desk", Said(error.vi, error.en, good=False))
    return back("/desk", words_of("desk.said.nil", receipt=sent.receipt, dataset=item.contract.title))


@router.post("/desk/extension", dependencies=[requires("submit")])
def ask_for_time(
    request: Request, dataset: Field, period: Field, unit: Field, until: Field, reason: Field, document: Field = ""
) -> Response:
    """Ask for a later due moment: until the end of the day that is named."""
    person = person_of(request)
    again = {"do": "extend", "dataset": dataset, "period": period, "unit": unit}
    try:
        item = item_of(dataset, period, unit)
        day = datetime.combine(datetime.strptime(until, "%Y-%m-%d"), time(23, 59, 59), LOCAL_TIME)
        ask_extension(
            the_ledger(), person, item.contract.id, item.reporter, item.period, day, reason, document,
            address=address_of(request),
        )  # fmt: skip
    except ValueError:
        wrong = words_of("desk.said.no_day")
        return back("/desk", Said(wrong.vi, wrong.en, good=False), **again)
    except (SendError, StandingError) as error:
        return back("/desk", Said(error.vi, error.en, good=False), **again)
    return back("/desk", words_of("desk.said.asked", dataset=item.contract.title))


@router.post("/desk/extension/take-back", dependencies=[requires("submit")])
def take_back(request: Request, request_id: Annotated[int, Form()]) -> Response:
    """Take an open request back."""
    try:
        take_back_extension(the_ledger(), person_of(request), request_id, address=address_of(request))
    except StandingError as error:
        return back("/desk", Said(error.vi, error.en, good=False))
    return back("/desk", words_of("desk.said.taken_back"))


@router.get("/desk/template", dependencies=[requires("submit", "approve")])
def template(request: Request, dataset: str, period: str, unit: str) -> Response:
    """The workbook to fill in, made for that unit and period."""
    from assets.template import write_template

    try:
        item = item_of(dataset, period, unit)
    except SendError as error:
        raise HTTPException(404, f"{error.vi} / {error.en}") from error
    if not person_of(request).acts_for(item.contract, item.reporter):
        raise HTTPException(403, "đơn vị khác / another unit's")
    folder = Path(tempfile.mkdtemp(prefix="hub-template-"))
    target = folder / _name(item)
    try:
        write_template(item.contract, item.reporter, item.period, target)
    except BaseException:
        _gone(target)
        raise
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(target, filename=target.name, media_type=kind, background=BackgroundTask(_gone, target))


def _name(item: Item) -> str:
    return f"{item.contract.id}_{item.reporter}_{item.period}.xlsx"


def _gone(target: Path) -> None:
    target.unlink(missing_ok=True)
    target.parent.rmdir()
