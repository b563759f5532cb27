"""What somebody's unit owes: each report with its due moment, where its newest version stands, and what was asked for.

From the ledger alone, so that it is true the moment after something was sent, whether or not the pipeline runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from dashboard.ledger_access import the_ledger
from dashboard.shared import Shared
from dashboard.views.datasets import contracts
from data.audit import newest
from data.contract import Contract
from data.deadline import working_days_between
from data.extension_requests import ExtensionRequest, extension_requests
from data.ledger import Ledger
from data.obligation import deadline_rule, obligations, reporters
from data.period import Period
from data.person import Person
from data.settings import settings
from data.standing import State, states_of
from data.submission import Submission
from data.units import load_units

__all__ = ["GROUPS", "Duty", "Group", "Standing", "duties", "duty_of", "grouped"]

Standing = Literal[
    "missing", "returned", "unconfirmed", "unapproved", "received", "due", "on_time", "late", "held", "not_begun",
]  # fmt: skip
"""Where one report stands: not sent and overdue; sent and given back; waiting for the sender's word, for approval, for
its verdict; to be sent; in force (on time or late); good but its period is closed; of a period that is to come."""
Group = Literal["now", "soon", "waiting", "coming", "done"]
GROUPS: tuple[Group, ...] = ("now", "soon", "waiting", "coming", "done")

SOON = 5
"""Working days before its due moment from which on a report is due soon."""
_BACK, _AHEAD = timedelta(days=365), timedelta(days=31)
_GOOD = frozenset({"accepted", "partly_accepted"})


@dataclass(frozen=True, slots=True)
class Duty:
    """One report that is owed.

    days: working days left until it is due, or, where that has passed, calendar days since, as a negative number.
    newest: the version sent last that was not withdrawn; in_force: version number of the one that counts.
    request: the newest request for an extension.
    """

    dataset: str
    reporter: str
    period: Period
    due_at: datetime
    extended: bool
    standing: Standing
    days: int
    newest: Submission | None = None
    state: State | None = None
    in_force: int | None = None
    request: ExtensionRequest | None = None

    @property
    def group(self) -> Group:
        """The heading that it stands under."""
        if self.standing in {"missing", "returned"}:
            return "now"
        if self.standing in {"unconfirmed", "unapproved", "received"}:
            return "waiting"
        if self.standing in {"on_time", "late", "held"}:
            return "done"
        return "soon" if self.standing == "due" and self.days <= SOON else "coming"


_kept: Shared[tuple[Duty, ...]] = Shared(size=64)


def duties(person: Person, now: datetime) -> tuple[Duty, ...]:
    """Everything that the person's unit answers for, due since a year ago, of periods that begin within a month."""
    ledger = the_ledger()
    # Nothing changes without an event or an entry of the audit, but for the clock.
    clock = f"{now:%Y-%m-%dT%H}:{now.minute // 10}"
    key = (settings().ledger_url, person.unit, clock, ledger.position(), newest(ledger))
    return _kept.get(key, lambda: _worked_out(ledger, person, now))


def duty_of(person: Person, dataset: str, reporter: str, period: str, now: datetime) -> Duty | None:
    """One of them."""
    item = (dataset, reporter, period)
    return next((d for d in duties(person, now) if (d.dataset, d.reporter, str(d.period)) == item), None)


def grouped(found: Sequence[Duty]) -> Mapping[Group, tuple[Duty, ...]]:
    """By heading: overdue longest first, then what is due next, the newest of what is done first."""
    by_group: dict[Group, list[Duty]] = {name: [] for name in GROUPS}
    for duty in found:
        by_group[duty.group].append(duty)
    for own in by_group.values():
        own.sort(key=lambda d: (d.due_at, d.dataset, d.reporter))
    by_group["done"].reverse()
    return {name: tuple(own) for name, own in by_group.items()}


def _worked_out(ledger: Ledger, person: Person, now: datetime) -> tuple[Duty, ...]:
    registry = contracts()
    mine = [c for c in registry.values() if _whose(c, person)]
    owed = [
        o
        for o in obligations(mine, settings().province, (now + _AHEAD).date(), ledger.extensions())
        if now - _BACK < o.due_at and person.acts_for(registry[o.dataset], o.reporter)
    ]
    sent = _sent(ledger, mine, person)
    versions: dict[tuple[str, str, str], list[Submission]] = {}
    for one in sent:
        versions.setdefault((one.dataset, one.reporter, one.period), []).append(one)
    states = states_of(ledger, sent, registry)
    asked = {(r.dataset, r.reporter, r.period): r for r in extension_requests(ledger)}
    made = []
    for o in owed:
        item = (o.dataset, o.reporter, str(o.period))
        own = versions.get(item, [])
        left = [s for s in own if states[s.submission_id].code != "withdrawn"]
        last = left[-1] if left else None
        begun = o.period.start(deadline_rule(registry[o.dataset]).cutoff) <= now.date()
        counting = next((s.version for s in reversed(left) if states[s.submission_id].code == "in_force"), None)
        made.append(
            Duty(
                dataset=o.dataset,
                reporter=o.reporter,
                period=o.period,
                due_at=o.due_at,
                extended=o.extended,
                standing=_standing(left, states, o.due_at, now, begun),
                days=_days(now, o.due_at),
                newest=last,
                state=states[last.submission_id] if last else None,
                in_force=counting,
                request=asked.get(item),
            )
        )
    return tuple(made)


def _whose(contract: Contract, person: Person) -> bool:
    who = reporters(contract, load_units(settings().province), settings().province)
    return any(person.acts_for(contract, reporter) for reporter in who)


def _sent(ledger: Ledger, mine: Sequence[Contract], person: Person) -> list[Submission]:
    """What was sent of the person's reports: of the unit's own in one question, of others' by dataset."""
    own = ledger.submissions(reporter=person.unit)
    for contract in mine:
        if contract.reporting.on_behalf:
            own += [
                s
                for s in ledger.submissions(dataset=contract.id)
                if s.reporter != person.unit and person.acts_for(contract, s.reporter)
            ]
    known = {c.id for c in mine}
    return sorted((s for s in own if s.dataset in known), key=lambda s: s.version)


def _standing(
    left: Sequence[Submission], states: Mapping[int, State], due_at: datetime, now: datetime, begun: bool
) -> Standing:
    if not left:
        return "missing" if due_at <= now else "due" if begun else "not_begun"
    state = states[left[-1].submission_id]
    if state.code == "received":
        return "received"
    if state.code == "awaiting_confirmation":
        return "unconfirmed"
    if state.code == "awaiting_approval":
        return "unapproved"
    if state.code == "returned" or state.verdict not in _GOOD:
        return "returned"
    if state.held:
        return "held"
    good = (s for s in left if states[s.submission_id].verdict in _GOOD and states[s.submission_id].code != "returned")
    first = next(good)
    return "on_time" if first.received_at <= due_at else "late"


def _days(now: datetime, due_at: datetime) -> int:
    if due_at > now:
        return working_days_between(now.date(), due_at.date())
    return -max(1, _calendar_days(due_at.date(), now.date()))


def _calendar_days(start: date, end: date) -> int:
    return (end - start).days
