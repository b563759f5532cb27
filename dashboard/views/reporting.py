"""Who has reported what: units or datasets against periods, with what each cell stands on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.addresses import address, submission_address
from dashboard.models import MatrixCell, MatrixRow
from dashboard.views.datasets import contract, contracts, dataset_title
from dashboard.views.lake import Lake, Record
from dashboard.views.overview import worst
from dashboard.views.units import Unit, unit_of, units

__all__ = ["Reporting", "ReportingFilter", "reporting"]

_PERIODS = 12


@dataclass(frozen=True, slots=True)
class ReportingFilter:
    """What of the matrix to show; "" means all."""

    sector: str = ""
    kind: str = ""
    cadence: str = ""
    dataset: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Reporting:
    """The matrix with its totals, and what the filters can offer: sectors, kinds of unit, cadences."""

    rows: tuple[MatrixRow, ...]
    periods: tuple[str, ...]
    totals: tuple[tuple[str, int], ...]
    sectors: tuple[str, ...]
    kinds: tuple[str, ...]
    cadences: tuple[str, ...]
    datasets: tuple[tuple[str, str], ...]
    unit: Unit | None


def reporting(lake: Lake, now: datetime, wanted: ReportingFilter, words_code: str) -> Reporting:
    """The matrix for a choice. With a dataset its own periods stand in the columns, else months."""
    known, registry = units(), contracts()
    items = lake.records(
        "SELECT s.dataset, s.reporter, s.period, s.status, s.due_at, s.days_late, s.received_at, l.receipt, "
        f"s.month, s.period_end FROM {lake.status_at(now)} s "
        "LEFT JOIN lake.landing.submission l ON l.submission_id = s.submission_id "
        "WHERE ($dataset = '' OR s.dataset = $dataset) AND ($unit = '' OR s.reporter = $unit) "
        "AND (s.due_at <= $now OR s.status <> 'pending' OR s.period_start <= $today)",
        {"now": now, "dataset": wanted.dataset, "unit": wanted.unit, "today": now.date()},
    )
    kinds = tuple(dict.fromkeys(unit_of(known, r["reporter"]).kind for r in items))
    chosen = [
        r
        for r in items
        if (not wanted.kind or unit_of(known, r["reporter"]).kind == wanted.kind)
        and (not wanted.sector or ((c := contract(r["dataset"])) is not None and c.sector == wanted.sector))
        and (not wanted.cadence or ((c := contract(r["dataset"])) is not None and c.cadence.unit == wanted.cadence))
    ]
    column = "period" if wanted.dataset else "month"
    if column == "month":
        # What runs on beyond this month is not owed yet; its column would only say so.
        chosen = [r for r in chosen if r["month"] <= f"{now:%Y-%m}"]
    order = {r[column]: r["period_end"] for r in sorted(chosen, key=lambda r: r["period_end"])}
    periods = tuple(sorted(order, key=lambda token: (order[token], token))[-_PERIODS:])
    shown = [r for r in chosen if r[column] in set(periods)]
    by_row: dict[str, list[Record]] = {}
    for r in shown:
        by_row.setdefault(r["dataset"] if wanted.unit and not wanted.dataset else r["reporter"], []).append(r)
    rows = [_row(key, own, periods, column, wanted, words_code) for key, own in by_row.items()]
    rows.sort(key=lambda row: (-(row.days_late or 0), row.title))
    states = ("on_time", "late", "missing", "rejected", "pending")
    return Reporting(
        rows=tuple(rows),
        periods=periods,
        totals=tuple((state, sum(r["status"] == state for r in shown)) for state in states),
        sectors=tuple(dict.fromkeys(c.sector for c in registry.values())),
        kinds=kinds,
        cadences=tuple(dict.fromkeys(c.cadence.unit for c in registry.values())),
        datasets=tuple((c.id, dataset_title(c.id, words_code)) for c in registry.values()),
        unit=unit_of(known, wanted.unit) if wanted.unit else None,
    )


def _row(
    key: str,
    items: list[Record],
    periods: tuple[str, ...],
    column: str,
    wanted: ReportingFilter,
    words_code: str,
) -> MatrixRow:
    by_dataset = bool(wanted.unit and not wanted.dataset)
    cells = []
    for token in periods:
        own = [r for r in items if r[column] == token]
        good = sum(r["status"] == "on_time" for r in own)
        state = worst(r["status"] for r in own)
        href = None
        if len(own) == 1 and own[0]["receipt"]:
            href = submission_address(own[0]["receipt"])
        elif own and not (wanted.unit and wanted.dataset):
            href = address(
                "/reporting",
                dataset=key if by_dataset else wanted.dataset,
                unit=wanted.unit if by_dataset else key,
            )
        cells.append(MatrixCell(token, state, hint=f"{good}/{len(own)}" if len(own) > 1 else "", href=href))
    late = max((r["days_late"] for r in items if r["status"] in ("missing", "rejected")), default=0)
    if by_dataset:
        title, href = dataset_title(key, words_code), address("/reporting", unit=wanted.unit, dataset=key)
    else:
        title, href = unit_of(units(), key).short, address("/reporting", unit=key)
    return MatrixRow(title, tuple(cells), late or None, href=href)
