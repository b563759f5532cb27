"""What is wrong now: overdue reports, files sent back, contradictions, rows to correct, indicators at risk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from dashboard.addresses import address, submission_address
from dashboard.models import Alert
from dashboard.views.datasets import contract, dataset_title
from dashboard.views.indicators import indicator_tiles
from dashboard.views.lake import Lake
from dashboard.views.targets import indicators
from dashboard.views.units import Unit, short_name, unit_of, units
from data.settings import settings

__all__ = ["open_alerts"]

_RANK = {"red": 0, "amber": 1, "green": 2, "none": 3}


def open_alerts(lake: Lake, now: datetime, words_code: str) -> tuple[Alert, ...]:
    """Worst first; within a colour the longest open first."""
    known = units()
    found = [
        *_overdue(lake, now, known, words_code),
        *_sent_back(lake, now, known, words_code),
        *_contradictions(lake, now, words_code),
        *_to_correct(lake, now, known, words_code),
        *_at_risk(lake, now, words_code),
    ]
    return tuple(sorted(found, key=lambda a: (_RANK[a.status], a.since or date.max)))


def _owner(dataset: str) -> str:
    found = contract(dataset)
    return short_name(found.owner_name) if found else ""


def _overdue(lake: Lake, now: datetime, known: Mapping[str, Unit], code: str) -> list[Alert]:
    """One alert a dataset: the unit by name, or several by their number."""
    rows = lake.records(
        "SELECT dataset, count(DISTINCT reporter) AS places, count(*) AS reports, min(due_at) AS due_at, "
        "max(days_late) AS days, any_value(reporter) AS reporter "
        # S608: the name is a constant of the lake's.
        f"FROM {lake.status_at(now)} WHERE status = 'missing' AND due_at > $now - INTERVAL 365 DAY GROUP BY dataset",
        {"now": now},
    )
    return [
        Alert(
            "red",
            "overdue" if r["places"] == 1 else "overdue_places",
            (("days", r["days"]), ("dataset", dataset_title(r["dataset"], code)), ("places", r["places"])),
            r["due_at"].date(),
            _owner(r["dataset"]),
            address("/reporting", dataset=r["dataset"], unit=r["reporter"] if r["places"] == 1 else None),
            detail=unit_of(known, r["reporter"]).short if r["places"] == 1 else "",
        )
        for r in rows
    ]


def _sent_back(lake: Lake, now: datetime, known: Mapping[str, Unit], code: str) -> list[Alert]:
    rows = lake.records(
        "SELECT s.dataset, s.reporter, s.period, v.verdict, v.received_at, l.receipt, v.reason_vi, v.reason_en "
        f"FROM {lake.status_at(now)} s JOIN lake.quality.verdict v USING (submission_id) "
        "JOIN lake.landing.submission l USING (submission_id) WHERE s.status = 'rejected' "
        "AND s.due_at > $now - INTERVAL 365 DAY",
        {"now": now},
    )
    return [
        Alert(
            "red",
            "unreadable" if r["verdict"] == "unreadable" else "rejected",
            (("dataset", dataset_title(r["dataset"], code)), ("period", r["period"])),
            r["received_at"].date(),
            _owner(r["dataset"]),
            submission_address(r["receipt"]),
            detail=unit_of(known, r["reporter"]).short,
        )
        for r in rows
    ]


def _contradictions(lake: Lake, now: datetime, code: str) -> list[Alert]:
    rows = lake.records(
        "SELECT contradiction_id, what_vi, what_en, period, dataset_a, dataset_b, found_at, submission_a "
        "FROM lake.marts.contradiction WHERE found_at <= $now",
        {"now": now},
    )
    return [
        Alert(
            "red",
            "contradiction",
            (("what", (r["what_en"] if code == "en" else r["what_vi"]) or r["what_vi"]),),
            r["found_at"].date(),
            _owner(r["dataset_a"]),
            address("/quality", dataset=r["dataset_a"]),
            detail=f"{dataset_title(r['dataset_a'], code)} ↔ {dataset_title(r['dataset_b'], code)}",
        )
        for r in rows
    ]


def _to_correct(lake: Lake, now: datetime, known: Mapping[str, Unit], code: str) -> list[Alert]:
    rows = lake.records(
        "SELECT f.dataset, f.reporter, f.period, f.rows_quarantined AS waiting, f.received_at, l.receipt, l.filename "
        "FROM in_force($now) f JOIN lake.landing.submission l USING (submission_id) "
        "WHERE f.rows_quarantined > 0 AND f.received_at > $now - INTERVAL 90 DAY",
        {"now": now},
    )
    return [
        Alert(
            "amber",
            "quarantine",
            (("rows", r["waiting"]), ("dataset", dataset_title(r["dataset"], code)), ("period", r["period"])),
            r["received_at"].date(),
            unit_of(known, r["reporter"]).short,
            submission_address(r["receipt"]),
            detail=r["filename"],
        )
        for r in rows
    ]


def _at_risk(lake: Lake, now: datetime, code: str) -> list[Alert]:
    registry, known = indicators(now.date()), units()
    return [
        Alert(
            "amber",
            "indicator",
            (("indicator", tile.title),),
            None,
            unit_of(known, f"{settings().province}-{registry[tile.code].owner}").short,
            tile.href or "/",
        )
        for tile in indicator_tiles(lake, now, code)
        if tile.status == "red"
    ]
