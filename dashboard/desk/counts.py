"""How many things wait behind the places at the side of every page."""

from __future__ import annotations

from datetime import datetime

from dashboard.desk.duties import duties, grouped
from dashboard.desk.waiting import waiting
from dashboard.ledger_access import the_ledger
from dashboard.shared import Shared
from data.audit import newest
from data.person import Person
from data.settings import settings

__all__ = ["counts"]

_kept: Shared[dict[str, tuple[str, str]]] = Shared(size=128)


def counts(person: Person, now: datetime) -> dict[str, tuple[str, str]]:
    """Place → number and its colour; only places at which something waits."""
    ledger = the_ledger()
    clock = f"{now:%Y-%m-%dT%H}:{now.minute // 10}"
    key = (settings().ledger_url, person.unit, person.role, clock, ledger.position(), newest(ledger))
    return _kept.get(key, lambda: _counted(person, now))


def _counted(person: Person, now: datetime) -> dict[str, tuple[str, str]]:
    found = {}
    if person.unit and (person.may("submit") or person.may("approve")):
        late = len(grouped(duties(person, now))["now"])
        if late:
            found["desk"] = (str(late), "red")
    if (person.may("operate") or person.may("approve")) and (open_ := waiting(person).count):
        found["inbox"] = (str(open_), "amber")
    return found
