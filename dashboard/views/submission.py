"""One submission with its verdict: who sent what, what came of it, its scores, and what must be corrected."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from checks.compile import compile_rules
from checks.finding import PRINCIPLES, WEIGHTS
from dashboard.addresses import submission_address
from dashboard.components.status import score_status
from dashboard.models import CellMark, FindingGroup, PrincipleScore
from dashboard.views.datasets import contract
from dashboard.views.lake import Lake, Record
from dashboard.views.units import Unit, unit_of, units
from data.contract import Contract

__all__ = ["Found", "Submission", "finding_groups", "findings_of", "marks_of", "rule_names", "scores_of", "submission"]

_FINDINGS = 2_000
"""Findings read for one page; the counts by rule are of all."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One version of one report."""

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
    counts: bool
    sheet: str | None
    reason_vi: str
    reason_en: str
    due_at: datetime | None
    mapping: Mapping[str, int] = field(default_factory=dict)
    versions: tuple[tuple[int, str, str], ...] = ()
    """Other versions of the same report: (version, receipt, verdict)."""


@dataclass(frozen=True, slots=True)
class Found:
    """One finding at its cell."""

    rule: str
    severity: str
    principle: str
    row: int | None
    column: str | None
    cell: str | None
    value: str
    expected: str
    suggestion: str
    message_vi: str
    message_en: str


_SELECT = """
    SELECT s.submission_id, s.receipt, s.dataset, s.reporter, s.period, s.version, s.sha256, s.filename, s.received_at,
        s.sender, v.verdict, v.rows_total, v.rows_accepted, v.rows_quarantined, v.counts, v.sheet, v.mapping,
        v.reason_vi, v.reason_en, o.due_at
    FROM lake.landing.submission s
    LEFT JOIN lake.quality.verdict v USING (submission_id)
    LEFT JOIN lake.marts.obligation o
        ON o.dataset = s.dataset AND o.reporter = s.reporter AND o.period = s.period
"""


def submission(lake: Lake, receipt: str) -> Submission | None:
    """The submission of that receipt."""
    r = lake.first(f"{_SELECT} WHERE s.receipt = $receipt", {"receipt": receipt})
    if r is None:
        return None
    others = lake.records(
        "SELECT s.version, s.receipt, v.verdict FROM lake.landing.submission s "
        "LEFT JOIN lake.quality.verdict v USING (submission_id) "
        "WHERE s.dataset = $dataset AND s.reporter = $reporter AND s.period = $period ORDER BY s.version",
        {"dataset": r["dataset"], "reporter": r["reporter"], "period": r["period"]},
    )
    return Submission(
        submission_id=r["submission_id"],
        receipt=r["receipt"],
        dataset=r["dataset"],
        unit=unit_of(units(), r["reporter"]),
        period=r["period"],
        version=r["version"],
        sha256=r["sha256"],
        filename=r["filename"],
        received_at=r["received_at"],
        sender=r["sender"] or "",
        verdict=r["verdict"] or "",
        rows=r["rows_total"] or 0,
        accepted=r["rows_accepted"] or 0,
        quarantined=r["rows_quarantined"] or 0,
        counts=bool(r["counts"]),
        sheet=r["sheet"],
        reason_vi=r["reason_vi"] or "",
        reason_en=r["reason_en"] or "",
        due_at=r["due_at"],
        mapping=json.loads(r["mapping"]) if r["mapping"] else {},
        versions=tuple((o["version"], o["receipt"], o["verdict"] or "") for o in others),
    )


def scores_of(lake: Lake, submission_id: int) -> tuple[PrincipleScore, ...]:
    """The submission's own scores: rule scores weighted by severity; items counts the rules."""
    rows = lake.records(
        "SELECT principle, severity, score FROM lake.quality.result WHERE submission_id = $id AND score IS NOT NULL",
        {"id": submission_id},
    )
    found = []
    for principle in PRINCIPLES:
        own = [(WEIGHTS[r["severity"]], r["score"]) for r in rows if r["principle"] == principle]
        weight = sum(w for w, _ in own)
        score = 100 * sum(w * s for w, s in own) / weight if weight else None
        found.append(PrincipleScore(principle, score, None, len(own), score_status(score)))
    return tuple(found)


def rule_names(found: Contract) -> dict[str, str]:
    """The name of each rule of a contract."""
    return {rule.id: rule.name for rule in compile_rules(found)}


def findings_of(lake: Lake, submission_id: int, rule: str = "") -> tuple[Found, ...]:
    """Findings in the sheet's order; of one rule where it is named. Values of personal columns are left out."""
    rows = lake.records(
        'SELECT f.*, f."row" AS row_number, f."column" AS column_name FROM lake.quality.finding f '
        "WHERE submission_id = $id AND ($rule = '' OR rule = $rule) ORDER BY row_number NULLS FIRST, cell LIMIT $most",
        {"id": submission_id, "rule": rule, "most": _FINDINGS},
    )
    return tuple(_found(r) for r in rows)


def _found(r: Record) -> Found:
    source = contract(r["dataset"])
    personal = source is not None and any(c.personal and c.name == r["column_name"] for c in source.columns)
    names = rule_names(source) if source else {}
    said = str(names.get(r["rule"]) or r["rule"])
    return Found(
        rule=r["rule"],
        severity=r["severity"],
        principle=r["principle"],
        row=r["row_number"],
        column=r["column_name"],
        cell=r["cell"],
        value="" if personal else r["value"] or "",
        expected="" if personal else r["expected"] or "",
        suggestion="" if personal else r["suggestion_label"] or "",
        message_vi=said if personal else r["message_vi"] or "",
        message_en=said if personal else r["message_en"] or "",
    )


_SEVERITY = {"error": 0, "warning": 1, "info": 2}


def finding_groups(
    found: tuple[Found, ...], sent: Submission, *, rule: str = "", english: bool = False
) -> tuple[FindingGroup, ...]:
    """Findings by rule, errors first, the most frequent first within a severity."""
    source = contract(sent.dataset)
    names = rule_names(source) if source else {}
    by_rule: dict[str, list[Found]] = {}
    for f in found:
        by_rule.setdefault(f.rule, []).append(f)
    groups = []
    for name, own in by_rule.items():
        first = own[0]
        repair = name.startswith("repair.")
        groups.append(
            FindingGroup(
                rule=name,
                title=names.get(name, name),
                severity="info" if repair else first.severity,
                principle=first.principle,
                count=len(own),
                cells=tuple(f.cell for f in own if f.cell),
                message=(first.message_en if english else first.message_vi) if len(own) == 1 or not first.cell else "",
                suggestion=first.suggestion if len({f.suggestion for f in own}) == 1 else "",
                href=submission_address(sent.receipt, rule=name),
                selected=name == rule,
            )
        )
    return tuple(sorted(groups, key=lambda g: (_SEVERITY.get(g.severity, 3), -g.count, g.title)))


def marks_of(
    found: tuple[Found, ...], mapping: Mapping[str, int], selected: Found | None, english: bool
) -> tuple[CellMark, ...]:
    """How findings stand out in the sheet; of several at one cell the gravest."""
    marks: dict[tuple[int, int], CellMark] = {}
    ordered = sorted(found, key=lambda f: -_SEVERITY.get(f.severity, 3))
    for f in ordered:
        column = mapping.get(f.column or "")
        if f.row is None or column is None:
            continue
        kind = "repaired" if f.rule.startswith("repair.") else "error" if f.severity == "error" else "warning"
        chosen = selected is not None and (f.row, f.column) == (selected.row, selected.column)
        said = f.message_en if english else f.message_vi
        marks[(f.row, column)] = CellMark(f.row, column, kind, said, chosen)
    return tuple(marks.values())
