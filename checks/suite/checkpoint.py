"""Checkpoints: the suites run over what the lake holds, and each run kept as history for the engineers' pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb

from checks.scan import JUDGED
from checks.suite.invariants import core_questions, marts_questions
from checks.suite.plan import staging_questions
from checks.suite.runner import Examination, ask
from checks.suite.session import bind_submissions
from data.contract import Contract, ContractRegistry
from data.settings import settings
from data.warehouse import LAKE, quoted

__all__ = ["disagreements", "examine_core", "examine_marts", "examine_staging", "history_folder", "keep"]

_KEPT_RUNS = 40
"""Runs of one suite that are kept; older ones go."""

_TOTAL_ROWS = "repair.total_row"


def examine_staging(
    con: duckdb.DuckDBPyConnection, contract: Contract, registry: ContractRegistry, ids: Sequence[int]
) -> Examination:
    """The contract's rules over all staged rows of these submissions, failing ones too."""
    found = bind_submissions(con, contract, ids)
    questions = staging_questions(con, contract, registry)
    return ask(con, f"staging.{contract.id}", JUDGED, questions, found)


def examine_core(con: duckdb.DuckDBPyConnection, contract: Contract) -> Examination:
    """The invariants of the dataset's rows in force."""
    con.execute(f"CREATE OR REPLACE TEMP VIEW _in_force AS SELECT * FROM {LAKE}.core.{quoted(contract.id)}")
    return ask(con, f"core.{contract.id}", "_in_force", core_questions(contract))


def examine_marts(con: duckdb.DuckDBPyConnection, registry: ContractRegistry) -> Examination:
    """The invariants of the marts."""
    con.execute(f"CREATE OR REPLACE TEMP VIEW _measures AS SELECT * FROM {LAKE}.marts.measure_value")
    return ask(con, "marts", "_measures", marts_questions(registry.values()))


def disagreements(con: duckdb.DuckDBPyConnection, examination: Examination) -> list[str]:
    """Rules on whose number of failing rows the two runners differ, for submissions just judged."""
    if not examination.submissions:
        return []
    counted = dict(
        con.execute(
            f"SELECT rule, sum(failed)::BIGINT FROM {LAKE}.quality.result WHERE list_contains($ids, submission_id) "
            "AND rule <> $left_out GROUP BY rule",
            {"ids": list(examination.submissions), "left_out": _TOTAL_ROWS},
        ).fetchall()
    )
    return [
        f"{a.question.id}: {counted[a.question.id]} / {a.error or a.failed}"
        for a in examination.answers
        if a.question.id in counted and (a.error is not None or a.failed != counted[a.question.id])
    ]


def history_folder() -> Path:
    """Where validation results are kept, a folder a suite, a file a run named by its moment."""
    return settings().home / "quality"


def keep(examination: Examination) -> Path:
    """Write one run to the history and let the oldest go; gives its file."""
    folder = history_folder() / examination.suite
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{examination.at:%Y%m%dT%H%M%S.%f}.json"
    document = {
        "suite": examination.suite,
        "at": examination.at.isoformat(),
        "met": examination.met,
        "submissions": list(examination.submissions),
        "result": examination.report,
    }
    arriving = path.with_suffix(".arriving")
    arriving.write_text(json.dumps(document, ensure_ascii=False, default=str), encoding="utf-8")
    arriving.rename(path)
    for old in sorted(folder.glob("*.json"))[:-_KEPT_RUNS]:
        old.unlink(missing_ok=True)
    return path
