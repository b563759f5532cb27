"""Obligations: which unit owes which dataset for which period, and when it is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from data.contract import Contract
from data.deadline import DeadlineRule, due_moment
from data.period import Period, periods_between
from data.submission import Extension
from data.units import UnitRegistry, load_units

__all__ = ["Obligation", "deadline_rule", "due_if_owed", "full_code", "obligations", "reporters"]


@dataclass(frozen=True, slots=True)
class Obligation:
    """One expected item: the unit of account of every score."""

    dataset: str
    reporter: str
    period: Period
    due_at: datetime
    extended: bool = False


@lru_cache(maxsize=256)
def deadline_rule(contract: Contract) -> DeadlineRule:
    """The contract's cadence as a rule for due moments. Raises ValueError where it cannot be read."""
    cadence = contract.cadence
    return DeadlineRule.parse(
        cadence.unit, cadence.due, every=cadence.frequency, cutoff=cadence.cutoff, grace=cadence.grace_days
    )


def due_if_owed(contract: Contract, period: Period) -> datetime | None:
    """When the period is due; None where it lies before the first one owed: history sent later has no deadline."""
    rule = deadline_rule(contract)
    if contract.valid_from and period.start(rule.cutoff) < Period.parse(contract.valid_from).start(rule.cutoff):
        return None
    return due_moment(period, rule)


def full_code(short: str, province: str) -> str:
    """A unit's code from the short name contracts use: SKHCN → 56-SKHCN; five-digit commune codes stay."""
    return short if short.isdigit() or short.startswith(f"{province}-") else f"{province}-{short}"


def reporters(contract: Contract, units: UnitRegistry, province: str) -> tuple[str, ...]:
    """Codes of the units that owe the dataset, in the registry's order, each once."""
    wanted = [full_code(contract.owner if u == "owner" else u, province) for u in contract.reporting.units]
    for kind in contract.reporting.each:
        wanted += [u.code for u in units.of_kind(kind)]
    return tuple(dict.fromkeys(wanted))


def _periods(contract: Contract, until: date) -> Iterator[Period]:
    rule = deadline_rule(contract)
    first = Period.parse(contract.valid_from)
    for period in periods_between(rule.frequency, first.start(rule.cutoff), until):
        if first.start(rule.cutoff) <= period.start(rule.cutoff) <= until:
            yield period


def obligations(
    contracts: Iterable[Contract], province: str, until: date, extensions: Iterable[Extension] = ()
) -> list[Obligation]:
    """Every item owed for periods that begin by `until`, from each contract's `validFrom` on.

    A granted extension moves the due moment of its own unit and period only.
    """
    units = load_units(province)
    moved = {(e.dataset, e.reporter, e.period): e.due_at for e in extensions}
    owed: list[Obligation] = []
    for contract in contracts:
        rule, who = deadline_rule(contract), reporters(contract, units, province)
        for period in _periods(contract, until):
            due, token = due_moment(period, rule), str(period)
            for reporter in who:
                later = moved.get((contract.id, reporter, token))
                owed.append(Obligation(contract.id, reporter, period, later or due, later is not None))
    return owed
