"""Sending through the API: files, rows and nil reports come to the same door, and the answer comes at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.dashboard.api.conftest import OTHER, UNIT, token
from tests.workbooks import GOOD_ROWS, lodging_workbook, with_cell

COLUMNS = (
    "commune_code", "establishments", "rooms", "rooms_occupied", "domestic_guests", "foreign_guests", "guest_nights",
    "revenue",
)  # fmt: skip
ROWS = [dict(zip(COLUMNS, row, strict=True)) for row in GOOD_ROWS]


def send(api: TestClient, path: Path, period: str, **headers: str) -> Any:
    with path.open("rb") as stream:
        return api.post(
            "/api/v1/submissions?wait=30",
            data={"dataset": "lodging_guests", "unit": UNIT, "period": period},
            files={"file": (path.name, stream)},
            headers=headers,
        )


def send_rows(api: TestClient, period: str, rows: list[dict[str, Any]], wait: int = 30, **more: Any) -> Any:
    body = {"dataset": "lodging_guests", "unit": UNIT, "period": period, "rows": rows, **more}
    return api.post(f"/api/v1/submissions?wait={wait}", json=body)


def test_a_file_is_received_and_judged_in_one_request(api: TestClient, tmp_path: Path) -> None:
    answer = send(api, lodging_workbook(tmp_path / "khách lưu trú.xlsx"), "2026-10")
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert found["filename"] == "khách lưu trú.xlsx" and found["channel"] == "api" and found["version"] == 1
    assert found["outcome"]["verdict"] == "accepted" and found["outcome"]["rows"] == len(GOOD_ROWS)
    assert answer.headers["location"] == found["links"]["submission"]
    again = api.get(found["links"]["submission"])
    assert again.status_code == 200 and again.json()["sha256"] == found["sha256"]


def test_the_bytes_received_are_those_that_were_sent(api: TestClient, tmp_path: Path) -> None:
    from data.landing import path_of

    path = lodging_workbook(tmp_path / "a.xlsx", with_cell(0, 1, 500), title="THÁNG 9/2026")
    found = send(api, path, "2026-09").json()
    assert path_of(found["sha256"]).read_bytes() == path.read_bytes()


def test_the_verdict_holds_every_finding_at_its_cell(api: TestClient, tmp_path: Path) -> None:
    path = lodging_workbook(tmp_path / "a.xlsx", with_cell(2, 3, 9_000_000), title="THÁNG 8/2026")
    found = send(api, path, "2026-08").json()
    assert found["outcome"]["verdict"] == "partly_accepted" and found["outcome"]["quarantined"] == 1
    verdict = api.get(found["links"]["verdict"]).json()
    at = [f for f in verdict["findings"] if f["rule"] == "rooms_occupied_within_capacity"]
    assert [f["cell"] for f in at] == ["E7"] and at[0]["value"] == "9000000"
    assert len(verdict["findings"]) == found["outcome"]["findings"]


def test_rows_are_kept_as_a_file_and_judged_with_json_pointers(api: TestClient) -> None:
    from data.landing import path_of

    rows = [dict(row) for row in ROWS]
    rows[2]["rooms_occupied"] = 9_000_000
    answer = send_rows(api, "2026-07", rows)
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert json.loads(path_of(found["sha256"]).read_bytes()) == rows
    verdict = api.get(found["links"]["verdict"]).json()
    cells = [f["cell"] for f in verdict["findings"] if f["rule"] == "rooms_occupied_within_capacity"]
    assert cells == ["/2/rooms_occupied"]


def test_decimals_of_rows_are_kept_as_they_were_written(api: TestClient) -> None:
    from data.landing import path_of

    body = json.dumps({"dataset": "lodging_guests", "period": "2026-06", "rows": [ROWS[0]]})
    body = body.replace("98000.5", "98000.10000000000000001")
    answer = api.post("/api/v1/submissions?wait=0", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {201, 202}, answer.text
    assert b"98000.10000000000000001" in path_of(answer.json()["sha256"]).read_bytes()


def test_a_nil_report_is_a_submission(api: TestClient) -> None:
    body = {"dataset": "lodging_guests", "period": "2026-05", "nil": "true"}
    answer = api.post("/api/v1/submissions?wait=30", data=body, files={"ignored": ("", b"")})
    assert answer.status_code == 201, answer.text
    assert answer.json()["nil"] is True and answer.json()["size"] == 0


def test_the_same_bytes_again_are_the_same_submission(api: TestClient, tmp_path: Path) -> None:
    path = lodging_workbook(tmp_path / "a.xlsx", with_cell(1, 1, 97))
    first, second = send(api, path, "2026-10").json(), send(api, path, "2026-10").json()
    assert second["receipt"] == first["receipt"] and second["duplicate"] and not first["duplicate"]


def test_without_patience_the_receipt_comes_at_once_and_the_verdict_later(api: TestClient) -> None:
    import time

    answer = send_rows(api, "2026-10", ROWS[:4], wait=0)
    assert answer.status_code == 202 and answer.json()["outcome"] is None and answer.headers["retry-after"]
    address = answer.json()["links"]["verdict"]
    waiting = api.get(address)
    assert waiting.status_code in {200, 202}
    until = time.monotonic() + 30
    while api.get(address).status_code == 202 and time.monotonic() < until:
        time.sleep(0.1)
    assert api.get(address).json()["counts"]["rows"] == 4


def test_versions_are_listed_newest_first_and_page_by_page(api: TestClient, tmp_path: Path) -> None:
    for rooms in (301, 302, 303):
        path = lodging_workbook(tmp_path / "a.xlsx", with_cell(3, 2, rooms))
        send(api, path, "2026-10")
    address: str | None = f"/api/v1/submissions?dataset=lodging_guests&unit={UNIT}&period=2026-10&limit=2"
    versions: list[int] = []
    while address:
        page = api.get(address).json()
        versions += [item["version"] for item in page["items"]]
        assert len(page["items"]) <= 2
        address = page["next"]
    assert versions == sorted(versions, reverse=True) and len(versions) == page["total"] >= 3


def test_the_receipt_can_be_printed(api: TestClient, tmp_path: Path) -> None:
    found = send_rows(api, "2026-10", ROWS[:3]).json()
    printed = api.get(found["links"]["receipt_pdf"])
    assert printed.headers["content-type"] == "application/pdf" and printed.content.startswith(b"%PDF-")
    assert found["receipt"] in printed.headers["content-disposition"]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"dataset": "lodging_guests", "period": "2026-10", "rows": [{"nope": 1}]}, "/rows/0/nope", "no_column"),
        ({"dataset": "lodging_guests", "period": "2026-10"}, "/rows", "rows_or_nil"),
        ({"dataset": "lodging_guests", "period": "2026-10", "rows": [{"rooms": [1]}]}, "/rows/0/rooms", None),
        ({"dataset": "lodging_guests", "period": "2026-99", "nil": True}, "/period", "no_period"),
        ({"dataset": "lodging_guests", "period": "2026-10", "unit": "XYZ", "nil": True}, "/unit", "no_unit"),
        ({"period": "2026-10", "nil": True}, "/dataset", "missing"),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_place(
    api: TestClient, body: dict[str, Any], pointer: str, code: str | None
) -> None:
    answer = api.post("/api/v1/submissions", json=body)
    assert answer.status_code == 422 and answer.headers["content-type"] == "application/problem+json"
    errors = answer.json()["errors"]
    assert any(e["pointer"].startswith(pointer) and (code is None or e["code"] == code) for e in errors), errors
    assert all(e["detail"] and e["detail_en"] for e in errors)


@pytest.mark.parametrize("period", ["2026", "2026-W43", "2031-01"])
def test_a_period_that_is_not_the_dataset_s_is_refused(api: TestClient, period: str) -> None:
    answer = api.post("/api/v1/submissions", json={"dataset": "lodging_guests", "period": period, "nil": True})
    assert answer.status_code == 422 and answer.json()["code"] in {"period_kind", "future"}


def test_a_body_that_is_no_form_and_no_json_is_refused(api: TestClient) -> None:
    plain = api.post("/api/v1/submissions", content=b"x", headers={"Content-Type": "text/plain"})
    assert (plain.status_code, plain.json()["code"]) == (415, "no_such_kind")
    broken = api.post("/api/v1/submissions", content=b"{", headers={"Content-Type": "application/json"})
    assert (broken.status_code, broken.json()["code"]) == (422, "no_json")
    cut = {"Content-Type": "multipart/form-data; boundary=x"}
    half = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc'
    assert api.post("/api/v1/submissions", content=half, headers=cut).json()["code"] == "broken_off"


def test_nobody_sends_for_another_unit(api: TestClient) -> None:
    body = {"dataset": "lodging_guests", "unit": UNIT, "period": "2026-10", "rows": ROWS[:1]}
    answer = api.post("/api/v1/submissions", json=body, headers=token("department", OTHER))
    assert answer.status_code == 403 and answer.json()["code"] == "not_yours"
    assert "56-SVHTTDL" in answer.json()["detail"] and answer.json()["detail_en"]


def test_nobody_sees_another_unit_s_submission(api: TestClient) -> None:
    found = send_rows(api, "2026-10", ROWS[:2]).json()
    other = token("department", OTHER)
    for address in found["links"].values():
        if address.startswith("/api/"):
            assert api.get(address, headers=other).status_code == 404
    listed = api.get("/api/v1/submissions", headers=other).json()
    assert listed["items"] == [] and listed["total"] == 0
    assert api.get(found["links"]["submission"], headers=token("leader")).status_code == 200


def test_every_sending_stands_in_the_audit(api: TestClient, hub: Path) -> None:
    from data.audit import entries
    from data.ledger import open_ledger

    found = send_rows(api, "2026-10", ROWS[1:]).json()
    with open_ledger() as ledger:
        newest = entries(ledger, object_=f"submission:{found['receipt']}")[0]
    assert newest.action == "submission.send" and newest.actor == found["sender"] and newest.address
