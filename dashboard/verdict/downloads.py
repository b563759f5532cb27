"""What can be taken away: the annotated workbook, the findings as a table, the receipt, the file as it was sent."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from fastapi import APIRouter, HTTPException, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, RedirectResponse, Response

from assets.findings_export import write_findings
from assets.receipt import facts_of, write_receipt
from dashboard.addresses import submission_address
from dashboard.desk.said import Said, back
from dashboard.ledger_access import the_ledger
from dashboard.privacy import personal_columns
from dashboard.sign_in.permission import requires
from dashboard.verdict.judging import write_annotated
from dashboard.verdict.opened import Opened, open_submission
from dashboard.verdict.people import name_of
from dashboard.verdict.quick import in_child, task_of, verdict_of
from data.attachments import attachments
from data.audit import record
from data.landing import path_of
from data.table import UnreadableError

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

_READ = [requires("read.all", "read.own")]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MEDIA = {".xlsx": _XLSX, ".csv": "text/csv; charset=utf-8", ".json": "application/json", ".pdf": "application/pdf"}
_PRIVATE = {"Cache-Control": "private, no-store"}


@router.get("/submissions/{receipt}/annotated", dependencies=_READ)
def annotated(request: Request, receipt: str) -> Response:
    """The workbook as sent, its wrong cells coloured and commented, and a sheet that lists the findings."""
    opened = _with_file(request, receipt)
    sent, verdict = opened.submission, verdict_of(opened.submission)
    if verdict is None or sent.nil:
        raise HTTPException(404, "chưa có kết quả chấm / there is no verdict yet")
    _noted(opened, "annotated")
    name = f"{Path(sent.filename).stem}_ghi_chu.xlsx"
    task = task_of(sent)
    return _made(name, lambda target: in_child(sent.size, write_annotated, task, verdict, target), receipt)


@router.get("/submissions/{receipt}/findings.{form}", dependencies=_READ)
def findings_as(request: Request, receipt: str, form: Literal["xlsx", "csv", "json"]) -> Response:
    """Every finding, as a table."""
    opened = open_submission(request, receipt)
    verdict = verdict_of(opened.submission)
    if verdict is None:
        raise HTTPException(404, "chưa có kết quả chấm / there is no verdict yet")
    return _made(f"{receipt}_ket_qua.{form}", lambda target: in_child(0, write_findings, verdict, target), receipt)


@router.get("/submissions/{receipt}/receipt.pdf", dependencies=_READ)
def receipt_pdf(request: Request, receipt: str) -> Response:
    """The receipt as one page."""
    opened = open_submission(request, receipt)
    sent = opened.submission
    facts = facts_of(sent, opened.contract, verdict_of(sent), sender=name_of(sent.sender))
    return _made(f"bien_nhan_{receipt}.pdf", lambda target: in_child(0, write_receipt, facts, target), receipt)


@router.get("/submissions/{receipt}/file", dependencies=_READ)
def file_as_sent(request: Request, receipt: str) -> Response:
    """The very bytes that were received."""
    opened = _with_file(request, receipt)
    path = path_of(opened.submission.sha256)
    if not path.is_file():
        raise HTTPException(404, "không còn tệp này / the file is gone")
    _noted(opened, "file")
    return FileResponse(
        path, filename=opened.submission.filename, media_type="application/octet-stream", headers=_PRIVATE
    )


@router.get("/submissions/{receipt}/attachments/{number}", dependencies=_READ)
def attachment(request: Request, receipt: str, number: int) -> Response:
    """A file that was attached; the paper shows what the sheet does, so it is kept from the same people."""
    opened = _with_file(request, receipt)
    found = next(
        (a for a in attachments(the_ledger(), opened.submission.submission_id) if a.attachment_id == number), None
    )
    if found is None or not path_of(found.sha256).is_file():
        raise HTTPException(404, "không có tệp này / no such file")
    _noted(opened, "attachment")
    return FileResponse(path_of(found.sha256), filename=found.filename, media_type="application/pdf", headers=_PRIVATE)


def _with_file(request: Request, receipt: str) -> Opened:
    opened = open_submission(request, receipt)
    if not opened.rights.file:
        raise HTTPException(403, "tệp có dữ liệu cá nhân, đang được che / the file holds personal data")
    return opened


def _noted(opened: Opened, what: str) -> None:
    """A file with personal data in it is not taken away without a trace."""
    if not personal_columns(opened.contract):
        return
    with the_ledger().writing() as con:
        named = f"submission:{opened.submission.receipt}"
        record(con, opened.person, "personal.download", named, {"what": what}, address=opened.address)


def _made(name: str, write: Callable[[Path], object], receipt: str) -> Response:
    """A file made now, and taken away once it was sent; where it cannot be made the page says why."""
    folder = Path(tempfile.mkdtemp(prefix="hub-download-"))
    target = folder / f"made{Path(name).suffix}"
    try:
        write(target)
    except UnreadableError as error:
        shutil.rmtree(folder, ignore_errors=True)
        return _sorry(receipt, Said(error.vi, error.en, good=False))
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return FileResponse(
        target,
        filename=name,
        media_type=_MEDIA[target.suffix],
        headers=_PRIVATE,
        background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
    )


def _sorry(receipt: str, sentence: Said) -> RedirectResponse:
    return back(submission_address(receipt), sentence)
