"""Verdicts: how long a clerk waits for the judgement of 1,000 rows, in a warm process and from the shell.

Warm: a hundred files, each under a name that was not seen, with and without a lake to look back on; the 95th counts.
From the shell: `hub check` beside a lake, process start included.
"""

from __future__ import annotations

import statistics

from tests.bench.bench import Bench
from tests.bench.report import Measure
from tests.bench.sides import Side, median
from tests.bench.workbooks import workbook

__all__ = ["run"]

ROWS = 1_000
FILES = 10
REPEATS = 100


def run(bench: Bench) -> None:
    """Warm verdicts, then the shell."""
    rows = bench.rows(ROWS)
    paths = [str(workbook(bench, rows, start=number * rows)) for number in range(FILES)]
    _warm(bench, rows, paths, "beside a lake", lake=True)
    _warm(bench, rows, paths, "no lake", lake=False)
    shell = Side("tests.bench.ours", "shell", {"path": paths[0]}, bench.hub(), scratch=True)
    runs = bench.turns("hub check", {"shell": shell}, repeats=max(bench.repeats, 5))["shell"]
    slowest = max(r.seconds for r in runs)
    bench.add(
        Measure(
            "verdicts", f"hub check, {rows:,} rows, from the shell", median(runs), "s", goal=2.0, goal_of="ours",
            note=f"slowest of {len(runs)}: {slowest:.2f} s",
        )
    )  # fmt: skip


def _warm(bench: Bench, rows: int, paths: list[str], where: str, *, lake: bool) -> None:
    repeats = max(10, int(REPEATS * min(1.0, bench.scale)))
    keywords = {"paths": paths, "repeats": repeats, "lake": lake}
    side = Side("tests.bench.ours", "verdicts", keywords, bench.hub(), scratch=True)
    taken = sorted(
        bench.turns(f"verdict of {rows:,} rows, {where}", {"warm": side}, repeats=1)["warm"][0].answer["milliseconds"]
    )
    ninety_fifth = statistics.quantiles(taken, n=20, method="inclusive")[-1]
    note = f"{len(taken)} xlsx files, each new to the process; slowest {taken[-1]:.0f} ms"
    bench.add(
        Measure("verdicts", f"{rows:,} rows, warm, {where}: p50", statistics.median(taken), "ms"),
        Measure(
            "verdicts", f"{rows:,} rows, warm, {where}: p95", ninety_fifth, "ms", goal=300, goal_of="ours", note=note
        ),
    )
