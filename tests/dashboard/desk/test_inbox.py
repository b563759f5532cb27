"""Decisions: explanations, approval with four eyes, closing and reopening; each by who may, each recorded."""

from __future__ import annotations

from fastapi.testclient import TestClient

from dashboard.ledger_access import the_ledger
from data.accounts import accounts
from data.audit import entries
from data.closings import closed_periods
from data.explanations import explain, explanations
from data.person import Person
from data.standing import states_of
from data.submission import Event, NewSubmission, Submission
from tests.dashboard.desk.conftest import UNIT
from tests.dashboard.test_app import panels
from tests.people import signed_in


def entered(period: str, *kinds: str, sender: str = "nguoi.khac") -> Submission:
    """A version that was judged good, and what happened to it since."""
    ledger = the_ledger()
    made = ledger.receive([NewSubmission("task_progress", UNIT, period, f"{period:0>64}", "t.xlsx", 1, sender=sender)])[
        0
    ]
    judged = Event(made.submission_id, "judged", detail={"verdict": "accepted"})
    ledger.append(
        [judged, *(Event(made.submission_id, kind) for kind in kinds), Event(made.submission_id, "published")]
    )
    return made


def state(sent: Submission) -> str:
    from dashboard.views.datasets import contracts

    return states_of(the_ledger(), [sent], contracts())[sent.submission_id].code


def person(login: str) -> Person:
    return next(a.person for a in accounts(the_ledger()) if a.login == login)


def test_an_approver_approves_and_returns_what_others_prepared(department: TestClient, served: TestClient) -> None:
    good, bad = entered("2026-08", "awaiting_approval"), entered("2026-09", "awaiting_approval")
    approver = signed_in(served, "approver", UNIT)
    shown = panels(approver, "/inbox")
    assert good.receipt in shown["unapproved"] and "requests" not in shown and "2</span>" in shown["side"]
    approver.post("/inbox/approve", data={"receipt": good.receipt})
    without = approver.post("/inbox/return", data={"receipt": bad.receipt, "reason": " "}, follow_redirects=False)
    assert "lý do" in panels(approver, without.headers["location"])["head"] and state(bad) == "awaiting_approval"
    approver.post("/inbox/return", data={"receipt": bad.receipt, "reason": "thiếu phụ lục"})
    assert state(bad) == "returned" and state(good) != "awaiting_approval"
    assert [e.action for e in entries(the_ledger(), limit=2)] == ["submission.return", "submission.approve"]
    signed_in(served, "department", UNIT)
    assert "thiếu phụ lục" in panels(served, "/desk?dataset=task_progress")["duties"]


def test_nobody_approves_their_own_work_or_anothers_unit(department: TestClient, served: TestClient) -> None:
    own = entered("2026-07", "awaiting_approval", sender=f"approver.{UNIT.lower()}")
    approver = signed_in(served, "approver", UNIT)
    assert "cần người khác duyệt" in panels(approver, "/inbox")["unapproved"]
    approver.post("/inbox/approve", data={"receipt": own.receipt})
    assert state(own) == "awaiting_approval"
    stranger = signed_in(served, "approver", "56-SKHCN")
    assert own.receipt not in panels(stranger, "/inbox")["unapproved"]
    stranger.post("/inbox/approve", data={"receipt": own.receipt})
    assert state(own) == "awaiting_approval"
    assert signed_in(served, "leader").post("/inbox/approve", data={"receipt": own.receipt}).status_code == 403


def test_an_operator_decides_on_an_explanation(department: TestClient, served: TestClient) -> None:
    sent = entered("2026-06", "in_force")
    explain(the_ledger(), person("department.56-svhttdl"), sent.submission_id, "some_rule", "có lễ hội thật")
    operator = signed_in(served, "operator")
    shown = panels(operator, "/inbox")["explanations"]
    assert "có lễ hội thật" in shown and f"/submissions/{sent.receipt}" in shown
    (open_,) = explanations(the_ledger(), state="open")
    operator.post("/inbox/explanation", data={"explanation_id": open_.explanation_id, "decision": "accept"})
    assert not explanations(the_ledger(), state="open")
    assert "có lễ hội thật" not in panels(operator, "/inbox")["explanations"]


def test_a_period_is_closed_and_reopened_with_a_reason_each(department: TestClient, served: TestClient) -> None:
    operator = signed_in(served, "operator")
    assert 'value="2026-05"' in panels(operator, "/inbox?dataset=task_progress")["close"]
    item = {"dataset": "task_progress", "period": "2026-05"}
    operator.post("/inbox/close", data={**item, "reason": " "})
    assert not closed_periods(the_ledger())
    operator.post("/inbox/close", data={**item, "reason": "đã quyết toán"})
    assert ("task_progress", "2026-05") in closed_periods(the_ledger())
    shown = panels(operator, "/inbox?dataset=task_progress")
    assert "đã quyết toán" in shown["closed"] and 'value="2026-05"' not in shown["close"]
    operator.post("/inbox/reopen", data={**item, "reason": "bổ sung phụ lục"})
    assert not closed_periods(the_ledger())
    assert signed_in(served, "department", UNIT).post("/inbox/close", data={**item, "reason": "x"}).status_code == 403
