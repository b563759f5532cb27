"""Reports that are still owed: due, not sent, not closed; asked of the ledger alone, whatever the lake does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from data.closings import closed_periods
from data.contract import Contract, ContractRegistry
from data.ledger import Ledger
from data.ledger_schema import submission as table
from data.obligation import Obligation, obligations
from data.settings import settings
from data.submission import GIVEN_UP, Event
from data.submission_events import events_of

__all__ = ["OpenItem", "good", "open_items"]

_REFUSED = frozenset({"rejected", "unreadable"})


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One report that its unit owes."""

    contract: Contract
    reporter: str
    period: str
    begins: date
    due_at: datetime
    extended: bool


def open_items(
    ledger: Ledger, registry: ContractRegistry, moment: datetime, *, back: timedelta, ahead: timedelta
) -> list[OpenItem]:
    """Reports due from `back` before the moment to `ahead` after it for which nothing stands, in the order of due."""
    until = moment + ahead
    owed = obligations(registry.values(), settings().province, until.date(), ledger.extensions())
    closed = closed_periods(ledger)
    wanted = [o for o in owed if moment - back <= o.due_at <= until and (o.dataset, str(o.period)) not in closed]
    sent = _answered(ledger, wanted)
    found = [_item(registry[o.dataset], o) for o in wanted if (o.dataset, o.reporter, str(o.period)) not in sent]
    return sorted(found, key=lambda i: (i.due_at, i.contract.title, i.reporter))


def _item(contract: Contract, owed: Obligation) -> OpenItem:
    begins = owed.period.start(contract.cadence.cutoff)
    return OpenItem(contract, owed.reporter, str(owed.period), begins, owed.due_at, owed.extended)


def good(events: Iterable[Event]) -> bool:
    """Whether a submission with these events answers its report: it was not refused, returned, withdrawn or purged."""
    stands = True
    for event in events:
        if event.kind in GIVEN_UP:
            return False
        if event.kind in {"judged", "rejudged"}:
            stands = (event.detail or {}).get("verdict") not in _REFUSED
    return stands


def _answered(ledger: Ledger, owed: Collection[Obligation]) -> set[tuple[str, str, str]]:
    periods: dict[str, set[str]] = defaultdict(set)
    for each in owed:
        periods[each.dataset].add(str(each.period))
    answered: set[tuple[str, str, str]] = set()
    with ledger.reading() as con:
        for dataset, tokens in periods.items():
            query = select(table.c.submission_id, table.c.reporter, table.c.period).where(table.c.dataset == dataset)
            if len(tokens) <= 200:
                query = query.where(table.c.period.in_(sorted(tokens)))
            rows = con.execute(query).all()
            events = events_of(con, [row[0] for row in rows])
            answered |= {(dataset, reporter, period) for number, reporter, period in rows if good(events[number])}
    return answered
