"""Plan and settlement drawn: two bars a year with a marked place where a side is missing, a small line, a bullet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.components.markup import NOTHING, Safe, el
from dashboard.components.trend import ticks
from dashboard.language import Language

__all__ = ["Bar", "Slot", "against", "year_bars", "year_line"]

_WIDTH, _HEIGHT = 1080.0, 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 64.0, 8.0, 22.0, 28.0
_STUB = 16.0
"""Height of the dashed place that a missing side keeps."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One side of a year: its value, or None with the reason; where a click leads; and what it says on hover."""

    kind: str
    value: float | None
    said: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A year with its two sides; no sides where nothing was published of it."""

    label: str
    bars: tuple[Bar, ...]
    said: str = ""


def year_bars(slots: Sequence[Slot], words: Language, *, title: str) -> Safe:
    """The chart, every bar a link to its cell; nothing where no year has a figure."""
    known = [b.value for s in slots for b in s.bars if b.value is not None]
    if not known:
        return NOTHING
    axis = ticks(min(0.0, *known), max(known))
    bottom, top = axis[0], axis[-1]
    inner_h = _HEIGHT - _TOP - _BOTTOM
    step = (_WIDTH - _LEFT - _RIGHT) / len(slots)
    width = min(step * 0.36, 26.0)

    def y(value: float) -> float:
        return round(_TOP + inner_h - (value - bottom) / ((top - bottom) or 1) * inner_h, 1)

    def rect(bar: Bar, left: float) -> Safe:
        x = round(left, 1)
        if bar.value is None:
            stub = {"x": x + 0.5, "y": y(0) - _STUB, "width": round(width - 1, 1), "height": _STUB}
            return el("rect", el("title", bar.said), **stub, class_="pair missing")
        height = max(abs(y(0) - y(bar.value)), 1.0)
        place = {"x": x, "y": min(y(bar.value), y(0)), "width": round(width, 1), "height": round(height, 1)}
        drawn = el("rect", el("title", bar.said), **place, class_=f"pair {bar.kind}")
        return el("a", drawn, href=bar.href, aria_label=bar.said) if bar.href else drawn

    def slot(at: int, year: Slot) -> list[Safe]:
        middle = round(_LEFT + (at + 0.5) * step, 1)
        label = el("text", year.label, x=middle, y=_HEIGHT - 8, class_="axis", text_anchor="middle")
        if not year.bars:
            left, wide = middle - width - 1, 2 * width + 2
            place = {"x": round(left, 1), "y": y(0) - 5, "width": round(wide, 1), "height": 5.0}
            return [el("rect", el("title", year.said), **place, class_="pair missing"), label]
        drawn = [rect(bar, middle - width - 1 + i * (width + 2)) for i, bar in enumerate(year.bars)]
        highest = max((b.value for b in year.bars if b.value is not None), default=None)
        if highest is not None:
            text = words.number(highest, 0)
            drawn.append(el("text", text, x=middle, y=y(max(highest, 0)) - 6, class_="axis top", text_anchor="middle"))
        return [*drawn, label]

    lines = [
        (
            el("line", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=y(t), y2=y(t), class_="grid"),
            el("text", words.number(t, 0), x=_LEFT - 8, y=y(t) + 4, class_="axis", text_anchor="end"),
        )
        for t in axis
    ]
    drawn = el(
        "svg",
        lines,
        [slot(i, s) for i, s in enumerate(slots)],
        class_="trend wide budget-years",
        viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}",
        role="group",
        aria_label=title,
    )
    return el("div", drawn, class_="chart-frame newest", tabindex="0", role="region", aria_label=title)


def year_line(values: Sequence[tuple[int, float]]) -> Safe:
    """A small line through the published years, each with its dot, at its place in time; under two draw nothing."""
    if len(values) < 2:
        return NOTHING
    width, height, pad = 84.0, 32.0, 4.0
    first, last = values[0][0], values[-1][0]
    low, high = min(v for _, v in values), max(v for _, v in values)
    points = [
        (
            round(pad + (year - first) / (last - first) * (width - 2 * pad), 1),
            round(height - pad - (value - low) / ((high - low) or 1) * (height - 2 * pad), 1),
        )
        for year, value in values
    ]
    path = "M" + "L".join(f"{x} {y}" for x, y in points)
    return el(
        "svg",
        el("path", d=path, class_="spark-line", vector_effect="non-scaling-stroke"),
        [el("circle", cx=x, cy=y, r=1.6 if i < len(points) - 1 else 2.6, class_="spark-dot")
         for i, (x, y) in enumerate(points)],
        class_="spark",
        viewBox=f"0 0 {width:g} {height:g}",
        aria_hidden="true",
    )  # fmt: skip


def against(value: float, plan: float | None, label: str) -> Safe:
    """Settlement as a bar with the plan as its mark; the longer of both fills the width. Without a plan: no mark."""
    whole = max(value, plan or 0.0) or 1.0
    return el(
        "div",
        el("span", class_="bar-fill accent", style=f"width:{max(value, 0) / whole * 100:.1f}%"),
        el("span", class_="bar-target", style=f"left:{plan / whole * 98.6:.1f}%") if plan else None,
        class_="bar",
        role="img",
        aria_label=label,
    )
