"""The verdict at once: warm child processes of the centre judge what was just received; the pipeline need not run."""

from __future__ import annotations

import atexit
import itertools
import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from multiprocessing import get_context
from typing import Any, ParamSpec, TypeVar

from checks.finding import Verdict
from dashboard.ledger_access import the_ledger
from dashboard.verdict.judging import Task, judge_and_keep, load, prepare
from dashboard.verdict.kept import kept
from dashboard.verdict.stored import first_good, stored, sweep, whole
from data.column_choices import column_choices
from data.contract import load_contracts
from data.obligation import due_if_owed
from data.period import Period
from data.settings import Settings, settings
from data.submission import Submission

__all__ = ["begin", "in_child", "judge_now", "judged", "made", "running", "start", "stop", "task_of", "verdict_of"]

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

_MOST_CHILDREN = 4
_GOOD = frozenset({"accepted", "partly_accepted"})


class _Judges:
    """Child processes for one hub, started ahead, replaced where one broke or had to be ended."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._changing = threading.RLock()
        self._pool: ProcessPoolExecutor | None = None
        self._closed = False

    def submit(self, patience: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run a function in a child; one that takes longer than `patience` seconds ends the children."""
        with self._changing:
            try:
                future = self._executor().submit(function, *args, **kwargs)
            except BrokenProcessPool:
                self._end()
                future = self._executor().submit(function, *args, **kwargs)
        watch = threading.Timer(patience, self._give_up, (future,))
        watch.daemon = True
        watch.start()
        future.add_done_callback(lambda _: watch.cancel())
        return future

    def _executor(self) -> ProcessPoolExecutor:
        if self._closed:
            raise RuntimeError("the centre is stopping")
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._workers, mp_context=get_context("spawn"), initializer=prepare)
        return self._pool

    def _give_up(self, future: Future[Any]) -> None:
        if not future.done():
            log.warning("a file took too long to be judged; the pipeline will say what becomes of it")
            with self._changing:
                self._end()

    def warm(self) -> None:
        """Have every child load what judging needs."""
        for done in [self.submit(120.0, load) for _ in range(self._workers)]:
            done.result()

    def _end(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            for process in list((pool._processes or {}).values()):
                process.kill()
            pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """End the children for good."""
        with self._changing:
            self._closed = True
            self._end()


_held: dict[Settings, _Judges] = {}
_under_way: dict[tuple[Settings, int], Future[None]] = {}
_lock = threading.Lock()
_stopped = threading.Event()
_warming: list[threading.Thread] = []
_made = itertools.count(1)
_newest = 0


def _judges() -> _Judges:
    chosen = settings()
    with _lock:
        if chosen not in _held:
            # Children see the settings that they were started under: another hub gets its own.
            for other in list(_held):
                _held.pop(other).close()
            _held[chosen] = _Judges(max(1, min(_MOST_CHILDREN, os.cpu_count() or 1)))
        return _held[chosen]


def start() -> None:
    """Start and warm the children in the background: the centre's own start does not wait for them."""

    def warm() -> None:
        try:
            sweep()
            if not _stopped.is_set():
                _judges().warm()
        except Exception:
            if not _stopped.is_set():
                log.warning("the children that judge could not be warmed; they start with a file", exc_info=True)

    _stopped.clear()
    _warming[:] = [threading.Thread(target=warm, name="warm-judges", daemon=True)]
    _warming[0].start()


@atexit.register
def stop() -> None:
    """End the children, and whatever was still being warmed."""
    _stopped.set()
    with _lock:
        for chosen in list(_held):
            _held.pop(chosen).close()
    for thread in _warming:
        thread.join(timeout=10)


def running() -> bool:
    """Whether this hub's children are at work: what breaks off while they are being ended says nothing of a file."""
    return not _stopped.is_set() and settings() in _held


def in_child(size: int, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function on somebody's file of so many bytes in a child, and wait for what it gives.

    Raises what the function raises, and BrokenProcessPool where the file brought the child down or took too long.
    """
    return _judges().submit(settings().patience(size), function, *args, **kwargs).result()


def made() -> int:
    """Grows with every verdict that this process made, so that open pages hear of it."""
    return _newest


def task_of(submission: Submission) -> Task:
    """The submission with its due moment, extensions included, when its first good version came, and its mapping."""
    ledger = the_ledger()
    item = (submission.dataset, submission.reporter, submission.period)
    moved = {(e.dataset, e.reporter, e.period): e.due_at for e in ledger.extensions()}
    contract = load_contracts(settings().contracts)[submission.dataset]
    due = moved.get(item) or due_if_owed(contract, Period.parse(submission.period))
    chosen = column_choices(ledger, submission.dataset, submission.reporter)
    return Task(submission, due, _first_received(submission), dict(chosen))


def _first_received(submission: Submission) -> datetime | None:
    if submission.version == 1:
        return None
    moments = [first_good(submission)]
    for earlier in the_ledger().submissions(
        dataset=submission.dataset, reporter=submission.reporter, period=submission.period
    ):
        if earlier.version < submission.version:
            found = kept(earlier.submission_id)
            moments.append(earlier.received_at if found and found.verdict.verdict in _GOOD else None)
    return min((m for m in moments if m is not None), default=None)


def begin(submission: Submission) -> Future[None]:
    """Have the submission judged, unless that is under way; its verdict is kept when the future is done."""
    key = (settings(), submission.submission_id)
    with _lock:
        if (running := _under_way.get(key)) is not None:
            return running
    task = task_of(submission)
    future = _judges().submit(settings().patience(submission.size), judge_and_keep, task)
    with _lock:
        _under_way[key] = future

    def ended(done: Future[None]) -> None:
        global _newest
        with _lock:
            _under_way.pop(key, None)
        error = "cancelled" if done.cancelled() else done.exception()
        if error is not None:
            # Open pages do not hear of it: drawn anew, they would have it tried again, and so for ever.
            log.warning("submission %s could not be judged at the desk: %r", submission.receipt, error)
        else:
            _newest = next(_made)

    future.add_done_callback(ended)
    return future


def judged(submission: Submission, *, timeout: float = 10.0) -> bool:
    """Whether there is a verdict by now: of the lake, kept, or made within `timeout` seconds.

    What takes longer goes on, and the page shows it when it is there.
    """
    if kept(submission.submission_id) is not None or stored(submission) is not None:
        return True
    try:
        begin(submission).result(timeout=timeout)
    except FutureTimeout:
        return False
    except Exception:
        # The child broke, or the disk is full: what was received is safe, and the pipeline judges it in its turn.
        return False
    return True


def judge_now(submission: Submission, *, timeout: float = 10.0) -> Verdict | None:
    """The verdict of a submission that was just received; None where it takes longer, or cannot be made here.

    The verdict is the one that the lake will hold: values of personal columns are masked.
    """
    return verdict_of(submission) if judged(submission, timeout=timeout) else None


def verdict_of(submission: Submission) -> Verdict | None:
    """The verdict from the lake where it is there, else the one made at the desk, else None."""
    return whole(submission)
