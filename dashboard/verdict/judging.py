"""What a warm child process does for the desk: it reads and judges one submission as the pipeline will."""

from __future__ import annotations

import os
import resource
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from multiprocessing import connection, parent_process
from pathlib import Path
from typing import TYPE_CHECKING

from data.settings import settings
from data.submission import Submission

if TYPE_CHECKING:
    import duckdb

    from checks.finding import Verdict
    from checks.staged import Staged
    from data.contract import Contract
    from data.table import UnreadableError

__all__ = ["Task", "judge_and_keep", "load", "prepare", "staged_of", "write_annotated"]


@dataclass(frozen=True, slots=True)
class Task:
    """A submission, what is known of its timeliness, and which headers its unit mapped by hand (header → column)."""

    submission: Submission
    due_at: datetime | None
    first_received_at: datetime | None
    choices: Mapping[str, str] = field(default_factory=dict)


def prepare() -> None:
    """Bound the child's memory, leave no core file, leave Ctrl-C to the parent, and end when the parent is gone."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    # Reading may take what the setting says; judging comes on top of it.
    allowed = 2 * settings().read_memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (allowed if hard == resource.RLIM_INFINITY else min(allowed, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(0)


def load() -> None:
    """Import and open ahead all that judging needs: a nil report is judged and thrown away."""
    from data.clock import now
    from data.contract import load_contracts
    from data.obligation import deadline_rule
    from data.period import Period

    contract = next(iter(load_contracts(settings().contracts).values()), None)
    if contract is None:
        return
    import assets.read  # noqa: F401

    moment = now()
    period = Period.containing(deadline_rule(contract).frequency, moment.date())
    nobody = Submission(0, "", contract.id, "", str(period), 1, "0" * 64, "", 0, moment, "", "", True)
    _judged(Task(nobody, None, None))


def staged_of(task: Task) -> tuple[Contract, Staged | UnreadableError]:
    """The submission's rows as text in the contract's columns, or why its file cannot be read."""
    from assets.intake import context_of, stage_file
    from assets.staging import nil_report
    from data.contract import load_contracts
    from data.landing import path_of

    sent = task.submission
    contract = load_contracts(settings().contracts)[sent.dataset]
    # Number 0: the clean rows of a large file must not lie where the pipeline puts those of this submission.
    unnumbered = replace(sent, submission_id=0)
    context = context_of(contract, unnumbered, task.due_at, task.first_received_at, task.choices)
    if sent.nil:
        return contract, nil_report(contract, context, sent.filename)
    return contract, stage_file(path_of(sent.sha256), sent.filename, contract, context)


def _judged(task: Task) -> tuple[Contract, Staged | None, Verdict]:
    from assets.check_file import unreadable_verdict
    from checks.history import bind_history, looks_beyond
    from checks.judge import judge
    from checks.staged import Staged
    from data.contract import load_contracts
    from data.period import Period

    sent = task.submission
    contract, staged = staged_of(task)
    if not isinstance(staged, Staged):
        return (
            contract,
            None,
            unreadable_verdict(sent.filename, contract, sent.reporter, Period.parse(sent.period), staged),
        )
    registry = load_contracts(settings().contracts)
    try:
        with _session(lake=looks_beyond(contract, registry)) as con:
            bind_history(con, contract, [sent.reporter])
            return contract, staged, judge(con, contract, [staged], registry)[0].verdict
    finally:
        if staged.clean is not None:
            staged.clean.discard()


@contextmanager
def _session(*, lake: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session for judging, with the lake where one is wanted and there: nothing came to it on a hub's first day."""
    import duckdb

    from data.warehouse import lake_exists, open_judging

    with ExitStack() as stack:
        try:
            con = stack.enter_context(open_judging(lake=lake and lake_exists()))
        except duckdb.Error:
            con = stack.enter_context(open_judging(lake=False))
        yield con


def judge_and_keep(task: Task) -> None:
    """Judge the submission and keep its verdict beside the ledger. Raises OSError where the disk is full."""
    from dashboard.verdict.kept import keep
    from data.clock import now

    contract, staged, verdict = _judged(task)
    keep(task.submission, verdict, staged, contract, now())


def write_annotated(task: Task, verdict: Verdict, target: Path) -> None:
    """Write the workbook as sent with these findings in it. Raises UnreadableError for a file without a table."""
    from assets.annotate import annotate_workbook
    from checks.staged import Staged
    from data.landing import path_of

    _, staged = staged_of(task)
    if not isinstance(staged, Staged):
        raise staged
    try:
        annotate_workbook(path_of(task.submission.sha256), staged, verdict, target)
    finally:
        if staged.clean is not None:
            staged.clean.discard()
