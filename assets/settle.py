"""Settling: after people decided something, what is in force is worked out anew from ledger and verdicts.

Rows come from staging, where every row of every version lies; one lake commit a dataset, then the ledger's events.
A start after a crash between the two finds the lake as it should be, commits nothing and adds the events.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import duckdb
import polars as pl

from assets.in_force import Settled, Version, settled
from assets.lake_schema import core_table, ensure_tables, staging_table
from assets.standing import Standing, standing_frame
from checks.rule import CONTEXT_COLUMNS
from data.closings import Closing, closing_history
from data.contract import Contract, ContractRegistry
from data.explanations import explanations
from data.ledger import Ledger
from data.submission import Event, Submission
from data.submission_events import events_of, unsettled_ids
from data.warehouse import LAKE, commit, quoted

__all__ = ["settle", "unsettled"]

_Item = tuple[str, str]
"""Reporter and period."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """A version as the lake holds it."""

    verdict: str
    rows: int
    counts: bool


@dataclass
class _Plan:
    """What one commit will change, and what the ledger will then be told."""

    rewritten: dict[_Item, int | None] = field(default_factory=dict)
    """Item → the submission whose rows core gets; None where no row counts any more."""
    counting: dict[int, bool] = field(default_factory=dict)
    """Submission → whether it counts from now on, for those of which that changes."""
    standings: list[Standing] = field(default_factory=list)
    explained: pl.DataFrame = field(default_factory=pl.DataFrame)
    events: list[Event] = field(default_factory=list)

    @property
    def changes(self) -> bool:
        """Whether the lake has to be written."""
        return bool(self.rewritten or self.counting or self.standings or self.explained.height)


def unsettled(ledger: Ledger) -> list[Submission]:
    """Submissions to which people did something that the lake does not show yet, oldest first.

    One that came into a closed period is among them once the period is open again.
    """
    with ledger.reading() as con:
        found = unsettled_ids(con)
    if not found:
        return []
    waiting = ledger.submissions(ids=list(found))
    if any(found.values()):
        closed = {item for item, times in closing_history(ledger).items() if times[-1].kind == "closed"}
        waiting = [s for s in waiting if not (found[s.submission_id] and (s.dataset, s.period) in closed)]
    return waiting


def settle(
    con: duckdb.DuckDBPyConnection, ledger: Ledger, registry: ContractRegistry, waiting: Sequence[Submission]
) -> list[str]:
    """Bring the lake to what people decided about these submissions' items; gives the datasets that were written.

    The caller holds the lake's lock.
    """
    by_dataset: dict[str, list[Submission]] = defaultdict(list)
    for submission in waiting:
        if submission.dataset in registry:
            by_dataset[submission.dataset].append(submission)
    closings = closing_history(ledger)
    changed = []
    for dataset, group in by_dataset.items():
        contract = registry[dataset]
        ensure_tables(con, [contract])
        plan = _plan(con, ledger, contract, group, closings)
        if plan.changes:
            extra = json.dumps({"dataset": dataset, "settled": [s.submission_id for s in group]})
            commit(con, partial(_write, con, contract, plan), message=f"{dataset}: settled", extra=extra)
            changed.append(dataset)
        ledger.append([*(Event(s.submission_id, "settled") for s in group), *plan.events])
    return changed


def _plan(
    con: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    contract: Contract,
    group: Sequence[Submission],
    closings: Mapping[tuple[str, str], Sequence[Closing]],
) -> _Plan:
    items: dict[_Item, list[Submission]] = {}
    for reporter, period in dict.fromkeys((s.reporter, s.period) for s in group):
        items[reporter, period] = ledger.submissions(dataset=contract.id, reporter=reporter, period=period)
    ids = [s.submission_id for versions in items.values() for s in versions]
    with ledger.reading() as reading:
        events = events_of(reading, ids)
    judged, known, core = _judged(con, ids), _standings(con, ids), _core(con, contract, items)
    plan = _Plan()
    for item, sent in items.items():
        versions = [
            Version(s, judged[s.submission_id].verdict, events[s.submission_id])
            for s in sent
            if s.submission_id in judged
        ]
        outcome = settled(contract, versions, closings.get((contract.id, item[1]), ()))
        _compare(plan, item, outcome, judged, known, core)
    plan.explained = _explained(con, ledger, contract, ids)
    return plan


def _compare(
    plan: _Plan,
    item: _Item,
    outcome: Settled,
    judged: Mapping[int, _Judged],
    known: Mapping[int, Standing],
    core: Mapping[_Item, set[int]],
) -> None:
    """Note what of the outcome the lake does not hold yet."""
    chosen = outcome.in_force.submission_id if outcome.in_force is not None else None
    wanted = chosen if chosen is not None and judged[chosen].rows else None
    if core.get(item, set()) != ({wanted} if wanted is not None else set()):
        plan.rewritten[item] = wanted
    for standing in outcome.standings:
        number = standing.submission_id
        counts = outcome.counts(number, judged[number].verdict)
        if judged[number].counts != counts:
            plan.counting[number] = counts
        if known.get(number, Standing(number, standing.dataset)) != standing:
            plan.standings.append(standing)
    plan.events += outcome.events


def _judged(con: duckdb.DuckDBPyConnection, ids: Collection[int]) -> dict[int, _Judged]:
    rows = con.execute(
        f"SELECT submission_id, verdict, rows_accepted, counts FROM {LAKE}.quality.verdict "
        "WHERE list_contains($ids, submission_id)",
        {"ids": list(ids)},
    ).fetchall()
    return {number: _Judged(*rest) for number, *rest in rows}


def _standings(con: duckdb.DuckDBPyConnection, ids: Collection[int]) -> dict[int, Standing]:
    rows = con.execute(
        f"SELECT * FROM {LAKE}.quality.standing WHERE list_contains($ids, submission_id)", {"ids": list(ids)}
    ).fetchall()
    return {row[0]: Standing(*row) for row in rows}


def _core(con: duckdb.DuckDBPyConnection, contract: Contract, items: Collection[_Item]) -> dict[_Item, set[int]]:
    """Item → the submissions whose rows core holds."""
    found: dict[_Item, set[int]] = defaultdict(set)
    for reporter, period, number in con.execute(
        f"SELECT DISTINCT _reporter, _period, _submission_id FROM {core_table(contract.id)} "
        "WHERE list_contains($reporters, _reporter) AND list_contains($periods, _period)",
        {"reporters": [r for r, _ in items], "periods": [p for _, p in items]},
    ).fetchall():
        found[reporter, period].add(number)
    return found


def _explained(
    con: duckdb.DuckDBPyConnection, ledger: Ledger, contract: Contract, ids: Collection[int]
) -> pl.DataFrame:
    """Accepted explanations of these submissions that the lake does not hold yet."""
    held = set(
        con.execute(
            f"SELECT submission_id, rule FROM {LAKE}.quality.explained WHERE list_contains($ids, submission_id)",
            {"ids": list(ids)},
        ).fetchall()
    )
    fresh = [
        (e.submission_id, contract.id, e.rule, e.decided_at, e.decided_by, e.text)
        for e in explanations(ledger, state="accepted", submission_ids=ids)
        if (e.submission_id, e.rule) not in held
    ]
    return pl.DataFrame(
        fresh,
        schema={
            "submission_id": pl.Int64, "dataset": pl.String, "rule": pl.String,
            "accepted_at": pl.Datetime("us", "Asia/Ho_Chi_Minh"), "accepted_by": pl.String, "explanation": pl.String,
        },
        orient="row",
    )  # fmt: skip


def _write(con: duckdb.DuckDBPyConnection, contract: Contract, plan: _Plan) -> None:
    core, staging = core_table(contract.id), staging_table(contract.id)
    for (reporter, period), chosen in plan.rewritten.items():
        con.execute(f"DELETE FROM {core} WHERE _reporter = ? AND _period = ?", [reporter, period])
        if chosen is not None:
            listed = [*(c.name for c in contract.columns), *(c for c in CONTEXT_COLUMNS if c != "_marks")]
            columns = ", ".join(quoted(c) for c in listed)
            con.execute(
                f"INSERT INTO {core} BY NAME SELECT {columns} FROM {staging} "
                "WHERE _submission_id = ? AND len(_failed) = 0",
                [chosen],
            )
    for counts in (True, False):
        ids = [number for number, now in plan.counting.items() if now is counts]
        if ids:
            con.execute(
                f"UPDATE {LAKE}.quality.verdict SET counts = ? WHERE list_contains(?, submission_id)", [counts, ids]
            )
    if plan.standings:
        ids = [s.submission_id for s in plan.standings]
        con.execute(f"DELETE FROM {LAKE}.quality.standing WHERE list_contains(?, submission_id)", [ids])
        _insert(con, "standing", standing_frame(s for s in plan.standings if not s.plain))
    _insert(con, "explained", plan.explained)


def _insert(con: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    if frame.height:
        con.register("_frame", frame)
        con.execute(f"INSERT INTO {LAKE}.quality.{table} BY NAME SELECT * FROM _frame")
        con.unregister("_frame")
