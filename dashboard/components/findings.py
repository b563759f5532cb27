"""Findings of a submission, grouped by rule: what is wrong, in how many cells, and what to do next."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.components.markup import Node, Safe, el
from dashboard.components.status import SEVERITY, shape
from dashboard.language import Language
from dashboard.models import FindingGroup

__all__ = ["findings"]

_NAMED = 4


def _cells(group: FindingGroup) -> str:
    named = ", ".join(group.cells[:_NAMED])
    return f"{named} …" if len(group.cells) > _NAMED else named


def findings(
    groups: tuple[FindingGroup, ...], words: Language, action: Callable[[FindingGroup], Node] | None = None
) -> Safe:
    """The list; the one in view is marked. `action` gives what can be done with all of a rule, beneath it."""
    return el(
        "ul",
        [
            el(
                "li",
                _one(g, words, acted := action(g) if action else None),
                acted,
            )
            for g in groups
        ],
        class_="findings",
    )


def _one(g: FindingGroup, words: Language, acted: Node) -> Safe:
    return el(
        "a" if g.href else "div",
        el(
            "span",
            shape(SEVERITY.get(g.severity, "none"), words, words(f"severity.{g.severity}")),
            " ",
            el("strong", g.title),
            class_="finding-title",
        ),
        el("span", words("finding.cells", count=words.number(g.count, 0)), class_="muted finding-count"),
        el(
            "span",
            " · ".join(part for part in (_cells(g), g.message, g.expected) if part),
            class_="muted finding-line",
        ),
        el("span", words("finding.suggestion"), " ", el("strong", g.suggestion), class_="finding-line")
        if g.suggestion and acted is None
        else None,
        href=g.href,
        class_="finding",
        aria_current="true" if g.selected else None,
    )
