"""Indicators against their targets: values from the marts, else as published; path, status and forecast."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from dashboard.addresses import address
from dashboard.models import IndicatorTile, Point, Status
from dashboard.views.forecast import fit
from dashboard.views.lake import Lake
from dashboard.views.targets import Indicator, Target, indicators

__all__ = ["Series", "indicator_tiles", "series_of", "tile_of"]

_WALL = 8
"""Tiles on the wall."""
_BEHIND = 0.10
"""vàng: behind the path by at most this part of the way from baseline to target."""


@dataclass(frozen=True, slots=True)
class Series:
    """An indicator's values: (period, last day, value), oldest first, and whether they come from submissions."""

    points: tuple[tuple[str, date | None, float], ...] = ()
    of: int | None = None
    measured: bool = False
    numerator: float | None = None
    denominator: float | None = None
    dataset: str = ""
    submissions: int = 0
    unit: str = ""
    dated: tuple[tuple[date, float], ...] = field(default=())


def series_of(lake: Lake, now: datetime) -> dict[str, Series]:
    """Series by indicator, from the marts: periods that have ended by now."""
    rows = lake.records(
        "SELECT indicator, period, period_end, value, numerator, denominator, dataset, submissions "
        "FROM lake.marts.indicator_value WHERE value IS NOT NULL AND period_end <= $today "
        "ORDER BY indicator, period_end",
        {"today": now.date()},
    )
    found: dict[str, Series] = {}
    for r in rows:
        known = found.get(r["indicator"], Series(measured=True))
        found[r["indicator"]] = replace(
            known,
            points=(*known.points, (r["period"], r["period_end"], r["value"])),
            numerator=r["numerator"],
            denominator=r["denominator"],
            dataset=r["dataset"],
            submissions=r["submissions"],
        )
    return found


def _published(indicator: Indicator) -> Series:
    """Published values of the newest territory only: a series never crosses a change of territory in silence."""
    known = [r for r in indicator.results if r.day]
    if not known:
        return Series()
    newest = max(known, key=lambda r: r.day or date.min)
    same = {(r.when, r.value): r for r in known if r.territory == newest.territory}
    ordered = sorted(same.values(), key=lambda r: r.day or date.min)
    return Series(points=tuple((r.when, r.day, r.value) for r in ordered), of=newest.of)


def _places(value: float) -> int:
    """Decimal places of a published figure: it is shown as printed."""
    return len(f"{value:g}".partition(".")[2])


def tile_of(indicator: Indicator, series: Series, today: date, words_code: str) -> IndicatorTile:
    """One indicator as a tile."""
    values = [v for _, _, v in series.points]
    dated = [(d, v) for _, d, v in series.points if d]
    period, day, value = series.points[-1] if series.points else ("", None, None)
    target = indicator.target
    tile = IndicatorTile(
        code=indicator.code,
        title=indicator.name_en if words_code == "en" else indicator.name_vi,
        value=value,
        unit=f"/{series.of}" if series.of else indicator.unit,
        status="none",
        period=period or None,
        series=tuple(Point(p, v) for p, _, v in series.points[-12:]),
        decimals=None if series.measured or value is None else _places(value),
        href=address("/trace", indicator=indicator.code, period=period) if series.measured else None,
    )
    if target is None:
        trend = fit(dated)
        year_end = date(today.year, 12, 31)
        return replace(tile, forecast=trend.at(year_end).value if trend and len(values) > 1 else None)
    tile = replace(
        tile, target=target.value, target_sign=target.sign, target_when=target.when, target_words=target.words
    )
    if value is None:
        return tile
    return _against(tile, indicator, target, dated, day, value, series.of)


def _against(
    tile: IndicatorTile,
    indicator: Indicator,
    target: Target,
    dated: list[tuple[date, float]],
    day: date | None,
    value: float,
    of: int | None,
) -> IndicatorTile:
    """The tile with its place on the path from baseline to target, and where its trend leads."""
    met = value <= target.value if indicator.lower_is_better else value >= target.value
    base = indicator.baseline
    start_day, start = (base.day, base.value) if base and base.day else dated[0] if dated else (None, None)
    share = expected = None
    if start is not None and start != target.value:
        share = (value - start) / (target.value - start)
        if start_day and day and target.day and target.day > start_day:
            expected = min(max((day - start_day).days / (target.day - start_day).days, 0.0), 1.0)
    status: Status
    if met:
        status = "green"
    elif share is None or expected is None or len(dated) + bool(base) < 2:
        status = "none"
    else:
        status = "green" if share >= expected else "amber" if share >= expected - _BEHIND else "red"
    trend = fit(dated)
    forecast = reached = None
    if trend and target.day:
        forecast = trend.at(target.day).value
        meets = trend.reaches(target.value)
        if not met and meets and day and day < meets <= target.day:
            reached = f"{meets.year}-Q{(meets.month - 1) // 3 + 1}"
    return replace(
        tile,
        status=status,
        share=_length(value, target.value, indicator, of),
        forecast=forecast,
        forecast_share=None if forecast is None else _length(forecast, target.value, indicator, of),
        reached=reached,
    )


def _length(value: float, target: float, indicator: Indicator, of: int | None) -> float | None:
    """How much of the bar is filled, its end being the target: from zero upwards, for a rank from the last place."""
    if not indicator.lower_is_better:
        return value / target if target > 0 else 1.0 if value >= target else 0.0
    if of and of > target:
        return (of - value) / (of - target)
    return target / value if value else None


def indicator_tiles(lake: Lake, now: datetime, words_code: str) -> tuple[IndicatorTile, ...]:
    """The wall's tiles: measured indicators with a target first, then published ones, then measured ones without."""
    registry, measured, today = indicators(now.date()), series_of(lake, now), now.date()
    ranked: list[tuple[tuple[int, int], IndicatorTile]] = []
    for place, indicator in enumerate(registry.values()):
        series = measured.get(indicator.code) or _published(indicator)
        if not series.points:
            continue
        kind = 0 if series.measured and indicator.target else 1 if indicator.target else 2 if series.measured else 3
        ranked.append(((kind, place), tile_of(indicator, series, today, words_code)))
    ranked.sort(key=lambda pair: pair[0])
    return tuple(tile for _, tile in ranked[:_WALL])
