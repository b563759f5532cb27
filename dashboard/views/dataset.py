"""One dataset from its contract: headline numbers, trend, ranking, map values, rows, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard.addresses import address
from dashboard.components.sheet import MASK
from dashboard.models import CommuneValue, Point, RankedUnit
from dashboard.views.lake import Lake
from dashboard.views.names import names_for, subject_column
from dashboard.views.units import short_name, units
from data.contract import Column, Contract
from data.warehouse import literal, quoted

__all__ = [
    "Catalogued",
    "Headline",
    "Rows",
    "breakdown",
    "by_subject",
    "catalogue",
    "headlines",
    "measure_columns",
    "next_due",
    "periods_of",
    "rows_of",
    "series_of",
]

PAGE = 25
"""Rows of one page of the table."""
ROWS = "_rows"
"""The measure every dataset has: how many rows are in force."""


@dataclass(frozen=True, slots=True)
class Headline:
    """One headline number of the newest period, with its way here."""

    measure: str
    title: str
    unit: str
    value: float | None
    period: str
    series: tuple[Point, ...]
    before: float | None


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of rows: columns, values in their order, how many there are in all, where each row came from."""

    columns: tuple[Column, ...]
    values: tuple[tuple[Any, ...], ...]
    sources: tuple[tuple[str, str, int], ...]
    """(receipt, sheet, row) of each row."""
    total: int


@dataclass(frozen=True, slots=True)
class Catalogued:
    """One line of the list of datasets."""

    contract: Contract
    newest: str | None
    rows: int
    on_time: float | None
    next_due: datetime | None


def measure_columns(source: Contract) -> tuple[Column, ...]:
    """Measures to show: the headline's first, in its order, then the others."""
    by_name = {c.name: c for c in source.columns}
    first = [by_name[n] for n in source.headline if n in by_name and by_name[n].measure]
    return (*first, *(c for c in source.measures if c not in first))


def periods_of(lake: Lake, dataset: str) -> tuple[str, ...]:
    """Periods with rows in force, oldest first. `dataset` is a contract's name."""
    # S608 here and below: names come from the contract registry and are quoted.
    rows = lake.records_if_any(
        f"SELECT _period AS period, max(_period_end) AS day FROM lake.core.{quoted(dataset)} "
        "GROUP BY _period ORDER BY day, period"
    )
    return tuple(r["period"] for r in rows)


def series_of(lake: Lake, source: Contract, measure: str, subject: str | None = None) -> tuple[Point, ...]:
    """A measure over all periods, of the province or of one subject; `_rows` counts rows."""
    if measure == ROWS:
        rows = lake.records_if_any(
            f"SELECT _period AS period, max(_period_end) AS day, count(*)::DOUBLE AS value "
            f"FROM lake.core.{quoted(source.id)} GROUP BY _period ORDER BY day"
        )
    else:
        rows = lake.records(
            "SELECT period, period_end AS day, value FROM lake.marts.measure_value WHERE dataset = $dataset "
            "AND measure = $measure AND subject IS NOT DISTINCT FROM $subject ORDER BY day, period",
            {"dataset": source.id, "measure": measure, "subject": subject},
        )
    return tuple(Point(r["period"], r["value"]) for r in rows)


def headlines(lake: Lake, source: Contract, rows_title: str) -> tuple[Headline, ...]:
    """The contract's headline measures, else its first three; a dataset without measures counts its rows."""
    wanted = [c for c in measure_columns(source) if not source.headline or c.name in source.headline][:4]
    shown = [(c.name, c.title, c.unit or "") for c in wanted]
    found = [_headline(lake, source, *one) for one in shown]
    measured = tuple(h for h in found if any(p.value is not None for p in h.series))
    return measured or (_headline(lake, source, ROWS, rows_title, ""),)


def _headline(lake: Lake, source: Contract, measure: str, title: str, unit: str) -> Headline:
    series = series_of(lake, source, measure)
    last = series[-1] if series else Point("", None)
    before = series[-2].value if len(series) > 1 else None
    return Headline(measure, title, unit, last.value, last.period, series[-12:], before)


def by_subject(
    lake: Lake, source: Contract, measure: str, period: str
) -> tuple[tuple[RankedUnit, ...], tuple[CommuneValue, ...]]:
    """Subjects by value in one period, largest first, and the same as values for the map of communes."""
    if measure == ROWS:
        by = quoted(source.subject or "_reporter")
        rows = lake.records_if_any(
            f"SELECT CAST({by} AS VARCHAR) AS subject, count(*)::DOUBLE AS value FROM lake.core.{quoted(source.id)} "
            "WHERE _period = $period AND subject IS NOT NULL GROUP BY ALL ORDER BY value DESC, subject",
            {"period": period},
        )
    else:
        rows = lake.records(
            "SELECT subject, value FROM lake.marts.measure_value WHERE dataset = $dataset AND measure = $measure "
            "AND period = $period AND subject IS NOT NULL AND value IS NOT NULL ORDER BY value DESC, subject",
            {"dataset": source.id, "measure": measure, "period": period},
        )
    names = names_for(lake, subject_column(source))
    known = units()

    def href(subject: str) -> str | None:
        if measure == ROWS:
            return None
        return address("/trace", dataset=source.id, measure=measure, subject=subject, period=period)

    ranked = tuple(
        RankedUnit(short_name(names.get(r["subject"], r["subject"])), r["value"], "accent", href(r["subject"]))
        for r in rows
    )
    found = {r["subject"]: r["value"] for r in rows}
    if not any(code in known and known[code].level == "commune" for code in found):
        return ranked, ()
    communes = tuple(
        CommuneValue(code, unit.name, found.get(code), href(code) if code in found else None)
        for code, unit in known.items()
        if unit.level == "commune"
    )
    return ranked, communes


def breakdown(lake: Lake, source: Contract, period: str) -> tuple[str, tuple[RankedUnit, ...]]:
    """Rows of a period by the first code list that the contract has: its title, and how many rows each entry has."""
    column = next((c for c in source.columns if c.enum and not c.personal), None)
    if column is None:
        return "", ()
    rows = lake.records_if_any(
        f"SELECT CAST({quoted(column.name)} AS VARCHAR) AS code, count(*) AS n "
        f"FROM lake.core.{quoted(source.id)} WHERE _period = $period GROUP BY code",
        {"period": period},
    )
    found = {r["code"]: r["n"] for r in rows}
    if not found:
        return "", ()
    return column.title, tuple(RankedUnit(e.label, float(found.get(e.value, 0)), "accent") for e in column.enum)


def rows_of(
    lake: Lake, source: Contract, period: str, *, hidden: frozenset[str], sort: str = "", page: int = 1
) -> Rows:
    """One page of the rows in force of a period; `sort` is a column's name, with "-" before it for descending.

    hidden: columns that the reader does not see (dashboard.privacy.masked): their values never leave the lake, nor
    does the order that they would give.
    """
    name = sort.removeprefix("-")
    known = {c.name for c in source.columns if c.name not in hidden}
    order = f"{quoted(name)} {'DESC' if sort.startswith('-') else 'ASC'} NULLS LAST, " if name in known else ""
    columns = ", ".join(_column(c.name, hidden) for c in source.columns)
    table = f"lake.core.{quoted(source.id)}"
    wanted = {"period": period}
    counted = lake.records_if_any(f"SELECT count(*) AS n FROM {table} WHERE _period = $period", wanted)
    rows = lake.records_if_any(
        f"SELECT {columns}, l.receipt AS _receipt, c._sheet, c._row FROM {table} c "
        "LEFT JOIN lake.landing.submission l ON l.submission_id = c._submission_id WHERE c._period = $period "
        f"ORDER BY {order}c._submission_id, c._row LIMIT $most OFFSET $skip",
        {**wanted, "most": PAGE, "skip": PAGE * (max(page, 1) - 1)},
    )
    return Rows(
        columns=source.columns,
        values=tuple(tuple(r[c.name] for c in source.columns) for r in rows),
        sources=tuple((r["_receipt"] or "", r["_sheet"] or "", r["_row"] or 0) for r in rows),
        total=counted[0]["n"] if counted else 0,
    )


def _column(name: str, hidden: frozenset[str]) -> str:
    if name in hidden:
        return f"CASE WHEN c.{quoted(name)} IS NOT NULL THEN {literal(MASK)} END AS {quoted(name)}"
    return f"c.{quoted(name)}"


def next_due(lake: Lake, now: datetime, dataset: str) -> datetime | None:
    """The next moment at which somebody owes the dataset."""
    found = lake.first(
        "SELECT min(due_at) AS due FROM lake.marts.obligation WHERE dataset = $dataset AND due_at > $now",
        {"dataset": dataset, "now": now},
    )
    return found["due"] if found else None


def catalogue(lake: Lake, now: datetime, contracts: Mapping[str, Contract]) -> tuple[Catalogued, ...]:
    """Every dataset with its newest period, its rows in force, and the share of its reports on time in a year."""
    force = {
        r["dataset"]: r
        for r in lake.records(
            "SELECT f.dataset, max_by(f.period, o.period_end) AS newest, sum(f.rows_accepted)::BIGINT AS n "
            "FROM in_force($now) f LEFT JOIN lake.marts.obligation o USING (dataset, reporter, period) GROUP BY ALL",
            {"now": now},
        )
    }
    timely = {
        r["dataset"]: r
        for r in lake.records(
            "SELECT dataset, 100 * avg((status = 'on_time')::INTEGER) FILTER (due_at <= $now AND "
            "due_at > $now - INTERVAL 365 DAY) AS share, min(due_at) FILTER (due_at > $now) AS due "
            f"FROM {lake.status_at(now)} GROUP BY dataset",
            {"now": now},
        )
    }
    return tuple(
        Catalogued(
            source,
            force[name]["newest"] if name in force else None,
            (force[name]["n"] or 0) if name in force else 0,
            timely[name]["share"] if name in timely else None,
            timely[name]["due"] if name in timely else None,
        )
        for name, source in contracts.items()
    )
