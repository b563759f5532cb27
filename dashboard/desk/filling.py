"""Filling in a report in the browser: its grid, the draft that is kept while one types, and sending it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from assets.sending import SendError, send
from dashboard.addresses import address, submission_address
from dashboard.desk.drafts import MOST_ROWS, drop_draft, keep_draft
from dashboard.desk.grid_rows import asked_columns, grid_of, write_rows
from dashboard.desk.item import Item, item_of
from dashboard.desk.said import Said, back, words_of
from dashboard.grid_slot import Grid, register
from dashboard.ledger_access import the_ledger
from dashboard.sign_in.identity import address_of, person_of
from dashboard.sign_in.permission import requires
from dashboard.verdict.quick import judge_now
from dashboard.view import Ask
from data.person import Person
from data.standing_error import StandingError
from data.table import UnreadableError

__all__ = ["item_asked", "router"]

router = APIRouter(include_in_schema=False)
Field = Annotated[str, Form()]
_LARGEST = 8 * 1024 * 1024


def item_asked(ask: Ask) -> Item | None:
    """The report of the page's address, the reader's own without a unit; None where the reader may not send it."""
    try:
        item = item_of(ask.parts["dataset"], ask.parts["period"], ask.get("unit") or ask.person.unit)
    except SendError:
        return None
    return item if ask.person.may_send(item.contract, item.reporter) else None


def _grid(ask: Ask) -> Grid | None:
    item = item_asked(ask)
    return grid_of(item, ask.person, ask.lake) if item else None


register("/desk/fill/<dataset>/<period>", _grid)


def _rows(given: Any, item: Item) -> list[dict[str, Any]]:
    """The typed rows: only the contract's columns, only plain values. Raises SendError for anything else."""
    names = {c.name for c in asked_columns(item)}
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise SendError("no_rows", "Không đọc được các dòng đã điền", "cannot read the rows")
    if len(given) > MOST_ROWS:
        raise SendError(
            "too_many",
            f"Bảng điền nhận nhiều nhất {MOST_ROWS} dòng; hãy gửi bằng tệp",
            f"the grid takes at most {MOST_ROWS} rows; send a file",
        )
    plain = (str, int, float, type(None))
    rows = [{k: v for k, v in row.items() if k in names and isinstance(v, plain)} for row in given]
    return [row for row in rows if any(v not in (None, "") for v in row.values())]


@router.post("/desk/draft", dependencies=[requires("submit")])
async def keep(request: Request) -> Response:
    """Keep what was typed so far (JSON: dataset, period, unit, rows)."""
    person, body = person_of(request), bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST:
            raise HTTPException(413, "bảng quá lớn / too large")
    try:
        said = json.loads(bytes(body))
        item = _own(person, str(said["dataset"]), str(said["period"]), str(said["unit"]))
        rows = _rows(said["rows"], item)
    except (ValueError, KeyError, TypeError, SendError) as error:
        raise HTTPException(422, str(error)) from error
    await run_in_threadpool(keep_draft, person, item, rows)
    return Response(status_code=204)


def _own(person: Person, dataset: str, period: str, unit: str) -> Item:
    item = item_of(dataset, period, unit)
    if not person.may_send(item.contract, item.reporter):
        raise SendError("not_yours", "Báo cáo của đơn vị khác", "another unit's report")
    return item


@router.post("/desk/draft/discard", dependencies=[requires("submit")])
def begin_anew(request: Request, dataset: Field, period: Field, unit: Field) -> Response:
    """Forget the draft."""
    person = person_of(request)
    try:
        drop_draft(person, _own(person, dataset, period, unit))
    except SendError as error:
        return back("/desk", Said(error.vi, error.en, good=False))
    return RedirectResponse(address(f"/desk/fill/{dataset}/{period}", unit=unit), status_code=303)


@router.post("/desk/fill", dependencies=[requires("submit")])
def send_rows(request: Request, dataset: Field, period: Field, unit: Field, rows: Field) -> Response:
    """Send the typed rows through the same door as a file; what cannot be sent stays a draft."""
    person = person_of(request)
    try:
        item = _own(person, dataset, period, unit)
        typed = _rows(json.loads(rows or "[]"), item)
        if not typed:
            raise SendError("no_rows", "Chưa có dòng nào để gửi", "there is no row to send")
        keep_draft(person, item, typed)
        with tempfile.TemporaryDirectory(prefix="hub-grid-") as folder:
            path = Path(folder) / f"{item.contract.id}_{item.reporter}_{item.period}.xlsx"
            write_rows(item, typed, path)
            sent = send(
                the_ledger(), person, item.contract, item.reporter, item.period, path, channel="grid",
                address=address_of(request),
            )  # fmt: skip
    except (SendError, StandingError, UnreadableError) as error:
        return back(address(f"/desk/fill/{dataset}/{period}", unit=unit), Said(error.vi, error.en, good=False))
    except (ValueError, OSError) as error:
        said = words_of("desk.upload.full" if isinstance(error, OSError) else "desk.fill_page.unreadable")
        return back(address(f"/desk/fill/{dataset}/{period}", unit=unit), Said(said.vi, said.en, good=False))
    drop_draft(person, item)
    judge_now(sent)
    return RedirectResponse(submission_address(sent.receipt), status_code=303)
