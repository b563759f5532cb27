"""Filling in the browser: the slot beneath the page, its rows, the draft that is kept, and the way through the door."""

from __future__ import annotations

import json
import re
from typing import Any

from fastapi.testclient import TestClient

from dashboard.verdict.quick import verdict_of
from tests.dashboard.desk.conftest import UNIT, submissions
from tests.dashboard.test_app import panels
from tests.people import signed_in
from tests.workbooks import GOOD_ROWS

FIELDS = (
    "commune_code", "establishments", "rooms", "rooms_occupied", "domestic_guests", "foreign_guests", "guest_nights",
    "revenue",
)  # fmt: skip
PAGE = "/desk/fill/lodging_guests/{period}"


def grid(client: TestClient, path: str, *, search: str = "", ready: bool = True) -> dict[str, Any]:
    """What the slot holds at an address."""
    inputs = [("address", "pathname", path), ("address", "search", search), ("grid-ready", "data", ready or None)]
    outputs = [{"id": "grid-slot", "property": "children"}, {"id": "grid-script", "property": "data"}]
    answer = client.post(
        "/_dash-update-component",
        json={
            "output": "..grid-slot.children...grid-script.data..",
            "outputs": outputs,
            "inputs": [{"id": i, "property": p, "value": v} for i, p, v in inputs],
            "changedPropIds": ["address.pathname"],
        },
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["response"]
    return found


def rows(client: TestClient, period: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = grid(client, PAGE.format(period=period))["grid-slot"]["children"]["props"]["rowData"]
    return found


def typed() -> list[dict[str, Any]]:
    return [dict(zip(FIELDS, row, strict=True)) for row in GOOD_ROWS]


def item(period: str, **more: str) -> dict[str, str]:
    return {"dataset": "lodging_guests", "period": period, "unit": UNIT, **more}


def test_the_grids_script_loads_only_where_there_is_a_grid(department: TestClient) -> None:
    page = department.get("/desk", headers={"accept": "text/html"}).text
    scripts = re.findall(r"<script src=\"([^\"]+)\"", page)
    assert len(scripts) > 5 and not any("ag_grid" in script for script in scripts)
    assert grid(department, "/desk", ready=False)["grid-slot"]["children"] is None
    asked = grid(department, PAGE.format(period="2026-11"), ready=False)
    assert asked["grid-slot"]["children"] is None and "dash_ag_grid" in asked["grid-script"]["data"]
    script = department.get(asked["grid-script"]["data"])
    assert script.status_code == 200 and len(script.content) > 500_000
    assert "max-age" in script.headers["cache-control"]


def test_columns_come_from_the_contract_and_keys_are_there_already(department: TestClient) -> None:
    shown = grid(department, PAGE.format(period="2026-11"))["grid-slot"]["children"]["props"]
    by_field = {c["field"]: c for c in shown["columnDefs"]}
    assert set(FIELDS) <= set(by_field) and by_field["rooms"]["headerName"].startswith("Số phòng")
    assert by_field["commune_code"]["pinned"] == "left" and not by_field["commune_code"]["editable"]
    assert len(shown["rowData"]) == 65 and shown["rowData"][0]["rooms"] is None
    assert shown["dashGridOptions"]["localeText"]["noRowsToShow"] == "Chưa có dòng nào"


def test_a_grid_is_for_who_may_send_and_for_nobody_else(department: TestClient, served: TestClient) -> None:
    path = "/desk/fill/task_progress/2026-11"
    assert grid(served, path)["grid-slot"]["children"] is not None
    assert grid(served, path, search="?unit=56-SKHCN")["grid-slot"]["children"] is None
    for role, unit in (("department", "56-SKHCN"), ("leader", ""), ("approver", UNIT)):
        signed_in(served, role, unit)
        assert grid(served, path, search=f"?unit={UNIT}")["grid-slot"]["children"] is None


def test_what_was_typed_is_kept_for_the_next_visit_until_it_is_dropped(department: TestClient) -> None:
    assert len(rows(department, "2026-05")) == 65
    kept = department.post("/desk/draft", json={**item("2026-05"), "rows": [*typed()[:2], {"rooms": None}]})
    assert kept.status_code == 204
    assert [r["rooms"] for r in rows(department, "2026-05")] == [21804, 3120]
    assert "Bỏ bản nháp" in panels(department, PAGE.format(period="2026-05"))["go"]
    department.post("/desk/draft/discard", data=item("2026-05"))
    assert len(rows(department, "2026-05")) == 65


def test_a_draft_is_the_accounts_own_and_holds_only_what_the_report_asks_for(
    department: TestClient, served: TestClient
) -> None:
    strange = [{"rooms": 1, "đường": "../x", "_id": 2}]
    assert department.post("/desk/draft", json={**item("2026-04"), "rows": strange}).status_code == 204
    assert rows(department, "2026-04")[0]["rooms"] == 1 and "đường" not in rows(department, "2026-04")[0]
    for wrong in ({"rows": "x"}, {"rows": [1]}, {"unit": "56-SKHCN", "rows": []}, {"period": "../..", "rows": []}):
        assert department.post("/desk/draft", json={**item("2026-04"), **wrong}).status_code == 422
    assert department.post("/desk/draft", content=b"{").status_code == 422
    signed_in(served, "department", "56-SKHCN")
    assert served.post("/desk/draft", json={**item("2026-04"), "rows": typed()}).status_code == 422


def test_typed_rows_go_through_the_same_door_and_are_judged_at_once(department: TestClient) -> None:
    department.post("/desk/draft", json={**item("2026-03"), "rows": typed()})
    answer = department.post("/desk/fill", data=item("2026-03", rows=json.dumps(typed())), follow_redirects=False)
    (entered,) = submissions(period="2026-03")
    assert answer.headers["location"] == f"/submissions/{entered.receipt}" and entered.channel == "grid"
    verdict = verdict_of(entered)
    assert verdict is not None
    assert (verdict.counts.rows, verdict.counts.accepted) == (5, 5), verdict
    assert len(rows(department, "2026-03")) == 65  # the draft is gone


def test_rows_that_cannot_be_sent_stay_a_draft(department: TestClient) -> None:
    answer = department.post("/desk/fill", data=item("2031-01", rows=json.dumps(typed())), follow_redirects=False)
    assert answer.headers["location"].startswith("/desk/fill/lodging_guests/2031-01")
    assert "chưa bắt đầu" in panels(department, answer.headers["location"])["head"]
    assert len(rows(department, "2031-01")) == 5
    answer = department.post("/desk/fill", data=item("2026-02", rows="[]"), follow_redirects=False)
    assert "Chưa có dòng nào" in panels(department, answer.headers["location"])["head"]
