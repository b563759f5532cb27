"""Which items the demonstration holds, and when each was received: the units' discipline."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from assets.demo.recipe import settings_of
from data.contract import Contract
from data.deadline import HANOI, due_moment
from data.obligation import deadline_rule, reporters
from data.period import Period, periods_between
from data.units import load_units

__all__ = ["Item", "Span", "office_hours", "plan_items"]

_OPENS, _CLOSES = 7, 17


@dataclass(frozen=True, slots=True)
class Span:
    """Months the demonstration covers, first and last, and how many days and weeks of the busier datasets.

    The present of the demonstration is 08:00 on the 23rd of the month after the last.
    """

    first: Period
    last: Period
    days: int | None = None
    weeks: int | None = None

    @property
    def moment(self) -> datetime:
        """Nothing was received after it."""
        return datetime.combine(self.last.next().start().replace(day=23), time(8), tzinfo=HANOI)

    def start_of(self, kind: str) -> date:
        """First day that a period of a kind may begin on."""
        first = self.first.start()
        back = {"day": self.days, "week": None if self.weeks is None else 7 * self.weeks}.get(kind)
        return first if back is None else max(first, self.moment.date() - timedelta(days=back))

    def end_of(self, kind: str) -> date:
        """Last day that a period of a kind may end on: days and weeks go on to the present."""
        return self.moment.date() - timedelta(days=1) if kind in ("day", "week") else self.last.end()


@dataclass(frozen=True, slots=True)
class Item:
    """One expected item; `received_at` None where nothing was sent."""

    dataset: str
    reporter: str
    period: Period
    due_at: datetime
    received_at: datetime | None

    @property
    def late(self) -> bool:
        """Whether what was sent came after the due moment."""
        return self.received_at is not None and self.received_at > self.due_at


def office_hours(moment: datetime, chance: random.Random) -> datetime:
    """The same day at a time when offices work."""
    if _OPENS <= moment.hour < _CLOSES:
        return moment.replace(microsecond=0)
    return moment.replace(hour=chance.randrange(_OPENS, _CLOSES), microsecond=0)


def _shares(contract: Contract, reporter: str, kind: str, often_late: frozenset[str]) -> dict[str, Any]:
    rules = settings_of("discipline")
    short = reporter.partition("-")[2]
    for group in rules["groups"]:
        of_set = contract.id in group.get("datasets", [contract.id])
        of_kind = kind in group.get("kinds", [kind])
        if short in group["units"] and of_set and of_kind:
            return dict(group)
    if reporter in often_late:
        return dict(rules["often_late"])
    return dict(rules["communes"] if reporter.isdigit() else rules["default"])


def _on_time(period_end: date, due: datetime, chance: random.Random) -> datetime:
    ready = datetime.combine(period_end + timedelta(days=1), time(7), tzinfo=HANOI)
    earliest = max(ready, due - timedelta(days=4))
    if earliest > due - timedelta(hours=2):
        earliest = due - timedelta(hours=9 if due - ready < timedelta(0) else 3)
    at = office_hours(earliest + (due - earliest) * chance.random(), chance)
    return at if earliest <= at < due else due - timedelta(minutes=chance.randrange(5, 110))


def plan_items(contracts: Iterable[Contract], province: str, seed: int, span: Span) -> list[Item]:
    """Every item of the span with the moment its file came, by dataset, period and reporter."""
    units = load_units(province)
    communes = [u.code for u in units.communes()]
    slow = random.Random(f"{seed}:slow").sample(
        communes, round(len(communes) * settings_of("discipline")["often_late_share"])
    )
    often_late = frozenset(slow)
    items: list[Item] = []
    for contract in contracts:
        rule = deadline_rule(contract)
        owed = Period.parse(contract.valid_from).start()
        start, end = span.start_of(rule.frequency), span.end_of(rule.frequency)
        for period in periods_between(rule.frequency, start, end):
            if period.start() < owed or period.end() < start or period.end() > end:
                continue
            due = due_moment(period, rule)
            for reporter in reporters(contract, units, province):
                chance = random.Random(f"{seed}:{contract.id}:{reporter}:{period}")
                shares = _shares(contract, reporter, rule.frequency, often_late)
                received = _received(shares, period.end(rule.cutoff), due, chance)
                if received is not None and received >= span.moment:
                    received = None
                items.append(Item(contract.id, reporter, period, due, received))
    return items


def _received(shares: dict[str, Any], ended: date, due: datetime, chance: random.Random) -> datetime | None:
    drawn = chance.random()
    if drawn < shares["on_time"]:
        return _on_time(ended, due, chance)
    if drawn < shares["on_time"] + shares["late"]:
        days = settings_of("discipline")["days_late"] * chance.random() ** 2
        return office_hours(due + timedelta(days=0.6 + days), chance)
    return None
