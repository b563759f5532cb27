"""Purging: what should never have been sent is taken out of everything the hub keeps; a tombstone stays in the audit.

Definitions.md: an administrator removes bytes and rows (state secrets, strangers' personal data) with a reason. The
steps are in such an order that a purge that was cut off can be given again and ends the work.
Source: law on the protection of state secrets 2018, article 5; decree 13/2023/NĐ-CP, article 16 (erasure).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, update

from assets.lake_erasure import erase_bytes, erase_rows, scrub_database
from assets.marts import refresh_marts
from assets.settle import settle
from data import desk_schema as desk
from data import ledger_schema as schema
from data.audit import record
from data.contract import ContractRegistry
from data.lake_lock import lake_lock
from data.landing import digest, path_of
from data.ledger import Ledger
from data.person import Person
from data.settings import settings
from data.submission import Event, Submission
from data.submission_events import add_events
from data.warehouse import lake_exists, open_warehouse

__all__ = ["REMOVED", "PurgeError", "Purged", "purge"]

REMOVED = "đã gỡ bỏ"
"""Stands where a file's name or somebody's words about it stood."""


class PurgeError(Exception):
    """Why nothing is purged, in both languages; `code` for programs."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")
        self.code, self.vi, self.en = code, vi, en


@dataclass(frozen=True)
class Purged:
    """What was taken out.

    shared_with: receipts of other submissions of the very same bytes: the file stays for them until they are purged.
    left: what could not be cleared now and why; the purge is to be given again.
    """

    receipt: str
    sha256: str
    rows: dict[str, int]
    files: int
    states: int = 0
    shared_with: tuple[str, ...] = ()
    left: tuple[str, ...] = field(default_factory=tuple)


def purge(
    ledger: Ledger,
    registry: ContractRegistry,
    person: Person,
    submission: Submission,
    reason: str,
    *,
    address: str = "",
    patience: float = 30.0,
) -> Purged:
    """Take one submission out for good; the version before it counts again. Waits for whoever writes the lake.

    Raises PurgeError for somebody who is no administrator, and where no reason is given.
    """
    reason = " ".join(reason.split())
    if not person.may("administer"):
        raise PurgeError("not_allowed", "Chỉ quản trị được gỡ bỏ dữ liệu", "only administrators take data out")
    if not reason:
        raise PurgeError("no_reason", "Cần ghi lý do gỡ bỏ", "a reason is needed")
    contract = registry[submission.dataset]
    with lake_lock():
        rows: dict[str, int] = {}
        if lake_exists():
            with open_warehouse() as con:
                rows = erase_rows(con, contract, submission.submission_id)
        attached = _entomb(ledger, person, submission, reason, rows, address)
        states = 0
        if lake_exists():
            with open_warehouse() as con:
                refresh_marts(con, registry, {contract.id, *settle(con, ledger, registry, [submission])})
                states = erase_bytes(con, contract, submission.submission_id)
        files, shared = _unlink(ledger, submission, attached)
        left = _scrubbed(patience)
    return Purged(submission.receipt, submission.sha256, rows, files, states, shared, left)


def _entomb(
    ledger: Ledger, person: Person, submission: Submission, reason: str, rows: dict[str, int], address: str
) -> Sequence[str]:
    """Note the purge where everybody sees it, and take the sender's words out of the ledger, in one transaction; gives
    the hashes of attached files."""
    number = submission.submission_id
    with ledger.writing() as con:
        attached = list(con.scalars(select(desk.attachment.c.sha256).where(desk.attachment.c.submission_id == number)))
        tombstone: dict[str, Any] = {
            "reason": reason, "dataset": submission.dataset, "reporter": submission.reporter,
            "period": submission.period, "version": submission.version, "sha256": submission.sha256,
            "size": submission.size, "received_at": submission.received_at.isoformat(), "sender": submission.sender,
            "rows": rows, "attachments": attached,
        }  # fmt: skip
        record(con, person, "submission.purge", f"submission:{submission.receipt}", tombstone, address=address)
        # The one place where what stands in the ledger is written over: names and words may tell what must go.
        sent, event = schema.submission, schema.event
        con.execute(update(sent).where(sent.c.submission_id == number).values(filename=REMOVED))
        con.execute(update(event).where(event.c.submission_id == number).values(detail="{}"))
        con.execute(delete(desk.attachment).where(desk.attachment.c.submission_id == number))
        con.execute(
            update(desk.explanation).where(desk.explanation.c.submission_id == number).values(text=REMOVED, note="")
        )
        con.execute(delete(desk.idempotency).where(desk.idempotency.c.answer.contains(submission.receipt)))
        about = desk.notice.c.key.startswith(f"told:{submission.receipt}:", autoescape=True)
        con.execute(update(desk.notice).where(about).values(subject=REMOVED, body=REMOVED))
        add_events(con, [Event(number, "purged", person.login, {"reason": reason})])
    return attached


def _unlink(ledger: Ledger, submission: Submission, attached: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    """Delete the files that nothing else needs: as sent, attached, half arrived, kept beside the ledger."""
    home, number = settings().home, submission.submission_id
    removed, shared = 0, _others(ledger, submission)
    # Verdicts that the desk keeps until the lake has them are named by the submission's number.
    wanted = [*(home / "verdicts").glob(f"{number}.*"), *(home / "verdicts").glob(f".*-{number}.*")]
    # Rows typed into the grid and kept for the same report (dashboard/desk/drafts.py): by each account.
    item = f"{submission.dataset}~{submission.reporter}~{submission.period}"
    wanted += [p for p in (home / "drafts").glob("*/*") if p.name in {f"{item}.json", f"{item}.new"}]
    if not shared:
        wanted += [path_of(submission.sha256), *_copies(home / "uploads", submission)]
    wanted += [path_of(sha256) for sha256 in attached if not _needed(ledger, sha256)]
    for path in wanted:
        if path.is_file():
            path.unlink()
            removed += 1
    return removed, shared


def _others(ledger: Ledger, submission: Submission) -> tuple[str, ...]:
    """Receipts of other submissions of the same bytes that were not purged."""
    table, done = schema.submission, schema.event
    purged = select(done.c.submission_id).where(done.c.kind == "purged")
    query = select(table.c.receipt).where(
        table.c.sha256 == submission.sha256,
        table.c.submission_id != submission.submission_id,
        table.c.submission_id.not_in(purged),
        table.c.nil.is_(False),
    )
    with ledger.reading() as con:
        return tuple(con.scalars(query))


def _needed(ledger: Ledger, sha256: str) -> bool:
    """Whether bytes that were attached are attached elsewhere, or are a submission."""
    with ledger.reading() as con:
        return any(
            con.scalar(select(table.c.sha256).where(table.c.sha256 == sha256).limit(1)) is not None
            for table in (desk.attachment, schema.submission)
        )


def _copies(folder: Path, submission: Submission) -> list[Path]:
    """Files that were uploaded and not sent yet, of the very same bytes, with what was noted of them beside."""
    files = [p for p in folder.rglob("*") if p.is_file() and p.stat().st_size == submission.size]
    same = [p for p in files if digest(p) == submission.sha256]
    beside = [p for one in same if one.parent != folder for p in one.parent.iterdir() if p.is_file() and p not in same]
    return [*same, *beside]


def _scrubbed(patience: float) -> tuple[str, ...]:
    """Write the embedded databases anew, so that nothing is left in their free pages; gives those that were busy."""
    found = (settings().lake_folder / "catalog.sqlite", settings().home / "ledger.sqlite")
    return tuple(str(path) for path in found if not scrub_database(path, patience))
