"""What was measured: one line a measure for the table, and every single run for the JSON."""

from __future__ import annotations

import json
import os
import platform
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from tests.bench.sides import Run

__all__ = ["Measure", "Report"]

_VERSIONS = ("duckdb", "polars", "pyarrow", "fastexcel", "python-calamine", "dagster", "great-expectations")


@dataclass(frozen=True)
class Measure:
    """One line of the table.

    `ours` and `other` in `unit`; `goal` is the most that the ratio (or ours, by `goal_of`) may be, None where the issue
    names none. `note` says what a reader must know to judge the line.
    """

    bench: str
    name: str
    ours: float
    unit: str = "s"
    other_name: str = ""
    other: float | None = None
    goal: float | None = None
    goal_of: Literal["ratio", "ours"] = "ratio"
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours to the other side's."""
        return self.ours / self.other if self.other else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        value = self.ratio if self.goal_of == "ratio" else self.ours
        return None if self.goal is None or value is None else value <= self.goal

    def to_json(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self) | {"ratio": self.ratio, "met": self.met}


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 else 4
    return f"{value:,.{digits}f} {unit}".strip()


@dataclass
class Report:
    """Gathers measures, runs and what was left out, and says how it goes on the way."""

    options: dict[str, Any]
    measures: list[Measure] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    minutes: dict[str, float] = field(default_factory=dict)
    """What each bench took in all, making its files included."""
    started: datetime = field(default_factory=lambda: datetime.now(UTC))

    def say(self, text: str) -> None:
        """A line of progress."""
        spent = (datetime.now(UTC) - self.started).total_seconds()
        print(f"[{spent:6.0f} s] {text}", file=sys.stderr, flush=True)

    def add(self, *measures: Measure) -> None:
        """Keep measures, and say them at once."""
        for measure in measures:
            self.measures.append(measure)
            self.say("· " + " | ".join(cell for cell in self._cells(measure) if cell))

    def keep(self, bench: str, runs: dict[str, list[Run]]) -> None:
        """Keep every single run of a measure's sides."""
        for side, each in runs.items():
            self.runs.extend({"bench": bench, "side": side, "turn": n, **run.to_json()} for n, run in enumerate(each))

    def skip(self, bench: str, why: str) -> None:
        """Say that something was not measured, and why."""
        self.skipped.append({"bench": bench, "why": why})
        self.say(f"{bench}: bỏ qua / skipped: {why}")

    def _cells(self, m: Measure) -> tuple[str, ...]:
        ratio = f"{m.ratio:.2f} ×" if m.ratio is not None else ""
        goal = "" if m.goal is None else f"≤ {m.goal:g} ×" if m.goal_of == "ratio" else f"≤ {_figure(m.goal, m.unit)}"
        met = {True: "yes", False: "NO", None: ""}[m.met]
        other = f"{_figure(m.other, m.unit)} {m.other_name}".strip()
        return (m.bench, m.name, _figure(m.ours, m.unit), other, ratio, goal, met)

    def table(self) -> str:
        """The table that is printed in the end, with its notes under it."""
        head = ("bench", "measure", "ours", "floor / peer", "ratio", "goal", "met")
        rows = [head, *(self._cells(m) for m in self.measures)]
        widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        lines.insert(1, "  ".join("─" * width for width in widths))
        notes = list(dict.fromkeys(f"{m.bench}, {m.name}: {m.note}" for m in self.measures if m.note))
        spent = ", ".join(f"{name} {minutes:.1f}" for name, minutes in self.minutes.items())
        notes.append(f"minutes: {spent}; in all {sum(self.minutes.values()):.1f}")
        left = [f"{s['bench']}: not measured: {s['why']}" for s in self.skipped]
        return "\n".join([*lines, *([""] if notes or left else []), *notes, *left])

    def write(self, path: Path) -> None:
        """All of it as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        told = {
            "started": self.started.isoformat(),
            "minutes": self.minutes,
            "machine": _machine(),
            "versions": _versions(),
            "options": self.options,
            "measures": [m.to_json() for m in self.measures],
            "skipped": self.skipped,
            "runs": self.runs,
        }
        path.write_text(json.dumps(told, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")


def _machine() -> dict[str, Any]:
    """What it was measured on, and how busy that was."""
    processor = memory = ""
    if (info := Path("/proc/cpuinfo")).exists():
        processor = next((x.split(":", 1)[1].strip() for x in info.read_text().splitlines() if "model name" in x), "")
        memory = Path("/proc/meminfo").read_text().splitlines()[0].split(":")[1].strip()
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "processor": processor or platform.processor(),
        "memory": memory,
        "system": platform.platform(),
        "load_average": os.getloadavg(),
    }


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _VERSIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found
