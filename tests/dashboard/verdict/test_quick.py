"""The verdict at once: the one that the lake will hold, made without the pipeline, by children that may break."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assets.demo import Span, generate
from assets.receive import Incoming, receive
from dashboard.ledger_access import the_ledger
from dashboard.verdict import quick
from dashboard.verdict.kept import forget, kept
from dashboard.verdict.stored import stored, sweep
from data.clock import LOCAL_TIME
from data.column_choices import remember_columns
from data.contract import load_contracts
from data.period import Period
from data.person import Person
from data.settings import settings
from data.submission import Extension, Submission
from pipelines.queue_worker import work_once
from tests.dashboard.verdict.conftest import sent, wrong_rows
from tests.workbooks import GOOD_ROWS, LODGING_HEADER, lodging_workbook

DATASETS = ("lodging_guests", "construction_permit", "task_progress", "indicator_report", "market_and_ecommerce")
"""Monthly and quarterly ones, with communes, people's names, measures and looks at earlier periods among them."""


def test_a_file_is_judged_while_the_pipeline_is_down(department: TestClient, home: Path) -> None:
    submission = sent(home, wrong_rows(), "2026-07")
    verdict = quick.judge_now(submission, timeout=60)
    assert verdict is not None
    assert verdict.verdict == "rejected"
    assert verdict.counts.rows == 5
    assert {f.cell for f in verdict.findings if f.severity == "error"} >= {"E7", "F8"}
    assert quick.verdict_of(submission) == verdict


def test_a_file_that_is_no_table_is_said_to_be_unreadable(department: TestClient, home: Path) -> None:
    path = home / "hong.xlsx"
    path.write_bytes(b"PK\x03\x04 broken")
    verdict = quick.judge_now(_received("lodging_guests", "2026-06", path), timeout=60)
    assert verdict is not None
    assert verdict.verdict == "unreadable"
    assert verdict.reason_vi


def test_headers_that_the_unit_mapped_by_hand_are_known_at_the_desk_too(
    department: TestClient, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = tuple("Buồng có giường" if h == "Số phòng" else h for h in LODGING_HEADER)
    monkeypatch.setattr("tests.workbooks.LODGING_HEADER", header)
    person = Person(1, "department.56-svhttdl", "Văn thư", "department", "56-SVHTTDL")
    remember_columns(the_ledger(), person, "lodging_guests", "56-SVHTTDL", {"Buồng có giường": "rooms"})
    verdict = quick.judge_now(sent(home, GOOD_ROWS, "2026-01", name="t1.xlsx"), timeout=60)
    assert verdict is not None and verdict.verdict == "accepted"
    assert [f.value for f in verdict.findings if f.rule == "structure.remembered"] == ["Buồng có giường"]


def test_a_nil_report_is_judged_too(department: TestClient, home: Path) -> None:
    verdict = quick.judge_now(_received("lodging_guests", "2026-05", None), timeout=60)
    assert verdict is not None
    assert (verdict.verdict, verdict.counts.rows) == ("accepted", 0)


def test_an_extension_counts(department: TestClient, home: Path) -> None:
    late = datetime(2026, 9, 20, 9, tzinfo=LOCAL_TIME)
    path = lodging_workbook(home / "t8.xlsx", GOOD_ROWS, title="KHÁCH LƯU TRÚ")
    submission = _received("lodging_guests", "2026-08", path, late)
    assert _timely(submission) == 0.0
    forget(submission.submission_id)
    moved = datetime(2026, 9, 30, 17, tzinfo=LOCAL_TIME)
    the_ledger().grant(Extension("lodging_guests", "56-SVHTTDL", "2026-08", moved, "bão số 3", "12/UBND", "operator"))
    assert _timely(submission) == 1.0


def test_a_correction_is_as_timely_as_the_first_good_version(department: TestClient, home: Path) -> None:
    on_time, late = datetime(2026, 10, 2, 9, tzinfo=LOCAL_TIME), datetime(2026, 10, 25, 9, tzinfo=LOCAL_TIME)
    first = _received("lodging_guests", "2026-09", lodging_workbook(home / "a.xlsx", title="KHÁCH LƯU TRÚ"), on_time)
    assert _timely(first) == 1.0
    rows = [list(r) for r in GOOD_ROWS]
    rows[0][7] = 99_000
    corrected = _received(
        "lodging_guests", "2026-09", lodging_workbook(home / "b.xlsx", rows, title="KHÁCH LƯU TRÚ"), late
    )
    assert corrected.version == 2
    assert _timely(corrected) == 1.0


def test_a_child_that_dies_takes_no_verdict_with_it(department: TestClient, home: Path) -> None:
    for number in _children():
        os.kill(number, signal.SIGKILL)
    rows = [list(r) for r in GOOD_ROWS]
    rows[1][7] = 4_321
    submission = sent(home, rows, "2026-02")
    # The first try may meet the dead; the next finds new children.
    assert quick.judge_now(submission, timeout=60) or quick.judge_now(submission, timeout=60)


def test_the_lake_says_what_the_desk_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, served: TestClient) -> None:
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "hub"))
    settings.cache_clear()
    try:
        registry = load_contracts(settings().contracts)
        span = Span(Period.parse("2026-09"), Period.parse("2026-09"))
        made = generate([registry[d] for d in DATASETS], settings().province, 57, span, tmp_path / "demo")
        seen: dict[str, int] = dict.fromkeys(DATASETS, 0)
        compared = findings = 0
        for entry in made.entries:
            if seen[entry.dataset] >= 2 or entry.repeats:
                continue
            seen[entry.dataset] += 1
            path = made.folder / entry.file if entry.file else None
            received = datetime.fromisoformat(entry.received_at)
            submission = _received(entry.dataset, entry.period, path, received, entry.reporter)
            at_once = quick.judge_now(submission, timeout=60)
            assert at_once is not None
            assert stored(submission) is not None
            work_once()
            found = stored(submission)
            assert found is not None
            assert found.lake is not None, "the lake has it by now"
            in_lake = quick.verdict_of(submission)
            assert in_lake is not None
            assert replace(in_lake, scores={}) == replace(at_once, scores={})
            assert in_lake.scores == pytest.approx(at_once.scores)
            compared, findings = compared + 1, findings + len(in_lake.findings)
        assert compared >= 6
        assert findings > 10
        os.utime(settings().home / "verdicts" / f"{submission.submission_id}.json.gz", (0, 0))
        sweep()
        assert kept(submission.submission_id) is None, "what the lake has is let go"
    finally:
        quick.stop()
        settings.cache_clear()


def test_personal_values_do_not_lie_beside_the_ledger(department: TestClient, home: Path) -> None:
    import xlsxwriter

    contract = load_contracts(settings().contracts)["task_progress"]
    path = home / "viec.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("NV")
    titles = [c.title for c in contract.columns]
    sheet.write_row(0, 0, titles)
    for row in range(1, 4):
        values = [f"việc {row}"] * len(titles)
        values[[c.name for c in contract.columns].index("contact_phone")] = f"09o5-bí-mật-{row}"
        sheet.write_row(row, 0, values)
    book.close()
    verdict = quick.judge_now(_received("task_progress", "2026-10", path, reporter="56-VPUB"), timeout=60)
    assert verdict is not None
    phones = [f for f in verdict.findings if f.column == "contact_phone" and f.value]
    assert phones, "the numbers are found fault with"
    assert {f.value for f in phones} == {"•••"}
    assert not any("bí-mật" in f.message_vi for f in phones)


def _received(
    dataset: str,
    period: str,
    path: Path | None,
    at: datetime | None = None,
    reporter: str = "56-SVHTTDL",
) -> Submission:
    contract = load_contracts(settings().contracts)[dataset]
    arrival = Incoming(contract, reporter, Period.parse(period), path, received_at=at)
    return receive(the_ledger(), [arrival])[0]


def _timely(submission: Submission) -> float | None:
    verdict = quick.judge_now(submission, timeout=60)
    assert verdict is not None
    return next(r.score for r in verdict.results if r.rule == "timeliness")


def _children() -> list[int]:
    quick.in_child(0, os.getpid)
    return list((quick._judges()._pool._processes or {}).keys())  # type: ignore[union-attr]
