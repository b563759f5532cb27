"""The audit's page and table: for administrators alone, found by who, what, on what and when."""

from __future__ import annotations

import csv
import io

import pytest
from fastapi.testclient import TestClient

from data.audit import entries
from data.clock import now
from data.ledger import open_ledger
from tests.dashboard.test_app import panels
from tests.people import signed_in


def test_an_administrator_reads_who_did_what_and_that_the_chain_is_whole(client: TestClient) -> None:
    shown = panels(signed_in(client, "administrator"), "/admin/audit")
    assert "Chuỗi nguyên vẹn" in shown["head"] and "Đăng nhập" in shown["entries"]
    assert "administrator.x" in shown["entries"] and "account:administrator.x" in shown["entries"]


@pytest.mark.parametrize(
    ("role", "unit"), [("leader", ""), ("engineer", ""), ("operator", ""), ("department", "56-STC")]
)
def test_nobody_else_does(client: TestClient, role: str, unit: str) -> None:
    reader = signed_in(client, role, unit)
    shown = "".join(panels(reader, "/admin/audit").values())
    assert "Chuỗi nguyên vẹn" not in shown and "account:" not in shown
    assert reader.get("/admin/audit.csv", headers={"accept": "*/*"}).status_code == 403


def test_entries_are_filtered(client: TestClient) -> None:
    signed_in(client, "leader")
    reader = signed_in(client, "administrator")
    found = panels(reader, "/admin/audit?action=sign_in&actor=leader.x")["entries"]
    assert "leader.x" in found and "administrator.x" not in found
    today = f"{now():%Y-%m-%d}"
    assert "leader.x" in panels(reader, f"/admin/audit?day={today}&object=account:leader")["entries"]
    assert "Không có mục nào khớp" in panels(reader, "/admin/audit?day=2020-01-01")["entries"]
    evil = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    for name in ("actor", "action", "object", "day", "before"):
        assert "<script" not in "".join(panels(reader, f"/admin/audit?{name}={evil}").values())


def test_the_table_can_be_taken_along_and_that_is_an_entry_too(client: TestClient) -> None:
    client.cookies.clear()
    client.post("/sign-in", data={"login": "=cmd|' /C calc'!A0", "password": "x"})
    reader = signed_in(client, "administrator")
    answer = reader.get("/admin/audit.csv?action=sign_in")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert {line["action"].partition(".")[0] for line in lines} == {"sign_in"}
    assert not any(value.startswith("=") for line in lines for value in line.values())
    with open_ledger() as ledger:
        taken = entries(ledger, action="audit.export")[0]
    assert taken.actor == "administrator.x" and taken.detail == {"action": "sign_in"}
