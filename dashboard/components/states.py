"""Designed states of a panel that has nothing to show: empty (and what to do next), failed, not found."""

from __future__ import annotations

from dashboard.components.markup import Node, Safe, el
from dashboard.language import Language

__all__ = ["empty", "failed", "not_found"]


def empty(words: Language, key: str, *, command: str = "", action: Node = None) -> Safe:
    """Nothing here yet: says so, and what to do next."""
    return el(
        "div",
        el("p", words(f"empty.{key}"), class_="state-title"),
        el("p", words("empty.try"), " ", el("code", command), class_="muted") if command else None,
        action,
        class_="state",
    )


def failed(words: Language, reason: str) -> Safe:
    """Something went wrong on our side: what, and that the page tries again by itself."""
    return el(
        "div",
        el(
            "p", el("span", "■", class_="mark red", aria_hidden="true"), " ", words("error.title"), class_="state-title"
        ),
        el("p", reason, class_="muted") if reason else None,
        el("p", words("error.again"), class_="muted"),
        class_="state",
        role="alert",
    )


def not_found(words: Language, what: str) -> Safe:
    """An address that leads nowhere, with the way back."""
    return el(
        "div",
        el("p", words("error.not_found", what=what), class_="state-title"),
        el("p", el("a", words("nav.overview"), href="/")),
        class_="state",
    )
