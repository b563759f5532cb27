"""What a file that somebody drops on the desk is: which dataset, whose, of which period, and what its headers mean."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from assets.mapping import likeness, map_columns
from assets.recognise_dataset import Fit, numbering, rank, suits
from assets.recognise_head import read_head
from assets.recognise_name import period_named, plain_name, unit_named
from assets.template.stamp import Stamp, stamp_of
from data.clock import LOCAL_TIME
from data.contract import Contract, ContractRegistry
from data.obligation import deadline_rule, reporters
from data.period import Period
from data.period_text import find_period
from data.person import Person
from data.settings import settings
from data.table import Reading, Table, UnreadableError
from data.unit_resolver import get_resolver
from data.units import load_units

__all__ = ["Guess", "HeaderGuess", "How", "Recognised", "header_guesses", "recognise"]

How = Literal["stamp", "columns", "filename", "only", ""]
_MOST_ALTERNATIVES = 5
_MOST_SUGGESTIONS = 5


@dataclass(frozen=True, slots=True)
class Guess:
    """One thing recognised.

    how: by the template's stamp; by what the file shows (its headers, its title); by its name; because it is the only
    one that can be meant; "" where it is not known (`value` None) or is no more than the likeliest.
    alternatives: other values that could be meant, likeliest first.
    """

    value: str | None = None
    how: How = ""
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeaderGuess:
    """One header of the file's table, the contract column taken for it (None: unknown), and columns to choose from."""

    header: str
    column: str | None
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recognised:
    """What is known of a file before it is sent; everything is shown for confirmation.

    error: why its table cannot be read, where it cannot; name and stamp may still tell what it is.
    """

    dataset: Guess = Guess()
    reporter: Guess = Guess()
    period: Guess = Guess()
    headers: tuple[HeaderGuess, ...] = ()
    error: UnreadableError | None = None


def recognise(path: Path, name: str, contracts: ContractRegistry, person: Person, *, now: datetime) -> Recognised:
    """What a file is, as far as it and its name tell, among what the person may send.

    name: the file's own name, where it lies under another. Only the head of a large file is read. Never raises for
    what the file holds: `error` says why it cannot be read.
    """
    stamp = stamp_of(path)
    reading, error = _read(path, name)
    offered = _sendable(contracts, person)
    known = [stamp.dataset] if stamp is not None and stamp.dataset in contracts else offered
    fits = rank(reading, plain_name(name), [contracts[d] for d in known])
    dataset = _dataset(stamp, fits, offered, contracts)
    if dataset.value is None:
        return Recognised(dataset, error=error)
    contract = contracts[dataset.value]
    fit = next((f for f in fits if f.contract.id == contract.id), None)
    table = fit.table if fit is not None else None
    return Recognised(
        dataset,
        _reporter(stamp, contract, table, name, person),
        _period(stamp, contract, table, name, now, fit.year if fit is not None else None),
        _headers(table, contract, {}) if table is not None else (),
        error,
    )


def header_guesses(
    path: Path, name: str, contract: Contract, choices: Mapping[str, str] | None = None
) -> tuple[HeaderGuess, ...]:
    """What the headers of a file mean for one dataset, once it is known; `choices` as data.column_choices gives them.

    () where the file cannot be read.
    """
    reading, _ = _read(path, name)
    fits = rank(reading, "", [contract])
    return _headers(fits[0].table, contract, choices or {}) if fits and fits[0].table is not None else ()


def _read(path: Path, name: str) -> tuple[Reading | None, UnreadableError | None]:
    try:
        return read_head(path, name), None
    except UnreadableError as error:
        return None, error


def _sendable(contracts: ContractRegistry, person: Person) -> list[str]:
    """Datasets that the person may send for anybody; all of them for one who may send nothing, as a look ahead."""
    units, province = load_units(settings().province), settings().province
    own = [
        d for d in contracts if any(person.may_send(contracts[d], r) for r in reporters(contracts[d], units, province))
    ]
    return own or list(contracts)


def _dataset(stamp: Stamp | None, fits: Sequence[Fit], offered: Collection[str], contracts: ContractRegistry) -> Guess:
    ranked = tuple(f.contract.id for f in fits if f.score >= Fit.OFFERED)
    if stamp is not None and stamp.dataset in contracts:
        return Guess(stamp.dataset, "stamp")
    if fits and fits[0].score >= Fit.POSSIBLE:
        clear = fits[0].score >= Fit.CLEAR and (len(fits) < 2 or fits[0].score - fits[1].score >= Fit.APART)
        how: How = ("columns" if fits[0].by_columns else "filename") if clear else ""
        return Guess(ranked[0], how, ranked[1 : 1 + _MOST_ALTERNATIVES])
    if len(offered) == 1:
        return Guess(next(iter(offered)), "only")
    return Guess(alternatives=ranked[:_MOST_ALTERNATIVES])


def _reporter(stamp: Stamp | None, contract: Contract, table: Table | None, name: str, person: Person) -> Guess:
    units, province = load_units(settings().province), settings().province
    owed = reporters(contract, units, province)
    among = [r for r in owed if person.may_send(contract, r)] or list(owed)
    if stamp is not None and stamp.dataset == contract.id and stamp.reporter in owed:
        return _with_others(stamp.reporter, "stamp", among)
    if len(among) == 1:
        return Guess(among[0], "only")
    shown = unit_named(table.titles, among) if table is not None else None
    shown = shown or (_subject(table, contract, among) if table is not None else None)
    if shown is not None:
        return _with_others(shown, "columns", among)
    named = unit_named([plain_name(name)], among)
    if named is not None:
        return _with_others(named, "filename", among)
    if person.unit in among:
        return _with_others(person.unit, "", among)
    return Guess(alternatives=tuple(among))


def _with_others(value: str, how: How, among: Sequence[str]) -> Guess:
    return Guess(value, how, tuple(other for other in among if other != value))


def _subject(table: Table, contract: Contract, among: Collection[str]) -> str | None:
    """The unit that all rows are about, where it is one that reports."""
    if contract.subject is None:
        return None
    place = map_columns(table.header, contract).positions.get(contract.subject)
    if place is None:
        return None
    texts: list[str] = table.frame.to_series(place).drop_nulls().unique().to_list()
    if not 0 < len(texts) <= 3:
        return None
    resolver = get_resolver(settings().province)
    codes = {resolver.resolve(text).code for text in texts}
    code = codes.pop() if len(codes) == 1 else None
    return code if code in among else None


def _period(
    stamp: Stamp | None, contract: Contract, table: Table | None, name: str, now: datetime, year: int | None
) -> Guess:
    """The file's own title goes before the stamp: a template may be filled in for another period than it was made for.

    Where nothing names one it is the newest whose data window has ended.
    """
    rule, today = deadline_rule(contract), now.astimezone(LOCAL_TIME).date()
    found: list[tuple[Period, How]] = []
    for title in table.titles if table is not None else ():
        period = find_period(title)
        if period is not None and period.kind == rule.frequency:
            found.append((period, "columns"))
    if year is not None and rule.frequency == "year":
        found.insert(0, (Period("year", year), "columns"))
    if stamp is not None and stamp.dataset == contract.id and (stamped := _parsed(stamp.period, rule.frequency)):
        # What the title says too, the stamp has said first.
        found.insert(0 if not found or found[0][0] == stamped else 1, (stamped, "stamp"))
    if named := period_named(name, rule.frequency, today):
        found.append((named, "filename"))
    running = Period.containing(rule.frequency, today, rule.cutoff)
    ended = running if running.end(rule.cutoff) < today else running.previous()
    found += [(ended, ""), (running, ""), (ended.previous(), "")]
    value, how = found[0]
    others = dict.fromkeys(str(p) for p, _ in found if p != value)
    return Guess(str(value), how, tuple(others)[:_MOST_ALTERNATIVES])


def _parsed(token: str, kind: str) -> Period | None:
    try:
        period = Period.parse(token)
    except ValueError:
        return None
    return period if period.kind == kind else None


def _headers(table: Table, contract: Contract, choices: Mapping[str, str]) -> tuple[HeaderGuess, ...]:
    """Each header with what it is taken for; an unknown one with the columns that are left, likeliest first."""
    mapping = map_columns(table.header, contract, chosen=choices)
    names = {place: column for column, place in mapping.positions.items()}
    unknown = set(mapping.unknown)
    free = [c for c in contract.columns if not c.derived and c.name not in mapping.positions]
    guesses = []
    for place, header in enumerate(table.header):
        if place in names:
            guesses.append(HeaderGuess(header, names[place]))
        elif header in unknown and not numbering(header):
            texts = table.frame.to_series(place).drop_nulls().head(40).to_list()
            scored = [(likeness(header, c) + suits(header, texts, c), c.name) for c in free]
            ranked = tuple(name for score, name in sorted(scored, key=lambda s: -s[0]) if score > 0.3)
            guesses.append(HeaderGuess(header, None, ranked[:_MOST_SUGGESTIONS]))
    return tuple(guesses)
