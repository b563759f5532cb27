"""From staged submissions to the lake: judged in the order of their periods, published in one commit a dataset."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import duckdb
import polars as pl

from assets.clean_files import good_files, take_failed, take_in
from assets.forget import forget
from assets.lake_schema import core_table, ensure_tables, staging_table
from assets.outcome import Arrival, Published
from assets.verdict_frames import finding_frame, first_standings, result_frame, submission_frame, verdict_frame
from checks.compile import compile_rules
from checks.finding import Counts, Verdict
from checks.history import HISTORY
from checks.judge import FAILED, Judged, judge
from checks.rule import CONTEXT_COLUMNS
from checks.scan import JUDGED
from checks.sql_rule import HISTORY_TABLES
from checks.staged import Staged
from data.contract import Contract, ContractRegistry
from data.settings import settings
from data.submission import Submission
from data.table import UnreadableError
from data.warehouse import LAKE, commit, quoted

__all__ = ["Arrival", "Published", "publish"]

_ROWS, _CORE = "_batch_rows", "_batch_core"


@dataclass
class _Batch:
    """What one commit will hold."""

    published: list[Published] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    """Submissions whose earlier judgement this one replaces."""
    staged: dict[int, Staged] = field(default_factory=dict)
    good_rows: dict[tuple[str, str], int] = field(default_factory=dict)
    """(reporter, period) → good rows of the version in force."""
    replaced: set[tuple[str, str]] = field(default_factory=set)
    looks_back: bool = False
    """Whether a rule of the dataset asks for earlier rows."""
    first_good: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """(reporter, period) → when the first good version of this batch was received."""
    staged_files: list[Path] = field(default_factory=list)
    """Files of clean rows for the staging table."""
    core_files: dict[tuple[str, str], list[Path]] = field(default_factory=dict)
    """(reporter, period) → files of clean rows of the version in force."""


def publish(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    registry: ContractRegistry,
    arrivals: Sequence[Arrival],
    progress: Callable[[int], None] | None = None,
) -> list[Published]:
    """Judge and store submissions of one dataset: either all of it stands in the lake afterwards, or nothing.

    Submissions that the lake already holds are left alone, so a run repeated after a crash changes nothing; those
    that are judged again (`Arrival.again`) take the place of what it holds.
    `progress` is called with the number of submissions judged so far.
    """
    ensure_tables(con, [contract])
    known = _known(con, contract.id, [a.submission.submission_id for a in arrivals])
    fresh = [a for a in arrivals if a.again or a.submission.submission_id not in known]
    batch = _Batch(again=[a.submission.submission_id for a in fresh if a.again])
    _prepare(con, contract, fresh, batch)
    done = 0
    for turn in _turns(fresh):
        readable = [a for a in turn if isinstance(a.content, Staged)]
        for arrival in turn:
            if isinstance(arrival.content, UnreadableError):
                batch.published.append(_unreadable(arrival.submission, contract, arrival.content))
        if readable:
            _judge_turn(con, contract, registry, readable, batch)
        done += len(turn)
        if progress is not None:
            progress(done)
    if batch.published:
        ids = [p.submission.submission_id for p in batch.published]
        commit(
            con,
            lambda: _store(con, contract, batch),
            message=f"{contract.id}: {len(ids)} submissions",
            extra=json.dumps({"dataset": contract.id, "submissions": ids}),
        )
        for staged in batch.staged.values():
            if staged.clean is not None:
                staged.clean.discard()
    return batch.published


def _known(con: duckdb.DuckDBPyConnection, dataset: str, ids: Sequence[int]) -> set[int]:
    if not ids:
        return set()
    rows = con.execute(
        f"SELECT submission_id FROM {LAKE}.quality.verdict WHERE dataset = ? AND submission_id >= ?",
        [dataset, min(ids)],
    ).fetchall()
    return {row[0] for row in rows}


def _turns(arrivals: Sequence[Arrival]) -> list[list[Arrival]]:
    """Arrivals in turns: periods in order, and one version of an item after the other."""
    turns: dict[tuple[object, int], list[Arrival]] = {}
    seen: dict[tuple[str, str], int] = {}
    for arrival in sorted(arrivals, key=lambda a: a.submission.submission_id):
        item = (arrival.submission.reporter, arrival.submission.period)
        seen[item] = seen.get(item, -1) + 1
        start = arrival.content.context.period_start if isinstance(arrival.content, Staged) else None
        turns.setdefault((str(start or ""), seen[item]), []).append(arrival)
    return [turns[key] for key in sorted(turns)]


def _prepare(con: duckdb.DuckDBPyConnection, contract: Contract, arrivals: Sequence[Arrival], batch: _Batch) -> None:
    """Temporary tables of the batch, and what is in force for its reporters."""
    core = core_table(contract.id)
    reporters = sorted({a.submission.reporter for a in arrivals})
    batch.looks_back = any(rule.tables & HISTORY_TABLES for rule in compile_rules(contract))
    condition = "_reporter IN (SELECT unnest($reporters))" if batch.looks_back else "false"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {HISTORY} AS SELECT * FROM {core} WHERE {condition}",
        {"reporters": reporters} if batch.looks_back else None,
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE {_CORE} AS SELECT * FROM {core} LIMIT 0")
    con.execute(f"CREATE OR REPLACE TEMP TABLE {_ROWS} AS SELECT * FROM {staging_table(contract.id)} LIMIT 0")
    if reporters:
        for reporter, period, rows in con.execute(
            f"SELECT _reporter, _period, count(*) FROM {core} "
            "WHERE _reporter IN (SELECT unnest($reporters)) GROUP BY ALL",
            {"reporters": reporters},
        ).fetchall():
            batch.good_rows[reporter, period] = rows


def _judge_turn(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    registry: ContractRegistry,
    turn: Sequence[Arrival],
    batch: _Batch,
) -> None:
    contents = [_known_since(a.content, batch) for a in turn if isinstance(a.content, Staged)]
    by_id = {a.submission.submission_id: a for a in turn}
    taken: list[int] = []
    for judged in judge(con, contract, contents, registry):
        outcome = _enters(by_id[judged.staged.context.submission_id], contract, judged, batch)
        batch.published.append(outcome)
        batch.staged[outcome.submission.submission_id] = judged.staged
        item = (outcome.submission.reporter, outcome.submission.period)
        if outcome.verdict.verdict in {"accepted", "partly_accepted"}:
            batch.first_good.setdefault(item, outcome.submission.received_at)
        if outcome.in_force:
            batch.good_rows[item] = outcome.verdict.counts.accepted
            batch.replaced.add(item)
            taken.append(outcome.submission.submission_id)
    columns = [c.name for c in contract.columns] + list(CONTEXT_COLUMNS)
    listed = ", ".join(f"j.{quoted(c)}" for c in columns)
    con.execute(
        f"""
        INSERT INTO {_ROWS} BY NAME
        SELECT {listed}, coalesce(f.rules, []) AS _failed
        FROM {JUDGED} j LEFT JOIN (
            SELECT _submission_id, _row, list(DISTINCT rule ORDER BY rule) AS rules FROM {FAILED} GROUP BY ALL
        ) f USING (_submission_id, _row)
        """
    )
    _take_into_core(con, contract, taken)
    for outcome in batch.published[-len(contents) :]:
        _take_files(con, batch.staged[outcome.submission.submission_id], outcome, batch)


def _take_files(con: duckdb.DuckDBPyConnection, staged: Staged, outcome: Published, batch: _Batch) -> None:
    """Note the files of a large submission's clean rows for the tables that they enter."""
    if outcome.in_force:
        batch.core_files.pop((outcome.submission.reporter, outcome.submission.period), None)
    files = good_files(con, staged)
    if not files:
        return
    take_failed(con, staged, _ROWS)
    batch.staged_files += files
    if outcome.in_force:
        batch.core_files[outcome.submission.reporter, outcome.submission.period] = files
        if batch.looks_back:
            con.execute(
                f"INSERT INTO {HISTORY} BY NAME SELECT * EXCLUDE (_marks, _failed) FROM read_parquet(?)",
                [[str(file) for file in files]],
            )


def _known_since(staged: Staged, batch: _Batch) -> Staged:
    """A correction of a version in the same batch is as timely as that version was."""
    first = batch.first_good.get((staged.context.reporter, str(staged.context.period)))
    if first is None or staged.context.first_received_at is not None:
        return staged
    return replace(staged, context=replace(staged.context, first_received_at=first))


def _enters(arrival: Arrival, contract: Contract, judged: Judged, batch: _Batch) -> Published:
    """Whether a version takes force: good, not far smaller than the one it would replace, approved where that is
    asked, and of a period that is open."""
    submission, verdict = arrival.submission, judged.verdict
    if verdict.verdict not in {"accepted", "partly_accepted"}:
        return Published(submission, verdict, in_force=False)
    if arrival.again:
        return Published(submission, verdict, in_force=arrival.again == "in_force")
    before = batch.good_rows.get((submission.reporter, submission.period), 0)
    waits_for: Literal["", "confirmation", "approval", "reopening"] = ""
    if verdict.counts.accepted < settings().confirm_below_share * before:
        waits_for = "confirmation"
    elif contract.approval and not arrival.approved:
        waits_for = "approval"
    elif arrival.closed:
        waits_for = "reopening"
    return Published(submission, verdict, not waits_for, waits_for, approved=arrival.approved)


def _take_into_core(con: duckdb.DuckDBPyConnection, contract: Contract, ids: Sequence[int]) -> None:
    """Good rows of versions that take force replace those of the versions before, in the batch's own tables."""
    if not ids:
        return
    columns = ", ".join(quoted(c) for c in [*(c.name for c in contract.columns), *CONTEXT_COLUMNS] if c != "_marks")
    for table in (_CORE, HISTORY):
        con.execute(
            f"DELETE FROM {table} USING _context x WHERE {table}._reporter = x._reporter "
            f"AND {table}._period = x._period AND list_contains($ids, x._submission_id)",
            {"ids": list(ids)},
        )
        con.execute(
            f"INSERT INTO {table} BY NAME SELECT {columns} FROM {JUDGED} j "
            "WHERE list_contains($ids, j._submission_id) AND NOT EXISTS (SELECT 1 FROM "
            f"{FAILED} f WHERE f._submission_id = j._submission_id AND f._row = j._row)",
            {"ids": list(ids)},
        )


def _unreadable(submission: Submission, contract: Contract, error: UnreadableError) -> Published:
    verdict = Verdict(
        file=submission.filename,
        dataset=contract.id,
        unit=submission.reporter,
        period=submission.period,
        contract_version=contract.version,
        verdict="unreadable",
        counts=Counts(0, 0, 0),
        reason_vi=error.vi,
        reason_en=error.en,
    )
    return Published(submission, verdict, in_force=False)


def _store(con: duckdb.DuckDBPyConnection, contract: Contract, batch: _Batch) -> None:
    core = core_table(contract.id)
    if batch.again:
        forget(con, contract.id, batch.again)
    con.execute(f"INSERT INTO {staging_table(contract.id)} BY NAME SELECT * FROM {_ROWS}")
    items = pl.DataFrame(sorted(batch.replaced), schema={"r": pl.String, "p": pl.String}, orient="row")
    con.register("_replaced", items)
    held = con.execute(
        f"SELECT count(*) FROM {core} WHERE (_reporter, _period) IN (SELECT (r, p) FROM _replaced)"
    ).fetchone()
    if held and held[0]:
        con.execute(f"DELETE FROM {core} WHERE (_reporter, _period) IN (SELECT (r, p) FROM _replaced)")
    con.unregister("_replaced")
    con.execute(f"INSERT INTO {core} BY NAME SELECT * FROM {_CORE}")
    take_in(con, contract.id, "staging", batch.staged_files)
    take_in(con, contract.id, "core", [file for files in batch.core_files.values() for file in files])
    for table, frame in (
        ("landing.submission", submission_frame(batch.published)),
        ("quality.verdict", verdict_frame(batch.published, batch.staged)),
        ("quality.result", result_frame(batch.published)),
        ("quality.finding", finding_frame(batch.published, contract)),
        ("quality.standing", first_standings(batch.published)),
    ):
        if frame.height:
            con.register("_frame", frame)
            con.execute(f"INSERT INTO {LAKE}.{table} BY NAME SELECT * FROM _frame")
            con.unregister("_frame")
