"""The review of a document in a browser: every mark in its place, decisions by keyboard, and nothing undone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assets.directives.review import Item, reviewed
from data.directives import decisions, kept_directives
from data.ledger import open_ledger
from tests.assets.directives.documents import NOTICE
from tests.e2e.conftest import come_in
from tests.people import account

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def decided(page: Page, count: int) -> list[Item]:
    """The tasks as they are kept, once so many decisions are."""
    from assets.directives.readings import kept_reading

    for _ in range(200):
        with open_ledger() as ledger:
            (kept,) = kept_directives(ledger)
            made = decisions(ledger, kept.directive_id)
        if len(made) >= count:
            break
        page.wait_for_timeout(50)
    assert len(made) == count
    reading = kept_reading(kept.sha256)
    assert reading is not None and reading.found is not None
    return [item for item in reviewed(reading.found, made) if item.kind == "task"]


def select(page: Page, words: str) -> None:
    """Select these words of the document, as with the mouse."""
    page.evaluate(
        """words => {
            const box = document.getElementById("document-text");
            for (const part of box.querySelectorAll("[data-at]")) {
                const at = part.textContent.indexOf(words);
                if (at < 0) continue;
                const range = document.createRange();
                range.setStart(part.firstChild, at);
                range.setEnd(part.firstChild, at + words.length);
                const chosen = window.getSelection();
                chosen.removeAllRanges();
                chosen.addRange(range);
                return;
            }
            throw new Error("not in one piece: " + words);
        }""",
        words,
    )


def test_a_document_is_sent_reviewed_by_keyboard_and_keeps_what_was_decided(
    centre: str, browser: Browser, tmp_path: Path
) -> None:
    wrong: list[str] = []
    (tmp_path / "tb77.txt").write_text(NOTICE, encoding="utf-8")
    page = come_in(browser, account("operator"), f"{centre}/directives", wrong)
    page.get_by_text("Chưa có văn bản nào").wait_for()
    page.set_input_files("input[type=file]", tmp_path / "tb77.txt")
    page.get_by_role("button", name="Đọc văn bản").click()
    lines = page.locator("#found li.item")
    lines.nth(4).wait_for()
    assert page.locator("h1").inner_text() == "Thông báo 77/TB-UBND"
    before = lines.count()

    # Each item is marked in its place: the words in the list are the words in the document.
    page.keyboard.press("j")
    assert lines.nth(0).get_attribute("aria-current") is not None
    marked = " ".join(page.locator("#document-text mark.current").all_inner_texts())
    text = lines.nth(0).locator(".item-text").inner_text()
    assert " ".join(marked.split()) == " ".join(text.split())

    page.keyboard.press("Enter")  # accepts the first and goes on to the second
    page.keyboard.press("x")  # rejects the second
    tasks = decided(page, 2)
    assert [task.state for task in tasks[:3]] == ["accepted", "rejected", "open"]
    page.locator("#found li.rejected").wait_for()

    page.keyboard.press("e")
    editor = page.locator("dialog.editor[open]")
    editor.locator("[name=leads]").fill("Sở Nội vụ")
    editor.get_by_role("button", name="Lưu").click()
    assert decided(page, 3)[2].values["leads"] == "Sở Nội vụ"
    lines.nth(2).get_by_text("Sở Nội vụ").wait_for()

    select(page, "chia sẻ dữ liệu, trình UBND tỉnh")
    lines.nth(0).click()
    select(page, "trình UBND tỉnh")
    page.keyboard.press("s")
    halves = decided(page, 4)
    assert halves[1].values["text"].startswith("trình UBND tỉnh") and len(halves) == before + 1
    page.wait_for_function(f"document.querySelectorAll('#found li.item').length === {before + 1}")

    lines.nth(0).click()
    page.keyboard.press("m")
    assert decided(page, 5)[1].state == "merged"
    page.wait_for_function(f"document.querySelectorAll('#found li.item').length === {before}")

    select(page, "sau khi nghe ý kiến các đại biểu")
    page.keyboard.press("a")
    editor.locator("[name=leads]").fill("Sở Y tế")
    editor.get_by_role("button", name="Lưu").click()
    added = decided(page, 6)
    assert any(task.origin == "person" and task.values["leads"] == "Sở Y tế" for task in added)
    page.wait_for_function(f"document.querySelectorAll('#found li.item').length === {before + 1}")

    # Another visit finds everything as it was decided, and says who decided it.
    page.reload()
    lines.nth(before).wait_for()
    assert page.locator("#found li.accepted").count() == 3 and page.locator("#found li.rejected").count() == 1
    assert "đã chấp nhận" in page.locator("#found li.accepted").first.inner_text()
    page.locator(".tabs a", has_text="Văn bản viện dẫn").click()
    page.locator("#found", has_text="12-NQ/TU").wait_for()
    assert wrong == []


def test_leaders_read_along_and_decide_nothing_and_a_scan_gets_a_clear_answer(
    centre: str, browser: Browser, tmp_path: Path
) -> None:
    wrong: list[str] = []
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.4\n%%EOF")
    (tmp_path / "tb.txt").write_text(NOTICE, encoding="utf-8")
    page = come_in(browser, account("operator"), f"{centre}/directives", wrong)
    page.set_input_files("input[type=file]", tmp_path / "scan.pdf")
    page.get_by_role("button", name="Đọc văn bản").click()
    page.get_by_text("PDF hỏng").wait_for()
    page.goto(f"{centre}/directives")
    page.set_input_files("input[type=file]", tmp_path / "tb.txt")
    page.get_by_role("button", name="Đọc văn bản").click()
    page.locator("#found li.item").first.wait_for()
    leader = come_in(browser, account("leader"), page.url, wrong)
    leader.locator("#found li.item").first.wait_for()
    assert leader.locator("[data-do]").count() == 0
    leader.keyboard.press("j")
    leader.keyboard.press("x")
    refused = leader.evaluate(
        """async () => (await fetch(location.pathname + "/decisions", { method: "POST",
        headers: { "Content-Type": "application/json" }, body: "[]" })).status"""
    )
    assert refused == 403 and leader.locator("#found li.rejected").count() == 0
    assert [line for line in wrong if "403" not in line] == []
