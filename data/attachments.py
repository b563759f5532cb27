"""Files attached to a submission (the signed paper report): bytes in the landing, what is known of them beside."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from data.audit import record
from data.clock import LOCAL_TIME, now
from data.contract import load_contracts
from data.desk_schema import attachment as table
from data.landing import digest, store
from data.ledger import Ledger
from data.person import Person
from data.settings import settings
from data.submission import Submission

__all__ = ["Attachment", "AttachmentError", "attach", "attachments"]

_PDF = b"%PDF-"
_HEAD = 1024
"""A PDF's mark stands within its first 1,024 bytes (ISO 32000-1, annex H, implementation note 13)."""


class AttachmentError(Exception):
    """Why a file cannot be attached, in both languages; `code` for programs."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")
        self.code, self.vi, self.en = code, vi, en


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attached file; its bytes lie at data.landing.path_of(sha256).

    signatures: what was found of each digital signature when it came, with the fields of assets.signatures.Signature.
    """

    attachment_id: int
    submission_id: int
    sha256: str
    filename: str
    size: int
    signatures: tuple[Mapping[str, Any], ...]
    added_by: str
    added_at: datetime


def attach(
    ledger: Ledger,
    person: Person,
    submission_id: int,
    path: Path,
    filename: str,
    signatures: Sequence[Any],
    *,
    address: str = "",
) -> Attachment:
    """Keep a PDF's bytes beside a submission; the same bytes attached again give back the earlier entry.

    signatures: dataclasses or mappings. Raises AttachmentError (no_submission, not_yours, not_a_pdf, too_large) and
    OSError where the disk is full.
    """
    submission = _submission(ledger, person, submission_id)
    size = path.stat().st_size
    if size > settings().max_file_mb * 1024**2:
        most = settings().max_file_mb
        raise AttachmentError(
            "too_large", f"Tệp “{filename}” lớn hơn {most} MB", f"{filename} is larger than {most} MB"
        )
    with path.open("rb") as stream:
        if _PDF not in stream.read(_HEAD):
            raise AttachmentError(
                "not_a_pdf", f"“{filename}” không phải tệp PDF; hãy đính kèm bản PDF đã ký", f"{filename} is not a PDF"
            )
    sha256 = digest(path)
    known = next((a for a in attachments(ledger, submission_id) if a.sha256 == sha256), None)
    if known is not None:
        return known
    store(path)
    told = tuple(asdict(s) if is_dataclass(s) and not isinstance(s, type) else dict(s) for s in signatures)
    at = now().astimezone(LOCAL_TIME)
    values = {
        "submission_id": submission_id, "sha256": sha256, "filename": filename, "size": size,
        "signatures": json.dumps(told, ensure_ascii=False, default=str), "added_by": person.login,
        "added_at": at.isoformat(),
    }  # fmt: skip
    with ledger.writing() as con:
        number = con.scalar(insert(table).values(**values).returning(table.c.attachment_id))
        # Without the file's name: the audit keeps what it is told for ever, and a purge takes names out.
        detail = {"sha256": sha256, "signatures": len(told)}
        record(con, person, "submission.attach", f"submission:{submission.receipt}", detail, address=address)
    return next(a for a in attachments(ledger, submission_id) if a.attachment_id == number)


def _submission(ledger: Ledger, person: Person, submission_id: int) -> Submission:
    found = ledger.submissions(ids=[submission_id])
    if not found:
        raise AttachmentError("no_submission", f"Không có lần nộp số {submission_id}", f"no submission {submission_id}")
    contract = load_contracts(settings().contracts)[found[0].dataset]
    if not person.may_send(contract, found[0].reporter):
        raise AttachmentError(
            "not_yours",
            f"Tài khoản này không được đính kèm tệp vào báo cáo của {found[0].reporter}",
            f"this account may not attach files to what {found[0].reporter} sent",
        )
    return found[0]


def attachments(ledger: Ledger, submission_id: int) -> tuple[Attachment, ...]:
    """The files attached to a submission, oldest first."""
    query = select(table).where(table.c.submission_id == submission_id).order_by(table.c.attachment_id)
    with ledger.reading() as con:
        return tuple(
            Attachment(
                r["attachment_id"], r["submission_id"], r["sha256"], r["filename"], r["size"],
                tuple(json.loads(r["signatures"])), r["added_by"], datetime.fromisoformat(r["added_at"]),
            )
            for r in con.execute(query).mappings()
        )  # fmt: skip
