"""Scores on the way down: province, dataset, unit, rule; each level from the one SQL definition of the scores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from checks.finding import PRINCIPLES
from dashboard.components.status import score_status
from dashboard.models import PrincipleScore
from dashboard.views.datasets import contract
from dashboard.views.lake import Lake, Record
from dashboard.views.submission import rule_names

__all__ = ["RuleRow", "ScoreRow", "judged_periods", "rules_of", "score_rows", "summary"]


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """Scores of one dataset or one unit: by principle, over how many expected reports, and cells still wrong."""

    key: str
    scores: tuple[tuple[str, float | None], ...]
    expected: int
    in_force: int
    wrong: int


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule on one submission: how many rows it looked at, how many failed. score is 0–100."""

    rule: str
    name: str
    principle: str
    severity: str
    kind: str
    checked: int
    failed: int
    score: float | None


_MEANS = ", ".join(f"avg({p}) AS {p}, count({p}) AS {p}_items" for p in PRINCIPLES)


def summary(lake: Lake, now: datetime, *, dataset: str = "", unit: str = "") -> tuple[PrincipleScore, ...]:
    """The six scores of a group."""
    # S608: the names come from a constant of ours.
    found = lake.first(
        f"SELECT count(*) AS expected, {_MEANS} FROM score_items($now) "
        "WHERE ($dataset = '' OR dataset = $dataset) AND ($unit = '' OR reporter = $unit)",
        {"now": now, "dataset": dataset, "unit": unit},
    )
    if not found or not found["expected"]:
        return ()
    return tuple(PrincipleScore(p, found[p], None, found[f"{p}_items"], score_status(found[p])) for p in PRINCIPLES)


def score_rows(lake: Lake, now: datetime, *, dataset: str = "", principle: str = "") -> tuple[ScoreRow, ...]:
    """One row a dataset, or, within a dataset, one a unit; lowest first, by the principle asked for."""
    key = "reporter" if dataset else "dataset"
    rows = lake.records(
        f"WITH items AS (SELECT * FROM score_items($now) WHERE ($dataset = '' OR dataset = $dataset)), "
        "wrong AS (SELECT submission_id, count(*) AS cells FROM lake.quality.finding WHERE severity = 'error' "
        "GROUP BY submission_id) "
        f"SELECT i.{key} AS grp, count(*) AS expected, count(i.submission_id) AS in_force, "
        f"coalesce(sum(w.cells), 0)::BIGINT AS wrong, {_MEANS} "
        "FROM items i LEFT JOIN wrong w USING (submission_id) GROUP BY grp",
        {"now": now, "dataset": dataset},
    )
    found = [
        ScoreRow(r["grp"], tuple((p, r[p]) for p in PRINCIPLES), r["expected"], r["in_force"], r["wrong"]) for r in rows
    ]

    def lowest(row: ScoreRow) -> tuple[float, str]:
        scores = dict(row.scores)
        if principle in scores:
            value = scores[principle]
            return (101.0 if value is None else value, row.key)
        known = [v for v in scores.values() if v is not None]
        return (sum(known) / len(known) if known else 101.0, row.key)

    return tuple(sorted(found, key=lowest))


def judged_periods(lake: Lake, now: datetime, dataset: str, unit: str) -> tuple[Record, ...]:
    """The submissions in force of a unit, newest period first: period, receipt, submission_id."""
    return tuple(
        lake.records(
            "SELECT f.period, l.receipt, f.submission_id FROM in_force($now) f "
            "JOIN lake.landing.submission l USING (submission_id) "
            "LEFT JOIN lake.marts.obligation o ON o.dataset = f.dataset AND o.reporter = f.reporter "
            "AND o.period = f.period WHERE f.dataset = $dataset AND f.reporter = $unit "
            "ORDER BY o.period_end DESC NULLS LAST, f.period DESC",
            {"now": now, "dataset": dataset, "unit": unit},
        )
    )


def rules_of(lake: Lake, submission_id: int, dataset: str, principle: str = "") -> tuple[RuleRow, ...]:
    """Every rule on a submission, those that failed first, the gravest and worst first."""
    source = contract(dataset)
    names = rule_names(source) if source else {}
    rows = lake.records(
        "SELECT rule, principle, severity, kind, checked, failed, score FROM lake.quality.result "
        "WHERE submission_id = $id AND ($principle = '' OR principle = $principle) "
        "ORDER BY failed = 0, CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, score, rule",
        {"id": submission_id, "principle": principle},
    )
    return tuple(
        RuleRow(
            r["rule"],
            str(names.get(r["rule"]) or r["rule"]),
            r["principle"],
            r["severity"],
            r["kind"],
            r["checked"],
            r["failed"],
            None if r["score"] is None else 100 * r["score"],
        )
        for r in rows
    )
