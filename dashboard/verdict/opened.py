"""A submission as a route opens it: found, and readable for whoever asks, or answered with “not found”."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import HTTPException, Request

from dashboard.ledger_access import the_ledger
from dashboard.sign_in.identity import address_of, person_of
from dashboard.verdict.rights import Rights, rights_of
from dashboard.views.datasets import contract
from data.contract import Contract
from data.person import Person
from data.submission import Submission

__all__ = ["Opened", "open_submission"]


@dataclass(frozen=True, slots=True)
class Opened:
    """The submission with its contract, who asks, from where, and what they may do with it."""

    submission: Submission
    contract: Contract
    person: Person
    address: str
    rights: Rights

    @property
    def newest(self) -> bool:
        """Whether no later version of the item was sent."""
        item = self.submission
        versions = the_ledger().submissions(dataset=item.dataset, reporter=item.reporter, period=item.period)
        return versions[-1].submission_id == item.submission_id


def open_submission(request: Request, receipt: str) -> Opened:
    """The submission of that receipt. Raises HTTPException 404 also for those who may not read it: whether there is
    such a submission is not told to them."""
    found = next(iter(the_ledger().submissions(receipt=receipt)), None)
    source = contract(found.dataset) if found else None
    person = person_of(request)
    if found is None or source is None or not person.may_read(source, found.reporter):
        raise HTTPException(404, "không có biên nhận này / no such receipt")
    return Opened(found, source, person, address_of(request), rights_of(person, source, found))
