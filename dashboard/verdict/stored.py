"""A submission's verdict wherever it stands: in the lake, or kept beside the ledger until the lake has it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import duckdb

from checks.finding import Counts, RuleResult, Verdict, principle_scores
from dashboard.verdict.kept import finding_of, forget, in_order, kept, kept_ids
from dashboard.views.lake import Lake, LakeClosedError, Record
from data.settings import settings
from data.submission import Submission
from data.warehouse import lake_exists, open_session

__all__ = ["Stored", "first_good", "ids_in_lake", "stored", "sweep", "the_lake", "whole"]


@dataclass(frozen=True)
class Stored:
    """A verdict without its findings, and where these are asked for.

    source: the submission's number in the lake's table of findings, or the file of the same columns.
    lake: None until the pipeline has brought the submission to the lake; the verdict then stands provisionally.
    """

    verdict: Verdict
    mapping: Mapping[str, int]
    judged_at: datetime | None
    source: int | str
    lake: Lake | None

    def ask(self, sql: str, **parameters: Any) -> list[Record]:
        """The rows of a question to the findings; `{findings}` in it stands for their table."""
        given = {**parameters, "source": self.source}
        if self.lake is not None:
            return self.lake.records(sql.replace("{findings}", _IN_LAKE), given)
        cursor = _files().cursor()
        try:
            found = cursor.execute(sql.replace("{findings}", _IN_FILE), given)
            names = [d[0] for d in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        finally:
            cursor.close()


@cache
def _files() -> duckdb.DuckDBPyConnection:
    """What reads the kept findings, whether or not there is a lake."""
    return open_session(reference=False, threads=1)


def the_lake() -> Lake:
    """The lake that the settings name; its session is opened at the first question."""
    chosen = settings()
    return _lake((chosen.home, chosen.catalog, chosen.lake_files))


@lru_cache(maxsize=4)
def _lake(_named: object) -> Lake:
    return Lake()


def _ask(sql: str, parameters: Mapping[str, Any], lake: Lake | None = None) -> list[Record]:
    """What the lake answers; nothing where there is none yet, or no verdict ever came to it."""
    if lake is None and not lake_exists():
        return []
    try:
        return (lake or the_lake()).records(sql, parameters)
    except (LakeClosedError, duckdb.CatalogException):
        return []


_VERDICT = """
    SELECT verdict, rows_total, rows_accepted, rows_quarantined, contract_version, sheet, mapping, reason_vi, reason_en,
        judged_at
    FROM lake.quality.verdict WHERE submission_id = $id
"""
_RESULTS = """
    SELECT rule, kind, principle, severity, checked, failed FROM lake.quality.result
    WHERE submission_id = $id ORDER BY rule
"""
_IN_LAKE = "(SELECT * FROM lake.quality.finding WHERE submission_id = $source)"
_IN_FILE = "read_parquet($source)"


def stored(submission: Submission, lake: Lake | None = None) -> Stored | None:
    """The submission's verdict: the lake's, else the kept one; None where nobody has judged it yet."""
    found = _ask(_VERDICT, {"id": submission.submission_id}, lake)
    if not found:
        return _kept(submission.submission_id)
    r = found[0]
    results = tuple(RuleResult(**row) for row in _ask(_RESULTS, {"id": submission.submission_id}, lake))
    dropped = next((x.failed for x in results if x.rule == "repair.total_row"), 0)
    verdict = Verdict(
        file=submission.filename,
        dataset=submission.dataset,
        unit=submission.reporter,
        period=submission.period,
        contract_version=r["contract_version"],
        verdict=r["verdict"],
        counts=Counts(r["rows_total"], r["rows_accepted"], r["rows_quarantined"], dropped),
        scores=principle_scores(results) if results else {},
        results=results,
        sheet=r["sheet"],
        reason_vi=r["reason_vi"],
        reason_en=r["reason_en"],
    )
    mapping = json.loads(r["mapping"]) if r["mapping"] else {}
    return Stored(verdict, mapping, r["judged_at"], submission.submission_id, lake or the_lake())


def _kept(submission_id: int) -> Stored | None:
    found = kept(submission_id)
    if found is None:
        return None
    return Stored(found.verdict, found.mapping, found.judged_at, str(found.findings), None)


def whole(submission: Submission, lake: Lake | None = None) -> Verdict | None:
    """The verdict with all its findings."""
    found = stored(submission, lake)
    if found is None:
        return None
    columns = (
        'rule, kind, principle, severity, sheet, "row", "column", cell, value, expected, suggestion_value, '
        "suggestion_label, message_vi, message_en"
    )
    rows = found.ask(f"SELECT {columns} FROM {{findings}}")
    return in_order(replace(found.verdict, findings=tuple(finding_of(r) for r in rows)))


def first_good(submission: Submission) -> datetime | None:
    """When the first good version of the submission's item was received, as far as the lake knows."""
    rows = _ask(
        "SELECT min(received_at) AS at FROM lake.quality.verdict WHERE dataset = $dataset AND reporter = $reporter "
        "AND period = $period AND verdict IN ('accepted', 'partly_accepted')",
        {"dataset": submission.dataset, "reporter": submission.reporter, "period": submission.period},
    )
    at: datetime | None = rows[0]["at"] if rows else None
    return at


def ids_in_lake(ids: list[int], lake: Lake | None = None) -> set[int]:
    """Which of these submissions the lake has a verdict of."""
    sql = "SELECT submission_id FROM lake.quality.verdict WHERE submission_id IN (SELECT unnest($ids))"
    return {r["submission_id"] for r in _ask(sql, {"ids": ids}, lake)} if ids else set()


def sweep() -> None:
    """Let go of kept verdicts that the lake has by now."""
    for number in ids_in_lake(kept_ids()):
        forget(number)
