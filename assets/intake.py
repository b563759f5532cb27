"""Intake: from the ledger's queue to staged rows, each file read in a child process with limits on memory and time."""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from checks.staged import Context, Staged
from data.contract import Contract, load_contracts
from data.landing import path_of
from data.obligation import deadline_rule
from data.period import Period
from data.settings import settings
from data.submission import Submission
from data.table import UnreadableError

__all__ = ["ReadPool", "context_of", "stage_file"]


def context_of(
    contract: Contract, submission: Submission, due_at: datetime | None, first_received_at: datetime | None = None
) -> Context:
    """Whose submission it is and of when, for judging."""
    return Context(
        submission_id=submission.submission_id,
        reporter=submission.reporter,
        period=Period.parse(submission.period),
        received_at=submission.received_at,
        cutoff=deadline_rule(contract).cutoff,
        due_at=due_at,
        first_received_at=first_received_at,
    )


def stage_file(path: Path, name: str, contract: Contract, context: Context) -> Staged | UnreadableError:
    """Read one file and bring it into the contract's columns; what cannot be read is returned, not raised."""
    from assets.read import read_file
    from assets.staging import stage

    try:
        return stage(read_file(path, name=name), contract, context)
    except UnreadableError as error:
        return error


@dataclass(frozen=True)
class _Task:
    path: Path
    name: str
    contract: str
    context: Context


def _limit_memory() -> None:
    allowed = settings().read_memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))


def _run(task: _Task) -> Staged | UnreadableError:
    contract = load_contracts(settings().contracts)[task.contract]
    try:
        return stage_file(task.path, task.name, contract, task.context)
    except MemoryError:
        return _given_up("too_large", "Tệp cần quá nhiều bộ nhớ để đọc", "the file needs too much memory to read")


def _given_up(code: str, vi: str, en: str) -> UnreadableError:
    return UnreadableError(code, f"{vi}; hãy chia nhỏ tệp rồi gửi lại", f"{en}; split it and send again")


class ReadPool:
    """Child processes that read files: a file that eats memory or time ends its child, never the hub."""

    def __init__(self, workers: int = 2) -> None:
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def _executor(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._workers, mp_context=context, initializer=_limit_memory)
        return self._pool

    def stage(
        self, contract: Contract, jobs: Sequence[tuple[Submission, Context]]
    ) -> Iterator[Staged | UnreadableError]:
        """Stage many submissions of one dataset, in order."""
        tasks = [_Task(path_of(s.sha256), s.filename, contract.id, context) for s, context in jobs]
        futures: list[Future[Staged | UnreadableError]] = [self._executor().submit(_run, t) for t in tasks]
        for task, future in zip(tasks, futures, strict=True):
            yield self._outcome(task, future)

    def _outcome(self, task: _Task, future: Future[Staged | UnreadableError]) -> Staged | UnreadableError:
        try:
            return future.result(timeout=settings().read_seconds)
        except FutureTimeout:
            self.restart()
            return _given_up("timeout", "Đọc tệp quá lâu", "reading the file took too long")
        except BrokenProcessPool:
            # A neighbour in the pool may be to blame: this file gets a child of its own before it is given up.
            self.restart()
            try:
                return self._executor().submit(_run, task).result(timeout=settings().read_seconds)
            except (BrokenProcessPool, FutureTimeout):
                self.restart()
                return _given_up("too_large", "Đọc tệp làm tiến trình dừng", "reading the file ended its process")

    def restart(self) -> None:
        """End all children, busy ones too; the next file gets new ones."""
        pool, self._pool = self._pool, None
        if pool is not None:
            for process in list((pool._processes or {}).values()):
                process.kill()
            pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """End the children."""
        self.restart()

    def __enter__(self) -> ReadPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
