"""What judging a submission gives: findings at cells, results by rule, and the verdict."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

__all__ = [
    "KINDS",
    "PRINCIPLES",
    "SEVERITIES",
    "WEIGHTS",
    "Counts",
    "Finding",
    "RuleResult",
    "Suggestion",
    "Verdict",
    "principle_scores",
    "verdict_schema",
]

Outcome = Literal["accepted", "partly_accepted", "rejected", "unreadable"]

PRINCIPLES = ("dung", "du", "sach", "song", "thong_nhat", "dung_chung")
KINDS = ("row", "set", "history", "cross", "dataset")
SEVERITIES = ("error", "warning", "info")
WEIGHTS = {"error": 3, "warning": 1, "info": 0}
"""How much a rule counts in its principle's score, by severity."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A repair offered to the sender: the value to store and the words to show."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, at its cell where there is one.

    `cell` is "F27" in a sheet, a JSON pointer for json, "column,row" for parquet, null for dataset rules.
    """

    rule: str
    kind: str
    principle: str
    severity: str
    sheet: str | None
    row: int | None
    column: str | None
    cell: str | None
    value: str | None
    expected: str | None
    suggestion: Suggestion | None
    message_vi: str
    message_en: str


@dataclass(frozen=True, slots=True)
class RuleResult:
    """How one rule came out: rows (or expected items) checked and failed; score = 1 - failed / checked."""

    rule: str
    kind: str
    principle: str
    severity: str
    checked: int
    failed: int

    @property
    def score(self) -> float | None:
        """0 to 1; None where nothing was checked."""
        return None if self.checked == 0 else 1.0 - self.failed / self.checked


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of a submission: all records, good ones, ones held back, and total rows left out."""

    rows: int
    accepted: int
    quarantined: int
    dropped: int = 0


@dataclass(frozen=True)
class Verdict:
    """The judgement of one submission; its JSON form has the schema `hub check --schema` prints."""

    file: str
    dataset: str
    unit: str
    period: str
    contract_version: str
    verdict: Outcome
    counts: Counts
    scores: dict[str, float | None] = field(default_factory=dict)
    """Principle → 0 to 100, or null where there is nothing to judge."""
    findings: tuple[Finding, ...] = ()
    results: tuple[RuleResult, ...] = ()
    sheet: str | None = None
    reason_vi: str | None = None
    """Why it was rejected or could not be read, in one line."""
    reason_en: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain data for JSON, as the published schema says."""
        return asdict(self)


def principle_scores(results: tuple[RuleResult, ...] | list[RuleResult]) -> dict[str, float | None]:
    """Principle → score 0 to 100: mean of its rule scores weighted by severity (definitions: Scores)."""
    scores: dict[str, float | None] = {}
    for principle in PRINCIPLES:
        counted = [
            (WEIGHTS[r.severity], r.score)
            for r in results
            if r.principle == principle and WEIGHTS[r.severity] and r.score is not None
        ]
        total = sum(weight for weight, _ in counted)
        scores[principle] = round(100 * sum(w * (s or 0.0) for w, s in counted) / total, 4) if total else None
    return scores


def verdict_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of `Verdict.to_json()`."""
    from pydantic import TypeAdapter

    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **TypeAdapter(Verdict).json_schema()}
