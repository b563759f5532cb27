"""What a unit owes, as the ledger tells it: standings, order, and the page over them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dashboard.desk.duties import Duty, duties, grouped
from data.clock import LOCAL_TIME, now
from data.contract import load_contracts
from data.extension_requests import answer_extension, ask_extension
from data.ledger import Ledger, open_ledger
from data.period import Period
from data.person import Person
from data.settings import settings
from data.submission import Event, NewSubmission, Submission
from tests.dashboard.test_app import panels

UNIT = "56-SVHTTDL"
SENDER = Person(1, "van.thu", "Văn thư", "department", UNIT)
OPERATOR = Person(2, "dieu.hanh", "Điều hành", "operator")
NOVEMBER = datetime(2026, 11, 24, 9, 0, tzinfo=LOCAL_TIME)


@pytest.fixture
def ledger(hub_home: Path) -> object:
    with open_ledger() as opened:
        yield opened


def sent(ledger: Ledger, period: str, at: datetime, *events: Event | str) -> Submission:
    made = ledger.receive(
        [NewSubmission("lodging_guests", UNIT, period, f"{period}{at}"[:64], "t.xlsx", 1, received_at=at)]
    )[0]
    given = [e if isinstance(e, Event) else Event(made.submission_id, e) for e in events]
    ledger.append([Event(made.submission_id, e.kind, e.actor, e.detail) for e in given])
    return made


def judged(verdict: str) -> Event:
    return Event(0, "judged", detail={"verdict": verdict})


def of(period: str, moment: datetime = NOVEMBER) -> Duty:
    return next(d for d in duties(SENDER, moment) if d.dataset == "lodging_guests" and str(d.period) == period)


def test_what_was_never_sent_is_missing_once_due_and_due_before(ledger: Ledger) -> None:
    overdue, running = of("2026-10"), of("2026-11")
    assert (overdue.standing, overdue.group) == ("missing", "now")
    assert overdue.days == -(NOVEMBER.date() - overdue.due_at.date()).days < 0
    assert running.standing == "due" and running.days > 5 and running.group == "coming"


def test_a_good_version_by_the_due_moment_is_on_time_and_a_later_one_late(ledger: Ledger) -> None:
    due = of("2026-09").due_at
    sent(ledger, "2026-09", due, judged("accepted"), "in_force")
    sent(ledger, "2026-10", NOVEMBER, judged("partly_accepted"), "in_force")
    assert of("2026-09").standing == "on_time"
    assert of("2026-10").standing == "late"


def test_a_correction_does_not_make_a_report_late(ledger: Ledger) -> None:
    sent(ledger, "2026-09", of("2026-09").due_at, judged("accepted"), "in_force")
    sent(ledger, "2026-09", NOVEMBER, judged("accepted"), "in_force")
    found = of("2026-09")
    assert found.standing == "on_time" and found.newest is not None and found.newest.version == 2


def test_a_rejected_newest_version_is_to_be_mended_though_an_older_one_counts(ledger: Ledger) -> None:
    sent(ledger, "2026-09", of("2026-09").due_at, judged("accepted"), "in_force")
    sent(ledger, "2026-09", NOVEMBER, judged("rejected"))
    found = of("2026-09")
    assert (found.standing, found.group, found.in_force) == ("returned", "now", 1)


def test_a_withdrawn_report_is_owed_again(ledger: Ledger) -> None:
    sent(ledger, "2026-10", of("2026-10").due_at, judged("accepted"), "in_force", "withdrawn")
    assert of("2026-10").standing == "missing"


@pytest.mark.parametrize(
    ("events", "standing"),
    [((), "received"), ((judged("accepted"), "awaiting_confirmation"), "unconfirmed"),
     ((judged("accepted"), "awaiting_approval"), "unapproved"), ((judged("accepted"), "held"), "held")],
)  # fmt: skip
def test_a_version_on_its_way_says_what_it_waits_for(
    ledger: Ledger, events: tuple[Event | str, ...], standing: str
) -> None:
    sent(ledger, "2026-10", NOVEMBER, *events)
    assert of("2026-10").standing == standing


def test_a_granted_extension_moves_the_due_moment_and_its_request_stays_visible(ledger: Ledger) -> None:
    until = datetime(2027, 1, 15, 17, 0, tzinfo=LOCAL_TIME)
    asked = ask_extension(ledger, SENDER, "lodging_guests", UNIT, Period.parse("2026-11"), until, "thiếu người")
    assert of("2026-11").request == asked
    answer_extension(ledger, OPERATOR, asked.request_id, grant=True, answer="đồng ý")
    found = of("2026-11")
    assert found.extended and found.due_at == until and found.request is not None
    assert found.request.state == "granted"


def test_overdue_longest_comes_first_and_the_newest_of_what_is_done(ledger: Ledger) -> None:
    for month in ("2026-08", "2026-09"):
        sent(ledger, month, of(month).due_at, judged("accepted"), "in_force")
    parts = grouped([d for d in duties(SENDER, NOVEMBER) if d.dataset == "lodging_guests"])
    assert [d.due_at for d in parts["now"]] == sorted(d.due_at for d in parts["now"])
    assert [str(d.period) for d in parts["done"]] == ["2026-09", "2026-08"]


def test_whoever_reports_for_others_sees_theirs(
    hub_home: Path, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (settings().contracts / "lodging_guests.odcs.yaml").read_text(encoding="utf-8")
    assert "units: [owner]" in text
    folder = tmp_path / "contracts"
    folder.mkdir()
    (folder / "lodging_guests.odcs.yaml").write_text(
        text.replace("units: [owner]", "each: [commune]"), encoding="utf-8"
    )
    monkeypatch.setenv("HUB_CONTRACTS", str(folder))
    settings.cache_clear()
    contract = load_contracts(folder)["lodging_guests"]
    assert contract.reporting.on_behalf
    assert len({d.reporter for d in duties(SENDER, NOVEMBER)}) == 65
    commune = Person(3, "xa", "Xã", "department", "22366")
    assert {d.reporter for d in duties(commune, NOVEMBER)} == {"22366"}


def test_the_page_shows_a_screen_not_a_thousand_rows(department: TestClient) -> None:
    shown = panels(department, "/desk")
    rows = shown["duties"].count('class="duty ')
    assert 0 < rows <= 40
    assert "Làm ngay" in shown["duties"] and "ngày làm việc" in shown["duties"]
    assert panels(department, "/desk?group=now&page=2")["duties"].count('class="duty ') <= 25


def test_filters_by_dataset_and_day_keep_to_them(department: TestClient) -> None:
    mine = panels(department, "/desk?dataset=lodging_guests")["duties"]
    assert "Khách lưu trú" in mine and "Tiến độ nhiệm vụ" not in mine
    due = of_client("2026-11").due_at
    assert "Khách lưu trú" in panels(department, f"/desk?day={due.date()}")["duties"]


def of_client(period: str) -> Duty:
    return of(period, now())


def test_the_count_beside_the_place_is_what_is_to_be_done_now(department: TestClient) -> None:
    shown = panels(department, "/desk/send")
    count = len(grouped(duties(Person(1, "x", "x", "department", UNIT), now()))["now"])
    assert count > 0 and f"{count}</span>" in shown["side"]
