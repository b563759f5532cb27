"""`hub purge` and `hub audit`: asked, done, told; and nothing of it left in Dagster's log or the validations."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from data.audit import entries, head
from data.ledger import open_ledger
from data.settings import REPOSITORY, settings
from data.submission import NewSubmission, Submission
from data.warehouse import open_warehouse
from pipelines.traces import forget_traces
from pipelines.verbs.audit import command as audit
from pipelines.verbs.purge import command as purge

SECRET = "ZZMATZZ"


@pytest.fixture
def sent(hub_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Submission]:
    """A submission that was received and not worked off yet."""
    (tmp_path / "contracts").mkdir()
    shutil.copy(REPOSITORY / "data" / "contracts" / "task_progress.odcs.yaml", tmp_path / "contracts")
    monkeypatch.setenv("HUB_CONTRACTS", str(tmp_path / "contracts"))
    settings.cache_clear()
    with open_ledger() as ledger:
        yield ledger.receive([NewSubmission("task_progress", "56-SKHCN", "2026-10", "a" * 64, f"{SECRET}.csv", 3)])[0]


def test_it_asks_before_it_takes_anything_out(sent: Submission) -> None:
    answer = CliRunner().invoke(purge, [sent.receipt, "--reason", "gửi nhầm"], input="n\n")
    assert answer.exit_code == 1 and SECRET in answer.output
    with open_ledger() as ledger:
        assert entries(ledger, action="submission.purge") == []


def test_it_says_what_was_taken_out_and_the_audit_is_whole(sent: Submission) -> None:
    with open_warehouse():
        pass
    answer = CliRunner().invoke(purge, [sent.receipt, "--reason", "gửi nhầm", "--yes"])
    assert answer.exit_code == 0 and "Đã gỡ bỏ 0 dòng" in answer.output
    with open_ledger() as ledger:
        assert entries(ledger, action="submission.purge")[0].detail["reason"] == "gửi nhầm"
        end = head(ledger)
    whole = CliRunner().invoke(audit, ["--verify"])
    assert whole.exit_code == 0 and str(end) in whole.output
    assert "submission.purge" in CliRunner().invoke(audit, ["--object", f"submission:{sent.receipt}"]).output
    told = json.loads(CliRunner().invoke(audit, ["--format", "json", "--action", "submission"]).output)
    assert [e["action"] for e in told] == ["submission.purge"]


def test_a_broken_audit_ends_with_one(sent: Submission) -> None:
    CliRunner().invoke(purge, [sent.receipt, "--reason", "gửi nhầm", "--yes"])
    with closing(sqlite3.connect(settings().home / "ledger.sqlite")) as con, con:
        con.execute("DROP TRIGGER audit_no_update")
        con.execute("UPDATE audit SET detail = '{}'")
    answer = CliRunner().invoke(audit, ["--verify"])
    assert answer.exit_code == 1 and "nội dung đã bị sửa" in answer.output
    assert CliRunner().invoke(audit, ["--against", "7"]).exit_code == 64


def test_an_unknown_receipt_is_wrong_usage(sent: Submission) -> None:
    assert CliRunner().invoke(purge, ["2020-01-000001", "--reason", "x"]).exit_code == 64


def test_previews_of_its_dataset_leave_dagsters_log_and_the_validations(sent: Submission) -> None:
    folder = settings().dagster_home / "history" / "runs"
    folder.mkdir(parents=True)
    (folder / "run-1.db").write_text(SECRET)
    (folder / "run-2.db").write_text("other")
    with closing(sqlite3.connect(folder / "index.db")) as con, con:
        con.execute("CREATE TABLE event_logs (run_id TEXT, event TEXT, asset_key TEXT)")
        con.execute("CREATE TABLE asset_keys (asset_key TEXT, last_materialization TEXT)")
        for run, dataset, text in (("run-1", "task_progress", SECRET), ("run-2", "lodging_guests", "other")):
            key = json.dumps(["core", dataset])
            con.execute("INSERT INTO event_logs VALUES (?, ?, ?)", (run, text, key))
            con.execute("INSERT INTO asset_keys VALUES (?, ?)", (key, text))
    for place in ("quality", "data_docs"):
        for suite in ("staging.task_progress", "core.lodging_guests"):
            path = settings().home / place / suite / "run.json"
            path.parent.mkdir(parents=True)
            path.write_text(SECRET if "task" in suite else "other")
    assert forget_traces(sent) == []
    left = [p for p in settings().home.rglob("*") if p.is_file() and "ledger" not in p.name]
    assert not any(SECRET.encode() in p.read_bytes() for p in left)
    assert sum(b"other" in p.read_bytes() for p in left) == 4, "of other datasets nothing goes"
