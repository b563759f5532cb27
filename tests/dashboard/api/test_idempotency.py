"""A request sent again under its key: one submission, one answer, whatever happened in between."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.dashboard.api.conftest import UNIT, token


def nil(api: TestClient, period: str, key: str, **headers: str) -> Any:
    body = {"dataset": "lodging_guests", "unit": UNIT, "period": period, "nil": True}
    return api.post("/api/v1/submissions?wait=0", json=body, headers={"Idempotency-Key": key, **headers})


def versions(period: str) -> int:
    """Versions of the period that are there by now: the folder's tests share one hub."""
    from data.ledger import open_ledger

    with open_ledger() as ledger:
        return len(ledger.submissions(dataset="lodging_guests", reporter=UNIT, period=period))


def test_the_same_request_gives_the_same_answer(api: TestClient) -> None:
    key, before = str(uuid.uuid4()), versions("2026-05")
    first, second = nil(api, "2026-05", key), nil(api, "2026-05", key)
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert second.headers["location"] == first.headers["location"]
    assert versions("2026-05") <= before + 1


def test_another_request_under_the_key_is_refused(api: TestClient) -> None:
    key = str(uuid.uuid4())
    nil(api, "2026-05", key)
    other = nil(api, "2026-06", key)
    assert other.status_code == 422 and other.json()["code"] == "other_request"


def test_a_key_is_its_owner_s(api: TestClient) -> None:
    key = str(uuid.uuid4())
    nil(api, "2026-05", key)
    other = nil(api, "2026-06", key, **token("department", UNIT, login="khac.svhttdl"))
    assert other.status_code in {201, 202}


def test_a_refused_request_does_not_use_the_key_up(api: TestClient) -> None:
    key = str(uuid.uuid4())
    assert nil(api, "2031-01", key).status_code == 422
    assert nil(api, "2026-05", key).status_code in {201, 202}


@pytest.mark.parametrize("key", ["short", "x" * 201, "with space inside"])
def test_a_key_has_a_form(api: TestClient, key: str) -> None:
    assert nil(api, "2026-05", key).status_code == 422


def test_two_at_once_make_one_submission(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    import assets.sending

    key, began, go, before = str(uuid.uuid4()), threading.Event(), threading.Event(), versions("2026-07")
    send = assets.sending.send

    def slow(*given: Any, **named: Any) -> Any:
        began.set()
        go.wait(20)
        return send(*given, **named)

    monkeypatch.setattr(assets.sending, "send", slow)
    answers: list[Any] = []
    first = threading.Thread(target=lambda: answers.append(nil(api, "2026-07", key)))
    first.start()
    assert began.wait(20)
    meanwhile = nil(api, "2026-07", key)
    go.set()
    first.join(30)
    assert meanwhile.status_code == 409 and meanwhile.json()["code"] == "at_work" and meanwhile.headers["retry-after"]
    assert answers[0].status_code in {201, 202} and versions("2026-07") <= before + 1


def test_after_a_kill_the_same_key_finds_what_was_sent(api: TestClient, hub: Path) -> None:
    """Killed between sending and answering, and a colleague sent another version meanwhile: still nothing twice."""
    from sqlalchemy import update

    from data.desk_schema import idempotency
    from data.ledger import open_ledger

    key, period = str(uuid.uuid4()), "2026-08"
    before = versions(period)
    first = nil(api, period, key).json()
    rows = {"dataset": "lodging_guests", "period": period, "rows": [{"commune_code": "22366", "rooms": 3}]}
    between = api.post("/api/v1/submissions?wait=0", json=rows).json()
    assert between["version"] == first["version"] + 1
    with open_ledger() as ledger, ledger.writing() as con:
        con.execute(update(idempotency).where(idempotency.c.key == key).values(status=0, answer=""))
    again = nil(api, period, key)
    assert again.json()["receipt"] == first["receipt"] and versions(period) <= before + 2


def test_keys_are_forgotten_after_a_week(api: TestClient, hub: Path) -> None:
    from sqlalchemy import select, update

    from data.clock import now
    from data.desk_schema import idempotency
    from data.ledger import open_ledger

    key = str(uuid.uuid4())
    nil(api, "2026-05", key)
    with open_ledger() as ledger:
        with ledger.writing() as con:
            old = (now() - timedelta(days=8)).isoformat()
            con.execute(update(idempotency).where(idempotency.c.key == key).values(at=old))
        nil(api, "2026-05", str(uuid.uuid4()))
        with ledger.reading() as con:
            assert con.execute(select(idempotency).where(idempotency.c.key == key)).first() is None
