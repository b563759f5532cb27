"""The page for an address that leads nowhere."""

from __future__ import annotations

from dashboard.components.panel import panel
from dashboard.components.states import not_found
from dashboard.pages.frame import desk
from dashboard.view import Ask, View

__all__ = ["build"]


def build(ask: Ask) -> View:
    """Says so, with the way back."""
    words = ask.words
    return desk(ask, "", words("error.page"), {"missing": lambda: panel(ask.path, not_found(words, words("error.page")))})
