"""The one scan: rows of many submissions are typed and every row rule is evaluated while they pass.

Each row gets a bit a rule (60 to a word), so that failing rows cost by their number and not by the table's size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import polars as pl

from checks.rule import SQL_TYPES, Rule
from checks.staged import Staged
from data.contract import Contract
from data.warehouse import literal, quoted

__all__ = ["ALL_ROWS", "JUDGED", "Scan", "scan"]

JUDGED = "_judged"
"""Temporary table of typed rows, contract columns and context columns, with words `_mask0`, `_mask1` …"""

ALL_ROWS = "_all_rows"
"""View of JUDGED and the clean rows of large submissions together: what rules over many rows look at."""

_BITS = 60
CONTEXT = "_context"


@dataclass(frozen=True)
class Scan:
    """Outcome of the scan: the row rules in bit order, and per submission how many rows each failed."""

    rules: tuple[Rule, ...]
    rows: dict[int, int]
    failed: dict[tuple[int, str], int]

    def condition(self, rule: Rule) -> str:
        """SQL condition on JUDGED that picks the rows failing one rule."""
        position = self.rules.index(rule)
        return f"(_mask{position // _BITS} & {1 << (position % _BITS)}) <> 0"


def _cast(name: str, logical_type: str) -> str:
    """Text to the type, NULL where it is none; a fraction is no whole number, though DuckDB would round it to one."""
    cast = f"TRY_CAST({name} AS {SQL_TYPES[logical_type]})"
    if logical_type != "integer":
        return cast
    exact = f"TRY_CAST({name} AS DOUBLE)"
    return f"CASE WHEN {exact} = trunc({exact}) THEN {cast} END"


def _typed(contract: Contract) -> str:
    """SELECT list and marks that turn text columns into the contract's types."""
    casts, bad = [], []
    for column in contract.columns:
        name = quoted(column.name)
        if column.type == "string":
            casts.append(f"s.{name}")
            continue
        cast = _cast(f"s.{name}", column.type)
        casts.append(f"{cast} AS {name}")
        bad.append((f"s.{name} IS NOT NULL AND {cast} IS NULL", literal("untyped:" + column.name)))
    marks = "s._marks"
    if bad:
        untyped = ", ".join(f"CASE WHEN {test} THEN {mark} END" for test, mark in bad)
        added = f"list_concat(s._marks, list_filter([{untyped}], lambda m: m IS NOT NULL))"
        marks = f"CASE WHEN {' OR '.join(f'({test})' for test, _ in bad)} THEN {added} ELSE s._marks END"
    return ", ".join([*casts, f"{marks} AS _marks"])


def _masks(rules: Sequence[Rule]) -> str:
    words = []
    for start in range(0, max(1, len(rules)), _BITS):
        bits = [
            f"CASE WHEN {rule.violation} THEN {1 << offset} ELSE 0 END::BIGINT"
            for offset, rule in enumerate(rules[start : start + _BITS])
        ] or ["0::BIGINT"]
        words.append(f"({' | '.join(bits)}) AS _mask{start // _BITS}")
    return ", ".join(words)


def _register_context(con: duckdb.DuckDBPyConnection, batch: Sequence[Staged]) -> None:
    rows = pl.DataFrame(
        {
            "_submission_id": [s.context.submission_id for s in batch],
            "_reporter": [s.context.reporter for s in batch],
            "_period": [str(s.context.period) for s in batch],
            "_period_start": [s.context.period_start for s in batch],
            "_period_end": [s.context.period_end for s in batch],
            "_received_on": [s.context.received_on for s in batch],
            "_previous": [str(s.context.period.previous()) for s in batch],
            "_last_year": [str(s.context.period.same_last_year()) for s in batch],
        },
        schema_overrides={"_submission_id": pl.Int64, "_period_start": pl.Date, "_period_end": pl.Date},
    )
    con.register("_context_frame", rows)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {CONTEXT} AS "
        "SELECT *, (_period_end - _period_start + 1)::INTEGER AS _period_days FROM _context_frame"
    )
    con.unregister("_context_frame")


def scan(con: duckdb.DuckDBPyConnection, contract: Contract, batch: Sequence[Staged], rules: Sequence[Rule]) -> Scan:
    """Type all rows of the batch and evaluate its row rules; leaves the rows in the temporary table JUDGED."""
    row_rules = tuple(r for r in rules if r.kind == "row" and r.violation)
    _register_context(con, batch)
    frames = [s.frame.with_columns(pl.lit(s.context.submission_id, pl.Int64).alias("_submission_id")) for s in batch]
    con.register("_staged", pl.concat(frames, how="vertical") if len(frames) > 1 else frames[0])
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {JUDGED} AS
        WITH typed AS (
            SELECT {_typed(contract)},
                   s._submission_id, s._sheet, s._row::BIGINT AS _row, s.row_role,
                   c._reporter, c._period, c._period_start, c._period_end, c._period_days, c._received_on
            FROM _staged s JOIN {CONTEXT} c USING (_submission_id)
        )
        SELECT *, {_masks(row_rules)} FROM typed
        """
    )
    con.unregister("_staged")
    _view_all(con, batch)
    return Scan(row_rules, *_counts(con, row_rules, batch))


def _view_all(con: duckdb.DuckDBPyConnection, batch: Sequence[Staged]) -> None:
    files = [str(part.path) for staged in batch if staged.clean for part in staged.clean.parts]
    clean = ""
    if files:
        listed = ", ".join(literal(file) for file in files)
        clean = f" UNION ALL BY NAME SELECT * EXCLUDE (_failed) FROM read_parquet([{listed}])"
    con.execute(f"CREATE OR REPLACE TEMP VIEW {ALL_ROWS} AS SELECT * FROM {JUDGED}{clean}")


def _counts(
    con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], batch: Sequence[Staged]
) -> tuple[dict[int, int], dict[tuple[int, str], int]]:
    rows = {s.context.submission_id: s.rows for s in batch}
    words = range((max(1, len(rules)) - 1) // _BITS + 1)
    touched = " OR ".join(f"_mask{w} <> 0" for w in words)
    sums = [f"count_if((_mask{i // _BITS} & {1 << (i % _BITS)}) <> 0) AS f{i}" for i in range(len(rules))]
    failed: dict[tuple[int, str], int] = {}
    if sums:
        found = con.execute(
            f"SELECT _submission_id, {', '.join(sums)} FROM {JUDGED} WHERE {touched} GROUP BY _submission_id"
        ).fetchall()
        for submission_id, *counts in found:
            failed.update({(submission_id, r.id): n for r, n in zip(rules, counts, strict=True) if n})
    return rows, failed
