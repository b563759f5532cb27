"""What the wall shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from dashboard.models import Alert, Arrival, CommuneValue, IndicatorTile, MatrixRow, PrincipleScore, RankedUnit
from dashboard.views.lake import Lake


@dataclass(frozen=True, slots=True)
class Discipline:
    rows: tuple[MatrixRow, ...]
    periods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnTime:
    period: str
    share: float | None
    communes: tuple[CommuneValue, ...]
    lowest: tuple[RankedUnit, ...]


def arrivals(lake: Lake, now: datetime) -> tuple[Arrival, ...]: ...
def data_until(lake: Lake, now: datetime) -> date | None: ...
def indicator_tiles(lake: Lake, now: datetime) -> tuple[IndicatorTile, ...]: ...
def on_time_by_commune(lake: Lake, now: datetime) -> OnTime: ...
def discipline(lake: Lake, now: datetime) -> Discipline: ...
def principles(lake: Lake, now: datetime) -> tuple[PrincipleScore, ...]: ...
def open_alerts(lake: Lake, now: datetime) -> tuple[Alert, ...]: ...
