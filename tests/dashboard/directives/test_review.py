"""The review through the app: what is sent is read and shown with its marks; decisions are checked and kept."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assets.directives.readings import kept_reading
from dashboard.directives.document_text import document_text
from dashboard.language import language
from dashboard.ledger_access import the_ledger
from data.audit import entries
from data.directives import decisions, kept_directives
from tests.assets.directives.documents import NOTICE
from tests.dashboard.test_app import panels
from tests.people import quick_hashes, signed_in

__all__ = ["quick_hashes"]


@pytest.fixture
def operator(hub_home: Path, quick_hashes: None) -> Iterator[TestClient]:
    from dashboard.app import create_app

    with TestClient(create_app()) as client:
        yield signed_in(client, "operator")


def send(client: TestClient, content: bytes, name: str = "tb.txt") -> str:
    """Send a document; gives the address of its page."""
    answer = client.post("/directives/send", files={"file": (name, content)}, follow_redirects=False)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def read(client: TestClient, address: str) -> dict[str, str]:
    """The page's panels, once the document was read."""
    until = time.monotonic() + 60
    while client.get(f"{address}/items.json").status_code == 202 and time.monotonic() < until:
        time.sleep(0.2)
    return panels(client, address)


def test_a_document_is_read_and_every_task_marked_in_its_place(operator: TestClient) -> None:
    page = send(operator, NOTICE.encode())
    shown = read(operator, page)
    (kept,) = kept_directives(the_ledger())
    reading = kept_reading(kept.sha256)
    assert reading is not None and reading.found is not None
    for task in reading.found.tasks:
        key = f"task:{task.place.start}-{task.place.end}"
        stretches = re.findall(
            rf'<mark data-at="\d+" data-items="[^"]*{key}[^"]*"[^>]*>(.*?)</mark>', shown["text"], re.S
        )
        marked = unescape("".join(stretches))
        assert marked == reading.found.text[task.place.start : task.place.end] and key in shown["items"]
    plain = unescape(re.sub(r"<[^>]+>", "", shown["text"].partition('id="document-text"')[2].partition(">")[2]))
    assert reading.found.text.strip() in plain
    assert "77/TB-UBND" in panels(operator, "/directives")["documents"]


def test_decisions_are_checked_kept_and_recorded(operator: TestClient) -> None:
    page = send(operator, NOTICE.encode())
    read(operator, page)
    (kept,) = kept_directives(the_ledger())
    reading = kept_reading(kept.sha256)
    assert reading is not None and reading.found is not None
    place = reading.found.tasks[0].place
    item = f"{place.start}-{place.end}"

    def decide(**made: object) -> int:
        body = [{"kind": "task", "item": item, **made}]
        return int(operator.post(f"{page}/decisions", json=body).status_code)

    assert decide(action="edit", values={"deadline": "30 tháng 2"}) == 422
    assert decide(action="edit", item="5-999999") == 422
    assert decide(action="forget") == 422
    assert decide(action="accept", extra=1) == 422
    assert operator.post("/directives/99/decisions", json=[]).status_code == 404
    assert decisions(the_ledger(), kept.directive_id) == []
    assert decide(action="edit", values={"leads": " Sở Y tế ", "unknown": "x"}) == 204
    (kept_decision,) = decisions(the_ledger(), kept.directive_id)
    assert kept_decision.detail == {"values": {"leads": "Sở Y tế"}} and kept_decision.actor == "operator.x"
    assert entries(the_ledger(), limit=1)[0].action == "directive.edit"
    shown = panels(operator, page)["items"]
    assert "Sở Y tế" in shown and "đã chấp nhận" in shown and "operator.x" in shown


def test_what_cannot_be_read_is_kept_and_says_why(operator: TestClient) -> None:
    page = send(operator, b"%PDF-1.4 nothing", "scan.pdf")
    assert "hỏng" in read(operator, page)["head"]
    assert "hỏng" in panels(operator, "/directives")["documents"]
    unrelated = send(operator, "Hôm nay trời đẹp, gió nhẹ.\n".encode() * 30)
    assert "không phải văn bản hành chính" in read(operator, unrelated)["head"]


def test_departments_see_no_documents(operator: TestClient) -> None:
    page = send(operator, NOTICE.encode())
    read(operator, page)
    reader = signed_in(operator, "department", "56-STC")
    assert "77/TB-UBND" not in "".join(panels(reader, page).values())
    assert reader.get(f"{page}/items.json").status_code == 403


def test_markup_of_a_document_stays_text() -> None:
    shown = document_text("<script>alert(1)</script>\fhai", [], language("vi"))
    assert "<script>" not in shown and "&lt;script&gt;" in shown and "trang 2" in shown
