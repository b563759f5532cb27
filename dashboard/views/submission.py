"""One submission with its verdict: who sent what, what came of it, its scores, and what else was sent for the item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from checks.compile import compile_rules
from checks.finding import PRINCIPLES, WEIGHTS, RuleResult
from dashboard.components.status import score_status
from dashboard.ledger_access import the_ledger
from dashboard.models import PrincipleScore
from dashboard.verdict.quick import task_of
from dashboard.verdict.stored import Stored, stored
from dashboard.views.datasets import contract
from dashboard.views.lake import Lake
from dashboard.views.units import Unit, unit_of, units
from data.contract import Contract
from data.submission import Submission as Received

__all__ = ["Submission", "rule_names", "scores_of", "submission"]


@dataclass(frozen=True, slots=True)
class Submission:
    """One version of one report; `verdict` is "" until somebody judged it."""

    submission_id: int
    receipt: str
    dataset: str
    unit: Unit
    period: str
    version: int
    sha256: str
    filename: str
    received_at: datetime
    sender: str
    verdict: str
    rows: int
    accepted: int
    quarantined: int
    sheet: str | None
    reason_vi: str
    reason_en: str
    due_at: datetime | None
    timely_at: datetime
    """The moment that decides whether it is on time: that of the first good version, corrections are no later."""
    received: Received
    stored: Stored | None
    mapping: Mapping[str, int] = field(default_factory=dict)
    versions: tuple[Received, ...] = ()
    """All versions of the same report, the first one first."""

    @property
    def provisional(self) -> bool:
        """Whether the verdict was made at the desk and the lake does not have the submission yet."""
        return self.stored is not None and self.stored.lake is None

    @property
    def newest(self) -> bool:
        """Whether no later version was sent."""
        return not self.versions or self.versions[-1].submission_id == self.submission_id


def submission(lake: Lake, receipt: str) -> Submission | None:
    """The submission of that receipt."""
    ledger = the_ledger()
    found = next(iter(ledger.submissions(receipt=receipt)), None)
    if found is None or contract(found.dataset) is None:
        return None
    judged = stored(found, lake)
    verdict = judged.verdict if judged else None
    task = task_of(found)
    return Submission(
        submission_id=found.submission_id,
        receipt=found.receipt,
        dataset=found.dataset,
        unit=unit_of(units(), found.reporter),
        period=found.period,
        version=found.version,
        sha256=found.sha256,
        filename=found.filename,
        received_at=found.received_at,
        sender=found.sender,
        verdict=verdict.verdict if verdict else "",
        rows=verdict.counts.rows if verdict else 0,
        accepted=verdict.counts.accepted if verdict else 0,
        quarantined=verdict.counts.quarantined if verdict else 0,
        sheet=verdict.sheet if verdict else None,
        reason_vi=(verdict.reason_vi or "") if verdict else "",
        reason_en=(verdict.reason_en or "") if verdict else "",
        due_at=task.due_at,
        timely_at=min(found.received_at, task.first_received_at or found.received_at),
        received=found,
        stored=judged,
        mapping=judged.mapping if judged else {},
        versions=tuple(ledger.submissions(dataset=found.dataset, reporter=found.reporter, period=found.period)),
    )


def scores_of(results: tuple[RuleResult, ...]) -> tuple[PrincipleScore, ...]:
    """The submission's own scores: rule scores weighted by severity; items counts the rules."""
    found = []
    for principle in PRINCIPLES:
        own = [(WEIGHTS[r.severity], r.score) for r in results if r.principle == principle and r.score is not None]
        weight = sum(w for w, _ in own)
        score = 100 * sum(w * s for w, s in own) / weight if weight else None
        found.append(PrincipleScore(principle, score, None, len(own), score_status(score)))
    return tuple(found)


def rule_names(found: Contract) -> dict[str, str]:
    """The name of each rule of a contract."""
    return {rule.id: rule.name for rule in compile_rules(found)}
