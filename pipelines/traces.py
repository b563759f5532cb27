"""What a purge takes out beside lake and ledger: previews in Dagster's log, rows in the history of validations."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress

from assets.lake_erasure import scrub_database
from checks.suite.checkpoint import history_folder
from checks.suite.pages import docs_folder
from data.settings import settings
from data.submission import Submission

__all__ = ["forget_traces"]

_LAYERS = ("landing", "staging", "core")


def forget_traces(submission: Submission) -> list[str]:
    """Forget what runs since the submission came wrote down of its dataset; gives the files that were busy.

    Dagster then knows no run of the dataset: the worker's next start tells it anew what the lake holds.
    """
    busy = _forget_runs(submission)
    _forget_validations(submission)
    return busy


def _forget_runs(submission: Submission) -> list[str]:
    folder = settings().dagster_home / "history" / "runs"
    index = folder / "index.db"
    if not index.is_file():
        return []
    keys = [json.dumps([layer, submission.dataset]) for layer in _LAYERS]
    marks = ", ".join("?" * len(keys))
    try:
        with closing(sqlite3.connect(index, timeout=30.0)) as con, con:
            runs = con.execute(f"SELECT DISTINCT run_id FROM event_logs WHERE asset_key IN ({marks})", keys).fetchall()
            for table in ("event_logs", "asset_check_executions", "asset_keys"):
                with suppress(sqlite3.OperationalError):  # an instance that has no such table yet
                    con.execute(f"DELETE FROM {table} WHERE asset_key IN ({marks})", keys)
    except sqlite3.OperationalError:
        return [str(index)]
    for (run,) in runs:
        for path in folder.glob(f"{run}.db*"):
            path.unlink(missing_ok=True)
    return [] if scrub_database(index) else [str(index)]


def _forget_validations(submission: Submission) -> None:
    since = submission.received_at.timestamp()
    for folder in (history_folder(), docs_folder()):
        for path in folder.glob(f"*{submission.dataset}*/*"):
            if path.is_file() and path.stat().st_mtime >= since:
                path.unlink(missing_ok=True)
