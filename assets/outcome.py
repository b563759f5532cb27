"""A submission on its way in, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from checks.finding import Verdict
from checks.staged import Staged
from data.submission import Submission
from data.table import UnreadableError

__all__ = ["Arrival", "Published"]


@dataclass(frozen=True)
class Arrival:
    """One submission on its way in: what the ledger knows of it, and its rows or why it cannot be read."""

    submission: Submission
    content: Staged | UnreadableError
    approved: bool = False
    """Whether the unit's head approved it before it came in."""
    closed: bool = False
    """Whether it came into a closed period: it is judged, and does not count until the period is reopened."""
    again: Literal["", "in_force", "aside"] = ""
    """Where the lake holds a judgement of it that this one replaces: whether it is in force."""


@dataclass(frozen=True)
class Published:
    """What became of one submission."""

    submission: Submission
    verdict: Verdict
    in_force: bool
    """Whether its rows now stand in core."""
    waits_for: Literal["", "confirmation", "approval", "reopening"] = ""
    """What a good version that is not in force waits for."""
    approved: bool = False
