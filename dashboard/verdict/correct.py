"""Correcting: a copy of what was sent with other values in some cells, sent as the next version and judged at once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from assets.sending import SendError, send
from dashboard.ledger_access import the_ledger
from dashboard.verdict.opened import Opened
from dashboard.verdict.quick import in_child, judged
from data.audit import record
from data.landing import path_of
from data.period import Period
from data.submission import Event, Submission
from data.submission_events import add_events
from data.table import UnreadableError, cell_address

if TYPE_CHECKING:
    from assets.corrections import Correction

__all__ = ["CorrectionError", "send_corrected"]

_NOTED = 200
"""Cells that are named in the ledger one by one; beyond them their number is."""


class CorrectionError(Exception):
    """Why no corrected version was made, in both languages."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")
        self.vi, self.en = vi, en


def send_corrected(opened: Opened, corrections: Sequence[Correction], *, timeout: float = 10.0) -> Submission:
    """Write the corrections into a copy of the file as it was sent, and send it as the next version.

    The ledger notes which cells were corrected of which version. Waits up to `timeout` seconds for the verdict. Raises
    CorrectionError where nothing can be corrected; what was sent before then stands as it stood.
    """
    before = opened.submission
    if not corrections:
        raise CorrectionError("Không có ô nào để sửa", "there is no cell to correct")
    if not opened.newest:
        raise CorrectionError(
            "Đã có lần nộp mới hơn; hãy sửa ở lần nộp mới nhất", "there is a newer version: correct that one"
        )
    with TemporaryDirectory(prefix="hub-correct-") as folder:
        copy = _copy(before, corrections, Path(folder))
        try:
            sent = send(
                the_ledger(),
                opened.person,
                opened.contract,
                before.reporter,
                Period.parse(before.period),
                copy,
                filename=copy.name,
                channel="desk",
                address=opened.address,
            )
        except (SendError, UnreadableError) as error:
            raise CorrectionError(error.vi, error.en) from error
        except OSError as error:
            raise CorrectionError(
                "Máy chủ hết chỗ lưu, chưa nhận bản sửa; hãy báo quản trị",
                "the server has no room left and did not take the copy: tell the administrator",
            ) from error
    if sent.duplicate:
        raise CorrectionError(
            "Giá trị mới giống hệt giá trị đã gửi, không có gì để nộp lại",
            "the new values are those that were sent: there is nothing to send again",
        )
    _note(opened, sent, corrections)
    judged(sent, timeout=timeout)
    return sent


def _copy(before: Submission, corrections: Sequence[Correction], folder: Path) -> Path:
    from assets.corrections import apply_corrections

    try:
        copy: Path = in_child(
            before.size, apply_corrections, path_of(before.sha256), before.filename, tuple(corrections), folder
        )
        return copy
    except UnreadableError as error:
        raise CorrectionError(error.vi, error.en) from error
    except (BrokenProcessPool, OSError, ValueError) as error:
        raise CorrectionError(
            "Không viết được vào tệp này; hãy sửa trong tệp gốc rồi nộp lại",
            "this file cannot be written to: correct the original and send it again",
        ) from error


def _note(opened: Opened, sent: Submission, corrections: Sequence[Correction]) -> None:
    cells = [cell_address(c.row, c.column) for c in corrections]
    detail = {"of": opened.submission.receipt, "count": len(cells), "cells": cells[:_NOTED]}
    with the_ledger().writing() as con:
        add_events(con, [Event(sent.submission_id, "corrected", opened.person.login, detail)])
        record(con, opened.person, "submission.correct", f"submission:{sent.receipt}", detail, address=opened.address)
