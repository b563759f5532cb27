"""Ranking: units by a value, as bars."""

from __future__ import annotations

from dashboard.components.markup import Safe, el
from dashboard.components.status import shape
from dashboard.language import Language
from dashboard.models import RankedUnit

__all__ = ["ranking"]


def _length(value: float | None, top: float) -> float:
    return min(abs(value or 0) / top, 1) * 100


def _with_unit(text: str, value: float | None, unit: str) -> str:
    return f"{text} {unit}" if unit and value is not None else text


def ranking(
    units: tuple[RankedUnit, ...],
    words: Language,
    *,
    unit: str = "",
    largest: float | None = None,
    decimals: int | None = None,
    marks: bool = False,
) -> Safe:
    """Bars in the order given, scaled to `largest` (default: the largest value shown)."""
    top = largest or max((abs(u.value) for u in units if u.value is not None), default=1.0) or 1.0
    return el(
        "div",
        [
            el(
                "div",
                el(
                    "span",
                    shape(u.status, words) if marks and u.status != "accent" else None,
                    " " if marks else None,
                    el("a", u.name, href=u.href) if u.href else u.name,
                    class_="rank-name",
                    title=u.name,
                ),
                el(
                    "span",
                    el(
                        "span",
                        class_=f"bar-fill {u.status}",
                        style=f"width:{_length(u.value, top):.1f}%",
                    ),
                    class_="bar open",
                    aria_hidden="true",
                ),
                el("span", _with_unit(words.number(u.value, decimals), u.value, unit), class_="rank-value"),
                class_="rank",
            )
            for u in units
        ],
        class_="ranking",
    )
