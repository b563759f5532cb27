"""Making the demonstration: for every contract its items, rows, defects and files, and one manifest of it all."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from assets.demo.expect import expectations, verdict_of
from assets.demo.forms import extension, write_form
from assets.demo.items import Item, Span, office_hours, plan_items
from assets.demo.layout import Style, lay_out, style_of
from assets.demo.manifest import Entry, write_manifest
from assets.demo.plant import Fate, Key, Planter
from assets.demo.recipe import Recipe, load_recipe
from assets.demo.sheet import DemoRow
from assets.demo.unreadable import unreadable_bytes
from assets.demo.words import in_words
from assets.demo.world import World
from data.contract import Contract
from data.expected_keys import expected_keys
from data.units import UnitRegistry, load_units
from data.vietnamese_text import fold

__all__ = ["Generated", "Span", "generate"]

Progress = Callable[[str, int, int], None]
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Generated:
    """What was written: the folder and the manifest's entries in the order of receipt."""

    folder: Path
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class _Desk:
    """What writing one dataset's files needs."""

    contract: Contract
    recipe: Recipe
    units: UnitRegistry
    folder: Path
    seed: int
    span: Span


def generate(
    contracts: Sequence[Contract], province: str, seed: int, span: Span, folder: Path,
    progress: Progress | None = None,
) -> Generated:  # fmt: skip
    """Write all files and the manifest under `folder`; the same arguments always give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    items = plan_items(contracts, province, seed, span)
    entries: list[Entry] = []
    with World(seed) as world:
        for number, contract in enumerate(contracts, 1):
            own = [i for i in items if i.dataset == contract.id]
            if own:
                desk = _Desk(contract, load_recipe(contract.id), load_units(province), folder, seed, span)
                entries += _dataset(desk, world, own)
            if progress is not None:
                progress(contract.id, number, len(contracts))
    entries.sort(key=lambda e: (e.received_at, e.dataset, e.reporter, e.version))
    write_manifest(folder / MANIFEST, seed, str(span.first), str(span.last), entries)
    return Generated(folder, tuple(entries))


def _dataset(desk: _Desk, world: World, items: list[Item]) -> list[Entry]:
    contract = desk.contract
    frame = world.clean_rows(contract, items)
    names = [c.name for c in contract.columns]
    rows: dict[Key, list[DemoRow]] = {(i.reporter, str(i.period)): [] for i in items}
    for number, record in enumerate(frame.select("_reporter", "_period", *names).iter_rows()):
        rows[record[0], record[1]].append(DemoRow(dict(zip(names, record[2:], strict=True)), number=number))
    styles = {r: style_of(contract, desk.recipe, r, desk.seed) for r in {i.reporter for i in items}}
    clean = {key: [DemoRow(dict(r.values), number=r.number) for r in listed] for key, listed in rows.items()}
    planter = Planter(world, contract, desk.recipe, desk.seed, desk.units.province, items, rows, styles)
    fates = planter.plant()
    natural = {r.number: r.natural for listed in rows.values() for r in listed if r.natural}
    for row in (r for listed in clean.values() for r in listed if r.number in natural):
        row.expects = list(natural[row.number])
    entries: list[Entry] = []
    for item in items:
        if item.received_at is None:
            continue
        key = (item.reporter, str(item.period))
        if not rows[key] and not clean[key]:
            entries.append(_nil(item))
            continue
        entries += _versions(desk, item, styles[item.reporter], rows[key], clean[key], fates.get(key, Fate()))
    return entries + _second_reporter(desk, world, planter, items)


def _second_reporter(desk: _Desk, world: World, planter: Planter, items: list[Item]) -> list[Entry]:
    """One subject reports its own row of the newest period as well, with other figures."""
    contract, change = desk.contract, desk.recipe.second_reporter
    newest = next((i for i in reversed(items) if i.received_at is not None), None)
    if not change or newest is None or contract.subject is None:
        return []
    for candidate in world.candidates(change, f"c._period = '{newest.period}'", f"{contract.id}:second"):
        row = planter.clean_row(candidate.number)
        subject = str(row.values[contract.subject]) if row is not None else ""
        if row is None or subject not in desk.units:
            continue
        row.values.update(candidate.changes)
        expected = contract.expected_keys
        codes = expected_keys(expected.each, desk.units.province) if expected is not None else {}
        fate = Fate(planted=["two_reporters"], absent=tuple(c for c in codes if c != subject))
        own = Item(contract.id, subject, newest.period, newest.due_at, newest.due_at - timedelta(hours=5))
        style = replace(style_of(contract, desk.recipe, subject, desk.seed), dirt=())
        assert own.received_at is not None
        return [_one(desk, own, style, [row], fate, 1, own.received_at, False)[0]]
    return []


def _nil(item: Item) -> Entry:
    assert item.received_at is not None
    late = expectations(late=item.late)
    return Entry(None, item.dataset, item.reporter, str(item.period), 1, item.received_at.isoformat(), "accepted",
                 ("nil",), tuple(late))  # fmt: skip


def _versions(
    desk: _Desk, item: Item, style: Style, rows: list[DemoRow], clean: list[DemoRow], fate: Fate
) -> list[Entry]:
    """The first version, and where it must be or happens to be, a corrected one or the very same once more."""
    assert item.received_at is not None
    chance = random.Random(f"{desk.seed}:versions:{item.dataset}:{item.reporter}:{item.period}")
    first, _ = _one(desk, item, style, rows, fate, 1, item.received_at, item.late)
    entries = [first]
    turned_down = first.verdict in {"rejected", "unreadable"}
    if turned_down or fate.must_correct:
        again = office_hours(item.received_at + timedelta(hours=chance.uniform(5, 80)), chance)
        again = max(again, item.received_at + timedelta(hours=1))
        if again < desk.span.moment and (fate.must_correct or chance.random() < 0.8):
            late = again > item.due_at if turned_down else item.late
            entries.append(_one(desk, item, style, clean, Fate(), 2, again, late)[0])
    elif chance.random() < 0.012:
        again = item.received_at + timedelta(minutes=chance.randrange(4, 300))
        if again < desk.span.moment:
            entries.append(replace(first, version=1, received_at=again.isoformat(), repeats=True, planted=("repeat",)))
    return entries


def _one(
    desk: _Desk, item: Item, style: Style, rows: list[DemoRow], fate: Fate, version: int, at: datetime, late: bool
) -> tuple[Entry, bool]:
    contract, period = desk.contract, item.period
    name = f"{item.reporter}_{period}{f'_lan{version}' if version > 1 else ''}"
    stem = f"{fold(contract.title).replace(' ', '_')}_{name}"
    if fate.whole in {"encrypted", "damaged", "pdf"}:
        content, suffix = unreadable_bytes(fate.whole)
        path = _store(desk, stem, suffix, content)
        entry = Entry(path, item.dataset, item.reporter, str(period), version, at.isoformat(), "unreadable",
                      tuple(fate.planted))  # fmt: skip
        return entry, True
    if fate.whole == "structure.period":
        style = replace(style, titles=2)
        period = period.previous()
    if fate.whole == "volume":
        rows = []
    in_words(contract, style, rows, desk.units.province)
    unit = desk.units.get(item.reporter)
    placed = lay_out(
        contract, desk.recipe, style, rows, period, unit.name if unit else item.reporter, at.date(), fate.left_out
    )
    content = write_form(style.form, contract, style, placed, rows, stem, fate.left_out)
    path = _store(desk, stem, extension(style.form), content)
    found = expectations(contract, style, placed, rows, fate, late=late)
    verdict = verdict_of(contract, rows, fate)
    entry = Entry(path, item.dataset, item.reporter, str(item.period), version, at.isoformat(), verdict,
                  tuple(fate.planted), tuple(sorted(found, key=_order)))  # fmt: skip
    return entry, verdict == "rejected"


def _order(found: object) -> str:
    return repr(found)


def _store(desk: _Desk, stem: str, suffix: str, content: bytes) -> str:
    folder = desk.folder / "files" / desk.contract.id
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stem}.{suffix}"
    path.write_bytes(content)
    return str(path.relative_to(desk.folder))
