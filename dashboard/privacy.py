"""Personal data on pages, in exports and the API: masked for everyone, shown for a while to whoever asked and may.

Whoever looks says why; the entry in the audit is the permission, so nothing is shown that is not recorded.
Source: decree 13/2023/NĐ-CP, articles 3 and 26 (purpose, minimisation, records of processing).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from checks.finding import Verdict
from checks.masking import MASK, Masking
from dashboard.ledger_access import the_ledger
from data.audit import entries, record
from data.clock import now
from data.contract import Contract
from data.ledger import Ledger
from data.person import Person
from data.submission import Submission

__all__ = [
    "MASK",
    "SHOWN_FOR",
    "UnmaskError",
    "masked",
    "masked_verdict",
    "may_have_file",
    "personal_columns",
    "shown_until",
    "unmask",
]

SHOWN_FOR = timedelta(minutes=15)
"""How long personal data of one submission stays visible to the one who asked."""
_ACTION = "personal.unmask"
_SHORTEST_REASON = 5


class UnmaskError(Exception):
    """Why personal data is not shown, in both languages; `code` for programs and message catalogues."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")
        self.code, self.vi, self.en = code, vi, en


def personal_columns(contract: Contract) -> frozenset[str]:
    """Names of the columns that the contract classifies as personal."""
    return frozenset(c.name for c in contract.columns if c.personal)


def masked(contract: Contract, person: Person, reporter: str = "", *, receipt: str = "") -> frozenset[str]:
    """Names of the columns whose values this person does not see now; what every page, export and answer asks.

    receipt: the submission in view; without it (many submissions at once) personal columns are masked for everyone.
    """
    hidden = personal_columns(contract)
    if not hidden or not receipt or not person.may_unmask(contract, reporter):
        return hidden
    return hidden if shown_until(the_ledger(), person, receipt) is None else frozenset()


def may_have_file(contract: Contract, person: Person, reporter: str, receipt: str) -> bool:
    """Whether the person may take away the sheet itself, as sent or annotated: it holds everything.

    Its own sender's people may; anybody else where nothing personal is in it, or while it is shown to them.
    """
    own = person.may("unmask.own") and person.acts_for(contract, reporter)
    return own or not masked(contract, person, reporter, receipt=receipt)


def shown_until(ledger: Ledger, person: Person, receipt: str) -> datetime | None:
    """Until when the submission's personal data is shown to the person; None where it is masked."""
    found = entries(ledger, action=_ACTION, actor=person.login, object_=_object(receipt), limit=20)
    until = max((e.at + SHOWN_FOR for e in found if e.object == _object(receipt)), default=None)
    return until if until is not None and until > now() else None


def unmask(
    ledger: Ledger, person: Person, contract: Contract, submission: Submission, reason: str, *, address: str = ""
) -> datetime:
    """Show one submission's personal data to the person from now on; gives until when. Raises UnmaskError."""
    if not person.may_unmask(contract, submission.reporter):
        raise UnmaskError(
            "not_allowed",
            "Vai trò này không được xem dữ liệu cá nhân của lần nộp",
            "this role does not see the submission's personal data",
        )
    reason = reason.strip()
    if len(reason) < _SHORTEST_REASON:
        raise UnmaskError("reason", "Cần ghi lý do xem dữ liệu cá nhân", "a reason for looking is needed")
    with ledger.writing() as con:
        detail = {"reason": reason[:500], "columns": sorted(personal_columns(contract)), "version": submission.version}
        record(con, person, _ACTION, _object(submission.receipt), detail, address=address)
    return now() + SHOWN_FOR


def _object(receipt: str) -> str:
    return f"submission:{receipt}"


def masked_verdict(verdict: Verdict, contract: Contract, hidden: frozenset[str]) -> Verdict:
    """The verdict with every finding masked."""
    if not hidden:
        return verdict
    mask = Masking(contract, hidden)
    return replace(verdict, findings=tuple(mask(f) for f in verdict.findings))
