"""Indicator tile: a number with its unit, status, path so far, place against its target, and what is foreseen."""

from __future__ import annotations

from dashboard.components.markup import Safe, el
from dashboard.components.spark import bullet, sparkline
from dashboard.components.status import shape
from dashboard.language import Language
from dashboard.models import IndicatorTile

__all__ = ["outlook_line", "target_line", "tile", "tiles"]


_LONG = 6
"""Figures of more characters than this are set smaller."""


def _with_unit(value: float | None, unit: str, words: Language) -> str:
    return words.number(value) if unit.startswith("/") else f"{words.number(value)} {unit}".strip()


def target_line(indicator: IndicatorTile, words: Language) -> str:
    """Where it should be and by when, and how old the figure is: "≥ 30 % (2030) · T9/26"."""
    if indicator.target_words:
        target = indicator.target_words
    elif indicator.target is None:
        target = words("tile.no_target")
    else:
        target = f"{indicator.target_sign} {_with_unit(indicator.target, indicator.unit, words)}".strip()
    when = f" ({indicator.target_when})" if indicator.target_when else ""
    age = f" · {words.period_short(indicator.period)}" if indicator.period else ""
    return f"{target}{when}{age}"


def outlook_line(indicator: IndicatorTile, words: Language) -> str:
    """Where it is going: met in which period, or by how much it will fall short."""
    if indicator.value is None:
        return words("tile.no_value")
    if indicator.reached:
        return words("tile.reached", period=words.period(indicator.reached))
    if indicator.forecast is None:
        return words("tile.few_points") if indicator.target is not None else ""
    value = _with_unit(indicator.forecast, indicator.unit, words)
    if indicator.target is None:
        return words("tile.forecast", value=value)
    gap = words.number(abs(indicator.target - indicator.forecast))
    return words("tile.short", value=value, gap=gap)


def tile(indicator: IndicatorTile, words: Language) -> Safe:
    """One indicator."""
    share = None if indicator.share is None else indicator.share * 100
    way = words("tile.way", share=words.percent(share, 0)) if share is not None else ""
    figure = words.number(indicator.value, indicator.decimals)
    body = (
        el("h3", shape(indicator.status, words), " ", indicator.title, class_="tile-title", title=indicator.title),
        el(
            "div",
            el(
                "p",
                el("strong", figure),
                el("span", indicator.unit, class_="unit") if indicator.value is not None else None,
                class_="big long" if len(figure) > _LONG else "big",
            ),
            sparkline([p.value for p in indicator.series]),
            class_="tile-figure",
        ),
        bullet(indicator.share, indicator.status, forecast=indicator.forecast_share, label=way)
        if indicator.target is not None or indicator.target_words
        else el("div", class_="bar none"),
        el("p", target_line(indicator, words), class_="tile-line"),
        el("p", outlook_line(indicator, words), class_="tile-line"),
    )
    if indicator.href:
        return el("a", *body, class_="tile", href=indicator.href)
    return el("div", *body, class_="tile")


def tiles(indicators: tuple[IndicatorTile, ...], words: Language) -> Safe:
    """Indicators side by side."""
    return el("div", [tile(i, words) for i in indicators], class_="tiles")
