"""Two bars a year, plan and settlement; a year without a published figure keeps its place and says so."""

from __future__ import annotations

from dashboard.components.markup import NOTHING, Safe, el
from dashboard.components.trend import ticks
from dashboard.language import Language
from dashboard.views.outline import YearPair

__all__ = ["paired_bars"]

_WIDTH, _HEIGHT = 960.0, 320.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 92.0, 8.0, 12.0, 28.0


def paired_bars(pairs: tuple[YearPair, ...], words: Language, *, unit: str, title: str) -> Safe:
    """The chart; nothing where no year has a figure."""
    known = [v for p in pairs for v in (p.plan, p.settlement) if v is not None]
    if not known:
        return NOTHING
    axis = ticks(min(0.0, *known), max(known))
    bottom, top = axis[0], axis[-1]
    inner_w, inner_h = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    slot = inner_w / len(pairs)
    bar = min(slot * 0.36, 22.0)

    def y(value: float) -> float:
        return round(_TOP + inner_h - (value - bottom) / ((top - bottom) or 1) * inner_h, 1)

    def drawn(pair: YearPair, i: int) -> list[Safe]:
        middle = _LEFT + (i + 0.5) * slot
        shapes = []
        for kind, value, left in (("plan", pair.plan, middle - bar - 1), ("settlement", pair.settlement, middle + 1)):
            if value is None:
                continue
            said = f"{pair.year} · {words(f'budget.{kind}')}: {words.number(value, 0)} {unit}"
            place = {"x": round(left, 1), "y": min(y(value), y(0)), "width": round(bar, 1)}
            shapes.append(el("rect", el("title", said), **place, height=abs(y(0) - y(value)), class_=f"pair {kind}"))
        if pair.plan is None and pair.settlement is None:
            shapes.append(el("text", "—", x=round(middle, 1), y=y(0) - 6, class_="axis", text_anchor="middle"))
        shapes.append(
            el("text", str(pair.year), x=round(middle, 1), y=_HEIGHT - 8, class_="axis", text_anchor="middle")
        )
        return shapes

    lines = [
        (
            el("line", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=y(t), y2=y(t), class_="grid"),
            el("text", words.number(t, 0), x=_LEFT - 8, y=y(t) + 4, class_="axis", text_anchor="end"),
        )
        for t in axis
    ]
    return el(
        "div",
        el(
            "svg",
            lines,
            [drawn(pair, i) for i, pair in enumerate(pairs)],
            class_="trend wide",
            viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}",
            role="img",
            aria_label=title,
        ),
        class_="chart-frame",
        tabindex="0",
        role="region",
        aria_label=title,
    )
