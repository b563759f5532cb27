"""Rules: thirty of them over ten million typed rows, against one hand-written SELECT with the same counts.

Both sides read the same Parquet file, typed and with codes as staging holds them. The SELECT has a `count(*) FILTER`
a rule and nothing else; ours keeps the failing rows and which rule each of them failed. Then two hundred row rules in
the same way over a million, and what failing rows cost: so many of them in a small table and in one ten times as large.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.bench.bench import Bench, agree
from tests.bench.contract import FURTHER, further
from tests.bench.dossiers import COLUMNS, CROSS, KEY, Column, untyped
from tests.bench.generate import NO_DEFECT
from tests.bench.report import Measure
from tests.bench.sides import Run, Side, median

__all__ = ["handwritten", "run"]

ROWS = 10_000_000
MANY = 200
SOME_ROWS = 1_000_000
DESK_ROWS = 200_000
_NOISE = 0.1
"""Seconds: a smaller difference of two medians says nothing."""
FAILING = ((100_000, 20), (1_000_000, 200))
"""Sizes and shares with the same number of failing rows, 5 % and 0.5 %."""


def _predicates(column: Column) -> dict[str, str]:
    from tests.bench.generate import communes

    name, lost = column.name, untyped(column.name)
    codes = [*column.enum, *(communes().values() if column.commune else ())]
    listed = f"{name} NOT IN ({', '.join(repr(code) for code in codes)})"
    written = {
        "required": f"{name} IS NULL AND NOT {lost}" if column.type != "string" else f"{name} IS NULL",
        "type": lost,
        "range": f"{name} < {column.minimum} OR {name} > {column.maximum}",
        "enum": listed,
        "reference": listed,
        "pattern": f"NOT regexp_matches({name}, '{column.pattern}')",
        "length": f"length({name}) < {column.min_length} OR length({name}) > {column.max_length}",
    }
    return {f"{name}.{kind}": written[kind] for kind in column.rules}


def handwritten(path: str, more_rules: int = 0) -> Callable[[], dict[str, Any]]:
    """Side: what an engineer would write by hand for the same counts."""
    import duckdb

    tests = {rule: test for column in COLUMNS for rule, test in _predicates(column).items()}
    tests |= {rule.id: f"{rule.left} < {rule.right}" for rule in CROSS}
    tests |= {f"{FURTHER}{n}": " < ".join(map(str, further(n))) for n in range(more_rules)}
    counts = ", ".join(f"count(*) FILTER (WHERE {test})" for test in tests.values())

    def work() -> dict[str, Any]:
        found = duckdb.connect().execute(f"SELECT {counts} FROM '{path}'").fetchall()[0]
        return {"rules": len(tests), "failed": {rule: n for rule, n in zip(tests, found, strict=True) if n}}

    return work


def repeated(path: str) -> Callable[[], dict[str, Any]]:
    """Side: the rows of repeated keys, as an engineer would count them by hand."""
    import duckdb

    def work() -> dict[str, Any]:
        keys = f"SELECT count(*) AS n FROM '{path}' GROUP BY {KEY} HAVING count(*) > 1"
        return {"rows": int(duckdb.connect().execute(f"SELECT sum(n) FROM ({keys})").fetchall()[0][0] or 0)}

    return work


def run(bench: Bench) -> None:
    """Thirty rules, two hundred, thirty at the desk, and the price of failing rows."""
    _counts(bench, ROWS, 30, goal=1.2)
    _counts(bench, SOME_ROWS, MANY, goal=1.2)
    _counts(bench, DESK_ROWS, 30, goal=None, desk=True)
    _unique(bench)
    _failing(bench)


def _counts(bench: Bench, full: int, number: int, *, goal: float | None, desk: bool = False) -> None:
    rows, more = bench.rows(full), number - 30
    parquet, planted = bench.parquet(rows), bench.planted(bench.csv(rows))
    told = {"path": str(parquet)}
    sides = {
        "ours": Side("tests.bench.ours", "rules", told | {"desk": desk}, bench.hub(more_rules=more), scratch=True),
        "select": Side("tests.bench.rules", "handwritten", told | {"more_rules": more}),
    }
    name = f"{number} row rules on {rows:,} rows" + (", all of them kept as at the desk" if desk else "")
    runs = bench.turns(name, sides)
    wrong = next(filter(None, (agree(each[-1].answer["failed"], planted) for each in runs.values())), "")
    bench.add(
        Measure(
            "rules",
            name,
            median(runs["ours"]),
            "s",
            "hand-written SELECT",
            median(runs["select"]),
            goal=goal,
            note=wrong
            or f"both found what was planted; ours judged {runs['ours'][-1].answer['rules']} (its repairs, too), "
            f"{median(runs['ours'], 'peak_mib'):,.0f} MiB against {median(runs['select'], 'peak_mib'):,.0f} MiB",
        )
    )


def _unique(bench: Bench) -> None:
    """A rule over many rows, counted apart: the key stands once."""
    rows = bench.rows(SOME_ROWS)
    told = {"path": str(bench.parquet(rows))}
    sides = {
        "ours": Side("tests.bench.ours", "unique", told, bench.hub(unique=True), scratch=True),
        "select": Side("tests.bench.rules", "repeated", told),
    }
    runs = bench.turns(f"set rule on {rows:,} rows", sides)
    found = {name: each[-1].answer["rows"] for name, each in runs.items()}
    bench.add(
        Measure(
            "rules",
            f"set rule (a key stands once) on {rows:,} rows",
            median(runs["ours"]),
            "s",
            "GROUP BY … HAVING",
            median(runs["select"]),
            note=f"rows found: {found}; ours says whether repeated rows are the same throughout; "
            f"{median(runs['ours'], 'peak_mib'):,.0f} MiB",
        )
    )


def _failing(bench: Bench) -> None:
    """What the same number of failing rows costs on the way to the lake, in a small file and in one ten times as large.

    The cost is the time beside that of the same file without defects.
    """
    cost: dict[int, float] = {}
    failing = 0
    for full, share in FAILING:
        rows = bench.rows(full)
        sides = {name: bench.ingest(bench.csv(rows, s)) for name, s in (("failing", share), ("none", NO_DEFECT))}
        runs: dict[str, list[Run]] = bench.turns(f"failing rows of {rows:,}", sides)
        cost[rows] = median(runs["failing"]) - median(runs["none"])
        failing = runs["failing"][-1].answer["rows"] - runs["failing"][-1].answer["core_rows"]
    small, large = sorted(cost)
    bench.add(
        Measure(
            "rules",
            f"cost of {failing:,} failing rows among {large:,}",
            max(cost[large], 0.0),
            "s",
            f"among {small:,}",
            max(cost[small], 0.0),
            goal=1.5 if min(cost.values()) > _NOISE else None,
            note="file to lake, beside the same file without defects; a difference of two medians, so 1.5 is read as "
            "“by their number, not by the table's size”",
        )
    )
