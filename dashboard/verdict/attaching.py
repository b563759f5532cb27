"""Attaching the signed paper report: kept beside the submission, its digital signatures checked."""

from __future__ import annotations

import shutil
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import APIRouter, Request, UploadFile
from starlette.responses import RedirectResponse

from assets.signatures import signatures_of
from dashboard.addresses import submission_address
from dashboard.desk.said import Said, back, words_of
from dashboard.ledger_access import the_ledger
from dashboard.sign_in.permission import requires
from dashboard.verdict.opened import open_submission
from dashboard.verdict.quick import in_child
from data.attachments import AttachmentError, attach

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.post("/submissions/{receipt}/attachments", dependencies=[requires("submit", "approve")])
def attach_pdf(request: Request, receipt: str, file: UploadFile) -> RedirectResponse:
    """Keep a PDF beside the submission, with what was found of its signatures."""
    opened = open_submission(request, receipt)
    page = submission_address(receipt)
    with TemporaryDirectory(prefix="hub-attach-") as folder:
        path = Path(folder) / "attached.pdf"
        with path.open("wb") as out:
            shutil.copyfileobj(file.file, out)
        try:
            # What somebody sends is opened in a child, like every file.
            found = in_child(path.stat().st_size, signatures_of, path)
            attach(
                the_ledger(),
                opened.person,
                opened.submission.submission_id,
                path,
                Path(file.filename or "bao_cao.pdf").name[:200],
                found,
                address=opened.address,
            )
        except AttachmentError as error:
            return back(page, Said(error.vi, error.en, good=False))
        except (BrokenProcessPool, OSError):
            sentence = words_of("attach.failed")
            return back(page, Said(sentence.vi, sentence.en, good=False))
    return back(page, words_of("attach.done", count=len(found)))
