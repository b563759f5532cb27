"""The hub's processes: started together, watched, started again when one dies, ended together."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from data.settings import settings

__all__ = ["AlreadyRunningError", "Child", "PortBusyError", "Supervisor", "answers", "check_port", "only_one"]

_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
"""Seconds before a dead process is started again: doubled each time, back to the first after it held for a while."""
_HELD = 60.0


class PortBusyError(RuntimeError):
    """A port that another program listens on; the message names it and the setting that chooses another."""


class AlreadyRunningError(RuntimeError):
    """Another `hub up` serves this home."""


@contextmanager
def only_one() -> Iterator[None]:
    """Hold the home against a second `hub up`. Raises AlreadyRunningError."""
    path = settings().home / "hub.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(
                f"hub up đang chạy với {settings().home} / `hub up` already serves this folder"
            ) from None
        yield


def check_port(host: str, port: int, setting: str) -> None:
    """Raises PortBusyError where something listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortBusyError(
                f"Cổng {port} ở {host} không dùng được ({error.strerror}); chọn cổng khác bằng {setting}=… / "
                f"port {port} cannot be used; choose another with {setting}=…"
            ) from error


def answers(url: str, *, accept: Sequence[int] = (200,)) -> Callable[[], bool]:
    """A question to a web server: does it answer with one of these codes?"""

    def asked() -> bool:
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=2) as reply:
                return reply.status in accept
        except urllib.error.HTTPError as error:
            return error.code in accept
        except (OSError, ValueError):
            return False

    return asked


@dataclass
class Child:
    """One process: what starts it, and how it is known to be well."""

    name: str
    command: Sequence[str]
    healthy: Callable[[], bool] = lambda: True
    environment: dict[str, str] = field(default_factory=dict)
    patience: float = 8.0
    """Seconds that it gets to end by itself."""
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = _FIRST_WAIT
    again_at: float | None = None

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return settings().home / "logs" / f"{self.name}.log"


class Supervisor:
    """Holds the children: starts, watches and ends them. `say` is told what an operator should read."""

    def __init__(self, children: Sequence[Child], say: Callable[[str], None]) -> None:
        self.children = list(children)
        self._say = say

    def start(self) -> None:
        """Start all."""
        (settings().home / "logs").mkdir(parents=True, exist_ok=True)
        for child in self.children:
            self._start(child)

    def _start(self, child: Child) -> None:
        with _rotated(child.log) as output:
            child.process = subprocess.Popen(
                child.command,
                env={**os.environ, **child.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C reaches the supervisor alone, which ends the others in order.
                start_new_session=True,
            )
        child.started, child.again_at = time.monotonic(), None

    def wait_until_healthy(self, seconds: float, stop: Callable[[], bool]) -> list[str]:
        """Wait for all to be well; gives the names of those that are not when the time is over."""
        deadline = time.monotonic() + seconds
        while not stop():
            self.watch()
            ill = [c.name for c in self.children if not (c.alive and c.healthy())]
            if not ill or time.monotonic() > deadline:
                return ill
            time.sleep(0.2)
        return []

    def watch(self) -> None:
        """Start again what died, after a wait that grows while it keeps dying."""
        now = time.monotonic()
        for child in self.children:
            if child.alive:
                if now - child.started > _HELD:
                    child.wait = _FIRST_WAIT
            elif child.again_at is None:
                code = child.process.returncode if child.process else None
                self._say(
                    f"{child.name} dừng ({code}), chạy lại sau {child.wait:.0f} giây; xem {child.log} / "
                    f"ended, started again in {child.wait:.0f} s"
                )
                child.again_at = now + child.wait
                child.wait = min(_LONGEST_WAIT, 2 * child.wait)
            elif now >= child.again_at:
                self._start(child)

    def stop(self) -> None:
        """End all: politely, and after a while for good."""
        living = [c for c in reversed(self.children) if c.alive]
        for child in living:
            _signal(child, signal.SIGTERM)
        began = time.monotonic()
        while any(c.alive and time.monotonic() < began + c.patience for c in living):
            time.sleep(0.05)
        for child in living:
            # The group: a server may have children of its own.
            _signal(child, signal.SIGKILL)
            if child.process is not None:
                child.process.wait()


def _signal(child: Child, number: signal.Signals) -> None:
    if child.process is None:
        return
    try:
        if number == signal.SIGKILL:
            os.killpg(child.process.pid, number)
        else:
            child.process.send_signal(number)
    except (ProcessLookupError, PermissionError):
        return


_LARGEST_LOG = 20 * 1024 * 1024


@contextmanager
def _rotated(path: Path) -> Iterator[IO[bytes]]:
    """The log opened for more lines; one that grew large is put aside, replacing the one before."""
    if path.exists() and path.stat().st_size > _LARGEST_LOG:
        path.replace(path.with_suffix(".1.log"))
    with path.open("ab") as handle:
        yield handle
