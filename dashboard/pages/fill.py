"""Filling in one report in the browser: the grid, what is kept, and the way to send it."""

from __future__ import annotations

from dashboard.addresses import address, submission_address
from dashboard.components.desk_forms import item_fields
from dashboard.components.desk_said import banner
from dashboard.components.filters import Choice, filters
from dashboard.components.markup import NOTHING, Safe, el
from dashboard.components.panel import heading, panel
from dashboard.components.states import empty
from dashboard.desk.drafts import draft
from dashboard.desk.duties import duty_of
from dashboard.desk.filling import item_asked
from dashboard.desk.item import Item
from dashboard.desk.recognising import units_for
from dashboard.grid_slot import place
from dashboard.pages.frame import desk
from dashboard.view import Ask, View
from dashboard.views.datasets import dataset_title
from dashboard.views.units import unit_of, units

__all__ = ["build"]


def build(ask: Ask) -> View:
    """The grid of the report in the address."""
    words, item = ask.words, item_asked(ask)
    crumbs = ((words("nav.desk"), "/desk"), (words("desk.fill"), ""))
    if item is None:
        missing = lambda: panel(words("desk.fill"), empty(words, "duty"))  # noqa: E731
        return desk(ask, "desk", words("desk.fill"), {"missing": missing}, crumbs=crumbs)
    return desk(
        ask,
        "desk",
        words("desk.fill"),
        {"head": lambda: _head(ask, item), "sheet": lambda: _sheet(ask, item), "go": lambda: _go(ask, item)},
        crumbs=crumbs,
    )


def _head(ask: Ask, item: Item) -> Safe:
    words = ask.words
    duty = duty_of(ask.person, item.contract.id, item.reporter, str(item.period), ask.now)
    about = [unit_of(units(), item.reporter).name, words.period(str(item.period))]
    if duty is not None:
        about.append(words("desk.due", day=words.day(duty.due_at.date()), at=words.clock(duty.due_at)))
    below: list[str | Safe] = [words("desk.fill_page.hint")]
    if duty is not None and duty.newest is not None:
        version = words("desk.fill_page.sent", version=duty.newest.version)
        below += [" ", el("a", version, href=submission_address(duty.newest.receipt), class_="link")]
    owners = units_for(ask.person, item.contract)
    choice = NOTHING
    if len(owners) > 1:
        named = tuple((code, unit_of(units(), code).name) for code in owners)
        choice = filters(ask.path, (Choice("unit", words("filter.unit"), named, item.reporter),), words)
    template = address("/desk/template", dataset=item.contract.id, period=str(item.period), unit=item.reporter)
    return el(
        "div",
        banner(ask.get("said"), words),
        heading(
            dataset_title(item.contract.id, words.code),
            above=" · ".join(about),
            below=below,
            actions=el("a", words("desk.template"), href=template, download=True, class_="button"),
        ),
        choice,
        class_="stack",
    )


def _sheet(ask: Ask, item: Item) -> Safe:
    """Tools and grid; drawn once, as the grid stands in it."""
    words = ask.words
    tools = [
        el("button", words(f"grid.{what}"), type="button", class_="button small", data_grid_do=what)
        for what in ("add", "remove", "undo")
    ]
    saved = el(
        "span",
        words("desk.fill_page.kept_here"),
        class_="muted small",
        data_grid_saved=True,
        data_saving=words("desk.fill_page.saving"),
        data_saved=words("desk.fill_page.saved"),
        data_failed=words("desk.fill_page.not_saved"),
        role="status",
    )
    return el("div", el("div", tools, saved, class_="grid-tools"), place(words), class_="panel grid-panel")


def _go(ask: Ask, item: Item) -> Safe:
    words = ask.words
    fields = (item.contract.id, str(item.period), item.reporter)
    forget = NOTHING
    if draft(ask.person, item) is not None:
        forget = el(
            "form",
            *item_fields(*fields),
            el("button", words("desk.fill_page.forget"), type="submit", class_="button"),
            method="post",
            action="/desk/draft/discard",
        )
    form = el(
        "form",
        *item_fields(*fields),
        el("input", type="hidden", name="rows", value=""),
        el("span", el("strong", "0", data_grid_rows=True), " ", words("desk.fill_page.rows"), class_="muted"),
        el("button", words("desk.fill_page.send"), type="submit", class_="button main"),
        method="post",
        action="/desk/fill",
        class_="go-form",
        data_grid_form=True,
        data_grid_save="/desk/draft",
        data_sending=words("desk.upload.judging"),
    )
    return el("div", forget, form, class_="go")
