"""Entering what a replay showed: new verdicts in the place of the old, by an engineer, with a reason, on record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import duckdb

from assets.intake import ReadPool
from assets.lake_schema import ensure_tables
from assets.marts import refresh_marts
from assets.publish import publish
from assets.replay import Replayed
from assets.run_queue import reading
from assets.settle import settle
from data.audit import record
from data.closings import closed_periods
from data.contract import Contract, ContractRegistry
from data.ledger import Ledger
from data.person import Person
from data.standing import GOOD, states_of
from data.standing_error import StandingError, reason_given
from data.submission import Event
from data.submission_events import add_events, events_of

__all__ = ["apply_replay"]


def apply_replay(
    con: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    registry: ContractRegistry,
    person: Person,
    replayed: Sequence[Replayed],
    reason: str,
    *,
    pool: ReadPool | None = None,
    address: str = "",
) -> int:
    """Judge these submissions again and let the new verdicts stand; gives how many. The caller holds the lake's lock.

    Those whose verdict does not change are left alone, and those of closed periods: what counts of them is frozen.

    The ledger hears of it first: after a crash in between, the worker finds the deed and works out what is in force
    from whichever verdicts the lake then holds. Raises StandingError: not_yours, no_reason.
    """
    if not person.may("engineer"):
        raise StandingError("not_yours", "Chỉ kỹ sư dữ liệu được chấm lại", "only an engineer may enter new verdicts")
    reason = reason_given(reason)
    closed = closed_periods(ledger)
    chosen = [r for r in replayed if r.changed and (r.submission.dataset, r.submission.period) not in closed]
    if not chosen:
        return 0
    states = states_of(ledger, [r.submission for r in chosen], registry)
    with ledger.writing() as writing:
        happened = events_of(writing, [r.submission.submission_id for r in chosen])
        add_events(
            writing,
            [
                event
                for r in chosen
                for event in _events(
                    person, r, reason, registry[r.submission.dataset], happened[r.submission.submission_id]
                )
            ],
        )
        for r in chosen:
            detail = {"reason": reason, "before": r.to_json()["before"], "after": r.to_json()["after"]}
            object_ = f"submission:{r.submission.receipt}"
            record(writing, person, "submission.replay", object_, detail, address=address)
    by_dataset: dict[str, list[Replayed]] = defaultdict(list)
    for r in chosen:
        by_dataset[r.submission.dataset].append(r)
    for dataset, group in by_dataset.items():
        contract, sent = registry[dataset], [r.submission for r in group]
        ensure_tables(con, [contract])
        arrivals = reading(con, ledger, contract, sent, pool, None)()
        publish(
            con,
            contract,
            registry,
            [
                replace(a, again="in_force" if states[a.submission.submission_id].code == "in_force" else "aside")
                for a in arrivals
            ],
        )
        settle(con, ledger, registry, sent)
    refresh_marts(con, registry, by_dataset)
    return len(chosen)


def _events(
    person: Person, replayed: Replayed, reason: str, contract: Contract, happened: Sequence[Event]
) -> list[Event]:
    """That it was judged again; and where it becomes good by that and was never approved, that it waits to be."""
    number, before, after = replayed.submission.submission_id, replayed.before, replayed.after
    detail = {
        "verdict": after.verdict,
        "accepted": after.accepted,
        "contract_version": after.contract_version,
        "reason": reason,
    }
    events = [Event(number, "rejudged", person.login, detail)]
    approved = any(e.kind in {"approved", "awaiting_approval"} for e in happened)
    if contract.approval and not approved and before.verdict not in GOOD and after.verdict in GOOD:
        events.append(Event(number, "awaiting_approval"))
    return events
