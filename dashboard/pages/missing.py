"""The pages for an address that leads nowhere, for one that is not the reader's, and for one whose page failed."""

from __future__ import annotations

from dataclasses import replace

from dashboard.components.markup import Safe
from dashboard.components.panel import panel
from dashboard.components.states import empty, failed, not_found
from dashboard.pages.frame import desk
from dashboard.view import Ask, View

__all__ = ["broken", "build", "forbidden"]


def build(ask: Ask) -> View:
    """Says so, with the way back."""
    words = ask.words
    return desk(
        ask, "", words("error.page"), {"missing": lambda: panel(ask.path, not_found(words, words("error.page")))}
    )


def forbidden(ask: Ask) -> View:
    """Says that the page is not for this reader's role."""
    words = ask.words
    said = empty(words, "forbidden")
    return replace(
        desk(ask, "", words("forbidden.title"), {"forbidden": lambda: panel(words("forbidden.title"), said)}),
        whole=False,
    )


def broken(ask: Ask) -> View:
    """Says that something went wrong on our side. Drawn anew at the next question."""
    words = ask.words

    def said() -> Safe:
        return panel(words("error.title"), failed(words, ""))

    return replace(desk(ask, "", words("error.title"), {"failed": said}), whole=False)
