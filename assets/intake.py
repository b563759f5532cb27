"""Intake: from the ledger's queue to staged rows, each file read in a child process with limits on memory and time."""

from __future__ import annotations

import multiprocessing
import resource
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from shutil import rmtree
from threading import RLock
from typing import TypeVar

from assets.read.refusal import refuse
from checks.staged import Context, Staged
from data.contract import Contract, load_contracts
from data.landing import path_of
from data.obligation import deadline_rule
from data.period import Period
from data.settings import settings
from data.submission import Submission
from data.table import Reading, UnreadableError

__all__ = ["ReadPool", "ReadingStoppedError", "context_of", "stage_file"]

_T = TypeVar("_T")
_REMEMBERED_BYTES = 2 * 1024 * 1024
"""Files up to this size are kept read for a while."""
LARGE_BYTES = 24 * 1024 * 1024
"""Texts from this size on are gone through in stretches (assets.bulk)."""


def context_of(
    contract: Contract,
    submission: Submission,
    due_at: datetime | None,
    first_received_at: datetime | None = None,
    choices: Mapping[str, str] | None = None,
) -> Context:
    """Whose submission it is and of when, for judging. `choices`: header → column (data.column_choices)."""
    return Context(
        submission_id=submission.submission_id,
        reporter=submission.reporter,
        period=Period.parse(submission.period),
        received_at=submission.received_at,
        cutoff=deadline_rule(contract).cutoff,
        due_at=due_at,
        first_received_at=first_received_at,
        choices=tuple((choices or {}).items()),
    )


def stage_file(path: Path, name: str, contract: Contract, context: Context) -> Staged | UnreadableError:
    """Read one file and bring it into the contract's columns; what cannot be read is returned, not raised."""
    from assets.staging import stage

    try:
        stat = path.stat()
        if stat.st_size >= LARGE_BYTES and (large := _stage_large(path, name, contract, context)) is not None:
            return large
        small = stat.st_size <= _REMEMBERED_BYTES
        reading = _remembered(path, name, stat.st_mtime_ns, stat.st_size) if small else _read(path, name)
        return stage(reading, contract, context)
    except UnreadableError as error:
        return error


def _stage_large(path: Path, name: str, contract: Contract, context: Context) -> Staged | None:
    """A large text in stretches, its clean rows as files; None for a file that is read whole."""
    from assets.bulk.stage import stage_large
    from assets.clean_files import incoming_folder

    folder = incoming_folder(context.submission_id)
    staged = stage_large(path, name, contract, context, folder)
    if staged is None:
        rmtree(folder, ignore_errors=True)
    return staged


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


class ReadingStoppedError(Exception):
    """Reading was called off: nothing is known of the file, its submission waits as before."""


def _prepare() -> None:
    """A child takes no more memory than allowed, leaves no core file, and leaves Ctrl-C to its parent."""
    _allow_memory(1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _allow_memory(share: int) -> None:
    """Bound the address space of this process to so many times what reading one file may take."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    allowed = share * settings().read_memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (allowed if hard == resource.RLIM_INFINITY else min(allowed, hard), hard))


def _run(task: _Task) -> Staged | UnreadableError:
    contract = load_contracts(settings().contracts)[task.contract]
    # Stretches are bounded by themselves; the threads that go through them reserve more address space than they use.
    _allow_memory(2 if _size(task.path) >= LARGE_BYTES else 1)
    try:
        return stage_file(task.path, task.name, contract, task.context)
    except MemoryError:
        return refuse("too_large", task.name, "cần quá nhiều bộ nhớ để đọc", "it takes too much memory to read")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _patience(path: Path) -> float:
    return settings().patience(_size(path))


def _read_whole(path: Path, name: str) -> Reading | UnreadableError:
    try:
        return _read(path, name)
    except UnreadableError as error:
        return error


def _load() -> None:
    import assets.read
    import assets.staging  # noqa: F401

    load_contracts(settings().contracts)


def _finished(future: Future[Staged | UnreadableError]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


class ReadPool:
    """Child processes that read files: a file that eats memory or time ends its child, never the hub."""

    def __init__(self, workers: int = 2) -> None:
        self._workers = workers
        self._stopped = False
        self._changing = RLock()
        self._pool: ProcessPoolExecutor | None = None

    def _executor(self) -> ProcessPoolExecutor:
        with self._changing:
            if self._stopped:
                raise ReadingStoppedError
            if self._pool is None:
                context = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(self._workers, mp_context=context, initializer=_prepare)
            return self._pool

    def stage(
        self, contract: Contract, jobs: Sequence[tuple[Submission, Context]]
    ) -> Iterator[Staged | UnreadableError]:
        """Stage many submissions of one dataset, in order. Raises ReadingStoppedError once `stop` was called."""
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

    def read(self, path: Path, name: str) -> Reading | UnreadableError:
        """The tables of one file; what cannot be read is returned, not raised."""
        return self._result(
            name, _patience(path), self._executor().submit(_read_whole, path, name), _read_whole, path, name
        )

    def _outcome(self, task: _Task, future: Future[Staged | UnreadableError]) -> Staged | UnreadableError:
        return self._result(task.name, _patience(task.path), future, _run, task)

    def _result(
        self,
        name: str,
        patience: float,
        future: Future[_T | UnreadableError],
        again: Callable[..., _T | UnreadableError],
        *given: object,
    ) -> _T | UnreadableError:
        try:
            return future.result(timeout=patience)
        except FutureTimeout:
            self.restart()
            return refuse("timeout", name)
        except (BrokenProcessPool, CancelledError):
            self.restart()
            if self._stopped:
                raise ReadingStoppedError(name) from None
            # A neighbour in the pool may be to blame: this file gets a child of its own before it is given up.
            try:
                return self._executor().submit(again, *given).result(timeout=patience)
            except FutureTimeout:
                self.restart()
                return refuse("timeout", name)
            except (BrokenProcessPool, CancelledError):
                self.restart()
                if self._stopped:
                    raise ReadingStoppedError(name) from None
                return refuse(
                    "too_large",
                    name,
                    "tệp hỏng hoặc cần quá nhiều bộ nhớ, bộ đọc dừng đột ngột",
                    "it is damaged or takes too much memory and brought the reader down",
                )

    def warm(self) -> None:
        """Start the children ahead of the first file, with what reading needs loaded."""
        for done in [self._executor().submit(_load) for _ in range(self._workers)]:
            done.result()

    def restart(self) -> None:
        """End all children, busy ones too; the next file gets new ones."""
        with self._changing:
            pool, self._pool = self._pool, None
        if pool is not None:
            for process in list((pool._processes or {}).values()):
                process.kill()
            pool.shutdown(wait=False, cancel_futures=True)

    def stop(self) -> None:
        """Call off all reading at once, from any thread or signal handler; the pool is of no use afterwards."""
        self._stopped = True
        self.restart()

    def close(self) -> None:
        """End the children."""
        self.restart()

    def __enter__(self) -> ReadPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
