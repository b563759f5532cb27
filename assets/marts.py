"""Marts: what people read, made from core. Refreshed for the datasets that changed, in one commit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import lru_cache

import duckdb
import polars as pl

from assets.budget.mart import line_queries
from assets.contradictions import find_contradictions
from assets.core_copies import CoreCopies
from assets.lake_schema import ensure_tables
from data.clock import now
from data.contract import Column, Contract, ContractRegistry, IndicatorFeed
from data.obligation import obligations
from data.settings import settings
from data.submission import Extension
from data.warehouse import LAKE, commit, literal, quoted

__all__ = ["refresh_marts", "refresh_obligations"]

_AHEAD = timedelta(days=45)
"""How far ahead items are owed: what is due next stands on the calendar."""


def refresh_obligations(
    con: duckdb.DuckDBPyConnection,
    registry: ContractRegistry,
    extensions: Iterable[Extension] = (),
    today: date | None = None,
) -> int:
    """Write every expected item anew where anything about them changed; gives how many there are."""
    ensure_tables(con, [])
    until = (today or now().date()) + _AHEAD
    frame = _owed(tuple(registry.values()), settings().province, until, tuple(extensions))
    table = f"{LAKE}.marts.obligation"
    con.register("_owed", frame)
    try:
        changed = con.execute(
            f"SELECT count(*) FROM ((SELECT * FROM _owed EXCEPT SELECT * FROM {table}) UNION ALL "
            f"(SELECT * FROM {table} EXCEPT SELECT * FROM _owed))"
        ).fetchone()
        if changed and changed[0]:

            def replace() -> None:
                con.execute(f"DELETE FROM {table}")
                con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM _owed")

            commit(con, replace, message="obligations")
    finally:
        con.unregister("_owed")
    return frame.height


@lru_cache(maxsize=2)
def _owed(
    contracts: tuple[Contract, ...], province: str, until: date, extensions: tuple[Extension, ...]
) -> pl.DataFrame:
    """Every expected item; a day's bursts ask for the same ones, twenty thousand of them."""
    cutoffs = {c.id: c.cadence.cutoff for c in contracts}
    return pl.DataFrame(
        [
            (o.dataset, o.reporter, str(o.period), o.period.start(cutoffs[o.dataset]),
             o.period.end(cutoffs[o.dataset]), o.due_at)
            for o in obligations(contracts, province, until, extensions)
        ],
        schema={
            "dataset": pl.String, "reporter": pl.String, "period": pl.String, "period_start": pl.Date,
            "period_end": pl.Date, "due_at": pl.Datetime("us", "Asia/Ho_Chi_Minh"),
        },
        orient="row",
    )  # fmt: skip


def refresh_marts(con: duckdb.DuckDBPyConnection, registry: ContractRegistry, datasets: Iterable[str]) -> None:
    """Make measures, indicators and contradictions of the named datasets anew from core."""
    chosen = [registry[d] for d in dict.fromkeys(datasets)]
    if not chosen:
        return
    ensure_tables(con, chosen)
    names = [c.id for c in chosen]
    with CoreCopies(con) as cores:
        _gather(con, "measure_value", [q for c in chosen for q in _measure_queries(c, cores[c.id])])
        _gather(con, "budget_line", [q for c in chosen for q in line_queries(c, cores[c.id])])
        feeds = [(c, feed) for c in chosen for feed in c.indicators]
        _gather(con, "indicator_value", [_indicator_query(c, feed, cores[c.id]) for c, feed in feeds])
        con.register("_contradiction", find_contradictions(con, registry, set(names), cores))

    def work() -> None:
        for table in _BY_DATASET:
            con.execute(f"DELETE FROM {LAKE}.marts.{table} WHERE list_contains($names, dataset)", {"names": names})
        con.execute(
            f"DELETE FROM {LAKE}.marts.contradiction "
            "WHERE list_contains($names, dataset_a) OR list_contains($names, dataset_b)",
            {"names": names},
        )
        for table in (*_BY_DATASET, "contradiction"):
            con.execute(f"INSERT INTO {LAKE}.marts.{table} BY NAME SELECT * FROM _{table}")

    try:
        commit(con, work, message=f"marts: {', '.join(names)}", extra=json.dumps({"marts": names}))
    finally:
        con.unregister("_contradiction")


_BY_DATASET = ("measure_value", "budget_line", "indicator_value")


def _gather(con: duckdb.DuckDBPyConnection, table: str, queries: list[str]) -> None:
    """The rows that a mart will get, in the temporary table `_<mart>`."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE _{table} AS SELECT * FROM {LAKE}.marts.{table} LIMIT 0")
    for query in queries:
        con.execute(f"INSERT INTO _{table} BY NAME {query}")


_AGGREGATES: dict[str, Callable[[str], str]] = {
    "flow": lambda x: f"sum({x})",
    "stock": lambda x: f"sum({x})",
    "cumulative": lambda x: f"sum({x})",
    # A rank or an index of one thing says nothing about two: it stands only where there is one.
    "rank": lambda x: f"CASE WHEN count({x}) = 1 THEN any_value({x}) END",
    "index": lambda x: f"CASE WHEN count({x}) = 1 THEN any_value({x}) END",
}


def _aggregate(column: Column) -> str | None:
    """How the measure is put together within a period (definitions: Measures); None where it must not be."""
    if column.measure == "ratio":
        if not (column.numerator and column.denominator):
            return None
        scale = 100 if (column.unit or "").strip() == "%" else 1
        return f"{scale} * sum({quoted(column.numerator)}) / nullif(sum({quoted(column.denominator)}), 0)"
    return _AGGREGATES[str(column.measure)](quoted(column.name))


def _measure_queries(contract: Contract, source: str) -> list[str]:
    """One query a measure: by subject and, with subject NULL, for the whole province."""
    if contract.layout != "flat":
        return []
    subject = quoted(contract.subject or "_reporter")
    queries = []
    for column in contract.measures:
        aggregate = _aggregate(column)
        if aggregate is not None:
            queries.append(
                f"SELECT {literal(contract.id)} AS dataset, {literal(column.name)} AS measure, _period AS period, "
                f"_period_start AS period_start, _period_end AS period_end, CAST({subject} AS VARCHAR) AS subject, "
                f"CAST({aggregate} AS DOUBLE) AS value, {literal(column.unit or '')} AS unit "
                f"FROM {source} "
                f"GROUP BY GROUPING SETS ((_period, _period_start, _period_end, {subject}), "
                "(_period, _period_start, _period_end))"
            )
    return queries


def _indicator_query(contract: Contract, feed: IndicatorFeed, source: str) -> str:
    """One row a period: the indicator's value with what it was divided from."""
    value, numerator, denominator = _feed_parts(feed)
    where = f"WHERE {feed.where}" if feed.where else ""
    return (
        f"SELECT {literal(feed.indicator)} AS indicator, _period AS period, _period_start AS period_start, "
        f"_period_end AS period_end, CAST({value} AS DOUBLE) AS value, CAST({numerator} AS DOUBLE) AS numerator, "
        f"CAST({denominator} AS DOUBLE) AS denominator, '' AS unit, {literal(contract.id)} AS dataset, "
        f"CAST(count(DISTINCT _submission_id) AS INTEGER) AS submissions "
        f"FROM {source} {where} GROUP BY _period, _period_start, _period_end"
    )


def _feed_parts(feed: IndicatorFeed) -> tuple[str, str, str]:
    if feed.numerator and feed.denominator:
        top, bottom = f"sum({feed.numerator})", f"sum({feed.denominator})"
        return f"{feed.scale} * {top} / nullif({bottom}, 0)", top, bottom
    if feed.sum:
        return f"sum({feed.sum})", f"sum({feed.sum})", "NULL"
    return f"max_by({feed.value}, _submission_id)", "NULL", "NULL"
