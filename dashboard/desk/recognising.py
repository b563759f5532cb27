"""What an uploaded file is taken for, and what becomes of that when its owner chooses otherwise."""

from __future__ import annotations

from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from assets.recognise import Guess, HeaderGuess, Recognised, header_guesses, recognise
from dashboard.desk.uploads import Header, Pick, Upload, path_of
from dashboard.ledger_access import the_ledger
from dashboard.verdict.quick import in_child
from dashboard.views.datasets import contract, contracts
from data.column_choices import column_choices
from data.contract import Contract, load_contracts
from data.obligation import deadline_rule, reporters
from data.period import Period
from data.person import Person
from data.settings import settings
from data.units import load_units

__all__ = ["chosen", "looked_at", "sendable", "units_for"]

_SURE = frozenset({"stamp", "columns"})


def looked_at(person: Person, one: Upload, hint: tuple[str, str, str], now: datetime) -> Upload:
    """The file with what it is taken for. hint: dataset, unit, period of the page that it was dropped on; it counts
    where the file itself does not say otherwise."""
    path = path_of(person, one)
    try:
        found = in_child(one.size, _recognised, path, one.name, person, now)
    except (BrokenProcessPool, OSError):
        found = Recognised()
    dataset, unit, period = (_pick(g) for g in (found.dataset, found.reporter, found.period))
    if hint[0] and (dataset.value == hint[0] or dataset.how not in _SURE):
        other = dataset.value != hint[0]
        dataset = Pick(hint[0], dataset.how if not other else "page", dataset.others)
        unit = unit if (not other and unit.how in _SURE) or not hint[1] else Pick(hint[1], "page", unit.others)
        period = period if (not other and period.how in _SURE) or not hint[2] else Pick(hint[2], "page", period.others)
    one = replace(one, dataset=dataset, unit=unit, period=period, headers=_headers(found.headers))
    if found.error is not None:
        return replace(one, trouble_vi=found.error.vi, trouble_en=found.error.en)
    return _with_headers(person, one) if _asks_anew(found, one) else one


def chosen(person: Person, one: Upload, dataset: str, unit: str, period: str) -> Upload:
    """The file as its owner says it is. A value that cannot be sent counts as not chosen."""
    known = contract(dataset)
    if known is None or not _may(person, known):
        return replace(one, dataset=Pick(), unit=Pick(), period=Pick(), headers=())
    changed = one.dataset.value != dataset
    whose = units_for(person, known)
    unit = unit if unit in whose else whose[0] if len(whose) == 1 else ""
    picked = replace(
        one,
        dataset=_said(one.dataset, dataset),
        unit=_said(one.unit, unit),
        period=_said(one.period, period if _fits(known, period) else ""),
        trouble_vi="",
        trouble_en="",
    )
    return _with_headers(person, picked) if changed or one.unit.value != unit else picked


def sendable(person: Person) -> tuple[Contract, ...]:
    """Contracts of the datasets that the person may send for anybody."""
    return tuple(c for c in contracts().values() if _may(person, c))


def units_for(person: Person, known: Contract) -> tuple[str, ...]:
    """Units whose report of that dataset the person may send."""
    owed = reporters(known, load_units(settings().province), settings().province)
    return tuple(code for code in owed if person.may_send(known, code))


def _may(person: Person, known: Contract) -> bool:
    return bool(units_for(person, known))


def _fits(known: Contract, period: str) -> bool:
    try:
        return Period.parse(period).kind == deadline_rule(known).frequency
    except ValueError:
        return False


def _said(before: Pick, value: str) -> Pick:
    return before if before.value == value else Pick(value, "chosen" if value else "", before.others)


def _pick(guess: Guess) -> Pick:
    return Pick(guess.value or "", guess.how, guess.alternatives)


def _headers(found: tuple[HeaderGuess, ...]) -> tuple[Header, ...]:
    return tuple(Header(h.header, h.suggestions) for h in found if h.column is None)


def _asks_anew(found: Recognised, one: Upload) -> bool:
    """Whether the headers were read for another dataset, or the unit has words of its own for them."""
    if found.dataset.value != one.dataset.value:
        return True
    return bool(one.unit.value and column_choices(the_ledger(), one.dataset.value, one.unit.value))


def _with_headers(person: Person, one: Upload) -> Upload:
    """The unknown headers for the dataset as it is chosen now, less those that the unit explained before."""
    known = contract(one.dataset.value)
    if known is None:
        return replace(one, headers=())
    remembered = dict(column_choices(the_ledger(), known.id, one.unit.value)) if one.unit.value else {}
    try:
        found = in_child(one.size, _guessed, path_of(person, one), one.name, known.id, remembered)
    except (BrokenProcessPool, OSError):
        found = ()
    return replace(one, headers=_headers(found))


def _recognised(path: Path, name: str, person: Person, now: datetime) -> Recognised:
    """In a child: the file is a stranger's."""
    return recognise(path, name, load_contracts(settings().contracts), person, now=now)


def _guessed(path: Path, name: str, dataset: str, remembered: dict[str, str]) -> tuple[HeaderGuess, ...]:
    return header_guesses(path, name, load_contracts(settings().contracts)[dataset], remembered)
