"""The wrong rows of a submission in a grid: correct them right here, and send the corrected copy."""

from __future__ import annotations

from dashboard.addresses import address, submission_address
from dashboard.components.desk_said import banner
from dashboard.components.markup import NOTHING, Node, Safe, el
from dashboard.components.panel import heading, panel
from dashboard.components.states import empty, not_found
from dashboard.components.table import pager
from dashboard.grid_slot import place
from dashboard.pages.frame import desk
from dashboard.verdict.grid import ROWS, rows_in_view
from dashboard.verdict.rights import rights_of
from dashboard.view import Ask, View
from dashboard.views.datasets import contract, dataset_title
from dashboard.views.submission import Submission, submission

__all__ = ["build"]


def build(ask: Ask) -> View:
    """The rows of the receipt in the address; all of them with ?all=1."""
    words, receipt = ask.words, ask.parts["receipt"]
    where = "reporting" if ask.person.may("read.all") else "desk"
    crumbs = ((receipt, submission_address(receipt)), (words("rows.title"), ""))
    sent = submission(ask.lake, receipt)
    source = contract(sent.dataset) if sent else None
    if sent is None or source is None or not rights_of(ask.person, source, sent.received).read:
        return desk(
            ask,
            where,
            words("rows.title"),
            {"head": lambda: panel(receipt, not_found(words, receipt))},
            crumbs=crumbs,
        )
    may = rights_of(ask.person, source, sent.received).send and sent.newest and sent.stored is not None
    numbers, count = rows_in_view(ask, sent)
    panels = {
        "head": lambda: _head(ask, sent, count, may=may),
        "grid": lambda: _grid(ask, sent, bool(numbers), count, may=may),
    }
    return desk(ask, where, words("rows.title"), panels, crumbs=crumbs)


def _head(ask: Ask, sent: Submission, count: int, *, may: bool) -> Safe:
    words = ask.words
    page = f"{submission_address(sent.receipt)}/rows"
    whole = bool(ask.get("all"))
    other = el(
        "a",
        words("rows.wrong" if whole else "rows.all"),
        href=page if whole else address(page, all=1),
        class_="button",
    )
    title = words("rows.head_all" if whole else "rows.head", count=words.number(count, 0))
    above = f"{dataset_title(sent.dataset, words.code)} · {sent.unit.name} · {words.period(sent.period)}"
    below = words("rows.how") if may else words("rows.only_see")
    return el(
        "div",
        banner(ask.get("said"), words),
        heading(title, above=above, below=below, actions=other),
        class_="stack",
    )


def _grid(ask: Ask, sent: Submission, shown: bool, count: int, *, may: bool) -> Safe:
    words = ask.words
    title = words("rows.title")
    if not shown:
        return panel(title, empty(words, "wrong_rows"))
    page = int(ask.get("page")) if ask.get("page").isdigit() and int(ask.get("page")) > 0 else 1

    def at(number: int) -> str:
        return address(f"{submission_address(sent.receipt)}/rows", all=ask.get("all"), page=number)

    form: Node = None
    if may:
        form = el(
            "form",
            el("input", type="hidden", name="changes"),
            el("button", words("rows.send"), class_="button main", data_once=words("correct.working")),
            el("button", words("rows.undo"), type="button", class_="button", data_grid_do="undo"),
            el("span", el("span", "0", data_grid_count=True), " ", words("rows.changed"), class_="muted"),
            method="post",
            action=f"/submissions/{sent.receipt}/rows",
            data_grid_form=True,
            class_="grid-send",
        )
    steps = pager(page, -(-count // ROWS), at(page - 1), at(page + 1), words)
    note = words("rows.leave") if may and count > ROWS else NOTHING
    return panel(title, place(words), form, steps, note=note, class_="flush grid-panel")
