"""Reminders reach those who owe something, once, in working hours, whatever is started again or fails meanwhile."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from data.accounts import create_account
from data.audit import Head, verify
from data.clock import LOCAL_TIME
from data.closings import close_period
from data.contract import ContractRegistry, load_contracts
from data.ledger import Ledger, open_ledger
from data.notices import MOST_ATTEMPTS, failed, waiting
from data.person import Person
from data.settings import REPOSITORY, settings
from data.submission import Event, Extension, NewSubmission, Submission
from pipelines.reminders.turn import Reminding, turn
from tests.pipelines.reminders.post_office import Box, Hook, mail_server, web_server

UNIT = "56-SVHTTDL"
CLERK = "lan@example.vn"
OPERATOR = Person(1, "op", "Op", "operator")
# Lodging guests of October 2026 are due on Thursday, 5 November 2026.
BEFORE, DUE_DAY, AFTER_1, AFTER_3 = (datetime(2026, 11, d, 8, 5, tzinfo=LOCAL_TIME) for d in (2, 5, 6, 10))


@pytest.fixture
def ledger(hub_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """A ledger with a clerk and a head of department, over a hub of one contract."""
    folder = tmp_path / "contracts"
    folder.mkdir()
    shutil.copy(REPOSITORY / "data" / "contracts" / "lodging_guests.odcs.yaml", folder)
    monkeypatch.setenv("HUB_CONTRACTS", str(folder))
    monkeypatch.setenv("HUB_MAIL_FROM", "Trung tâm dữ liệu <hub@khanhhoa.example>")
    monkeypatch.setenv("HUB_PUBLIC_URL", "https://hub.example")
    settings.cache_clear()
    with open_ledger() as opened:
        person(opened, "lan", "department", CLERK)
        person(opened, "binh", "approver", "binh@example.vn")
        yield opened


def person(ledger: Ledger, login: str, role: str, email: str, unit: str = UNIT) -> None:
    create_account(ledger, login, login.title(), role, unit=unit, email=email)


@pytest.fixture
def box(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    with mail_server() as box:
        monkeypatch.setenv("HUB_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("HUB_SMTP_PORT", str(box.port))
        settings.cache_clear()
        yield box


@pytest.fixture
def hook(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    with web_server() as hook:
        monkeypatch.setenv("HUB_WEBHOOKS", hook.url)
        settings.cache_clear()
        yield hook


def registry() -> ContractRegistry:
    return load_contracts(settings().contracts)


def look(ledger: Ledger, at: datetime) -> int:
    """One look; gives how many notices left."""
    return turn(ledger, registry(), at).sent


def sent_report(ledger: Ledger, *kinds: Event, period: str = "2026-10", sender: str = "lan") -> Submission:
    content = f"{len(ledger.submissions()):064d}"
    report = NewSubmission("lodging_guests", UNIT, period, content, "khach.xlsx", 10, sender=sender)
    sent = ledger.receive([report])[0]
    ledger.append([Event(sent.submission_id, k.kind, k.actor, k.detail, k.at) for k in kinds])
    return sent


def judged(verdict: str, at: datetime | None = None) -> Event:
    return Event(0, "judged", detail={"verdict": verdict}, at=at)


def test_a_unit_is_reminded_before_on_and_after_its_due_day(ledger: Ledger, box: Box) -> None:
    days = [datetime(2026, 10, 26, 8, 5, tzinfo=LOCAL_TIME) + timedelta(days=n) for n in range(25)]
    for day in days:
        for hours in (-4, 0, 3):
            look(ledger, day + timedelta(hours=hours))
    assert [(m["To"], m["Date"].datetime.day) for m in box.messages] == [(CLERK, d) for d in (2, 5, 6, 10)]
    soon, today, late, later = box.texts()
    assert "tháng 10/2026" in soon and "còn 3 ngày làm việc" in soon and "Sắp đến hạn" in soon
    assert "Đến hạn hôm nay" in today and "https://hub.example/desk" in today
    assert "Đã quá hạn" in late and "quá 1 ngày làm việc" in late and "quá 3 ngày làm việc" in later
    assert "quá hạn" in box.messages[2]["Subject"] and "quá hạn" not in box.messages[0]["Subject"]


def test_the_mail_is_vietnamese_with_text_and_html_and_an_id_of_its_own(ledger: Ledger, box: Box) -> None:
    look(ledger, BEFORE)
    message = box.messages[0]
    assert message["Subject"].startswith("Báo cáo cần gửi: 1 mục (2/11/2026)")
    assert message["From"] == "Trung tâm dữ liệu <hub@khanhhoa.example>"
    assert message["Message-ID"].endswith("@khanhhoa.example>") and message["Auto-Submitted"] == "auto-generated"
    html = message.get_body(("html",))
    assert html is not None and "<li>Khách lưu trú" in html.get_content()
    assert "Kính gửi Sở Văn hóa, Thể thao và Du lịch" in box.texts()[0]


def test_a_restart_tells_nobody_twice(ledger: Ledger, box: Box) -> None:
    assert look(ledger, BEFORE) == 1
    with open_ledger() as again:
        assert look(again, BEFORE + timedelta(hours=1)) == 0
        assert look(again, BEFORE + timedelta(days=1)) == 0
    assert len(box.messages) == 1


def test_what_a_hub_that_was_down_missed_is_made_up_for(ledger: Ledger, box: Box) -> None:
    assert look(ledger, BEFORE + timedelta(days=1, hours=2)) == 1
    assert "còn 2 ngày làm việc" in box.texts()[0]
    assert look(ledger, AFTER_3 + timedelta(days=2)) == 1
    assert look(ledger, AFTER_3 + timedelta(days=3)) == 0


def test_what_lies_long_back_is_left_to_the_digest(ledger: Ledger, box: Box) -> None:
    assert look(ledger, datetime(2026, 11, 25, 9, tzinfo=LOCAL_TIME)) == 0


_DIES = """
import os, sys
from datetime import datetime
import data.notices
from pipelines.reminders import turn as t
t.mark_sent = lambda *_: os._exit(9)  # the power goes between the server's 250 and our note of it
from data.ledger import open_ledger
from data.contract import load_contracts
from data.settings import settings
with open_ledger() as ledger:
    t.turn(ledger, load_contracts(settings().contracts), datetime.fromisoformat(sys.argv[1]))
"""


def test_a_process_that_dies_while_sending_loses_nothing_and_the_second_copy_is_the_same_message(
    ledger: Ledger, box: Box
) -> None:
    died = subprocess.run([sys.executable, "-c", _DIES, BEFORE.isoformat()], env=os.environ.copy(), timeout=60)
    assert died.returncode == 9 and len(box.messages) == 1
    assert len(waiting(ledger, BEFORE)) == 1
    assert look(ledger, BEFORE + timedelta(minutes=2)) == 1
    first, second = box.messages
    assert first["Message-ID"] == second["Message-ID"] and first.as_bytes() == second.as_bytes()
    assert look(ledger, BEFORE + timedelta(minutes=4)) == 0


@pytest.mark.parametrize(
    "quiet",
    [
        datetime(2026, 11, 5, 22, 30, tzinfo=LOCAL_TIME),
        datetime(2026, 11, 6, 3, 0, tzinfo=LOCAL_TIME),
        datetime(2026, 11, 7, 10, 0, tzinfo=LOCAL_TIME),
        datetime(2026, 9, 2, 10, 0, tzinfo=LOCAL_TIME),
    ],
    ids=["evening", "night", "Saturday", "national day"],
)
def test_nothing_leaves_in_quiet_hours_and_it_does_in_the_next_working_hour(
    ledger: Ledger, box: Box, quiet: datetime
) -> None:
    sent_report(ledger, judged("rejected", at=quiet))
    assert look(ledger, quiet) == 0
    notices = waiting(ledger, quiet + timedelta(days=7))
    assert [n.kind for n in notices] == ["told"]
    opens = notices[0].planned_at
    assert opens > quiet and (opens.hour, opens.minute) == (7, 30)
    assert look(ledger, opens - timedelta(minutes=1)) == 0
    assert look(ledger, opens) == 1
    assert "Bị trả lại" in box.messages[0]["Subject"]


def test_reports_that_were_sent_extended_or_closed_are_left_out(ledger: Ledger, box: Box) -> None:
    ledger.grant(
        Extension(
            "lodging_guests", UNIT, "2026-10", datetime(2026, 11, 20, 17, tzinfo=LOCAL_TIME), "bão", "12/CV", "op"
        )
    )
    assert [look(ledger, day) for day in (BEFORE, DUE_DAY, AFTER_1)] == [0, 0, 0]
    assert look(ledger, datetime(2026, 11, 17, 9, tzinfo=LOCAL_TIME)) == 1
    assert "(đã gia hạn)" in box.texts()[0] and "17:00 20/11/2026" in box.texts()[0]
    close_period(ledger, OPERATOR, "lodging_guests", "2026-10", "chốt số liệu")
    assert look(ledger, datetime(2026, 11, 20, 9, tzinfo=LOCAL_TIME)) == 0


@pytest.mark.parametrize(
    ("happened", "reminded"),
    [
        ([], False),
        ([judged("accepted")], False),
        ([judged("partly_accepted")], False),
        ([judged("rejected")], True),
        ([judged("unreadable")], True),
        ([judged("accepted"), Event(0, "returned")], True),
        ([judged("accepted"), Event(0, "withdrawn")], True),
    ],
)
def test_only_what_stands_counts_as_sent(ledger: Ledger, box: Box, happened: list[Event], reminded: bool) -> None:
    long_ago = BEFORE - timedelta(days=20)
    sent_report(ledger, *(Event(0, e.kind, "x", e.detail, long_ago) for e in happened))
    assert look(ledger, DUE_DAY) == reminded


def test_a_returned_submission_is_told_at_once_and_once(ledger: Ledger, box: Box) -> None:
    at = datetime(2026, 10, 28, 14, 2, tzinfo=LOCAL_TIME)
    sent = sent_report(ledger, judged("accepted", at), Event(0, "returned", "binh", {"reason": "thiếu số phòng"}, at))
    assert look(ledger, at + timedelta(minutes=1)) == 1
    assert look(ledger, at + timedelta(minutes=3)) == 0
    assert "thiếu số phòng" in box.texts()[0] and f"https://hub.example/submissions/{sent.receipt}" in box.texts()[0]
    assert box.messages[0]["To"] == CLERK


def test_a_refusal_that_was_mended_already_is_not_told(ledger: Ledger, box: Box) -> None:
    at = datetime(2026, 10, 28, 14, 2, tzinfo=LOCAL_TIME)
    sent_report(ledger, judged("rejected", at))
    sent_report(ledger, judged("accepted", at))
    assert look(ledger, at) == 0


def test_an_archive_that_is_loaded_tells_nobody_of_its_old_refusals(ledger: Ledger, box: Box) -> None:
    at = datetime(2026, 10, 28, 14, 2, tzinfo=LOCAL_TIME)
    for received, told in ((at - timedelta(days=15), 0), (at - timedelta(days=13), 1)):
        report = NewSubmission(
            "lodging_guests", UNIT, "2026-10", f"{told:064d}", "khach.xlsx", 10, sender="lan", received_at=received
        )
        sent = ledger.receive([report])[0]
        ledger.append([Event(sent.submission_id, "judged", "hub", {"verdict": "rejected"}, at)])
        assert look(ledger, at + timedelta(minutes=1)) == told


def test_the_worker_looks_by_itself_and_a_fault_does_not_end_that(
    ledger: Ledger, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter([None])

    def clock() -> datetime:
        if next(moments, "later") is None:
            raise OSError("the first look fails")
        return BEFORE

    monkeypatch.setattr("pipelines.reminders.turn.now", clock)
    with Reminding(every=0.05):
        until = time.monotonic() + 20
        while not box.messages and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.3)
    assert [m["To"] for m in box.messages] == [CLERK], "once, however often it looks"


def test_what_waits_for_approval_is_told_to_those_who_approve(ledger: Ledger, box: Box) -> None:
    at = datetime(2026, 10, 28, 14, 2, tzinfo=LOCAL_TIME)
    sent_report(ledger, judged("accepted", at), Event(0, "awaiting_approval", "hub", {}, at))
    look(ledger, at)
    assert [m["To"] for m in box.messages] == ["binh@example.vn"]


def test_people_without_address_and_disabled_ones_are_not_written_to(ledger: Ledger, box: Box) -> None:
    person(ledger, "mai", "department", "")
    person(ledger, "leader", "leader", "leader@example.vn", unit="")
    person(ledger, "tam", "department", "tam@example.vn", unit="56-STC")
    with ledger.writing() as con:
        from sqlalchemy import update

        from data.desk_schema import account

        con.execute(update(account).where(account.c.login == "lan").values(disabled=True))
    assert look(ledger, BEFORE) == 0 and box.messages == []
    person(ledger, "hoa", "department", "hoa@example.vn")
    assert look(ledger, BEFORE + timedelta(hours=1)) == 1, "whoever comes later is still told"


def test_a_server_that_refuses_is_asked_again_with_growing_pauses(ledger: Ledger, box: Box) -> None:
    box.refuses = 2
    assert look(ledger, BEFORE) == 0
    assert [(n.attempts, "451" in n.error) for n in failed(ledger)] == [(1, True)]
    assert look(ledger, BEFORE + timedelta(minutes=2)) == 0 and box.refuses == 1, "not before the pause is over"
    assert look(ledger, BEFORE + timedelta(minutes=6)) == 0 and box.refuses == 0
    assert look(ledger, BEFORE + timedelta(minutes=12)) == 0
    assert look(ledger, BEFORE + timedelta(minutes=20)) == 1
    assert len(box.messages) == 1 and failed(ledger) == []


def test_no_server_at_all_loses_nothing_and_is_given_up_in_the_end(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("HUB_SMTP_PORT", "1")
    settings.cache_clear()
    at = BEFORE
    for _ in range(MOST_ATTEMPTS + 3):
        assert turn(ledger, registry(), at).sent == 0
        at += timedelta(hours=4)
        while at.hour not in range(8, 17) or at.weekday() > 4:
            at += timedelta(hours=1)
    first = failed(ledger)[0]
    assert first.key.startswith("daily:2026-11-02") and first.attempts == MOST_ATTEMPTS and first.error


def test_one_address_that_is_none_holds_up_no_other(ledger: Ledger, box: Box) -> None:
    person(ledger, "an", "department", "an@example.vn\r\nBcc: all@example.vn")
    person(ledger, "bao", "department", "không có")
    assert look(ledger, BEFORE) == 1
    assert [m["To"] for m in box.messages] == [CLERK] and len(failed(ledger)) == 2


def test_chats_hear_of_the_day_in_one_message(ledger: Ledger, box: Box, hook: Hook) -> None:
    assert look(ledger, AFTER_1) == 3, "the day's letter, the day's message, and the week's digest in the chat"
    titles = [body["title"] for body in hook.bodies]
    assert titles[0] == "Nhắc báo cáo 6/11/2026: 1 đơn vị, 1 mục"
    assert "Sở Văn hóa, Thể thao và Du lịch: 1 mục, 1 quá hạn" in hook.bodies[0]["message"]
    assert look(ledger, AFTER_1 + timedelta(hours=1)) == 0


def test_a_webhook_that_fails_is_tried_again_and_its_secrets_stay_out_of_the_ledger(ledger: Ledger, hook: Hook) -> None:
    hook.status = 500
    assert look(ledger, BEFORE) == 0
    assert hook.url not in str(failed(ledger)) and len(failed(ledger)) == 2
    hook.status = 200
    assert look(ledger, BEFORE + timedelta(minutes=6)) == 2
    assert len(hook.bodies) == 2


def test_the_standing_office_gets_a_digest_each_monday(
    ledger: Ledger, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_OFFICE_MAIL", "cqtt@example.vn, phong@example.vn")
    settings.cache_clear()
    monday = datetime(2026, 11, 16, 8, 0, tzinfo=LOCAL_TIME)
    sent_report(ledger, judged("accepted"), period="2026-09")
    assert look(ledger, monday - timedelta(minutes=30)) == 0
    assert look(ledger, monday) == 2
    assert look(ledger, monday + timedelta(days=1)) == 0
    assert {m["To"] for m in box.messages} == {"cqtt@example.vn", "phong@example.vn"}
    text = box.texts()[0]
    assert "tuần 47/2026" in box.messages[0]["Subject"]
    assert "• Sở Văn hóa, Thể thao và Du lịch: " in text and "tháng 9/2026" not in text
    told = next(line for line in text.splitlines() if line.startswith("Mã cuối")).rpartition(" ")[2]
    number, _, digest = told.partition(":")
    assert verify(ledger, [Head(int(number), digest)]) is None, "what it tells of the audit can be checked later"


def test_without_server_and_chats_nothing_is_planned(ledger: Ledger) -> None:
    assert turn(ledger, registry(), BEFORE).entered == 0 and waiting(ledger, BEFORE + timedelta(days=1)) == []


def test_the_command_shows_without_sending_and_then_sends(ledger: Ledger, box: Box) -> None:
    from click.testing import CliRunner

    from pipelines.verbs.remind import command

    shown = CliRunner().invoke(command, ["--dry-run", "--as-of", BEFORE.isoformat()])
    assert shown.exit_code == 0 and "còn 3 ngày làm việc" in shown.output and CLERK in shown.output
    assert box.messages == [] and waiting(ledger, BEFORE + timedelta(days=1)) == []
    assert CliRunner().invoke(command, ["--as-of", BEFORE.isoformat()]).exit_code == 0
    assert len(box.messages) == 1
