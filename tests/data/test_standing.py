"""A submission's life: who may move it, from which state, and that each deed and its record stand together."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from data.audit import entries, verify
from data.clock import now
from data.closings import close_period, closed_periods, closing_history, reopen_period
from data.contract import Contract, load_contracts
from data.explanations import decide_explanation, explain, explanations
from data.extension_requests import (
    answer_extension,
    ask_extension,
    extension_requests,
    take_back_extension,
)
from data.ledger import Ledger, open_ledger
from data.obligation import due_if_owed
from data.period import Period
from data.person import Person
from data.settings import settings
from data.standing import StandingError, approve, confirm, return_submission, state_of, states_of, withdraw
from data.submission import Event, NewSubmission, Submission
from data.submission_events import unsettled_ids

pytestmark = pytest.mark.usefixtures("hub_home")

UNIT = "56-SVHTTDL"
CLERK = Person(1, "clerk", "Văn thư", "department", UNIT)
HEAD = Person(2, "head", "Lãnh đạo sở", "approver", UNIT)
STRANGER = Person(3, "stranger", "Sở khác", "department", "56-SNNMT")
OTHER_HEAD = Person(4, "other", "Lãnh đạo sở khác", "approver", "56-SNNMT")
OPERATOR = Person(5, "operator", "Điều hành", "operator")
LEADER = Person(6, "leader", "Lãnh đạo", "leader")
DATASET, PERIOD = "lodging_guests", "2026-10"


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with open_ledger() as opened:
        yield opened


def contract() -> Contract:
    return load_contracts(settings().contracts)[DATASET]


def sent(ledger: Ledger, *kinds: str, content: str = "a", sender: str = "clerk") -> Submission:
    arrival = NewSubmission(DATASET, UNIT, PERIOD, content * 64, "T10.xlsx", 10, sender=sender)
    submission = ledger.receive([arrival])[0]
    detail = {"verdict": "accepted"}
    ledger.append([Event(submission.submission_id, k, detail=detail if k == "judged" else None) for k in kinds])
    return submission


def code(ledger: Ledger, submission: Submission) -> str:
    return state_of(ledger.events(submission.submission_id), contract()).code


def refused(wanted: str) -> pytest.RaisesExc[StandingError]:
    return pytest.RaisesExc(StandingError, check=lambda error: error.code == wanted)


def test_a_withdrawn_submission_stays_so_whatever_the_worker_still_says_of_it(ledger: Ledger) -> None:
    submission = sent(ledger)
    withdraw(ledger, CLERK, submission, " nhầm  tệp ", address="10.0.0.7")
    ledger.append([Event(submission.submission_id, kind) for kind in ("judged", "in_force", "published")])
    state = state_of(ledger.events(submission.submission_id), contract())
    assert (state.code, state.actor, state.reason) == ("withdrawn", "clerk", "nhầm tệp")
    entry = entries(ledger)[0]
    assert (entry.action, entry.object, entry.address) == (
        "submission.withdraw", f"submission:{submission.receipt}", "10.0.0.7",
    )  # fmt: skip
    assert verify(ledger) is None
    with ledger.reading() as con:
        assert unsettled_ids(con) == {submission.submission_id: False}


@pytest.mark.parametrize("person", [STRANGER, HEAD, OPERATOR, LEADER])
def test_only_who_may_send_it_withdraws_it(ledger: Ledger, person: Person) -> None:
    submission = sent(ledger)
    with refused("not_yours"):
        withdraw(ledger, person, submission, "nhầm")
    assert code(ledger, submission) == "received" and entries(ledger) == []


def test_withdrawing_needs_a_reason_and_a_version_that_still_matters(ledger: Ledger) -> None:
    submission = sent(ledger, "judged", "in_force", "superseded")
    with refused("no_reason"):
        withdraw(ledger, CLERK, submission, "  ")
    with refused("wrong_state"):
        withdraw(ledger, CLERK, submission, "nhầm")


def test_the_same_bytes_sent_after_a_withdrawal_are_a_new_version(ledger: Ledger) -> None:
    first = sent(ledger)
    assert sent(ledger).duplicate
    withdraw(ledger, CLERK, first, "nhầm")
    again = sent(ledger)
    assert (again.version, again.duplicate) == (2, False)
    assert sent(ledger).duplicate


def test_a_prepared_version_is_approved_by_another_hand_of_the_same_unit_and_once(ledger: Ledger) -> None:
    submission = sent(ledger, "judged", "awaiting_approval", "published")
    with refused("not_yours"):
        approve(ledger, CLERK, submission)
    with refused("not_yours"):
        approve(ledger, OTHER_HEAD, submission)
    approve(ledger, HEAD, submission)
    assert code(ledger, submission) == "judged"
    with refused("wrong_state"):
        approve(ledger, HEAD, submission)
    assert [e.action for e in entries(ledger)] == ["submission.approve"]


def test_whoever_sent_or_confirmed_a_version_does_not_approve_it(ledger: Ledger) -> None:
    own = sent(ledger, "judged", "awaiting_approval", sender="head")
    with refused("own_work"):
        approve(ledger, HEAD, own)
    with refused("own_work"):
        return_submission(ledger, HEAD, own, "sai")


def test_a_returned_version_never_counts_again(ledger: Ledger) -> None:
    submission = sent(ledger, "judged", "awaiting_approval")
    with refused("no_reason"):
        return_submission(ledger, HEAD, submission, "")
    return_submission(ledger, HEAD, submission, "thiếu phụ lục")
    with refused("wrong_state"):
        approve(ledger, HEAD, submission)
    state = state_of(ledger.events(submission.submission_id), contract())
    assert (state.code, state.reason) == ("returned", "thiếu phụ lục")
    assert sent(ledger).version == 2


def test_a_far_smaller_version_is_confirmed_by_its_sender(ledger: Ledger) -> None:
    submission = sent(ledger, "judged", "awaiting_confirmation")
    with refused("not_yours"):
        confirm(ledger, HEAD, submission)
    confirm(ledger, CLERK, submission)
    assert code(ledger, submission) == "judged"
    with refused("wrong_state"):
        confirm(ledger, CLERK, submission)


def test_of_two_versions_said_to_be_in_force_the_newer_one_is(ledger: Ledger) -> None:
    old = sent(ledger, "judged", "in_force")
    new = sent(ledger, "judged", "in_force", content="b")
    states = states_of(ledger, [old, new], load_contracts(settings().contracts))
    assert [states[s.submission_id].code for s in (old, new)] == ["superseded", "in_force"]


def test_a_period_is_closed_and_reopened_by_an_operator_with_a_reason(ledger: Ledger) -> None:
    with refused("not_yours"):
        close_period(ledger, LEADER, DATASET, PERIOD, "chốt")
    with refused("no_reason"):
        close_period(ledger, OPERATOR, DATASET, PERIOD, " ")
    with refused("no_dataset"):
        close_period(ledger, OPERATOR, "nothing", PERIOD, "chốt")
    with refused("wrong_state"):
        reopen_period(ledger, OPERATOR, DATASET, PERIOD, "sửa")
    close_period(ledger, OPERATOR, DATASET, PERIOD, "chốt tháng 10")
    assert closed_periods(ledger)[DATASET, PERIOD].reason == "chốt tháng 10"
    with refused("wrong_state"):
        close_period(ledger, OPERATOR, DATASET, PERIOD, "chốt")
    in_force = sent(ledger, "judged", "in_force")
    with refused("closed"):
        withdraw(ledger, CLERK, in_force, "nhầm")
    reopen_period(ledger, OPERATOR, DATASET, PERIOD, "kiểm toán yêu cầu")
    assert closed_periods(ledger) == {}
    assert [c.kind for c in closing_history(ledger)[DATASET, PERIOD]] == ["closed", "reopened"]
    assert [e.action for e in entries(ledger)] == ["period.reopen", "period.close"]


def test_what_came_into_a_closed_period_waits_until_it_is_open(ledger: Ledger) -> None:
    submission = sent(ledger, "judged", "held", "published")
    assert state_of(ledger.events(submission.submission_id), contract()).held
    with ledger.reading() as con:
        assert unsettled_ids(con) == {submission.submission_id: True}
    ledger.append([Event(submission.submission_id, "in_force")])
    with ledger.reading() as con:
        assert unsettled_ids(con) == {}


def test_a_warning_is_explained_by_the_unit_and_decided_by_an_operator(ledger: Ledger) -> None:
    submission = sent(ledger, "judged", "in_force")
    number = submission.submission_id
    with refused("not_yours"):
        explain(ledger, STRANGER, number, "rooms.jump", "Festival biển")
    with refused("no_submission"):
        explain(ledger, CLERK, 999, "rooms.jump", "Festival biển")
    first = explain(ledger, CLERK, number, "rooms.jump", "Festival biển")
    with refused("already_open"):
        explain(ledger, CLERK, number, "rooms.jump", "lại")
    with refused("not_yours"):
        decide_explanation(ledger, CLERK, first.explanation_id, accept=True, note="")
    with refused("no_reason"):
        decide_explanation(ledger, OPERATOR, first.explanation_id, accept=False, note="")
    decide_explanation(ledger, OPERATOR, first.explanation_id, accept=False, note="chưa rõ")
    second = explain(ledger, CLERK, number, "rooms.jump", "Festival biển 2026, văn bản 12/SVHTTDL")
    with ledger.reading() as con:
        assert unsettled_ids(con) == {}
    done = decide_explanation(ledger, OPERATOR, second.explanation_id, accept=True, note="đồng ý")
    assert (done.state, done.decided_by, done.note) == ("accepted", "operator", "đồng ý")
    with refused("wrong_state"):
        decide_explanation(ledger, OPERATOR, second.explanation_id, accept=False, note="x")
    with refused("already_accepted"):
        explain(ledger, CLERK, number, "rooms.jump", "nữa")
    with ledger.reading() as con:
        assert unsettled_ids(con) == {number: False}
    assert [e.state for e in explanations(ledger, submission_id=number)] == ["refused", "accepted"]
    assert [e.explanation_id for e in explanations(ledger, state="open")] == []
    assert code(ledger, submission) == "in_force"


def test_a_granted_extension_moves_the_due_moment_and_a_refused_one_does_not(ledger: Ledger) -> None:
    due = due_if_owed(contract(), Period.parse(PERIOD))
    assert due is not None
    ask = (DATASET, UNIT, PERIOD)
    with refused("not_yours"):
        ask_extension(ledger, STRANGER, *ask, due + timedelta(days=3), "bão", "12/SVHTTDL")
    with refused("too_early"):
        ask_extension(ledger, CLERK, *ask, due, "bão", "12/SVHTTDL")
    with refused("not_owed"):
        ask_extension(ledger, CLERK, DATASET, UNIT, "2026-Q3", due + timedelta(days=3), "bão", "12/SVHTTDL")
    first = ask_extension(ledger, CLERK, *ask, due + timedelta(days=3), "bão số 12", "12/SVHTTDL")
    with refused("already_open"):
        ask_extension(ledger, CLERK, *ask, due + timedelta(days=4), "bão số 12", "12/SVHTTDL")
    with refused("not_yours"):
        answer_extension(ledger, LEADER, first.request_id, grant=True, answer="")
    answer_extension(ledger, OPERATOR, first.request_id, grant=False, answer="chưa đủ lý do")
    assert ledger.extensions() == []
    second = ask_extension(ledger, CLERK, *ask, due + timedelta(days=5), "bão số 12", "15/SVHTTDL")
    granted = answer_extension(
        ledger, OPERATOR, second.request_id, grant=True, answer="", until=due + timedelta(days=2)
    )
    assert granted.state == "granted"
    moved = ledger.extensions()[0]
    assert (moved.due_at, moved.document, moved.granted_by) == (due + timedelta(days=2), "15/SVHTTDL", "operator")
    with refused("wrong_state"):
        answer_extension(ledger, OPERATOR, second.request_id, grant=False, answer="thôi")
    third = ask_extension(ledger, CLERK, *ask, due + timedelta(days=9), "bão số 13")
    take_back_extension(ledger, CLERK, third.request_id)
    assert [r.state for r in extension_requests(ledger, reporters=[UNIT])] == ["refused", "granted", "taken_back"]
    assert extension_requests(ledger, state="open") == [] and extension_requests(ledger, reporters=["x"]) == []
    assert all(e.at <= now() for e in entries(ledger)) and len(entries(ledger)) == 6


def test_of_two_who_approve_at_once_one_does_and_the_other_learns_it(ledger: Ledger) -> None:
    submission = sent(ledger, "judged", "awaiting_approval", "published")

    def attempt(_: int) -> str:
        try:
            approve(ledger, HEAD, submission)
        except StandingError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(attempt, range(4)))
    assert sorted(outcomes) == ["done", "wrong_state", "wrong_state", "wrong_state"]
    assert [e.kind for e in ledger.events(submission.submission_id)].count("approved") == 1
