"""The way of a submission through the hub: from the ledger's queue to rows in force, a commit a dataset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import zip_longest

import duckdb

from assets.intake import ReadPool, context_of, stage_file
from assets.publish import Arrival, Published, publish
from assets.staging import nil_report
from assets.standing import held_since
from checks.staged import Context, Staged
from data.closings import closing_history
from data.column_choices import column_choices
from data.contract import Contract, ContractRegistry
from data.landing import path_of
from data.ledger import Ledger
from data.obligation import due_if_owed
from data.period import Period
from data.submission import GIVEN_UP, Event, Submission
from data.submission_events import events_of
from data.table import UnreadableError
from data.warehouse import LAKE, lake_tables

__all__ = ["Progress", "process", "reading", "stage_all"]

Progress = Callable[[str, int, int], None]
"""Told (dataset, done, all) while a burst is worked off."""

_READ_AHEAD_BYTES = 32 * 1024**2
"""A dataset's files are read while the one before is committed, where both together are no larger than this."""


def _due_moments(contract: Contract, submissions: Sequence[Submission], ledger: Ledger) -> dict[int, datetime | None]:
    moved = {(e.dataset, e.reporter, e.period): e.due_at for e in ledger.extensions()}
    return {
        s.submission_id: moved.get((s.dataset, s.reporter, s.period)) or due_if_owed(contract, Period.parse(s.period))
        for s in submissions
    }


def _first_received(con: duckdb.DuckDBPyConnection, dataset: str) -> dict[tuple[str, str], datetime]:
    """(reporter, period) → when its first good version was received, those withdrawn or returned left out."""
    given_up = ""
    if "quality.standing" in lake_tables(con):
        given_up = (
            f" AND submission_id NOT IN (SELECT submission_id FROM {LAKE}.quality.standing "
            "WHERE returned_at IS NOT NULL OR withdrawn_at IS NOT NULL)"
        )
    rows = con.execute(
        f"SELECT reporter, period, min(received_at) FROM {LAKE}.quality.verdict "
        f"WHERE dataset = ? AND verdict IN ('accepted', 'partly_accepted'){given_up} GROUP BY ALL",
        [dataset],
    ).fetchall()
    return {(reporter, period): received for reporter, period, received in rows}


def stage_all(
    contract: Contract,
    submissions: Sequence[Submission],
    contexts: Sequence[Context],
    pool: ReadPool | None,
    progress: Callable[[int], None] | None = None,
) -> list[Arrival]:
    """Read and stage submissions, nil reports among them."""
    files = [(s, c) for s, c in zip(submissions, contexts, strict=True) if not s.nil]
    staged: dict[int, Staged | UnreadableError] = {
        s.submission_id: nil_report(contract, c, s.filename)
        for s, c in zip(submissions, contexts, strict=True)
        if s.nil
    }
    if pool is not None and files:
        outcomes: Iterable[Staged | UnreadableError] = pool.stage(contract, files)
    else:
        outcomes = (stage_file(path_of(s.sha256), s.filename, contract, c) for s, c in files)
    for number, ((submission, _), outcome) in enumerate(zip(files, outcomes, strict=True), 1):
        staged[submission.submission_id] = outcome
        if progress is not None:
            progress(number)
    return [Arrival(s, staged[s.submission_id]) for s in submissions]


def process(
    con: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    registry: ContractRegistry,
    submissions: Sequence[Submission],
    *,
    pool: ReadPool | None = None,
    progress: Progress | None = None,
) -> list[Published]:
    """Bring submissions through to core. Crash-safe: the ledger says `published` only after the lake's commit."""
    by_dataset: dict[str, list[Submission]] = defaultdict(list)
    for submission in submissions:
        by_dataset[submission.dataset].append(submission)
    published: list[Published] = []
    with ThreadPoolExecutor(1) as ahead:
        groups = list(by_dataset.items())
        begun: Future[list[Arrival]] | None = None
        for (dataset, group), following in zip_longest(groups, groups[1:]):
            contract = registry[dataset]
            arrivals = (begun or ahead.submit(reading(con, ledger, contract, group, pool, progress))).result()
            arrivals = _with_decisions(ledger, contract, arrivals)
            begun = None
            if pool is not None and following is not None and _small([*group, *following[1]]):
                # The children read the next dataset's files while this one's are judged and committed.
                begun = ahead.submit(reading(con, ledger, registry[following[0]], following[1], pool, progress))
            published += (now_published := publish(con, contract, registry, arrivals))
            ledger.append(_events(con, ledger, group, now_published))
    return published


def _small(submissions: Sequence[Submission]) -> bool:
    """Whether two datasets' files may stand in memory at once."""
    return sum(s.size for s in submissions) <= _READ_AHEAD_BYTES


def reading(
    con: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    contract: Contract,
    group: Sequence[Submission],
    pool: ReadPool | None,
    progress: Progress | None,
) -> Callable[[], list[Arrival]]:
    """Reading one dataset's files, ready to be run: all that is asked of lake and ledger is asked here and now."""
    due, first = _due_moments(contract, group, ledger), _known_first(con, contract.id)
    chosen = {reporter: column_choices(ledger, contract.id, reporter) for reporter in {s.reporter for s in group}}
    contexts = [
        context_of(contract, s, due[s.submission_id], first.get((s.reporter, s.period)), chosen[s.reporter])
        for s in group
    ]
    report = partial(_report, progress, contract.id, len(group)) if progress is not None else None
    return partial(stage_all, contract, group, contexts, pool, report)


def _report(progress: Progress, dataset: str, size: int, done: int) -> None:
    progress(dataset, done, size)


def _known_first(con: duckdb.DuckDBPyConnection, dataset: str) -> dict[tuple[str, str], datetime]:
    return _first_received(con, dataset) if "quality.verdict" in lake_tables(con) else {}


def _with_decisions(ledger: Ledger, contract: Contract, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """The arrivals with what people decided before they came: approved on paper, or their period closed."""
    closings = closing_history(ledger)
    approved: set[int] = set()
    if contract.approval:
        with ledger.reading() as con:
            events = events_of(con, [a.submission.submission_id for a in arrivals])
        approved = {number for number, happened in events.items() if any(e.kind == "approved" for e in happened)}
    return [
        replace(
            a,
            approved=a.submission.submission_id in approved,
            closed=held_since(a.submission.received_at, closings.get((contract.id, a.submission.period), ()))
            is not None,
        )
        for a in arrivals
    ]


def _events(
    con: duckdb.DuckDBPyConnection, ledger: Ledger, group: Sequence[Submission], published: Sequence[Published]
) -> list[Event]:
    """What the ledger notes: the verdict, what a version waits for, and that the lake holds it.

    What a crash kept from it is read from the lake: such a version was judged and is not judged again.
    """
    told = {p.submission.submission_id: _told(p) for p in published}
    told |= _remembered(con, [s.submission_id for s in group if s.submission_id not in told])
    events: list[Event] = []
    entered: dict[tuple[str, str], Submission] = {}
    for submission in group:
        number = submission.submission_id
        detail, place = told.get(number, ({}, ""))
        if detail:
            events.append(Event(number, "judged", detail=detail))
        if place:
            held = closing_history(ledger).get((submission.dataset, submission.period), ()) if place == "held" else ()
            events.append(Event(number, place, detail={"reason": held[-1].reason} if held else None))
        events.append(Event(number, "published"))
        if place == "in_force":
            if (before := entered.get((submission.reporter, submission.period))) is not None:
                events.append(Event(before.submission_id, "superseded", detail={"by": submission.receipt}))
            entered[submission.reporter, submission.period] = submission
    return events + _superseded(ledger, {s.submission_id for s in group}, entered.values())


_Told = tuple[dict[str, object], str]
"""The verdict in short, and the event that says where the version stands."""
_PLACES = {"confirmation": "awaiting_confirmation", "approval": "awaiting_approval", "reopening": "held"}


def _told(outcome: Published) -> _Told:
    """The verdict in short, and the event that says where the version stands."""
    counts = outcome.verdict.counts
    detail: dict[str, object] = {"verdict": outcome.verdict.verdict, "rows": counts.rows, "accepted": counts.accepted}
    return detail, "in_force" if outcome.in_force else _PLACES.get(outcome.waits_for, "")


def _remembered(con: duckdb.DuckDBPyConnection, ids: Sequence[int]) -> dict[int, _Told]:
    if not ids:
        return {}
    rows = con.execute(
        "SELECT v.submission_id, v.verdict, v.rows_total, v.rows_accepted, v.counts, s.needs_confirmation, "
        f"s.needs_approval, s.held_from IS NOT NULL FROM {LAKE}.quality.verdict v "
        f"LEFT JOIN {LAKE}.quality.standing s USING (submission_id) WHERE list_contains($ids, v.submission_id)",
        {"ids": list(ids)},
    ).fetchall()
    found: dict[int, _Told] = {}
    for number, verdict, rows_total, accepted, counts, confirmation, approval, held in rows:
        waits_for = "confirmation" if confirmation else "approval" if approval else "reopening" if held else ""
        place = "in_force" if counts else _PLACES.get(waits_for, "")
        found[number] = {"verdict": verdict, "rows": rows_total, "accepted": accepted}, place
    return found


def _superseded(ledger: Ledger, known: Collection[int], entered: Iterable[Submission]) -> list[Event]:
    """Earlier versions of what has just taken force, from before this burst."""
    events: list[Event] = []
    for newest in entered:
        if newest.version == 1:
            continue
        before = ledger.submissions(dataset=newest.dataset, reporter=newest.reporter, period=newest.period)
        older = [s.submission_id for s in before if s.version < newest.version and s.submission_id not in known]
        with ledger.reading() as con:
            happened = events_of(con, older)
        events += [
            Event(number, "superseded", detail={"by": newest.receipt})
            for number in older
            if _stands([e.kind for e in happened[number]])
        ]
    return events


def _stands(kinds: Sequence[str]) -> bool:
    """Whether a version was in force, or waited to be, until now."""
    places = [k for k in kinds if k in {"in_force", "superseded", *_PLACES.values()}]
    return bool(places) and places[-1] != "superseded" and not GIVEN_UP.intersection(kinds)
