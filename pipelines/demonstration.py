"""The demonstration province on its way into the hub: files are written, received in the past and worked off."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from assets.demo import Generated, Span, generate
from assets.demo.manifest import Entry
from assets.intake import ReadPool
from assets.receive import Incoming, receive
from data.contract import Contract, ContractRegistry, load_contracts
from data.lake_lock import lake_lock
from data.ledger import Ledger, open_ledger
from data.period import Period
from data.settings import settings
from data.submission import Event, Submission
from data.submission_events import events_of
from pipelines.demonstration_accounts import CHANNEL, make_demonstration_accounts
from pipelines.queue_worker import settle_off, work_off

__all__ = ["CHANNEL", "demonstrate", "load_demonstration"]

_MONTHS, _FULL_MONTHS = 6, 12
_DAYS, _WEEKS = 30, 12
"""How far back the daily and weekly datasets reach in the short demonstration."""


def demonstrate(
    *, until: str, seed: int, full: bool, folder: Path | None, load: bool, datasets: Sequence[str] = ()
) -> None:
    """Write the demonstration and load it; where the hub holds it already, nothing happens."""
    target = folder or settings().home / "demo"
    marker = target / "loaded.json"
    wanted = {"until": until, "seed": seed, "full": full, "datasets": sorted(datasets)}
    if load and marker.exists() and json.loads(marker.read_text()) == wanted:
        click.echo("Tỉnh minh họa đã có sẵn / the demonstration is already there")
        return
    registry = load_contracts(settings().contracts)
    chosen = [registry[d] for d in datasets] or list(registry.values())
    began = time.monotonic()
    made = generate(chosen, settings().province, seed, _span(until, full), target)
    click.echo(f"{len(made.entries)} tệp / files · {time.monotonic() - began:.1f} s")
    if load:
        load_demonstration(registry, made)
        marker.write_text(json.dumps(wanted))


def _span(until: str, full: bool) -> Span:
    last = Period.parse(until)
    first = last
    for _ in range((_FULL_MONTHS if full else _MONTHS) - 1):
        first = first.previous()
    return Span(first, last) if full else Span(first, last, days=_DAYS, weeks=_WEEKS)


def _incoming(contract: Contract, entry: Entry, folder: Path) -> Incoming:
    return Incoming(
        contract=contract,
        reporter=entry.reporter,
        period=Period.parse(entry.period),
        path=folder / entry.file if entry.file else None,
        sender=f"vanthu.{entry.reporter.lower()}",
        channel=CHANNEL,
        received_at=datetime.fromisoformat(entry.received_at),
    )


def load_demonstration(registry: ContractRegistry, made: Generated) -> None:
    """Receive every file at its moment and work all of them off; what was received before is not received again."""
    began = time.monotonic()
    with open_ledger() as ledger, lake_lock():
        make_demonstration_accounts(ledger)
        if not _received(ledger):
            receive(ledger, [_incoming(registry[e.dataset], e, made.folder) for e in made.entries])
        click.echo(f"tiếp nhận / received · {time.monotonic() - began:.1f} s")
        waiting = sorted(
            (s for s in ledger.pending() if s.channel == CHANNEL), key=lambda s: (s.dataset, s.submission_id)
        )
        _approve_on_paper(ledger, registry, waiting)
        with ReadPool(2) as pool:
            line = _Line("nạp / loading")
            work_off(ledger, waiting, pool=pool, progress=line)
            line.end()
        settle_off(ledger)
    click.echo(f"nạp xong / loaded · {time.monotonic() - began:.1f} s")


def _approve_on_paper(ledger: Ledger, registry: ContractRegistry, waiting: Sequence[Submission]) -> None:
    """The province's units sent what needs approval with their head's signature under it: it counts when it comes."""
    asked = [s for s in waiting if registry[s.dataset].approval]
    with ledger.reading() as con:
        known = events_of(con, [s.submission_id for s in asked])
    ledger.append(
        Event(s.submission_id, "approved", f"lanhdao.{s.reporter.lower()}", at=s.received_at)
        for s in asked
        if not any(e.kind == "approved" for e in known[s.submission_id])
    )


def _received(ledger: Ledger) -> list[Submission]:
    return [s for s in ledger.submissions() if s.channel == CHANNEL]


class _Line:
    """Progress in lines: one for each dataset, when the next one begins or its last file is done."""

    def __init__(self, words: str) -> None:
        self._words, self._began = words, time.monotonic()
        self._name, self._done = "", 0

    def __call__(self, name: str, done: int, size: int) -> None:
        if name != self._name and self._name:
            self.end()
        self._name, self._done = name, done

    def end(self) -> None:
        """Say how far the present dataset has come."""
        click.echo(f"  {self._words} {self._name} · {self._done} · {time.monotonic() - self._began:.1f} s")
