"""Who may ask what: tokens with their scope, nobody without one, and no more often than allowed."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.dashboard.api.conftest import OTHER, UNIT, token
from tests.people import signed_in

READ = ["/api/v1/obligations", "/api/v1/datasets", "/api/v1/submissions", "/api/v1/datasets/lodging_guests"]


@pytest.mark.parametrize("address", [*READ, "/api/v1/docs", "/api/v1/nowhere"])
def test_nobody_is_told_to_sign_in(api: TestClient, address: str) -> None:
    api.headers.pop("authorization")
    answer = api.get(address)
    assert answer.status_code == 401 and answer.headers["content-type"] == "application/problem+json"
    wrong = api.get(address, headers={"Authorization": "Bearer hub_nothing"})
    assert wrong.status_code == 401 and wrong.headers["www-authenticate"].startswith("Bearer")


def test_a_session_serves_as_well_as_a_token(api: TestClient) -> None:
    api.headers.pop("authorization")
    signed_in(api, "department", UNIT)
    assert api.get("/api/v1/obligations").status_code == 200
    body = {"dataset": "lodging_guests", "period": "2026-05", "nil": True}
    elsewhere = {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert api.post("/api/v1/submissions?wait=0", json=body, headers=elsewhere).status_code == 403
    assert api.post("/api/v1/submissions?wait=0", json=body).status_code in {201, 202}


def test_a_token_does_no_more_than_its_scope(api: TestClient) -> None:
    body = {"dataset": "lodging_guests", "period": "2026-05", "nil": True}
    reads = token("department", UNIT, ("read.own",))
    assert api.get("/api/v1/obligations", headers=reads).status_code == 200
    refused = api.post("/api/v1/submissions", json=body, headers=reads)
    assert refused.status_code == 403 and refused.json()["code"] == "not_allowed"
    sends = token("department", UNIT, ("submit",))
    assert api.post("/api/v1/submissions?wait=0", json=body, headers=sends).status_code in {201, 202}
    assert api.get("/api/v1/obligations", headers=sends).status_code == 403


@pytest.mark.parametrize("role", ["leader", "operator", "engineer", "administrator", "approver"])
def test_only_a_department_sends(api: TestClient, role: str) -> None:
    who = token(role, UNIT if role == "approver" else "")
    body = {"dataset": "lodging_guests", "unit": UNIT, "period": "2026-05", "nil": True}
    assert api.post("/api/v1/submissions", json=body, headers=who).status_code == 403
    assert api.get("/api/v1/obligations?limit=1", headers=who).status_code == 200


def test_a_department_is_shown_its_own_datasets(api: TestClient) -> None:
    own = {d["dataset"] for d in api.get("/api/v1/datasets").json()["items"]}
    assert "lodging_guests" in own
    other = token("department", OTHER)
    assert "lodging_guests" not in {d["dataset"] for d in api.get("/api/v1/datasets", headers=other).json()["items"]}
    assert api.get("/api/v1/datasets/lodging_guests", headers=other).status_code == 404
    everything = api.get("/api/v1/datasets", headers=token("leader")).json()
    assert everything["total"] > len(own) and not any(d["may_send"] for d in everything["items"])


def test_a_dataset_shows_the_columns_of_its_contract(api: TestClient) -> None:
    found = api.get("/api/v1/datasets/lodging_guests").json()
    columns = {c["name"]: c for c in found["columns"]}
    assert columns["rooms"]["title"] == "Số phòng" and columns["commune_code"]["key"]
    assert [u["code"] for u in found["units"]] == [UNIT]


def test_obligations_are_the_unit_s_own_with_their_state(api: TestClient) -> None:
    found = api.get("/api/v1/obligations?dataset=lodging_guests&limit=200").json()
    assert {o["unit"] for o in found["items"]} == {UNIT}
    dues = [o["due_at"] for o in found["items"]]
    assert dues == sorted(dues) and found["total"] == len(dues)
    overdue = api.get("/api/v1/obligations?state=overdue&limit=200").json()["items"]
    assert overdue and all(o["working_days_left"] <= 0 and o["receipt"] is None for o in overdue)
    first = overdue[0]
    body = {"dataset": first["dataset"], "period": first["period"], "nil": True}
    receipt = api.post("/api/v1/submissions?wait=0", json=body).json()["receipt"]
    query = f"dataset={first['dataset']}&period={first['period']}&unit={UNIT}"
    after = api.get(f"/api/v1/obligations?{query}").json()["items"]
    assert [(o["state"], o["receipt"]) for o in after] == [("received", receipt)]


def test_an_extension_moves_the_due_moment(api: TestClient, hub: Path) -> None:
    from datetime import datetime

    from data.clock import LOCAL_TIME
    from data.ledger import open_ledger
    from data.submission import Extension

    until = datetime(2026, 12, 15, 17, tzinfo=LOCAL_TIME)
    with open_ledger() as ledger:
        ledger.grant(Extension("lodging_guests", UNIT, "2026-10", until, "bão số 13", "CV 12/SVHTTDL", "x"))
    found = api.get("/api/v1/obligations?dataset=lodging_guests&period=2026-10").json()["items"]
    assert found[0]["extended"] and datetime.fromisoformat(found[0]["due_at"]) == until


def test_who_reports_for_communes_sees_theirs_too(
    api: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from data.settings import settings

    text = (settings().contracts / "lodging_guests.odcs.yaml").read_text(encoding="utf-8")
    changed = text.replace("{units: [owner], onBehalf: true}", "{each: commune, onBehalf: true}")
    assert changed != text
    (tmp_path / "lodging_guests.odcs.yaml").write_text(changed, encoding="utf-8")
    monkeypatch.setenv("HUB_CONTRACTS", str(tmp_path))
    settings.cache_clear()
    found = api.get("/api/v1/obligations?period=2026-10&limit=200").json()
    assert len({o["unit"] for o in found["items"]}) == found["total"] == 65
    assert len(api.get("/api/v1/datasets/lodging_guests").json()["units"]) == 65
    body = {"dataset": "lodging_guests", "unit": "22366", "period": "2026-10", "nil": True}
    receipt = api.post("/api/v1/submissions?wait=0", json=body).json()["receipt"]
    commune = token("department", "22366")
    assert api.get(f"/api/v1/submissions/{receipt}", headers=commune).status_code == 200
    assert api.get("/api/v1/obligations?period=2026-10", headers=commune).json()["total"] == 1
    body["unit"] = next(o["unit"] for o in found["items"] if o["unit"] != "22366")
    assert api.post("/api/v1/submissions", json=body, headers=commune).status_code == 403


def test_too_many_requests_are_told_when_to_come_again(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from data.settings import settings

    monkeypatch.setenv("HUB_API_LIMIT", "3/minute")
    settings.cache_clear()
    who = token("department", UNIT, login="voi.vang")
    answers = [api.get("/api/v1/datasets", headers=who) for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert [a.headers["ratelimit"].split(";")[1] for a in answers] == ["r=2", "r=1", "r=0", "r=0"]
    assert 1 <= int(answers[3].headers["retry-after"]) <= 60
    assert answers[3].json()["code"] == "too_many" and "60" in answers[3].json()["detail"]
    second = token("department", UNIT, login="voi.vang")
    assert api.get("/api/v1/datasets", headers=second).status_code == 429
    assert api.get("/api/v1/datasets").status_code == 200


def test_any_other_address_or_method_is_a_problem(api: TestClient) -> None:
    nowhere = api.get("/api/v1/nowhere")
    assert nowhere.status_code == 404 and nowhere.headers["content-type"] == "application/problem+json"
    wrong = api.delete("/api/v1/submissions")
    assert wrong.status_code == 405 and wrong.headers["allow"] == "GET, POST"
    assert api.post("/api/v1/openapi.json/x", headers={"Authorization": ""}).status_code == 401


def test_a_failure_nobody_foresaw_shows_no_trace(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    import dashboard.api.datasets

    def broken() -> None:
        raise RuntimeError("secret /path/of/server")

    monkeypatch.setattr(dashboard.api.datasets, "contracts", broken)
    answer = api.get("/api/v1/datasets")
    assert answer.status_code == 500 and answer.json()["code"] == "failed"
    assert "secret" not in answer.text and "Traceback" not in answer.text


def test_personal_values_are_masked_where_the_role_does_not_need_them(api: TestClient) -> None:
    """A contract with a personal column: its wrong values stand in no answer to who may not see them."""
    from dashboard.privacy import personal_columns
    from data.contract import load_contracts
    from data.obligation import full_code, reporters
    from data.settings import settings
    from data.units import load_units

    found = [
        c for c in load_contracts(settings().contracts).values() if personal_columns(c) and "owner" in c.reporting.units
    ]
    if not found:
        pytest.skip("no contract of an owner has personal columns")
    contract = found[0]
    unit = full_code(contract.owner, "56")
    assert unit in reporters(contract, load_units("56"), "56")
    column = contract.column(sorted(personal_columns(contract))[0])
    row = {c.name: None for c in contract.columns if c.derived is None} | {column.name: "BÍ MẬT 0912345678" * 30}
    who = token("department", unit)
    period = api.get(f"/api/v1/obligations?dataset={contract.id}&limit=1", headers=who).json()["items"][0]["period"]
    body = {"dataset": contract.id, "unit": unit, "period": period, "rows": [row]}
    sent = api.post("/api/v1/submissions?wait=30", json=body, headers=who).json()
    verdict = api.get(sent["links"]["verdict"], headers=token("leader"))
    assert verdict.status_code == 200 and "0912345678" not in verdict.text
