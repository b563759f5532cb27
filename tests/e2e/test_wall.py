"""End to end: a department's file is sent, and the wall in a real browser changes by itself within five seconds."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlparse

import pytest

from data.ledger import open_ledger
from data.settings import settings
from tests.people import PASSWORD, account
from tests.workbooks import GOOD_ROWS, lodging_workbook, with_cell

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LIMIT_MS = 5_000
"""The wall changes within this time of the submission's verdict."""
TOTALS = "document.querySelector('[data-panel=alerts] .note').innerText"
HUB = [sys.executable, "-c", "from pipelines.cli import main; main()"]
SERVE = [sys.executable, "-m", "uvicorn", "--factory", "dashboard.app:create_app", "--log-level", "warning", "--port"]


def submit(path: Path, period: str) -> None:
    """Send a file through the public door, as a department's officer at a shell would."""
    options = ["--dataset", "lodging_guests", "--unit", "SVHTTDL", "--period", period]
    done = subprocess.run(
        [*HUB, "submit", str(path), *options], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_ready(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A hub with one month of data and its operations centre, served as in production."""
    folder = tmp_path_factory.mktemp("wall")
    patch = pytest.MonkeyPatch()
    patch.setenv("HUB_HOME", str(folder / "hub"))
    settings.cache_clear()
    account("leader")
    submit(lodging_workbook(folder / "t9.xlsx", title="BÁO CÁO KHÁCH LƯU TRÚ THÁNG 9/2026"), "2026-09")
    port = free_port()
    server = subprocess.Popen([*SERVE, str(port)], env=os.environ, cwd=Path(__file__).parents[2])
    try:
        wait_ready(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)
        patch.undo()
        settings.cache_clear()


@pytest.fixture(scope="module")
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


class Watched:
    """A page with what it asked of other hosts, and what went wrong in it."""

    def __init__(self, browser: Browser, width: int, height: int, scheme: str) -> None:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="vi-VN",
        )
        self.page: Page = context.new_page()
        self.outside: set[str] = set()
        self.errors: list[str] = []
        self.page.on("request", lambda r: self._note(r.url))
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))

    def enter(self, address: str, path: str = "/") -> None:
        """Come to a page as a leader does: through the sign-in page."""
        self.page.goto(f"{address}{path}")
        self.sign_in()

    def sign_in(self) -> None:
        """Fill in the form that is in view."""
        self.page.fill("[name=login]", account("leader"))
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("form button[type=submit]")

    def _note(self, url: str) -> None:
        host = urlparse(url).hostname
        if host and host != "127.0.0.1":
            self.outside.add(host)


def test_a_submission_changes_the_wall_without_a_reload(address: str, browser: Browser, tmp_path: Path) -> None:
    watched = Watched(browser, 1920, 1080, "dark")
    page = watched.page
    watched.enter(address)
    page.wait_for_selector("[data-panel=ticker] li", timeout=20_000)
    page.wait_for_selector("#live[data-state=live]")
    page.evaluate("window.sameDocument = true")
    before = page.inner_text("[data-panel=ticker]")
    alerts_before = page.evaluate(TOTALS)
    assert "T9/26" in before and "T10/26" not in before

    rows = [[name, *[value + 7 for value in values]] for name, *values in with_cell(2, 3, 9_000_000)]  # type: ignore[operator]
    submit(lodging_workbook(tmp_path / "t10.xlsx", rows), "2026-10")
    page.wait_for_function(
        "document.querySelector('[data-panel=ticker]').innerText.includes('T10/26')", timeout=LIMIT_MS
    )

    assert page.evaluate("window.sameDocument") is True
    assert f"nhận {len(GOOD_ROWS) - 1}, chờ sửa 1" in page.inner_text("[data-panel=ticker]")
    page.wait_for_function(f"before => {TOTALS} !== before", arg=alerts_before)

    page.click("[data-panel=ticker] li:first-child a")
    page.wait_for_selector("#cell-E7", timeout=20_000)
    assert page.evaluate("window.sameDocument") is True
    assert "9.000.007" in page.inner_text("#cell-E7")
    assert (watched.outside, watched.errors) == (set(), [])


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160), (1366, 768), (390, 844)])
def test_the_wall_fits_its_screen(address: str, browser: Browser, width: int, height: int) -> None:
    watched = Watched(browser, width, height, "light")
    page = watched.page
    watched.enter(address)
    page.wait_for_selector("[data-panel=principles] .principle", timeout=20_000)
    size = page.evaluate(
        "[document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]"
    )
    assert size[0] <= 1
    if width >= 1920:
        assert size[1] <= 1
    assert (watched.outside, watched.errors) == (set(), [])


def test_the_header_says_when_the_connection_is_lost(address: str, browser: Browser) -> None:
    watched = Watched(browser, 1366, 768, "light")
    page = watched.page
    watched.enter(address, "/reporting")
    page.wait_for_selector("#live[data-state=live]", timeout=20_000)
    page.route_web_socket("**/ws/updates", lambda socket: socket.close())
    page.reload()
    page.wait_for_selector("#live[data-state=lost]", timeout=20_000)
    assert "Mất kết nối" in page.inner_text("#live")


def test_language_and_theme_are_kept(address: str, browser: Browser) -> None:
    watched = Watched(browser, 1366, 768, "light")
    page = watched.page
    watched.enter(address)
    page.wait_for_selector("[data-panel=principles]", timeout=20_000)
    page.click("[data-theme-switch]")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.click("a[data-lang=en]")
    page.wait_for_function("document.body.innerText.includes('Six principles')", timeout=20_000)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_session_that_ended_leads_to_sign_in_and_back(address: str, browser: Browser) -> None:
    watched = Watched(browser, 1366, 768, "light")
    page = watched.page
    watched.enter(address, "/quality?principle=dung")
    page.wait_for_selector("#live[data-state=live]", timeout=20_000)
    with open_ledger() as ledger, ledger.writing() as con:
        con.exec_driver_sql("UPDATE session SET ended_at = created_at")
    page.click("aside a[href='/reporting']")
    page.wait_for_url("**/sign-in?said=ended&next=*", timeout=20_000)
    assert "Phiên làm việc đã hết" in page.inner_text("main")
    watched.sign_in()
    page.wait_for_url(f"{address}/reporting", timeout=20_000)


def test_the_sign_in_page_shows_a_password_when_asked_and_fits_a_phone(address: str, browser: Browser) -> None:
    watched = Watched(browser, 390, 844, "dark")
    page = watched.page
    page.goto(f"{address}/sign-in")
    page.fill("[name=password]", PASSWORD)
    page.click(".peek")
    assert page.get_attribute("[name=password]", "type") == "text"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.fill("[name=login]", "leader.x")
    page.click("form button[type=submit]")
    page.wait_for_selector("#live[data-state=live]", timeout=20_000)
    page.click(".me summary")
    page.click(".me-card form button")
    page.wait_for_url("**/sign-in?said=left", timeout=20_000)
    assert (watched.outside, watched.errors) == (set(), [])
