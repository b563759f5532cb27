"""One look at what is to be told, entered first and then sent; and the worker's thread that looks again and again."""

from __future__ import annotations

import fcntl
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType

from data.clock import now
from data.contract import ContractRegistry, load_contracts
from data.ledger import Ledger, open_ledger
from data.notices import Notice, enter, mark_failed, mark_sent, waiting
from data.settings import settings
from pipelines.reminders.hours import is_open
from pipelines.reminders.mail import Mail
from pipelines.reminders.plan import MAIL, anybody_to_tell, plan

__all__ = ["LOOK_SECONDS", "Reminding", "Turned", "turn"]

log = logging.getLogger(__name__)

LOOK_SECONDS = 120.0
"""Pause between two looks."""


@dataclass(frozen=True, slots=True)
class Turned:
    """What came of one look."""

    entered: int = 0
    sent: int = 0
    failed: int = 0


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether this process may send: two that sent at once would tell people twice."""
    path = settings().home / "reminders.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def turn(ledger: Ledger, registry: ContractRegistry, moment: datetime) -> Turned:
    """Enter what is new, send what is due; in quiet hours nothing leaves. A failure is noted and tried again later.

    A process that dies between sending and noting it sends that one message again, under the same Message-ID.
    """
    if not anybody_to_tell():
        return Turned()
    with _alone() as alone:
        if not alone:
            return Turned()
        entered = enter(ledger, plan(ledger, registry, moment))
        if not is_open(moment):
            return Turned(entered)
        sent = failed = 0
        with Mail() as mail:
            for notice in waiting(ledger, moment):
                try:
                    _send(notice, mail)
                except (OSError, ValueError) as error:
                    failed += 1
                    mark_failed(ledger, notice, moment, str(error) or type(error).__name__)
                    log.warning("%s: chưa gửi được, sẽ thử lại / not sent yet, tried again: %s", notice.key, error)
                else:
                    sent += 1
                    mark_sent(ledger, notice, moment)
        return Turned(entered, sent, failed)


def _send(notice: Notice, mail: Mail) -> None:
    if notice.channel == MAIL:
        mail.send(notice)
    else:
        from pipelines.reminders.chat import post

        post(notice)


class Reminding:
    """Looks every few minutes, beside the worker's own work: a mail server that hangs holds up no submission."""

    def __init__(self, every: float = LOOK_SECONDS) -> None:
        self._every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reminders", daemon=True)

    def __enter__(self) -> Reminding:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                if anybody_to_tell():
                    with open_ledger() as ledger:
                        turn(ledger, load_contracts(settings().contracts), now())
            except Exception:
                # Whatever it is: what was entered waits in the ledger, and the next look tries again.
                log.exception("nhắc việc chưa chạy được / reminders could not run")
            self._stop.wait(self._every)
