"""Trend: a line over periods with its axis in the reader's number form, and a table of the same figures beneath."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dashboard.components.markup import NOTHING, Safe, el
from dashboard.language import Language
from dashboard.models import Point

__all__ = ["ticks", "trend"]

_WIDTH, _HEIGHT = 640.0, 360.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 64.0, 30.0, 16.0, 28.0


def ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round axis values that cover low…high: steps of 1, 2, 2.5 or 5 times a power of ten."""
    if not math.isfinite(low) or not math.isfinite(high):
        return []
    if high <= low:
        high = low + (abs(low) or 1.0)
    raw = (high - low) / wanted
    power = 10 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)
    first = math.floor(low / step)
    last = math.ceil(high / step)
    return [i * step for i in range(first, last + 1)]


def trend(points: Sequence[Point], words: Language, *, unit: str = "", title: str = "") -> Safe:
    """A line chart; nothing where there is no value at all."""
    known = [p.value for p in points if p.value is not None]
    if not known:
        return NOTHING
    low = min(0.0, *known) if min(known) < max(known) * 0.6 or min(known) < 0 else min(known)
    axis = ticks(low, max(known))
    bottom, top = axis[0], axis[-1]
    inner_w, inner_h = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    step = inner_w / max(len(points) - 1, 1)

    def x(i: int) -> float:
        return round(_LEFT + (i * step if len(points) > 1 else inner_w / 2), 1)

    def y(value: float) -> float:
        return round(_TOP + inner_h - (value - bottom) / ((top - bottom) or 1) * inner_h, 1)

    lines = [
        el(
            "g",
            el("line", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=y(t), y2=y(t), class_="grid"),
            el("text", words.number(t), x=_LEFT - 8, y=y(t) + 4, class_="axis", text_anchor="end"),
        )
        for t in axis
    ]
    every = max(1, math.ceil(len(points) / 9))
    labels = [
        el("text", words.period_short(p.period), x=x(i), y=_HEIGHT - 8, class_="axis", text_anchor="middle")
        for i, p in enumerate(points)
        if (len(points) - 1 - i) % every == 0
    ]
    path, pen_down = "", False
    for i, p in enumerate(points):
        if p.value is None:
            pen_down = False
            continue
        path += f"{'L' if pen_down else 'M'}{x(i)} {y(p.value)}"
        pen_down = True
    dots = [
        el(
            "circle",
            el("title", f"{words.period(p.period)}: {words.number(p.value)} {unit}".strip()),
            cx=x(i),
            cy=y(p.value),
            r=4 if i == len(points) - 1 else 3,
            class_="dot",
        )
        for i, p in enumerate(points)
        if p.value is not None
    ]
    return el(
        "svg",
        el("title", title) if title else None,
        lines,
        el("path", d=path, class_="trend-line"),
        dots,
        labels,
        class_="trend",
        viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}",
        role="img",
        aria_label=title or None,
    )
