"""Workbooks: 200,000 rows × 20 columns of xlsx read, shaped and judged with lineage, against fastexcel that only reads.

And the real ones: the province's 31 budget workbooks, all read one after the other in a warm process.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.bench import Bench
from tests.bench.report import Measure
from tests.bench.sides import ROOT, Side, median

__all__ = ["bare", "run"]

ROWS = 200_000
BUDGET = ROOT.parent / "shared" / "data" / "budget"
_SUFFIXES = {".xls", ".xlsx", ".xlsm", ".xlsb", ".ods"}


def bare(path: str) -> Callable[[], dict[str, Any]]:
    """Side: fastexcel's first sheet as a polars frame, as its documentation shows it."""
    import fastexcel
    import polars as pl

    pl.DataFrame({"a": [1]})

    def work() -> dict[str, Any]:
        frame = fastexcel.read_excel(path).load_sheet(0).to_polars()
        return {"rows": frame.height, "columns": frame.width}

    return work


def workbook(bench: Bench, rows: int, start: int = 0) -> Path:
    """A workbook of the measured dataset, made where it is not there yet."""
    path = bench.work / f"dossiers_{start}_{rows}.xlsx"
    if not path.exists():
        keywords = {"path": str(path), "rows": rows, "start": start}
        bench.once(Side("tests.bench.generate", "workbook", keywords))
    return path


def run(bench: Bench) -> None:
    """The large workbook, then the real ones."""
    rows = bench.rows(ROWS)
    path, small = workbook(bench, rows), workbook(bench, 20)
    sides = {
        "ours": Side("tests.bench.ours", "check", {"path": str(path), "warm": str(small)}, bench.hub(), scratch=True),
        "fastexcel": Side("tests.bench.workbooks", "bare", {"path": str(path)}),
    }
    runs = bench.turns(f"workbook {rows:,}", sides)
    answer = runs["ours"][-1].answer
    name = f"{rows:,} × 20 xlsx: read, shaped, judged, lineage"
    bench.add(
        Measure(
            "workbooks", name, median(runs["ours"]), "s", "bare fastexcel", median(runs["fastexcel"]), goal=1.3,
            note=f"{answer['rows']:,} rows judged by the 30 rules; the last row's first cell is {answer['last_cell']}",
        ),
        Measure(
            "workbooks", f"{rows:,} × 20 xlsx: peak memory", median(runs["ours"], "peak_mib"), "MiB",
            "bare fastexcel", median(runs["fastexcel"], "peak_mib"),
        ),
    )  # fmt: skip
    _budget(bench, small)


def _budget(bench: Bench, small: Path) -> None:
    books = sorted(str(p) for p in BUDGET.rglob("*") if p.suffix.lower() in _SUFFIXES) if BUDGET.is_dir() else []
    if not books:
        bench.report.skip("workbooks: budget", "../shared/data/budget is not here")
        return
    side = Side("tests.bench.ours", "read_all", {"paths": books, "warm": str(small)})
    runs = bench.turns("budget workbooks", {"ours": side})["ours"]
    answer = runs[-1].answer
    bench.add(
        Measure(
            "workbooks", f"the {len(books)} budget workbooks read", median(runs), "s", goal=3.0, goal_of="ours",
            note=f"{answer['tables']} tables, {len(answer['refused'])} refused; slowest {answer['slowest'][0]} "
            f"{answer['slowest'][1]:.2f} s",
        )
    )  # fmt: skip
