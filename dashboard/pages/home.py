"""The first page after sign-in: the wall for those who read everything, the unit's own desk for the others."""

from __future__ import annotations

from dashboard.pages import obligations, overview
from dashboard.view import Ask, View

__all__ = ["build"]


def build(ask: Ask) -> View:
    """The page that the reader's role begins with."""
    return overview.build(ask) if ask.person.may("read.all") else obligations.build(ask)
