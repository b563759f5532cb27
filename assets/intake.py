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
from functools import lru_cache
from pathlib import Path

from checks.staged import Context, Staged
from data.contract import Contract, load_contracts
from data.landing import path_of
from data.obligation import deadline_rule
from data.period import Period
from data.settings import settings
from data.submission import Submission
from data.table import Reading, UnreadableError

__all__ = ["ReadPool", "context_of", "stage_file"]

_REMEMBERED_BYTES = 2 * 1024 * 1024
"""Files up to this size are kept read for a while."""


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
    from assets.staging import stage

    try:
        stat = path.stat()
        small = stat.st_size <= _REMEMBERED_BYTES
        reading = _remembered(path, name, stat.st_mtime_ns, stat.st_size) if small else _read(path, name)
        return stage(reading, contract, context)
    except UnreadableError as error:
        return error


def _read(path: Path, name: str) -> Reading:
    from assets.read import read_file

    return read_file(path, name=name)


@lru_cache(maxsize=32)
def _remembered(path: Path, name: str, _changed: int, _size: int) -> Reading:
    """A small file's tables: one workbook may be the submissions of many datasets."""
    return _read(path, name)


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


def _load() -> None:
    import assets.read
    import assets.staging  # noqa: F401

    load_contracts(settings().contracts)


def _given_up(code: str, vi: str, en: str) -> UnreadableError:
    return UnreadableError(code, f"{vi}; hãy chia nhỏ tệp rồi gửi lại", f"{en}; split it and send again")


def _finished(future: Future[Staged | UnreadableError]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


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
        pool = self._pool
        for position, task in enumerate(tasks):
            outcome = self._outcome(task, futures[position])
            if self._pool is not pool:
                # The children were ended on account of this file: what they had not finished goes to new ones.
                for later in range(position + 1, len(tasks)):
                    if not _finished(futures[later]):
                        futures[later] = self._executor().submit(_run, tasks[later])
                pool = self._pool
            yield outcome

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

    def warm(self) -> None:
        """Start the children ahead of the first file, with what reading needs loaded."""
        for done in [self._executor().submit(_load) for _ in range(self._workers)]:
            done.result()

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
