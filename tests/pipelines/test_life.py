"""A submission's life through the running hub: what people decide reaches the lake, once, whatever crashes between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from checks.score import define_scores
from data.clock import LOCAL_TIME
from data.closings import close_period, reopen_period
from data.explanations import decide_explanation, explain
from data.extension_requests import answer_extension, ask_extension
from data.ledger import Ledger, open_ledger
from data.standing import approve, confirm, return_submission, state_of, withdraw
from data.submission import Event, Submission
from data.warehouse import data_version, open_judging, open_warehouse
from pipelines.queue_worker import work_once
from tests.beehives import CLERK, HEAD, OPERATOR, UNIT, beehives, contract, events, send, write_contract

pytestmark = pytest.mark.usefixtures("hub_home", "plain")
ON_TIME = datetime(2026, 11, 3, 9, tzinfo=LOCAL_TIME)


@pytest.fixture
def plain(tmp_path: Path, hub_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_contract(tmp_path / "contracts", beehives(), monkeypatch)


@pytest.fixture
def with_approval(tmp_path: Path, plain: None, monkeypatch: pytest.MonkeyPatch) -> None:
    write_contract(tmp_path / "contracts", beehives(approval=True), monkeypatch)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with open_ledger() as opened:
        yield opened


def ask(*queries: str) -> list[object]:
    """The first value of each question."""
    with open_judging(lake=True) as con:
        define_scores(con)
        return [row[0] if (row := con.execute(q).fetchone()) else None for q in queries]


HIVES = "SELECT sum(hives) FROM lake.core.beehives"
WALL = "SELECT value FROM lake.marts.measure_value WHERE measure = 'hives' AND subject IS NULL AND period = '2026-10'"
STATUS = "SELECT status FROM reporting_status(now()) WHERE period = '2026-10'"
WAITS = "SELECT waits_for FROM reporting_status(now()) WHERE period = '2026-10'"
COUNTED = "SELECT submission_id FROM in_force(now()) WHERE period = '2026-10'"


def code(ledger: Ledger, submission: Submission) -> str:
    return state_of(ledger.events(submission.submission_id), contract()).code


@pytest.mark.usefixtures("with_approval")
def test_what_needs_approval_counts_once_the_head_approved_it_and_is_not_missing_before(
    tmp_path: Path, ledger: Ledger
) -> None:
    sent = send(tmp_path, [10, 20, 30], at=ON_TIME)
    work_once()
    assert ask(HIVES, WALL, STATUS, WAITS, COUNTED) == [None, None, "on_time", "approval", None]
    assert ask("SELECT du FROM score_items(now()) WHERE period = '2026-10'") == [0]
    assert code(ledger, sent) == "awaiting_approval"
    approve(ledger, HEAD, sent)
    work_once()
    assert ask(HIVES, WALL, STATUS, WAITS, COUNTED) == [60, 60.0, "on_time", None, sent.submission_id]
    assert code(ledger, sent) == "in_force"
    before = "SELECT submission_id FROM in_force(TIMESTAMPTZ '2026-11-10 00:00:00+07')"
    assert ask(before) == [None], "as of a day before the approval it did not count"


@pytest.mark.usefixtures("with_approval")
def test_a_returned_version_never_counts_and_the_one_sent_after_it_does(tmp_path: Path, ledger: Ledger) -> None:
    first = send(tmp_path, [10, 20], at=ON_TIME)
    work_once()
    return_submission(ledger, HEAD, first, "thiếu xã")
    work_once()
    assert ask(HIVES, STATUS, COUNTED) == [None, "rejected", None]
    second = send(tmp_path, [10, 20, 30])
    work_once()
    approve(ledger, HEAD, second)
    work_once()
    assert ask(HIVES, STATUS, COUNTED) == [60, "late", second.submission_id]
    assert [code(ledger, s) for s in (first, second)] == ["returned", "in_force"]


@pytest.mark.usefixtures("with_approval")
def test_what_the_head_had_approved_before_it_came_counts_at_once(tmp_path: Path, ledger: Ledger) -> None:
    sent = send(tmp_path, [10, 20], at=ON_TIME)
    ledger.append([Event(sent.submission_id, "approved", "head", at=ON_TIME)])
    work_once()
    assert ask(HIVES, COUNTED) == [30, sent.submission_id] and code(ledger, sent) == "in_force"


def test_a_withdrawn_version_gives_way_to_the_one_before_and_then_to_none(tmp_path: Path, ledger: Ledger) -> None:
    first, second = send(tmp_path, [10, 20], at=ON_TIME), send(tmp_path, [11, 21])
    work_once()
    assert ask(HIVES, WALL) == [32, 32.0]
    assert [code(ledger, s) for s in (first, second)] == ["superseded", "in_force"]
    withdraw(ledger, CLERK, second, "nhầm tệp")
    work_once()
    assert ask(HIVES, WALL, STATUS, COUNTED) == [30, 30.0, "on_time", first.submission_id]
    assert [code(ledger, s) for s in (first, second)] == ["in_force", "withdrawn"]
    withdraw(ledger, CLERK, first, "nhầm nốt")
    work_once()
    assert ask(HIVES, WALL, STATUS, COUNTED) == [None, None, "missing", None]


def test_withdrawn_before_it_was_judged_it_is_never_judged(tmp_path: Path, ledger: Ledger) -> None:
    sent = send(tmp_path, [10, 20])
    withdraw(ledger, CLERK, sent, "nhầm")
    assert work_once() == 0
    again = send(tmp_path, [10, 20])
    assert not again.duplicate and work_once() == 1
    assert ask(HIVES, COUNTED) == [30, again.submission_id]
    assert events(sent) == ["received", "withdrawn", "settled"]


def test_withdrawn_while_the_worker_held_it_it_is_taken_out_again(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    import assets.run_queue

    sent = send(tmp_path, [10, 20])
    publish = vars(assets.run_queue)["publish"]

    def meanwhile(*given: object) -> object:
        done = publish(*given)
        withdraw(ledger, CLERK, sent, "nhầm")
        return done

    monkeypatch.setattr(assets.run_queue, "publish", meanwhile)
    work_once()
    assert ask(HIVES, COUNTED) == [None, None] and code(ledger, sent) == "withdrawn"


def test_a_far_smaller_version_counts_once_its_sender_confirms_it(tmp_path: Path, ledger: Ledger) -> None:
    first, small = send(tmp_path, [1, 2, 3, 4, 5]), send(tmp_path, [7])
    work_once()
    assert ask(HIVES, WAITS) == [15, "confirmation"] and code(ledger, small) == "awaiting_confirmation"
    confirm(ledger, CLERK, small)
    work_once()
    assert ask(HIVES, WAITS) == [7, None]
    assert [code(ledger, s) for s in (first, small)] == ["superseded", "in_force"]


def test_a_closed_period_stays_as_it_is_until_it_is_reopened(tmp_path: Path, ledger: Ledger) -> None:
    send(tmp_path, [10, 20])
    work_once()
    close_period(ledger, OPERATOR, "beehives", "2026-10", "chốt số liệu")
    late = send(tmp_path, [11, 22])
    other = send(tmp_path, [1, 2], period="2026-09")
    work_once()
    assert ask(WALL, WAITS) == [30.0, "reopening"]
    state = state_of(ledger.events(late.submission_id), contract())
    assert (state.code, state.held, state.reason) == ("judged", True, "chốt số liệu")
    assert code(ledger, other) == "in_force"
    with open_warehouse(read_only=True) as con:
        before = data_version(con)
    assert work_once() == 0
    with open_warehouse(read_only=True) as con:
        assert data_version(con) == before, "what is held is not looked at again and again"
    reopen_period(ledger, OPERATOR, "beehives", "2026-10", "có số mới")
    work_once()
    assert ask(WALL, WAITS, COUNTED) == [33.0, None, late.submission_id]
    assert code(ledger, late) == "in_force"


def test_a_held_version_is_not_forgotten_because_something_else_was_decided_of_it(
    tmp_path: Path, ledger: Ledger
) -> None:
    close_period(ledger, OPERATOR, "beehives", "2026-10", "chốt số liệu")
    late = send(tmp_path, [9000, 22])
    work_once()
    given = explain(ledger, CLERK, late.submission_id, "many_hives", "Trại ong lớn mới mở")
    decide_explanation(ledger, OPERATOR, given.explanation_id, accept=True, note="")
    work_once()
    assert ask(HIVES) == [None]
    reopen_period(ledger, OPERATOR, "beehives", "2026-10", "có số mới")
    work_once()
    assert ask(HIVES, COUNTED) == [9022, late.submission_id]


def test_a_nil_report_withdrawn_gives_its_rows_back_to_the_version_before(tmp_path: Path, ledger: Ledger) -> None:
    send(tmp_path, [10, 20])
    nil = send(tmp_path, None)
    work_once()
    confirm(ledger, CLERK, nil)
    work_once()
    assert ask(HIVES, COUNTED) == [None, nil.submission_id]
    withdraw(ledger, CLERK, nil, "có phát sinh")
    work_once()
    assert ask(HIVES) == [30]


def test_rows_in_quarantine_stay_out_when_a_version_comes_back(tmp_path: Path, ledger: Ledger) -> None:
    send(tmp_path, [10, 20, 30, 40, -5])
    second = send(tmp_path, [1, 2, 3, 4, 5])
    work_once()
    withdraw(ledger, CLERK, second, "nhầm")
    work_once()
    assert ask(HIVES, "SELECT count(*) FROM lake.core.beehives") == [100, 4]


def test_an_accepted_explanation_takes_a_warning_out_of_the_score_and_leaves_its_finding(
    tmp_path: Path, ledger: Ledger
) -> None:
    sent = send(tmp_path, [9000, 20], at=ON_TIME)
    work_once()
    score = "SELECT dung FROM score_items(now()) WHERE period = '2026-10'"
    [before] = ask(score)
    assert isinstance(before, float) and before < 100
    given = explain(ledger, CLERK, sent.submission_id, "many_hives", "Trại ong lớn mới mở")
    work_once()
    assert ask(score) == [before], "it has to be accepted first"
    decide_explanation(ledger, OPERATOR, given.explanation_id, accept=True, note="đúng thực tế")
    work_once()
    assert ask(score, "SELECT count(*) FROM lake.quality.finding WHERE rule = 'many_hives'") == [100.0, 1]
    assert ask("SELECT explanation FROM lake.quality.explained") == ["Trại ong lớn mới mở"]


def test_a_granted_extension_moves_what_is_owed(tmp_path: Path, ledger: Ledger) -> None:
    send(tmp_path, [10, 20], at=datetime(2026, 11, 12, 9, tzinfo=LOCAL_TIME))
    work_once()
    assert ask(STATUS) == ["late"]
    until = datetime(2026, 11, 13, 17, tzinfo=LOCAL_TIME)
    asked = ask_extension(ledger, CLERK, "beehives", UNIT, "2026-10", until, "bão", "12/SNNMT")
    answer_extension(ledger, OPERATOR, asked.request_id, grant=True, answer="đồng ý")
    work_once()
    assert ask(STATUS) == ["on_time"]


Deed = Callable[[Ledger, Submission], None]


def _withdraw(ledger: Ledger, submission: Submission) -> None:
    withdraw(ledger, CLERK, submission, "nhầm")


def test_killed_between_the_lakes_commit_and_the_ledgers_events_the_next_start_finishes_it(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = send(tmp_path, [10, 20]), send(tmp_path, [11, 21])
    work_once()
    _withdraw(ledger, second)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "append", killed)
        with pytest.raises(KeyboardInterrupt):
            work_once()
    assert ask(HIVES, WALL) == [30, 32.0]
    assert code(ledger, first) == "superseded"
    work_once()
    assert ask(HIVES, WALL) == [30, 30.0]
    assert code(ledger, first) == "in_force" and events(second)[-1] == "settled"
    with open_warehouse(read_only=True) as con:
        before = data_version(con)
    work_once()
    with open_warehouse(read_only=True) as con:
        assert data_version(con) == before
    assert events(first).count("in_force") == 2


@pytest.mark.usefixtures("with_approval")
def test_killed_before_the_ledger_heard_the_verdict_the_state_is_read_from_the_lake(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = send(tmp_path, [10, 20])

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "append", killed)
        with pytest.raises(KeyboardInterrupt):
            work_once()
    work_once()
    assert events(sent) == ["received", "judged", "awaiting_approval", "published"]
    assert ask("SELECT count(*) FROM lake.quality.verdict") == [1]
