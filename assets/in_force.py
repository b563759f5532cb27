"""Which version of an item is in force, told from verdicts and from what people decided; nothing is written here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assets.standing import Standing, standing_of
from data.closings import Closing
from data.contract import Contract
from data.standing import GOOD, state_of
from data.submission import Event, Submission

__all__ = ["Settled", "Version", "settled"]


@dataclass(frozen=True, slots=True)
class Version:
    """One judged version of an item, and what happened to it so far."""

    submission: Submission
    verdict: str
    events: Sequence[Event]


@dataclass(frozen=True, slots=True)
class Settled:
    """An item worked out anew. `in_force` None: no version counts; `events` say what the ledger does not know yet."""

    in_force: Submission | None
    standings: tuple[Standing, ...]
    events: tuple[Event, ...]

    def counts(self, submission_id: int, verdict: str) -> bool:
        """Whether a version counts, or would, were there no newer one."""
        standing = next(s for s in self.standings if s.submission_id == submission_id)
        return verdict in GOOD and standing.counts


def settled(contract: Contract, versions: Sequence[Version], closings: Sequence[Closing]) -> Settled:
    """The newest version that is good, confirmed and approved where asked, not given up, and not held by a closing.

    versions: of one (dataset, reporter, period), oldest first, without those that were never judged.
    """
    standings = tuple(standing_of(v.submission, v.events, closings) for v in versions)
    counting = [v for v, s in zip(versions, standings, strict=True) if v.verdict in GOOD and s.counts]
    chosen = counting[-1].submission if counting else None
    events = []
    for version, standing in zip(versions, standings, strict=True):
        event = _news(contract, version, standing, chosen, closings)
        if event is not None:
            events.append(event)
    return Settled(chosen, standings, tuple(events))


def _news(
    contract: Contract, version: Version, standing: Standing, chosen: Submission | None, closings: Sequence[Closing]
) -> Event | None:
    """What the ledger has to be told of a version's new place."""
    state, number = state_of(version.events, contract), version.submission.submission_id
    if state.code in {"withdrawn", "returned"} or version.verdict not in GOOD:
        return None
    if chosen is not None and number == chosen.submission_id:
        return None if state.code == "in_force" else Event(number, "in_force")
    if standing.decided and not standing.counts:
        return None if state.held and not _judged_since_held(version.events) else _held(number, closings)
    if chosen is not None and version.submission.version < chosen.version and state.code != "superseded":
        return Event(number, "superseded", detail={"by": chosen.receipt})
    return None


def _held(submission_id: int, closings: Sequence[Closing]) -> Event:
    return Event(submission_id, "held", detail={"reason": closings[-1].reason})


def _judged_since_held(events: Sequence[Event]) -> bool:
    """Whether a new verdict came after the ledger was told that the version waits for its period."""
    kinds = [e.kind for e in events if e.kind in {"held", "rejudged"}]
    return bool(kinds) and kinds[-1] == "rejudged"
