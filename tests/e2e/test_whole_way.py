"""The whole way in a browser: what is due, more time, the form, the verdict, a correction, the wall, the receipt."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from data.clock import now
from data.period import Period
from data.settings import settings
from tests.e2e.conftest import come_in
from tests.e2e.test_wall import HUB, SERVE, free_port, wait_ready
from tests.people import account

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

_UNIT = "56-SVHTTDL"
_WRONG, _RIGHT = 9_981_000, 98_100
"""More guests in Cam Lâm's rooms than it has rooms; and what was meant."""


@pytest.fixture
def hub(hub_home: Path) -> Iterator[str]:
    """A hub as it runs: its centre, and the worker that brings what is sent to the wall."""
    from assets.lake_schema import ensure_tables
    from data.warehouse import open_warehouse
    from pipelines.instance import initialise_instance

    initialise_instance()
    with open_warehouse() as con:
        ensure_tables(con, [])
    port = free_port()
    started = {"cwd": Path(__file__).parents[2], "env": os.environ | {"DAGSTER_HOME": str(settings().dagster_home)}}
    running = [subprocess.Popen([*SERVE, str(port)], **started), subprocess.Popen([*HUB, "worker"], **started)]
    try:
        wait_ready(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(timeout=30)


def _fill_in(form: Path) -> int:
    """What a clerk types into the form, with a figure too large in one cell; gives all guest nights."""
    from openpyxl import load_workbook

    book = load_workbook(form)
    sheet = book["Số liệu"]
    head = next(r for r in range(1, 20) if str(sheet.cell(r, 1).value).startswith("Xã, phường"))
    meant = 0
    for n, row in enumerate(range(head + 1, sheet.max_row + 1), start=1):
        figures = [n, 5_000 + n, 2_000 + 7 * n, 900 + n, n, 1_900 + n, 12.5 * n]
        if sheet.cell(row, 1).value == "Xã Cam Lâm":
            figures[2] = _RIGHT
        meant += int(figures[5])
        if figures[2] == _RIGHT:
            figures[2] = _WRONG
        for column, figure in enumerate(figures, start=2):
            sheet.cell(row, column).value = figure
    book.save(form)
    return meant


def test_from_what_is_due_to_the_receipt(hub: str, browser: Browser, tmp_path: Path) -> None:
    wrong: list[str] = []
    clerk_login, operator_login = account("department", _UNIT), account("operator")
    period = str(Period.containing("month", now().date()).previous())
    item = f"dataset=lodging_guests&period={period}&unit={_UNIT}"
    clerk = come_in(browser, clerk_login, f"{hub}/desk?dataset=lodging_guests", wrong)

    # What is due, and more time for it.
    clerk.goto(f"{hub}/desk?do=extend&{item}")
    until = (now() + timedelta(days=40)).date()
    clerk.fill("[name=until]", f"{until}")
    clerk.fill("[name=reason]", "Chờ số liệu của các xã")
    clerk.click("text=Gửi đề nghị")
    clerk.get_by_text("Đã gửi đề nghị gia hạn").wait_for()
    operator = come_in(browser, operator_login, f"{hub}/inbox", wrong)
    operator.click("[data-panel=requests] button[value=grant]")
    operator.get_by_text("Đã gia hạn.").wait_for()
    operator.goto(f"{hub}/datasets/lodging_guests")
    operator.wait_for_selector("#live[data-state=live]")
    clerk.goto(f"{hub}/desk?dataset=lodging_guests&group=coming")
    row = clerk.locator(".duty", has=clerk.locator(f"a[href*='{period}']"))
    row.wait_for()
    assert "gia hạn đến" in row.inner_text() and f"{until.day}/{until.month}" in row.inner_text()

    # The form, filled in and sent as it came back.
    row.locator("summary").click()
    with clerk.expect_download() as taken:
        row.locator("text=Tải mẫu").click()
    form = tmp_path / "gui so.xlsx"
    taken.value.save_as(form)
    meant = _fill_in(form)
    clerk.click("aside a[href='/desk/send']")
    clerk.set_input_files("[data-files]", form)
    waiting = clerk.locator("[data-upload]")
    waiting.wait_for()
    assert waiting.locator("[name=period]").input_value() == period
    clerk.click("text=Gửi tệp này")

    # The verdict at the cell, and the correction in the grid.
    clerk.get_by_text("1 dòng chờ sửa").first.wait_for()
    assert "9.981.000" in clerk.locator("[data-panel=cell]").inner_text()
    clerk.click("text=Sửa dòng sai")
    cell = clerk.locator('.ag-row [col-id="rooms_occupied"]').first
    cell.dblclick()
    clerk.keyboard.press("Control+a")
    clerk.keyboard.type("98.100")
    clerk.keyboard.press("Enter")
    clerk.click("text=Gửi bản đã sửa")
    clerk.get_by_text("Đã nhận cả 65 dòng").wait_for()

    # The page of whoever looks on changes by itself, to the corrected figure.
    shown = f"{meant:,}".replace(",", ".")
    operator.wait_for_function("shown => document.body.innerText.includes(shown)", arg=shown)
    clerk.reload()
    clerk.get_by_text("Đang có hiệu lực").first.wait_for()

    # The receipt.
    clerk.locator(".heading summary", has_text="Tải về").click()
    with clerk.expect_download() as taken:
        clerk.locator("a[href$='receipt.pdf']").click()
    receipt = tmp_path / "bien nhan.pdf"
    taken.value.save_as(receipt)
    assert receipt.read_bytes().startswith(b"%PDF-")
    assert wrong == []
