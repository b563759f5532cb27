"""Submissions as the ledger knows them: what arrived, what happened to it, and due moments that were moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

__all__ = ["DEEDS", "FINAL", "GIVEN_UP", "Event", "Extension", "NewSubmission", "Submission"]

GIVEN_UP = frozenset({"withdrawn", "returned", "purged"})
"""Kinds of event after which a submission never counts again, and the same bytes sent anew are a new version."""

FINAL = frozenset({"published", "withdrawn", "purged"})
"""Kinds of event after which the queue owes a submission nothing more."""

DEEDS = frozenset({"confirmed", "approved", "explained", "rejudged", *GIVEN_UP})
"""Kinds of event by which people change what counts: the worker works the version in force out anew."""


@dataclass(frozen=True, slots=True)
class NewSubmission:
    """What is known of a file when it arrives. `received_at` None means now."""

    dataset: str
    reporter: str
    period: str
    sha256: str
    filename: str
    size: int
    channel: str = "cli"
    sender: str = "hub"
    nil: bool = False
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """One received version of (dataset, reporter, period)."""

    submission_id: int
    receipt: str
    dataset: str
    reporter: str
    period: str
    version: int
    sha256: str
    filename: str
    size: int
    received_at: datetime
    channel: str
    sender: str
    nil: bool
    duplicate: bool = False
    """True where the very same bytes had been received for this item before: nothing new was made of them."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a submission.

    kind: received, judged, rejudged (by `hub replay`), published (the lake holds it), in_force, superseded, held (its
    period is closed), awaiting_confirmation, confirmed, awaiting_approval, approved, returned, withdrawn, purged,
    explanation_given, explained (accepted), explanation_refused, settled (the lake shows what people did).
    """

    submission_id: int
    kind: str
    actor: str = "hub"
    detail: dict[str, Any] | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """A due moment moved for one unit and period, with the reason and the document that granted it."""

    dataset: str
    reporter: str
    period: str
    due_at: datetime
    reason: str
    document: str
    granted_by: str
