"""In a real browser: a department sees what is wrong, applies what is offered, corrects the rest in the grid."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.dashboard.verdict.conftest import sent
from tests.e2e.test_wall import CHROMIUM, SERVE, Watched, free_port
from tests.people import PASSWORD, account
from tests.workbooks import GOOD_ROWS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

_WAIT = 60_000


@pytest.fixture
def centre(hub_home: Path) -> Iterator[str]:
    """A running centre over an empty hub: no pipeline beside it."""
    hub_home.mkdir(parents=True)
    port = free_port()
    server = subprocess.Popen([*SERVE, str(port)], env=os.environ, cwd=Path(__file__).parents[3])
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(address: str) -> None:
    """Until the centre answers; it is not ready before a lake is there, and none is wanted here."""
    deadline = time.monotonic() + 90
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Debian's chromium, headless."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield started
        started.close()


def test_from_a_returned_file_to_an_accepted_one(centre: str, browser: Browser, hub_home: Path) -> None:
    rows = [list(r) for r in GOOD_ROWS]
    rows[0][0] = "Phường Nha Tranng"
    rows[2][3] = 9_000_000
    login = account("department", "56-SVHTTDL")
    submission = sent(hub_home, rows, "2026-10")
    watched = Watched(browser, 1366, 768, "light")
    page = watched.page
    page.goto(f"{centre}/submissions/{submission.receipt}")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")

    page.wait_for_selector("text=Áp dụng 1 gợi ý", timeout=_WAIT)
    page.click("text=Áp dụng 1 gợi ý")
    page.wait_for_selector("text=nộp thành bản 2", timeout=_WAIT)
    assert page.locator("[data-panel=findings]", has_text="Phường Nha Tranng").count() == 0

    page.click("text=Sửa dòng sai")
    cell = page.locator('.ag-row[row-id="7"] [col-id="rooms_occupied"]')
    cell.wait_for(timeout=_WAIT)
    assert "cell-error" in (cell.get_attribute("class") or "")
    cell.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("98.100")
    page.keyboard.press("Enter")
    page.click("text=Gửi bản đã sửa")
    page.wait_for_selector("text=Đã nhận cả 5 dòng", timeout=_WAIT)
    assert "Bản 3" in page.inner_text("[data-panel=versions]")
    assert (watched.outside, watched.errors) == (set(), [])
