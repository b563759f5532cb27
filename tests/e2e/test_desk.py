"""The desk in a browser: nothing to report, several files at once, a pasted table, an upload that breaks off."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlparse

import pytest

from data.clock import now
from data.period import Period
from data.settings import settings
from tests.dashboard.verdict.conftest import wrong_rows
from tests.e2e.conftest import come_in
from tests.people import account
from tests.workbooks import GOOD_ROWS, LODGING_HEADER, lodging_workbook

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

_UNIT = "56-SVHTTDL"
_LAST = Period.containing("month", now().date()).previous()


def _title(period: Period) -> str:
    year, month = str(period).split("-")
    return f"BÁO CÁO KHÁCH LƯU TRÚ THÁNG {int(month)}/{year}"


def test_nothing_to_report_is_two_clicks_from_what_is_due(centre: str, browser: Browser) -> None:
    wrong: list[str] = []
    page = come_in(browser, account("department", _UNIT), f"{centre}/desk?dataset=lodging_guests&group=now", wrong)
    row = page.locator(".duty", has=page.locator(f"a[href*='do=nil'][href*='{_LAST.previous()}']"))
    assert "trễ" in row.inner_text()
    row.locator("summary").click()
    row.get_by_text("Không phát sinh").click()
    page.get_by_role("button", name="Đúng, không phát sinh").click()
    page.get_by_text("Đã nhận báo cáo không phát sinh").wait_for()
    page.goto(f"{centre}/desk?dataset=lodging_guests&group=waiting")
    page.locator(".duty", has_text="đã nhận").wait_for()
    assert wrong == []


def test_two_files_and_a_pasted_table_are_recognised_and_sent_together(
    centre: str, browser: Browser, tmp_path: Path
) -> None:
    wrong: list[str] = []
    page = come_in(browser, account("department", _UNIT), f"{centre}/desk/send", wrong)
    good, faulty = _LAST, _LAST.previous()
    files = [
        lodging_workbook(tmp_path / "mot.xlsx", title=_title(good)),
        lodging_workbook(tmp_path / "hai.xlsx", wrong_rows(), title=_title(faulty)),
    ]
    page.set_input_files("[data-files]", files)
    page.locator("[data-upload]").nth(1).wait_for()
    assert {p.input_value() for p in page.locator("[data-upload] [name=period]").all()} == {str(good), str(faulty)}

    table = "\n".join("\t".join(map(str, row)) for row in (LODGING_HEADER[1:], *GOOD_ROWS))
    _paste(page, table)
    pasted = page.locator("[data-upload]", has_text="bang-dan")
    pasted.wait_for()
    assert pasted.locator("[name=dataset]").input_value() == "lodging_guests"
    third = str(faulty.previous())
    pasted.locator("[name=period]").select_option(third)
    page.get_by_role("button", name="Gửi 3 tệp").click()

    results = page.locator(".results .result")
    results.nth(2).wait_for()
    said = " ".join(results.all_inner_texts())
    assert said.count("Đã nhận cả 5 dòng") == 2
    assert said.count("chưa nhận dòng nào trong 5 dòng") == 1
    results.filter(has_text="Trả lại").click()
    page.get_by_text("Phường Nha Tranng").first.wait_for()
    assert wrong == []


def _paste(page: Page, text: str) -> None:
    page.evaluate(
        """text => { const data = new DataTransfer(); data.setData("text/plain", text);
        const event = { clipboardData: data, bubbles: true, cancelable: true };
        document.dispatchEvent(new ClipboardEvent("paste", event)); }""",
        text,
    )


def test_a_browser_that_goes_away_in_the_middle_leaves_nothing_half(centre: str, browser: Browser) -> None:
    wrong: list[str] = []
    page = come_in(browser, account("department", _UNIT), f"{centre}/desk/send", wrong)
    cookies = "; ".join(f"{c['name']}={c['value']}" for c in page.context.cookies())
    host = urlparse(centre)
    assert host.hostname is not None
    with socket.create_connection((host.hostname, host.port or 80)) as line:
        head = (
            f"POST /desk/upload?name=nua.xlsx HTTP/1.1\r\nHost: {host.netloc}\r\n"
            f"Origin: {centre}\r\nCookie: {cookies}\r\n"
            "Content-Type: application/octet-stream\r\nContent-Length: 3000000\r\n\r\n"
        )
        line.sendall(head.encode() + b"x" * 1_500_000)
    told = page.get_by_text("Lần tải trước dừng giữa chừng")
    for _ in range(20):
        page.reload()
        page.wait_for_selector("[data-panel=drop]")
        if told.count():
            break
    told.wait_for()
    assert not list((settings().home / "uploads").rglob("bytes"))
    page.get_by_role("button", name="Bỏ tệp").click()
    told.wait_for(state="detached")
    assert wrong == []
