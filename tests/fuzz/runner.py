"""Runs cases in a child process with limits, so that an abort or a hang is a finding and not the end."""

from __future__ import annotations

import multiprocessing
import os
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from tests.fuzz.cases import SECONDS, Outcome, case, judge

__all__ = ["Finding", "Report", "run", "run_cases"]

_ADDRESS_SPACE = 3 * 1024**3
_MEMORY_MB = 1024
_GRACE = 20.0


@dataclass(frozen=True, slots=True)
class Finding:
    """A case that did not keep the promise, and where its file is kept."""

    name: str
    fault: str
    kept: Path


@dataclass(slots=True)
class Report:
    """How many cases ran and how each ended."""

    cases: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    most_mb: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)


def _serve(link: Connection) -> None:
    """The child: reads the cases that it is told the numbers of."""
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 2)
    while True:
        try:
            seed, number = link.recv()
        except EOFError:
            return
        name, raw = case(seed, number)
        outcome = judge(raw, name)
        link.send((outcome, _peak_mb()))


def _peak_mb() -> int:
    """Most memory that this program took: the system's own count (ru_maxrss) also holds that of who started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


class _Child:
    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.link, other = context.Pipe()
        self.process = context.Process(target=_serve, args=(other,), daemon=True)
        self.process.start()
        other.close()

    def read(self, seed: int, number: int) -> tuple[Outcome, int]:
        self.link.send((seed, number))
        if not self.link.poll(SECONDS + _GRACE):
            return Outcome("hang", f"no end after {SECONDS + _GRACE:.0f} s", SECONDS + _GRACE), 0
        try:
            outcome, memory = self.link.recv()
        except EOFError:
            self.process.join()
            return Outcome("abort", f"the process ended with {self.process.exitcode}", 0.0), 0
        return outcome, memory

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.link.close()


def run_cases(seed: int, numbers: Iterator[int], folder: Path | None = None) -> Iterator[Report]:
    """Run cases one by one; gives the same report again after each. Files of findings are kept in `folder`."""
    folder = folder or Path(tempfile.gettempdir()) / "hub-fuzz"
    report, begun, child = Report(), time.monotonic(), _Child()
    try:
        for number in numbers:
            outcome, memory = child.read(seed, number)
            report.cases += 1
            report.seconds = time.monotonic() - begun
            report.ends[outcome.what] += 1
            report.slowest = max(report.slowest, outcome.seconds)
            report.most_mb = max(report.most_mb, memory)
            fault = outcome.fault or (f"took {memory} MB" if memory > _MEMORY_MB else None)
            if fault is not None:
                report.findings.append(_kept(seed, number, fault, folder))
            if outcome.what in ("hang", "abort") or memory > _MEMORY_MB:
                child.end()
                child = _Child()
            yield report
    finally:
        child.end()


def _kept(seed: int, number: int, fault: str, folder: Path) -> Finding:
    name, raw = case(seed, number)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(raw)
    return Finding(name, fault, path)


def run(seed: int, minutes: float, folder: Path | None = None, first: int = 0) -> Iterator[Report]:
    """Run cases from number `first` on until the time is over."""
    until = time.monotonic() + 60 * minutes

    def numbers() -> Iterator[int]:
        number = first
        while time.monotonic() < until:
            yield number
            number += 1

    yield from run_cases(seed, numbers(), folder)
