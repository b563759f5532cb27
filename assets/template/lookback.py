"""The rows of a unit that were last in force, for the template of the next period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from assets.lake_schema import core_table
from data.contract import Contract
from data.obligation import deadline_rule
from data.period import Period
from data.warehouse import lake_exists, lake_tables, open_judging, quoted

__all__ = ["Earlier", "earlier_rows"]

_MOST_ROWS = 5000
"""A dataset with more rows a period is a log or comes from a system: nobody copies it by hand."""
_STANDING = 0.5
"""Share of its keys that a list which is kept up has in common with the period before."""


@dataclass(frozen=True)
class Earlier:
    """The newest period in force before another: its rows in the file's order, values as the lake holds them.

    standing: whether the same keys come again, period after period; None where only one period is known.
    """

    period: Period
    rows: tuple[Mapping[str, object], ...]
    standing: bool | None


def earlier_rows(contract: Contract, reporter: str, period: Period) -> Earlier | None:
    """The unit's rows of the newest period in force before this one; None where the lake has none, or is away."""
    if not lake_exists():
        return None
    try:
        with open_judging(lake=True) as con:
            return _asked(con, contract, reporter, period)
    except duckdb.Error:  # the template can be written without: a lake that is busy or gone is no reason to give none
        return None


def _asked(con: duckdb.DuckDBPyConnection, contract: Contract, reporter: str, period: Period) -> Earlier | None:
    known = lake_tables(con).get(f"core.{contract.id}")
    if known is None:
        return None
    table, start = core_table(contract.id), period.start(deadline_rule(contract).cutoff)
    periods = con.execute(
        f"SELECT _period, count(*) FROM {table} WHERE _reporter = $reporter AND _period_start < $start "
        "GROUP BY ALL ORDER BY max(_period_start) DESC LIMIT 2",
        {"reporter": reporter, "start": start},
    ).fetchall()
    if not periods or periods[0][1] > _MOST_ROWS:
        return None
    names = [c.name for c in contract.columns if c.name in known]
    columns = ", ".join(quoted(name) for name in names)

    def rows_of(token: str) -> tuple[Mapping[str, object], ...]:
        found = con.execute(
            f"SELECT {columns} FROM {table} WHERE _reporter = $reporter AND _period = $period ORDER BY _row",
            {"reporter": reporter, "period": token},
        ).fetchall()
        return tuple(dict(zip(names, record, strict=True)) for record in found)

    rows = rows_of(periods[0][0])
    standing = None
    if len(periods) == 2 and periods[1][1] <= _MOST_ROWS:
        before = {_key(contract, row) for row in rows_of(periods[1][0])}
        standing = sum(_key(contract, row) in before for row in rows) >= _STANDING * len(rows)
    return Earlier(Period.parse(periods[0][0]), rows, standing)


def _key(contract: Contract, row: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(row.get(name) for name in contract.key)
