"""The way in for files: uploaded in pieces, looked at, confirmed, sent; each with its verdict at once."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import OperationalError
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, RedirectResponse, Response

from assets.sending import SendError, send
from dashboard.addresses import address, submission_address
from dashboard.desk.item import item_of
from dashboard.desk.recognising import chosen, looked_at
from dashboard.desk.said import Said, back, words_of
from dashboard.desk.uploads import (
    Header,
    Pick,
    TooLargeError,
    Upload,
    discard,
    keep,
    path_of,
    save,
    take_in,
    unseen,
    upload,
    uploads,
)  # fmt: skip
from dashboard.ledger_access import the_ledger
from dashboard.not_done import no_room
from dashboard.sign_in.identity import address_of, person_of
from dashboard.sign_in.permission import requires
from dashboard.verdict.quick import begin, judge_now
from data.clock import now
from data.column_choices import remember_columns
from data.person import Person
from data.settings import settings
from data.standing_error import StandingError
from data.submission import Submission
from data.table import UnreadableError

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
_PATIENCE = 10.0
"""Seconds that the answer to "send" waits for verdicts; one that takes longer is shown when it is there."""


def _refused(status: int, key: str, **values: object) -> JSONResponse:
    said = words_of(key, **values)
    return JSONResponse({"vi": said.vi, "en": said.en}, status)


@router.post("/desk/upload", dependencies=[requires("submit")])
async def take(request: Request, name: str = "", dataset: str = "", unit: str = "", period: str = "") -> Response:
    """Take one file: its bytes are the request's body. Answers what it was taken for."""
    person = person_of(request)
    announced = request.headers.get("content-length", "0")
    most = settings().max_file_mb
    try:
        arriving = await run_in_threadpool(keep, person, name, int(announced) if announced.isdigit() else 0)
        with unseen(arriving):
            one = await take_in(person, arriving, request.stream())
            if one.size:
                one = await run_in_threadpool(looked_at, person, one, (dataset, unit, period), now())
                await run_in_threadpool(save, person, one)
    except TooLargeError:
        return _refused(413, "desk.upload.too_large", most=most)
    except ClientDisconnect:
        return Response(status_code=499)
    except OSError as error:
        full = no_room(error)
        return _refused(507 if full else 500, "desk.upload.full" if full else "desk.upload.failed")
    if one.size == 0:
        await run_in_threadpool(discard, person, one.key)
        return _refused(422, "desk.upload.empty")
    return JSONResponse(_shown(one))


def _shown(one: Upload) -> dict[str, Any]:
    def picked(pick: Pick) -> dict[str, Any]:
        return {"value": pick.value or None, "how": pick.how, "alternatives": list(pick.others)}

    return {
        "upload": one.key,
        "name": one.name,
        "size": one.size,
        "dataset": picked(one.dataset),
        "unit": picked(one.unit),
        "period": picked(one.period),
        "unknown": [h.text for h in one.headers],
        "trouble": {"vi": one.trouble_vi, "en": one.trouble_en} if one.trouble_vi else None,
    }


@router.post("/desk/upload/{key}/choose", dependencies=[requires("submit")])
async def choose(request: Request, key: str) -> Response:
    """Keep what the owner chose for a file (JSON: dataset, unit, period, columns by header)."""
    person = person_of(request)
    try:
        said = await request.json()
    except ValueError:
        said = None
    one = await run_in_threadpool(upload, person, key)
    if one is None or one.state != "ready" or not isinstance(said, dict):
        return _refused(404, "desk.upload.gone")
    given = {name: str(said.get(name) or "") for name in ("dataset", "unit", "period")}
    picked = await run_in_threadpool(chosen, person, one, given["dataset"], given["unit"], given["period"])
    columns = said.get("columns")
    if isinstance(columns, dict):
        picked = _mapped(picked, {str(header): str(column) for header, column in columns.items() if column != "?"})
    await run_in_threadpool(save, person, picked)
    return JSONResponse(_shown(picked))


def _mapped(one: Upload, columns: dict[str, str]) -> Upload:
    return replace(one, headers=tuple(Header(h.text, h.suggestions, columns.get(h.text)) for h in one.headers))


@router.post("/desk/upload/{key}/discard", dependencies=[requires("submit")])
def let_go(request: Request, key: str) -> Response:
    """Let go of a file that is not to be sent."""
    discard(person_of(request), key)
    return RedirectResponse("/desk/send", status_code=303)


@router.post("/desk/send", dependencies=[requires("submit")])
def send_all(request: Request) -> Response:
    """Send every file that is ready, as chosen; what cannot be sent stays, and its panel says why."""
    person, where = person_of(request), address_of(request)
    ready = [one for one in uploads(person) if one.state == "ready"]
    outcomes = [_sent(person, one, where) for one in ready]
    sent = [outcome for outcome in outcomes if isinstance(outcome, Submission)]
    _judged(sent)
    if not sent:
        said = next((o for o in outcomes if isinstance(o, Said)), None) or words_of("desk.said.nothing_sent")
        return back("/desk/send", replace(said, good=False))
    if len(sent) == len(ready) == 1:
        return RedirectResponse(submission_address(sent[0].receipt), status_code=303)
    receipts = ",".join(s.receipt for s in sent)
    return RedirectResponse(address("/desk/send", sent=receipts), status_code=303)


def _sent(person: Person, one: Upload, where: str) -> Submission | Said | None:
    """The submission; else None where the file's own panel says why not, and the sentence where there is no room."""
    try:
        item = item_of(one.dataset.value, one.period.value, one.unit.value)
        columns = {h.text: h.chosen for h in one.headers if h.chosen is not None}
        if columns and person.may_send(item.contract, item.reporter):
            remember_columns(the_ledger(), person, item.contract.id, item.reporter, columns, address=where)
        entered = send(
            the_ledger(), person, item.contract, item.reporter, item.period, path_of(person, one),
            filename=one.name, channel="desk", address=where,
        )  # fmt: skip
    except (SendError, StandingError, UnreadableError) as error:
        save(person, replace(one, trouble_vi=error.vi, trouble_en=error.en))
        return None
    except (OSError, OperationalError) as error:
        # What was uploaded stays where it is, and can be sent once there is room; even to note that may find none.
        said = words_of("desk.upload.full" if no_room(error) else "not_done.busy")
        with suppress(OSError):
            save(person, replace(one, trouble_vi=said.vi, trouble_en=said.en))
        return said
    discard(person, one.key)
    return entered


def _judged(sent: list[Submission]) -> None:
    """Have all of them judged side by side, for as long as somebody waits gladly."""
    for entered in sent:
        if not entered.duplicate:
            begin(entered)
    until = time.monotonic() + _PATIENCE
    for entered in sent:
        if (left := until - time.monotonic()) > 0:
            judge_now(entered, timeout=left)
