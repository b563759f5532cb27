"""Runs sides in fresh child processes, in turn, and keeps every single run.

Peak memory is the larger of the child's own `ru_maxrss` and the sum over the child and its children of resident
memory, looked at twenty times a second: neither counts the system's page cache, both count pages of files that a
process has mapped. Linux hands a parent's peak on to its child's `ru_maxrss`, so this process loads nothing large.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["ROOT", "Run", "Side", "SideError", "in_turn", "median", "run_side"]

ROOT = Path(__file__).resolve().parent.parent.parent
_PAGE = os.sysconf("SC_PAGE_SIZE")


class SideError(RuntimeError):
    """A side's process ended without an answer; carries the end of what it wrote."""


@dataclass(frozen=True)
class Side:
    """One side of a measure: a function of a module that prepares and gives the work.

    `scratch`: the function gets a folder of its own under that keyword, emptied after each run.
    """

    module: str
    function: str
    keywords: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    python: str = sys.executable
    scratch: bool = False
    timeout: float = 900.0


@dataclass(frozen=True)
class Run:
    """What one run took. seconds: the work alone; whole_seconds: with process start, imports and preparation."""

    seconds: float
    processor_seconds: float
    whole_seconds: float
    peak_mib: float
    answer: Any

    def to_json(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def _resident(pid: int) -> int:
    """Resident bytes of a process and all below it; 0 where it has ended."""
    try:
        total = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += sum(_resident(int(child)) for child in (task / "children").read_text().split())
    except (OSError, ValueError, IndexError):
        return 0
    return total


def run_side(side: Side, work: Path) -> Run:
    """One run in a process of its own. Raises SideError."""
    scratch = Path(tempfile.mkdtemp(dir=work)) if side.scratch else None
    keywords = side.keywords | ({"scratch": str(scratch)} if scratch else {})
    command = [side.python, "-m", "tests.bench.child", side.module, side.function, json.dumps(keywords)]
    # What an earlier run wrote is on the disk before this one is timed.
    os.sync()
    started, peak = time.perf_counter(), 0
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        child = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | side.environment, stdout=said, stderr=subprocess.STDOUT
        )
        try:
            while child.poll() is None:
                peak = max(peak, _resident(child.pid))
                if time.perf_counter() - started > side.timeout:
                    raise SideError(f"{side.module}.{side.function}: hơn {side.timeout:.0f} s / too slow")
                time.sleep(0.05)
            whole = time.perf_counter() - started
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
            if scratch is not None:
                shutil.rmtree(scratch, ignore_errors=True)
        said.seek(0)
        lines = said.read().strip().splitlines()
    if child.returncode != 0 or not lines:
        raise SideError(f"{side.module}.{side.function} ({child.returncode}): " + "\n".join(lines[-15:]))
    told = json.loads(lines[-1])
    return Run(
        seconds=told["seconds"],
        processor_seconds=told["processor_seconds"],
        whole_seconds=whole,
        peak_mib=max(told["peak_mib"], peak / 1024**2),
        answer=told["answer"],
    )


def in_turn(sides: Mapping[str, Side], repeats: int, work: Path, told: Any = None) -> dict[str, list[Run]]:
    """Each side once, then each again, `repeats` times: what slows the machine for a while slows all of them."""
    runs: dict[str, list[Run]] = {name: [] for name in sides}
    for turn in range(repeats):
        for name, side in sides.items():
            runs[name].append(run_side(side, work))
            if told is not None:
                told(f"{name} {turn + 1}/{repeats}: {runs[name][-1].seconds:.2f} s")
    return runs


def median(runs: list[Run], what: str = "seconds") -> float:
    """Median of one figure over the runs."""
    return float(statistics.median(getattr(run, what) for run in runs))
