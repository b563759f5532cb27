"""Verdicts as rows of the lake's tables: submissions, verdicts, rule results and findings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import polars as pl

from assets.outcome import Published
from assets.standing import Standing, standing_frame
from checks.finding import Finding
from checks.masking import Masking
from checks.staged import Staged
from data.clock import now
from data.contract import Contract

__all__ = ["finding_frame", "first_standings", "result_frame", "submission_frame", "verdict_frame"]


def submission_frame(published: Sequence[Published]) -> pl.DataFrame:
    names = (
        "submission_id", "receipt", "dataset", "reporter", "period", "version", "sha256", "filename", "size",
        "received_at", "channel", "sender", "nil",
    )  # fmt: skip
    return pl.DataFrame([{n: getattr(p.submission, n) for n in names} for p in published])


def verdict_frame(published: Sequence[Published], staged_by_id: Mapping[int, Staged]) -> pl.DataFrame:
    judged_at = now()
    records = []
    for p in published:
        staged = staged_by_id.get(p.submission.submission_id)
        records.append(
            {
                "submission_id": p.submission.submission_id,
                "dataset": p.submission.dataset,
                "reporter": p.submission.reporter,
                "period": p.submission.period,
                "version": p.submission.version,
                "verdict": p.verdict.verdict,
                "rows_total": p.verdict.counts.rows,
                "rows_accepted": p.verdict.counts.accepted,
                "rows_quarantined": p.verdict.counts.quarantined,
                "received_at": p.submission.received_at,
                "judged_at": judged_at,
                "contract_version": p.verdict.contract_version,
                "sheet": p.verdict.sheet,
                "mapping": json.dumps(staged.mapping if staged else {}),
                "header_rows": json.dumps(staged.header_rows if staged else []),
                "counts": p.in_force,
                "reason_vi": p.verdict.reason_vi,
                "reason_en": p.verdict.reason_en,
            }
        )
    return pl.DataFrame(records, infer_schema_length=None)


def result_frame(published: Sequence[Published]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (p.submission.submission_id, p.submission.dataset, r.rule, r.kind, r.principle, r.severity, r.checked,
             r.failed, r.score)
            for p in published
            for r in p.verdict.results
        ],
        schema=["submission_id", "dataset", "rule", "kind", "principle", "severity", "checked", "failed", "score"],
        orient="row",
        infer_schema_length=None,
    )  # fmt: skip


def first_standings(published: Sequence[Published]) -> pl.DataFrame:
    """What good versions wait for, where they wait; assets/settle.py keeps it anew when people decide."""
    return standing_frame(
        Standing(
            p.submission.submission_id,
            p.submission.dataset,
            needs_confirmation=p.waits_for == "confirmation",
            needs_approval=p.waits_for == "approval",
            approved_at=p.submission.received_at if p.approved else None,
            held_from=p.submission.received_at if p.waits_for == "reopening" else None,
        )
        for p in published
        if p.waits_for or p.approved
    )


def _finding_record(p: Published, f: Finding) -> tuple[object, ...]:
    return (
        p.submission.submission_id, p.submission.dataset, f.rule, f.kind, f.principle, f.severity, f.sheet, f.row,
        f.column, f.cell, f.value, f.expected, f.suggestion.value if f.suggestion else None,
        f.suggestion.label if f.suggestion else None, f.message_vi, f.message_en,
    )  # fmt: skip


def finding_frame(published: Sequence[Published], contract: Contract) -> pl.DataFrame:
    """Findings as the lake keeps them: values of personal columns stay in the file that was sent, and nowhere else."""
    mask = Masking(contract, frozenset(c.name for c in contract.columns if c.personal))
    text = ("dataset", "rule", "kind", "principle", "severity", "sheet")
    rest = ("column", "cell", "value", "expected", "suggestion_value", "suggestion_label", "message_vi", "message_en")
    schema: dict[str, type[pl.DataType]] = {
        "submission_id": pl.Int64,
        **dict.fromkeys(text, pl.String),
        "row": pl.Int64,
    }
    schema |= dict.fromkeys(rest, pl.String)
    return pl.DataFrame(
        [_finding_record(p, mask(f)) for p in published for f in p.verdict.findings],
        schema=schema,
        orient="row",
    )
