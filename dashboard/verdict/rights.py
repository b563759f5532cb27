"""What the reader of a verdict may see and do, asked once for a page or a route."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.privacy import masked, may_have_file
from data.contract import Contract
from data.person import Person
from data.submission import Submission

__all__ = ["Rights", "rights_of"]


@dataclass(frozen=True, slots=True)
class Rights:
    """read: see the verdict; send: correct, explain, withdraw; file: take the sheet itself away; hidden: contract
    columns whose values are masked."""

    read: bool
    send: bool
    approve: bool
    operate: bool
    file: bool
    hidden: frozenset[str]


def rights_of(person: Person, contract: Contract, submission: Submission) -> Rights:
    """The person's rights on one submission."""
    reporter, receipt = submission.reporter, submission.receipt
    read = person.may_read(contract, reporter)
    return Rights(
        read=read,
        send=read and person.may_send(contract, reporter),
        approve=read and person.may_approve(contract, reporter),
        operate=read and person.may("operate"),
        file=read and may_have_file(contract, person, reporter, receipt),
        hidden=masked(contract, person, reporter, receipt=receipt),
    )
