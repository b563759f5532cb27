"""A browser, a centre without a pipeline, and people who sign in, for tests of the desk."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.test_wall import CHROMIUM, SERVE, free_port
from tests.people import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WAIT = 45_000
"""Milliseconds that anything may take to be seen."""


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


@pytest.fixture
def centre(hub_home: Path) -> Iterator[str]:
    """A running centre over an empty hub: no pipeline beside it, and no lake that it could be ready with."""
    hub_home.mkdir(parents=True)
    address = f"http://127.0.0.1:{free_port()}"
    command = [*SERVE, address.rpartition(":")[2]]
    server = subprocess.Popen(command, env=os.environ, cwd=Path(__file__).parents[2])
    try:
        _answers(f"{address}/healthz")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _answers(address: str) -> None:
    deadline = time.monotonic() + 90
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def come_in(browser: Browser, login: str, address: str, wrong: list[str]) -> Page:
    """A page in a browser of their own, signed in; errors of its scripts go to `wrong`."""
    page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN").new_page()
    page.set_default_timeout(WAIT)
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: wrong.append(str(e)))
    page.goto(address)
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#live[data-state=live]")
    return page
