"""Small drawings beside a number: how it got here (sparkline) and where it stands (bullet bar)."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.components.markup import NOTHING, Safe, el
from dashboard.models import Status

__all__ = ["bullet", "sparkline"]

_WIDTH, _HEIGHT, _PAD = 84.0, 32.0, 4.0


def sparkline(values: Sequence[float | None]) -> Safe:
    """A line through the values with a dot on the newest; gaps stay gaps, fewer than two values draw nothing."""
    known = [v for v in values if v is not None]
    if len(known) < 2:
        return NOTHING
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    step = (_WIDTH - 2 * _PAD) / (len(values) - 1)
    flat = high == low
    points = [
        None
        if v is None
        else (_PAD + i * step, _HEIGHT / 2 if flat else _HEIGHT - _PAD - (v - low) / span * (_HEIGHT - 2 * _PAD))
        for i, v in enumerate(values)
    ]
    path, pen_down = "", False
    for point in points:
        if point is None:
            pen_down = False
            continue
        path += f"{'L' if pen_down else 'M'}{point[0]:.1f} {point[1]:.1f}"
        pen_down = True
    last = next(p for p in reversed(points) if p is not None)
    return el(
        "svg",
        el("path", d=path, class_="spark-line", vector_effect="non-scaling-stroke"),
        el("circle", cx=round(last[0], 1), cy=round(last[1], 1), r=2.6, class_="spark-dot"),
        class_="spark",
        viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}",
        aria_hidden="true",
    )


def bullet(share: float | None, status: Status, *, forecast: float | None = None, label: str = "") -> Safe:
    """A bar towards the target mark at its right end: filled to `share`, hatched on to `forecast` (both 0–1)."""
    done = _clip(share)
    ahead = max(_clip(forecast), done) if forecast is not None else done
    # The mark stands a little before the bar's end, so that going beyond the target still shows.
    return el(
        "div",
        el("span", class_=f"bar-fill {status}", style=f"width:{done * 98:.1f}%"),
        el("span", class_="bar-forecast", style=f"left:{done * 98:.1f}%;width:{(ahead - done) * 98:.1f}%")
        if ahead > done
        else None,
        el("span", class_="bar-target", style="left:98%"),
        class_="bar",
        role="img",
        aria_label=label or None,
        aria_hidden=None if label else "true",
    )


def _clip(value: float | None) -> float:
    return 0.0 if value is None else min(max(value, 0.0), 1.0)
