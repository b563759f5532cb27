"""What waits for somebody's decision: requests, explanations, versions to be approved or confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from dashboard.ledger_access import the_ledger
from dashboard.views.datasets import contract, contracts
from data.explanations import Explanation, explanations
from data.extension_requests import ExtensionRequest, extension_requests
from data.ledger import Ledger
from data.ledger_schema import event
from data.person import Person
from data.standing import State, states_of
from data.submission import Submission

__all__ = ["Waiting", "waiting"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the person can decide on, oldest first; `unconfirmed` is only to be known of."""

    requests: tuple[ExtensionRequest, ...] = ()
    explanations: tuple[tuple[Explanation, Submission], ...] = ()
    unapproved: tuple[tuple[Submission, State], ...] = ()
    unconfirmed: tuple[tuple[Submission, State], ...] = ()

    @property
    def count(self) -> int:
        """How many decisions are asked for."""
        return len(self.requests) + len(self.explanations) + len(self.unapproved)


def waiting(person: Person) -> Waiting:
    """Everything that waits for the person now."""
    ledger = the_ledger()
    operates = person.may("operate")
    unapproved = _in_state(ledger, "awaiting_approval") if person.may("approve") else []
    return Waiting(
        requests=tuple(extension_requests(ledger, state="open")) if operates else (),
        explanations=_explained(ledger) if operates else (),
        unapproved=tuple((s, state) for s, state in unapproved if _theirs(person, s)),
        unconfirmed=tuple(_in_state(ledger, "awaiting_confirmation")) if operates else (),
    )


def _theirs(person: Person, sent: Submission) -> bool:
    source = contract(sent.dataset)
    return source is not None and person.may_approve(source, sent.reporter)


def _explained(ledger: Ledger) -> tuple[tuple[Explanation, Submission], ...]:
    found = explanations(ledger, state="open")
    by_number = {s.submission_id: s for s in ledger.submissions(ids=[e.submission_id for e in found])}
    return tuple((e, by_number[e.submission_id]) for e in found)


def _in_state(ledger: Ledger, code: str) -> Sequence[tuple[Submission, State]]:
    """Submissions that are in a state now, among those that ever came to it."""
    with ledger.reading() as con:
        ever = list(con.scalars(select(event.c.submission_id).where(event.c.kind == code).distinct()))
    known = contracts()
    found = [s for s in ledger.submissions(ids=ever) if s.dataset in known] if ever else []
    states = states_of(ledger, found, known)
    return [(s, states[s.submission_id]) for s in found if states[s.submission_id].code == code]
