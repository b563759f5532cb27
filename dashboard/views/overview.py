"""What the wall shows: reporting discipline, principles, on-time share by commune, newest submissions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from checks.finding import PRINCIPLES
from dashboard.addresses import address, submission_address
from dashboard.components.status import score_status
from dashboard.models import Arrival, CommuneValue, MatrixCell, MatrixRow, PrincipleScore, RankedUnit, Reported
from dashboard.views.datasets import dataset_title
from dashboard.views.lake import Lake, Record
from dashboard.views.units import Unit, unit_of, units

__all__ = ["Discipline", "OnTime", "arrivals", "data_until", "discipline", "on_time_by_commune", "principles", "worst"]

_MONTHS = 6
_ROWS = 7
_LOWEST = 6
_ARRIVALS = 8
_WEEK = timedelta(days=7)
_ORDER: tuple[Reported, ...] = ("missing", "rejected", "late", "on_time", "pending", "none")
"""What a cell shows where one month holds several reports: the worst."""


@dataclass(frozen=True, slots=True)
class Discipline:
    """The matrix of the wall: rows, worst first, and their months, oldest first."""

    rows: tuple[MatrixRow, ...]
    periods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnTime:
    """Share of reports on time in a month: of the province and of each commune, 0–100, and the lowest."""

    period: str
    share: float | None
    communes: tuple[CommuneValue, ...]
    lowest: tuple[RankedUnit, ...]


def worst(states: Iterable[str]) -> Reported:
    """The worst of several states; "none" where there is none."""
    given = set(states)
    return next((state for state in _ORDER if state in given), "none")


def _by_month(lake: Lake, now: datetime) -> list[Record]:
    """For each unit and month: reports due, on time and late, the worst state, days overdue of the worst open one."""
    rows = lake.records(
        "SELECT reporter, month, count(*) AS due, count(*) FILTER (status = 'on_time') AS good, "
        "count(*) FILTER (status = 'late') AS late, list(DISTINCT status) AS states, "
        "coalesce(max(days_late) FILTER (status IN ('missing', 'rejected')), 0) AS days "
        # S608: the name is a constant of the lake's.
        f"FROM {lake.status_at(now)} WHERE due_at <= $now AND due_at > $now - INTERVAL 365 DAY "
        "GROUP BY reporter, month",
        {"now": now},
    )
    known = units()
    return [{**r, "communal": unit_of(known, r["reporter"]).level == "commune"} for r in rows]


def _months(items: list[Record]) -> tuple[str, ...]:
    return tuple(sorted({r["month"] for r in items})[-_MONTHS:])


def discipline(lake: Lake, now: datetime) -> Discipline:
    """Departments with what is overdue longest first, and all communes as one row of shares."""
    known, items = units(), _by_month(lake, now)
    periods = _months(items)
    by_unit: dict[str, list[Record]] = {}
    for item in items:
        if not item["communal"]:
            by_unit.setdefault(item["reporter"], []).append(item)
    rows = sorted((_unit_row(unit_of(known, code), own, periods) for code, own in by_unit.items()), key=lambda r: r[0])
    communes = [r for r in items if r["communal"]]
    group = _commune_row(communes, periods, sum(u.level == "commune" for u in known.values()))
    shown = [row for _, row in rows[: _ROWS if group else _ROWS + 1]]
    return Discipline((*shown, *((group,) if group else ())), periods)


def _unit_row(unit: Unit, items: list[Record], periods: tuple[str, ...]) -> tuple[tuple[int, int, str], MatrixRow]:
    by_month = {r["month"]: r for r in items}
    cells = []
    for month in periods:
        own = by_month.get(month)
        cells.append(
            MatrixCell(
                month,
                worst(own["states"] if own else ()),
                hint=f"{own['good']}/{own['due']}" if own else "",
                href=address("/reporting", unit=unit.code) if own else None,
            )
        )
    days = max(r["days"] for r in items)
    row = MatrixRow(unit.short, tuple(cells), days or None, href=address("/reporting", unit=unit.code))
    return (-days, -sum(r["late"] for r in items), unit.name), row


def _commune_row(items: list[Record], periods: tuple[str, ...], communes: int) -> MatrixRow | None:
    if not items:
        return None
    to = address("/reporting", kind="commune")
    cells = []
    for month in periods:
        due = sum(r["due"] for r in items if r["month"] == month)
        good = sum(r["good"] for r in items if r["month"] == month)
        cells.append(MatrixCell(month, "none", share=100 * good / due if due else None, href=to if due else None))
    late = sum(r["month"] == periods[-1] and r["days"] > 0 for r in items)
    return MatrixRow("communes", tuple(cells), None, href=to, count=communes, places_late=late)


def _means(lake: Lake, moment: datetime) -> Record:
    means = ", ".join(f"avg({p}) AS {p}, count({p}) AS {p}_items" for p in PRINCIPLES)
    # S608: the names come from a constant of ours.
    return lake.first(f"SELECT count(*) AS items, {means} FROM score_items($now)", {"now": moment}) or {}


def principles(lake: Lake, now: datetime) -> tuple[PrincipleScore, ...]:
    """The six scores of the province, with their change against a week before."""
    present, before = _means(lake, now), _means(lake, now - _WEEK)
    if not present.get("items"):
        return ()
    scores = []
    for principle in PRINCIPLES:
        score, earlier = present[principle], before.get(principle)
        change = score - earlier if score is not None and earlier is not None else None
        scores.append(
            PrincipleScore(
                principle,
                score,
                change,
                present[f"{principle}_items"],
                score_status(score),
                href=address("/quality", principle=principle),
            )
        )
    return tuple(scores)


def on_time_by_commune(lake: Lake, now: datetime) -> OnTime:
    """Shares of the newest month in which reports of communes were due."""
    known = units()
    items = [r for r in _by_month(lake, now) if r["communal"]]
    if not items:
        return OnTime("", None, (), ())
    month = _months(items)[-1]
    own = {r["reporter"]: r for r in items if r["month"] == month}
    communes = tuple(
        CommuneValue(
            code,
            unit.name,
            100 * own[code]["good"] / own[code]["due"] if code in own else None,
            address("/reporting", unit=code),
        )
        for code, unit in known.items()
        if unit.level == "commune"
    )
    lowest = sorted((c for c in communes if c.value is not None), key=lambda c: (c.value or 0, c.name))[:_LOWEST]
    return OnTime(
        month,
        100 * sum(r["good"] for r in own.values()) / sum(r["due"] for r in own.values()),
        communes,
        tuple(RankedUnit(known[c.code].short, c.value, score_status(c.value), c.href) for c in lowest),
    )


def arrivals(lake: Lake, now: datetime, words_code: str) -> tuple[Arrival, ...]:
    """The newest submissions that have their verdict."""
    known = units()
    rows = lake.records(
        "SELECT s.receipt, s.received_at, s.reporter, s.dataset, s.period, v.verdict, v.rows_accepted, "
        "v.rows_quarantined FROM lake.landing.submission s JOIN lake.quality.verdict v USING (submission_id) "
        "WHERE s.received_at <= $now ORDER BY s.received_at DESC, s.submission_id DESC LIMIT $most",
        {"now": now, "most": _ARRIVALS},
    )
    return tuple(
        Arrival(
            r["receipt"],
            r["received_at"],
            unit_of(known, r["reporter"]).short,
            dataset_title(r["dataset"], words_code),
            r["period"],
            r["verdict"],
            r["rows_accepted"] or 0,
            r["rows_quarantined"] or 0,
            submission_address(r["receipt"]),
        )
        for r in rows
    )


def data_until(lake: Lake, now: datetime) -> date | None:
    """The last day that a report in force covers."""
    found = lake.first(
        "SELECT max(o.period_end) AS day FROM in_force($now) f "
        "JOIN lake.marts.obligation o USING (dataset, reporter, period) WHERE o.period_end <= $today",
        {"now": now, "today": now.date()},
    )
    return found["day"] if found else None
