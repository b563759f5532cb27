"""Nil reports, requests for time, templates: through the page's own forms."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dashboard.ledger_access import the_ledger
from data.audit import entries
from data.extension_requests import extension_requests
from tests.dashboard.desk.conftest import UNIT, submissions
from tests.dashboard.test_app import panels
from tests.people import signed_in

ITEM = {"dataset": "tourism_establishment", "unit": UNIT}


def told(client: TestClient, address: str) -> str:
    return panels(client, address)["head"]


def test_a_nil_report_is_asked_for_once_more_then_received_and_recorded(department: TestClient) -> None:
    form = panels(department, f"/desk?do=nil&dataset=tourism_establishment&period=2026-Q3&unit={UNIT}")["ask"]
    assert "Không phát sinh" in form and 'action="/desk/nil"' in form and not submissions("tourism_establishment")
    answer = department.post("/desk/nil", data={**ITEM, "period": "2026-Q3"}, follow_redirects=False)
    assert answer.status_code == 303
    (entered,) = submissions("tourism_establishment")
    assert entered.nil and entered.sender == "department.56-svhttdl"
    assert entered.receipt in told(department, answer.headers["location"])
    assert entries(the_ledger(), action="submission.send")[0].object == f"submission:{entered.receipt}"


@pytest.mark.parametrize(
    ("given", "says"),
    [({"unit": "56-SKHCN"}, "không thuộc diện"), ({"period": "2030-Q1"}, "chưa bắt đầu"),
     ({"period": "2026-09"}, "loại kỳ"), ({"dataset": "khong_co"}, "bộ dữ liệu"), ({"period": "hôm nay"}, "kỳ")],
)  # fmt: skip
def test_a_nil_report_that_cannot_be_says_why_and_leaves_nothing(
    department: TestClient, given: dict[str, str], says: str
) -> None:
    before = the_ledger().position()
    answer = department.post("/desk/nil", data={**ITEM, "period": "2026-Q2", **given}, follow_redirects=False)
    assert answer.status_code == 303 and says in told(department, answer.headers["location"])
    assert the_ledger().position() == before


def test_more_time_is_asked_for_answered_in_the_inbox_and_shown_in_the_row(
    department: TestClient, served: TestClient
) -> None:
    asked = {**ITEM, "period": "2026-Q4", "until": "2027-03-31", "reason": "chờ sắp xếp", "document": "12/SVHTTDL"}
    answer = department.post("/desk/extension", data=asked, follow_redirects=False)
    assert "Đã gửi đề nghị" in told(department, answer.headers["location"])
    assert "chờ trả lời" in panels(department, "/desk?dataset=tourism_establishment")["duties"]
    again = department.post("/desk/extension", data=asked, follow_redirects=False)
    assert "đang chờ trả lời" in told(department, again.headers["location"])

    operator = signed_in(served, "operator")
    (open_,) = extension_requests(the_ledger(), state="open")
    assert "chờ sắp xếp" in panels(operator, "/inbox")["requests"]
    refused = {"request_id": open_.request_id, "decision": "refuse", "answer": ""}
    answer = operator.post("/inbox/extension", data=refused, follow_redirects=False)
    assert "lý do" in told(operator, answer.headers["location"])
    granted = {"request_id": open_.request_id, "decision": "grant", "answer": "đồng ý", "until": "2027-03-15"}
    operator.post("/inbox/extension", data=granted)

    signed_in(served, "department", UNIT)
    row = panels(served, "/desk?dataset=tourism_establishment")["duties"]
    assert "gia hạn đến" in row and "15/3/2027" in row


def test_time_is_not_granted_by_who_asked_for_it(department: TestClient) -> None:
    answer = department.post("/inbox/extension", data={"request_id": 1, "decision": "grant"})
    assert answer.status_code == 403


def test_a_template_is_the_units_own_and_nobody_elses(department: TestClient, tmp_path: Path) -> None:
    import openpyxl

    query = {"dataset": "lodging_guests", "period": "2026-11", "unit": UNIT}
    answer = department.get("/desk/template", params=query)
    assert answer.status_code == 200 and f"lodging_guests_{UNIT}_2026-11.xlsx" in answer.headers["content-disposition"]
    (tmp_path / "t.xlsx").write_bytes(answer.content)
    assert openpyxl.load_workbook(tmp_path / "t.xlsx").sheetnames
    assert department.get("/desk/template", params={**query, "unit": "56-SKHCN"}).status_code == 404
    others = {"dataset": "task_progress", "period": "2026-11", "unit": "56-SKHCN"}
    assert department.get("/desk/template", params=others).status_code == 403
    assert department.get("/desk/template", params={**query, "dataset": "x"}).status_code == 404
