"""Marts: what people read, made from core. Refreshed for the datasets that changed, in one commit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date, timedelta

import duckdb
import polars as pl

from assets.budget.mart import line_queries
from assets.contradictions import find_contradictions
from assets.lake_schema import core_table, ensure_tables
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
    items = obligations(registry.values(), settings().province, until, extensions)
    frame = pl.DataFrame(
        [
            (o.dataset, o.reporter, str(o.period), o.period.start(c), o.period.end(c), o.due_at)
            for o in items
            for c in (registry[o.dataset].cadence.cutoff,)
        ],
        schema={
            "dataset": pl.String, "reporter": pl.String, "period": pl.String, "period_start": pl.Date,
            "period_end": pl.Date, "due_at": pl.Datetime("us", "Asia/Ho_Chi_Minh"),
        },
        orient="row",
    )  # fmt: skip
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
    return len(items)


def refresh_marts(con: duckdb.DuckDBPyConnection, registry: ContractRegistry, datasets: Iterable[str]) -> None:
    """Make measures, indicators and contradictions of the named datasets anew from core."""
    chosen = [registry[d] for d in dict.fromkeys(datasets)]
    if not chosen:
        return
    ensure_tables(con, chosen)
    found = find_contradictions(con, registry, {c.id for c in chosen})

    def work() -> None:
        names = [c.id for c in chosen]
        for table in ("measure_value", "indicator_value", "budget_line"):
            con.execute(f"DELETE FROM {LAKE}.marts.{table} WHERE list_contains($names, dataset)", {"names": names})
        _insert(con, "measure_value", [q for c in chosen for q in _measure_queries(c)])
        _insert(con, "budget_line", [q for c in chosen for q in line_queries(c)])
        _insert(con, "indicator_value", [_indicator_query(c, feed) for c in chosen for feed in c.indicators])
        con.execute(
            f"DELETE FROM {LAKE}.marts.contradiction "
            "WHERE list_contains($names, dataset_a) OR list_contains($names, dataset_b)",
            {"names": names},
        )
        if found.height:
            con.register("_found", found)
            con.execute(f"INSERT INTO {LAKE}.marts.contradiction BY NAME SELECT * FROM _found")
            con.unregister("_found")

    names = [c.id for c in chosen]
    commit(con, work, message=f"marts: {', '.join(names)}", extra=json.dumps({"marts": names}))


def _insert(con: duckdb.DuckDBPyConnection, table: str, queries: list[str]) -> None:
    if queries:
        con.execute(f"INSERT INTO {LAKE}.marts.{table} BY NAME {' UNION ALL BY NAME '.join(queries)}")


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


def _measure_queries(contract: Contract) -> list[str]:
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
                f"FROM {core_table(contract.id)} "
                f"GROUP BY GROUPING SETS ((_period, _period_start, _period_end, {subject}), "
                "(_period, _period_start, _period_end))"
            )
    return queries


def _indicator_query(contract: Contract, feed: IndicatorFeed) -> str:
    """One row a period: the indicator's value with what it was divided from."""
    value, numerator, denominator = _feed_parts(feed)
    where = f"WHERE {feed.where}" if feed.where else ""
    return (
        f"SELECT {literal(feed.indicator)} AS indicator, _period AS period, _period_start AS period_start, "
        f"_period_end AS period_end, CAST({value} AS DOUBLE) AS value, CAST({numerator} AS DOUBLE) AS numerator, "
        f"CAST({denominator} AS DOUBLE) AS denominator, '' AS unit, {literal(contract.id)} AS dataset, "
        f"CAST(count(DISTINCT _submission_id) AS INTEGER) AS submissions "
        f"FROM {core_table(contract.id)} {where} GROUP BY _period, _period_start, _period_end"
    )


def _feed_parts(feed: IndicatorFeed) -> tuple[str, str, str]:
    if feed.numerator and feed.denominator:
        top, bottom = f"sum({feed.numerator})", f"sum({feed.denominator})"
        return f"{feed.scale} * {top} / nullif({bottom}, 0)", top, bottom
    if feed.sum:
        return f"sum({feed.sum})", f"sum({feed.sum})", "NULL"
    return f"max_by({feed.value}, _submission_id)", "NULL", "NULL"
