"""What people decided of a version, as the lake keeps it: moments from which it is told what counted at any time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import datetime

import polars as pl

from data.closings import Closing
from data.submission import Event, Submission

__all__ = ["Standing", "held_since", "standing_frame", "standing_of"]


@dataclass(frozen=True, slots=True)
class Standing:
    """The conditions on which a good version counts; a row of quality.standing, kept where there is any.

    held_from, held_until: it came into a closed period, and when that was reopened.
    """

    submission_id: int
    dataset: str
    needs_confirmation: bool = False
    confirmed_at: datetime | None = None
    needs_approval: bool = False
    approved_at: datetime | None = None
    returned_at: datetime | None = None
    withdrawn_at: datetime | None = None
    held_from: datetime | None = None
    held_until: datetime | None = None

    @property
    def plain(self) -> bool:
        """Whether nothing was ever asked or decided: no row is kept."""
        return self == Standing(self.submission_id, self.dataset)

    @property
    def counts(self) -> bool:
        """Whether a good version counts now."""
        return self.decided and (self.held_from is None or self.held_until is not None)

    @property
    def decided(self) -> bool:
        """Whether all that it needs is there and nobody took it back."""
        return (
            (not self.needs_confirmation or self.confirmed_at is not None)
            and (not self.needs_approval or self.approved_at is not None)
            and self.returned_at is None
            and self.withdrawn_at is None
        )


def standing_of(submission: Submission, events: Sequence[Event], closings: Sequence[Closing]) -> Standing:
    """The standing that a version's events and its period's closings lead to."""
    at: dict[str, datetime | None] = {}
    for event in events:
        at.setdefault(event.kind, event.at)
    made = Standing(
        submission.submission_id,
        submission.dataset,
        needs_confirmation="awaiting_confirmation" in at,
        confirmed_at=at.get("confirmed"),
        needs_approval="awaiting_approval" in at,
        approved_at=at.get("approved"),
        returned_at=at.get("returned"),
        withdrawn_at=at.get("withdrawn") or at.get("purged"),
    )
    if not made.decided:
        return made
    ready = max(m for m in (submission.received_at, made.confirmed_at, made.approved_at) if m is not None)
    if (since := held_since(ready, closings)) is None:
        return made
    reopened = next((c.at for c in closings if c.kind == "reopened" and c.at > since), None)
    return replace(made, held_from=since, held_until=reopened)


def held_since(moment: datetime, closings: Sequence[Closing]) -> datetime | None:
    """The moment, where its period was closed then: what comes into a closed period is held."""
    before = [c for c in closings if c.at <= moment]
    return moment if before and before[-1].kind == "closed" else None


def standing_frame(standings: Iterable[Standing]) -> pl.DataFrame:
    """Rows of quality.standing."""
    moment = pl.Datetime("us", "Asia/Ho_Chi_Minh")
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        f.name: pl.Int64
        if f.name == "submission_id"
        else pl.String
        if f.name == "dataset"
        else pl.Boolean
        if f.name.startswith("needs_")
        else moment
        for f in fields(Standing)
    }
    return pl.DataFrame([astuple(s) for s in standings], schema=schema, orient="row")
