"""The app as browsers and probes meet it: pages answer, nothing asks another host, health speaks the truth."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.people import signed_in
from tests.workbooks import lodging_workbook

PAGES = [
    "/",
    "/reporting",
    "/reporting?unit=56-SVHTTDL",
    "/reporting?dataset=lodging_guests",
    "/quality",
    "/quality?principle=dung",
    "/quality?dataset=lodging_guests",
    "/quality?dataset=lodging_guests&unit=56-SVHTTDL",
    "/quality?dataset=lodging_guests&unit=56-SVHTTDL&rule=rooms_occupied_within_capacity",
    "/datasets",
    "/datasets?sector=tourism",
    "/datasets/lodging_guests",
    "/datasets/lodging_guests?measure=foreign_guests&period=2026-09&sort=-foreign_guests",
    "/trace?indicator=lodging_guests_total&period=2026-09",
    "/trace?dataset=lodging_guests&measure=foreign_guests&period=2026-09",
]


def ask(client: TestClient, address: str, shown: Any = None, **cookies: str) -> dict[str, Any]:
    """The page callback's answer for an address, as the browser asks for it."""
    path, _, search = address.partition("?")
    outputs = [("page", p) for p in ("kind", "title", "panels", "order", "address")] + [("shown", "data")]
    body = {
        "output": "..{}..".format("...".join(f"{i}.{p}" for i, p in outputs)),
        "outputs": [{"id": i, "property": p} for i, p in outputs],
        "inputs": [
            {"id": "address", "property": "pathname", "value": path},
            {"id": "address", "property": "search", "value": f"?{search}" if search else ""},
            {"id": "version", "property": "data", "value": "1-1"},
        ],
        "state": [{"id": "shown", "property": "data", "value": shown}],
        "changedPropIds": ["address.pathname"],
    }
    for name in ("hub_language", "hub_theme"):
        client.cookies.delete(name) if name in client.cookies else None
    for name, value in cookies.items():
        client.cookies.set(name, value)
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200, answer.text
    response: dict[str, Any] = answer.json()["response"]
    return response


def panels(client: TestClient, address: str, **cookies: str) -> dict[str, str]:
    found: dict[str, str] = ask(client, address, **cookies)["page"]["panels"]
    return found


@pytest.mark.parametrize("address", PAGES)
def test_every_page_answers_whole(client: TestClient, address: str) -> None:
    shown = "".join(panels(client, address).values())
    assert "Tỉnh Khánh Hòa" in shown
    assert "Không lấy được số liệu" not in shown
    assert "http" not in re.sub(r"https?://www\.w3\.org", "", shown)


def test_every_page_answers_in_english(client: TestClient) -> None:
    assert "Reporting discipline" in panels(client, "/", hub_language="en")["discipline"]
    assert "Reporting discipline" in panels(client, "/?lang=en")["discipline"]
    assert "Kỷ luật báo cáo" in panels(client, "/?lang=vi", hub_language="en")["discipline"]


def test_a_verdict_shows_the_cell_in_the_sheet_as_sent(client: TestClient) -> None:
    wall = panels(client, "/")
    receipts = re.findall(r'href="(/submissions/[^"]+)"', wall["ticker"])
    assert len(receipts) == 4
    shown = panels(client, f"{receipts[0]}?rule=rooms_occupied_within_capacity")
    assert "4 trên 5 dòng" in shown["head"] and 'id="cell-E7"' in shown["cell"] and "9.000.000" in shown["cell"]
    assert "≤ 153.760" in shown["cell"]


def test_the_way_down_from_quality_ends_at_the_cell(client: TestClient) -> None:
    rules = panels(client, "/quality?dataset=lodging_guests&unit=56-SVHTTDL")["rules"]
    link = re.search(r'href="(/quality\?[^"]*rule=rooms_occupied_within_capacity[^"]*)"', rules)
    assert link
    assert 'id="cell-E7"' in panels(client, link[1].replace("&amp;", "&"))["cell"]


@pytest.mark.parametrize("address", ["/nowhere", "/datasets/none", "/submissions/none", "/quality?dataset=none"])
def test_an_address_that_leads_nowhere_says_so(client: TestClient, address: str) -> None:
    assert "Không tìm thấy" in "".join(panels(client, address).values())


def test_hostile_parameters_are_text(client: TestClient) -> None:
    evil = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    for address in (f"/datasets/{evil}", f"/reporting?unit={evil}", f"/quality?dataset=lodging_guests&unit={evil}",
                    f"/datasets/lodging_guests?sort={evil}&period={evil}&page={evil}"):  # fmt: skip
        assert "<script" not in "".join(panels(client, address).values())


def test_only_what_changed_is_sent_again(client: TestClient) -> None:
    first = ask(client, "/")
    again = client.post("/_dash-update-component", json={})  # a malformed call must not stop the server
    assert again.status_code >= 400
    assert ask_raw(client, "/", first["shown"]["data"]) in (204, {})
    old = {**first["shown"]["data"], "digests": {**first["shown"]["data"]["digests"], "ticker": "0"}}
    patch = ask(client, "/", old)
    assert "kind" not in patch["page"]
    assert [o["location"] for o in patch["page"]["panels"]["operations"]] == [["ticker"]]


def ask_raw(client: TestClient, address: str, shown: Any) -> Any:
    try:
        return ask(client, address, shown)
    except AssertionError:
        return 204


def test_the_first_page_asks_no_other_host_and_may_be_kept(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200 and 'lang="vi"' in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy and "http" not in policy and page.headers["cache-control"] == "no-cache"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "://" not in page.text
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert links and all(link.startswith("/") for link in links)
    total = 0
    for link in links:
        found = client.get(link, headers={"accept-encoding": "gzip"})
        assert found.status_code == 200, link
        assert "immutable" in found.headers["cache-control"], link
        total += int(found.headers.get("content-length") or len(found.content))
    assert total < 1_000_000
    css = client.get(next(link for link in links if ".css" in link)).text
    assert "//" not in re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    for font in re.findall(r"url\((fonts/[^)]+)\)", css):
        assert client.get(f"/assets/{font}").status_code == 200


def test_health_says_that_the_process_answers_and_the_data_is_there(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200 and ready.json()["checks"] == {"lake": "ok", "ledger": "ok"}


def test_a_hub_without_data_answers_with_the_next_step(hub_home: Path) -> None:
    from dashboard.app import create_app

    with TestClient(create_app()) as client:
        assert client.get("/healthz").status_code == 200
        ready = client.get("/readyz")
        assert ready.status_code == 503 and ready.json()["checks"]["lake"] != "ok"
        shown = panels(signed_in(client, "leader"), "/")
        assert "hub demo" in shown["discipline"] and "Traceback" not in "".join(shown.values())


def test_an_open_page_hears_of_new_data(client: TestClient, filled: Path) -> None:
    rows = [["Phường Nha Trang", 400, 21000, 500000, 301000, 200000, 690000, 97000]]
    path = lodging_workbook(filled / "2026-06.xlsx", rows, title="BÁO CÁO KHÁCH LƯU TRÚ THÁNG 6/2026")
    hub = [sys.executable, "-c", "from pipelines.cli import main; main()", "submit", str(path)]
    with client.websocket_connect("/ws/updates") as socket:
        before = socket.receive_json()["version"]
        options = ["--dataset", "lodging_guests", "--unit", "SVHTTDL", "--period", "2026-06"]
        done = subprocess.run([*hub, *options], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        after = before
        while after == before:
            after = socket.receive_json().get("version", before)


def test_another_host_s_page_may_not_listen(client: TestClient) -> None:
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/ws/updates", headers={"origin": "http://evil"}):
        pass
