"""A submission's way: received once, judged, in force, replaced by a better version, counted once whatever happens."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from assets.receive import Incoming, receive
from checks.score import define_scores, scores
from data.clock import LOCAL_TIME
from data.contract import load_contracts
from data.ledger import open_ledger
from data.period import Period
from data.settings import settings
from data.submission import Submission
from data.warehouse import data_version, open_warehouse
from pipelines.queue_worker import work_once
from tests.workbooks import GOOD_ROWS, lodging_workbook, with_cell

pytestmark = pytest.mark.usefixtures("hub_home")
ON_TIME = datetime(2026, 11, 3, 9, tzinfo=LOCAL_TIME)


def send(path: Path | None, period: str = "2026-10", at: datetime = ON_TIME) -> Submission:
    contract = load_contracts(settings().contracts)["lodging_guests"]
    with open_ledger() as ledger:
        return receive(ledger, [Incoming(contract, "56-SVHTTDL", Period.parse(period), path, received_at=at)])[0]


def ask(query: str) -> list[tuple[object, ...]]:
    with open_warehouse(read_only=True) as con:
        define_scores(con)
        return con.execute(query).fetchall()


def test_rows_in_force_keep_their_submission_sheet_and_row(tmp_path: Path) -> None:
    sent = send(lodging_workbook(tmp_path / "a.xlsx"))
    assert work_once() == 1
    rows = ask("SELECT _submission_id, _sheet, _row, commune_code, rooms FROM lake.core.lodging_guests ORDER BY _row")
    assert len(rows) == len(GOOD_ROWS)
    assert rows[0] == (sent.submission_id, "T10", 5, "22366", 21804)


def test_the_same_bytes_sent_twice_are_one_submission(tmp_path: Path) -> None:
    path = lodging_workbook(tmp_path / "a.xlsx")
    first, second = send(path), send(path)
    assert second.duplicate and second.submission_id == first.submission_id
    assert work_once() == 1 and work_once() == 0


def test_a_run_repeated_changes_nothing(tmp_path: Path) -> None:
    send(lodging_workbook(tmp_path / "a.xlsx"))
    work_once()
    with open_warehouse() as con:
        before = data_version(con)
    assert work_once() == 0
    with open_warehouse() as con:
        assert data_version(con) == before


def test_a_crash_after_the_lakes_commit_is_finished_and_not_counted_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import assets.run_queue

    send(lodging_workbook(tmp_path / "a.xlsx"))

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(assets.run_queue, "_events", crash)
        with pytest.raises(KeyboardInterrupt):
            work_once()
    assert work_once() == 1
    assert ask("SELECT count(*) FROM lake.core.lodging_guests") == [(len(GOOD_ROWS),)]
    assert ask("SELECT count(*) FROM lake.quality.verdict") == [(1,)]


def test_a_new_version_takes_the_place_of_the_old_and_history_stays(tmp_path: Path) -> None:
    send(lodging_workbook(tmp_path / "a.xlsx"))
    work_once()
    send(lodging_workbook(tmp_path / "b.xlsx", with_cell(0, 2, 21805)))
    work_once()
    assert ask("SELECT rooms FROM lake.core.lodging_guests WHERE _row = 5") == [(21805,)]
    assert ask("SELECT rooms FROM lake.staging.lodging_guests WHERE _row = 5 ORDER BY 1") == [(21804,), (21805,)]


def test_both_versions_in_one_batch_leave_the_newer_in_force(tmp_path: Path) -> None:
    send(lodging_workbook(tmp_path / "a.xlsx"))
    send(lodging_workbook(tmp_path / "b.xlsx", with_cell(0, 2, 21805)))
    assert work_once() == 2
    assert ask("SELECT rooms FROM lake.core.lodging_guests WHERE _row = 5") == [(21805,)]
    assert ask("SELECT count(*) FROM lake.quality.verdict") == [(2,)]


def test_a_rejected_version_leaves_the_good_one_in_force(tmp_path: Path) -> None:
    good = send(lodging_workbook(tmp_path / "a.xlsx"))
    work_once()
    send(lodging_workbook(tmp_path / "b.xlsx", title="BÁO CÁO THÁNG 9/2026"))
    work_once()
    assert ask("SELECT DISTINCT _submission_id FROM lake.core.lodging_guests") == [(good.submission_id,)]


def test_a_version_that_loses_a_fifth_of_the_rows_waits_for_confirmation(tmp_path: Path) -> None:
    good = send(lodging_workbook(tmp_path / "a.xlsx"))
    work_once()
    smaller = send(lodging_workbook(tmp_path / "b.xlsx", GOOD_ROWS[:3]))
    work_once()
    assert ask("SELECT DISTINCT _submission_id FROM lake.core.lodging_guests") == [(good.submission_id,)]
    with open_ledger() as ledger:
        assert "awaiting_confirmation" in {e.kind for e in ledger.events(smaller.submission_id)}


def test_a_failing_row_waits_in_quarantine_and_the_rest_counts(tmp_path: Path) -> None:
    send(lodging_workbook(tmp_path / "a.xlsx", with_cell(2, 3, 10**7)))
    work_once()
    assert ask("SELECT count(*) FROM lake.core.lodging_guests") == [(len(GOOD_ROWS) - 1,)]
    assert ask("SELECT _row, _failed FROM lake.staging.lodging_guests WHERE len(_failed) > 0") == [
        (7, ["rooms_occupied_within_capacity"])
    ]
    assert ask("SELECT verdict FROM lake.quality.verdict") == [("partly_accepted",)]


def test_history_rules_look_back_within_one_batch(tmp_path: Path) -> None:
    send(
        lodging_workbook(tmp_path / "a.xlsx", title="THÁNG 9/2026"), "2026-09", datetime(2026, 10, 2, tzinfo=LOCAL_TIME)
    )
    send(lodging_workbook(tmp_path / "b.xlsx", with_cell(0, 5, 20)), "2026-10")
    work_once()
    found = ask("SELECT cell, message_vi FROM lake.quality.finding WHERE rule = 'foreign_guests_jump'")
    assert [cell for cell, _ in found] == ["G5"] and "200.000" in str(found[0][1])


def test_a_nil_report_is_a_submission_on_time(tmp_path: Path) -> None:
    send(None)
    work_once()
    status = ask(
        "SELECT status, verdict FROM reporting_status(TIMESTAMPTZ '2026-11-20 00:00:00+07') "
        "WHERE dataset = 'lodging_guests' AND period = '2026-10'"
    )
    assert status == [("on_time", "accepted")]


def test_scores_know_only_what_was_received_by_the_day_asked_for(tmp_path: Path) -> None:
    send(lodging_workbook(tmp_path / "a.xlsx"), at=datetime(2026, 11, 7, tzinfo=LOCAL_TIME))
    work_once()
    with open_warehouse(read_only=True) as con:
        define_scores(con)
        before = scores(con, datetime(2026, 11, 6, tzinfo=LOCAL_TIME), by="dataset", dataset="lodging_guests")[0]
        after = scores(con, datetime(2026, 11, 8, tzinfo=LOCAL_TIME), by="dataset", dataset="lodging_guests")[0]
    assert before.items["dung"] == 0 and before.scores["dung"] is None
    assert after.items["dung"] == 1 and (after.scores["du"] or 0) > (before.scores["du"] or 0)
    assert after.scores["song"] == before.scores["song"] == 0.0


def test_a_full_disk_leaves_no_half_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    path = lodging_workbook(tmp_path / "a.xlsx")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        send(path)
    assert [p for p in settings().landing_folder.rglob("*") if p.is_file()] == []
