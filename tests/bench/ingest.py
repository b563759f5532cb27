"""Ingest: a csv the hub is told nothing about, to rows in the lake, against DuckDB writing the same file to Parquet.

Ours: dialect and types found, 30 rules judged, failing rows in quarantine with their cells, good rows in core. Floor:
one `COPY (SELECT * FROM read_csv(…))` with delimiter, quotes, types, date form and decimal comma told; it drops the
defective rows without a word. The rows per second must be the same at 1, 10 and (bench-long) 50 million rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.bench.bench import Bench, agree
from tests.bench.dossiers import COLUMNS
from tests.bench.report import Measure
from tests.bench.sides import Run, Side, median

__all__ = ["floor", "run"]

SIZES = (1_000_000, 10_000_000)
LONG_SIZES = (50_000_000,)
MAIN = 10_000_000

_SQL_TYPES = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "date": "DATE"}


def floor(path: str, scratch: str) -> Callable[[], dict[str, Any]]:
    """Side: DuckDB alone, with everything told."""
    import duckdb

    columns = ", ".join(f"'{c.name}': '{_SQL_TYPES[c.type]}'" for c in COLUMNS)

    def work() -> dict[str, Any]:
        con = duckdb.connect()
        con.execute(
            f"COPY (SELECT * FROM read_csv('{path}', delim=';', quote='\"', escape='\"', header=true, "
            f"auto_detect=false, columns={{{columns}}}, dateformat='%d/%m/%Y', decimal_separator=',', "
            "ignore_errors=true)) "
            f"TO '{scratch}/floor.parquet' (FORMAT parquet)"
        )
        return {"rows": con.execute(f"SELECT count(*) FROM '{scratch}/floor.parquet'").fetchall()[0][0]}

    return work


def run(bench: Bench) -> None:
    """Measure each size; then how flat the time a row is."""
    rates: dict[int, list[Run]] = {}
    for full in (*SIZES, *(LONG_SIZES if bench.long else ())):
        rates[full] = _size(bench, full)
    small = min(rates)
    for full, runs in rates.items():
        if full > small:
            bench.add(
                Measure(
                    "ingest",
                    f"time a million rows, at {_millions(bench.rows(full))}",
                    median(runs) / bench.rows(full) * 1e6,
                    "s",
                    f"at {_millions(bench.rows(small))}",
                    median(rates[small]) / bench.rows(small) * 1e6,
                    goal=1.2,
                    note="“flat” read as: no more than a fifth dearer a row",
                )
            )


def _millions(rows: int) -> str:
    return f"{rows / 1e6:g} M rows"


def _size(bench: Bench, full: int) -> list[Run]:
    rows = bench.rows(full)
    csv = bench.csv(rows)
    sides = {
        "ours": bench.ingest(csv),
        "floor": Side("tests.bench.ingest", "floor", {"path": str(csv)}, scratch=True, timeout=3600),
    }
    runs = bench.turns(f"ingest {rows:,}", sides)
    ours, answer = runs["ours"], runs["ours"][-1].answer
    floor_seconds = median(runs["floor"])
    to_lake = sorted(r.answer["lake_seconds"] for r in ours)[len(ours) // 2]
    size = _millions(rows)
    wrong = agree(answer["failed"], bench.planted(csv))
    bench.add(
        Measure(
            "ingest", f"{size}: file to lake", median(ours), "s", "DuckDB to Parquet", floor_seconds,
            goal=1.5 if full >= MAIN else None,
            note=wrong or f"{answer['rows']:,} rows, {answer['core_rows']:,} in core; rules found what was planted",
        ),
        Measure(
            "ingest", f"{size}: of it, landed bytes to lake", to_lake, "s", "DuckDB to Parquet", floor_seconds,
            note="without sha256 and copy of the raw bytes into landing, which the floor does not keep",
        ),
        Measure(
            "ingest", f"{size}: peak memory", median(ours, "peak_mib"), "MiB", "DuckDB to Parquet",
            median(runs["floor"], "peak_mib"), goal=2048 if full >= MAIN else None, goal_of="ours",
        ),
    )  # fmt: skip
    if full in LONG_SIZES:
        csv.unlink()
    return ours
