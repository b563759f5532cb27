"""One row a principle: its score, its bar with marks at the two thresholds, and how it changed."""

from __future__ import annotations

from dashboard.components.markup import Safe, el
from dashboard.components.status import score_text, shape
from dashboard.language import Language
from dashboard.models import PrincipleScore
from data.settings import settings

__all__ = ["change_mark", "principle_rows", "principle_strip"]


def change_mark(change: float | None, words: Language) -> Safe:
    """A change in points: ▴ better, ▾ worse, "=" unchanged, nothing where undefined."""
    if change is None:
        return el("span", "", class_="change")
    if abs(change) < 0.05:
        return el("span", "=", class_="change same", title=words("change.same"))
    up = change > 0
    return el(
        "span",
        el("span", "▴" if up else "▾", aria_hidden="true"),
        words.number(abs(change), 1),
        class_=f"change {'up' if up else 'down'}",
        aria_label=words("change.up" if up else "change.down", points=words.number(abs(change), 1)),
        role="img",
    )


def _row(score: PrincipleScore, words: Language) -> Safe:
    marks = settings()
    name = words(f"principle.{score.principle}")
    body = (
        el("span", shape(score.status, words), " ", name, class_="principle-name"),
        el("strong", score_text(score.score, words), class_="principle-score"),
        el(
            "span",
            el("span", class_=f"bar-fill {score.status}", style=f"width:{score.score or 0:.1f}%"),
            el("span", class_="bar-mark", style=f"left:{marks.amber_from:g}%"),
            el("span", class_="bar-mark", style=f"left:{marks.green_from:g}%"),
            class_="bar open",
            aria_hidden="true",
        ),
        change_mark(score.change, words),
    )
    hint = words("principle.items", items=words.number(score.items, 0))
    if score.href:
        return el("a", *body, class_="principle", href=score.href, title=hint)
    return el("div", *body, class_="principle", title=hint)


def principle_rows(scores: tuple[PrincipleScore, ...], words: Language) -> Safe:
    """The principles under each other."""
    return el("div", [_row(s, words) for s in scores], class_="principles")


def principle_strip(scores: tuple[PrincipleScore, ...], words: Language, notes: dict[str, str] | None = None) -> Safe:
    """The principles beside each other, as on a verdict."""
    said = notes or {}
    return el(
        "div",
        [
            el(
                "a" if s.href else "div",
                el("span", words(f"principle.{s.principle}"), class_="muted"),
                el(
                    "span",
                    el("strong", score_text(s.score, words), class_=f"figure text-{s.status}"),
                    " ",
                    el("span", said.get(s.principle, ""), class_="muted"),
                    class_="strip-value",
                ),
                class_="strip-item",
                href=s.href,
            )
            for s in scores
        ],
        class_="strip",
    )
