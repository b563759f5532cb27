"""The list of datasets, each from its contract: whose it is, how often it comes, how it stands."""

from __future__ import annotations

from dashboard.addresses import address
from dashboard.components.filters import Choice, filters
from dashboard.components.markup import Node, Safe, el
from dashboard.components.panel import heading, panel
from dashboard.components.states import empty
from dashboard.components.status import score_status, shape
from dashboard.components.table import Column, table
from dashboard.pages.frame import desk
from dashboard.pages.named import named
from dashboard.view import Ask, View
from dashboard.views.dataset import catalogue
from dashboard.views.datasets import contracts, dataset_title
from dashboard.views.units import short_name

__all__ = ["build"]


def build(ask: Ask) -> View:
    """All datasets, or those of one sector."""
    return desk(ask, "datasets", ask.words("nav.datasets"), {"head": lambda: _head(ask), "list": lambda: _list(ask)})


def _head(ask: Ask) -> Safe:
    words = ask.words
    sectors = dict.fromkeys(c.sector for c in contracts().values())
    options = tuple((s, named(words, "sector", s)) for s in sectors)
    choice = Choice("sector", words("filter.sector"), options, ask.get("sector"), words("filter.all"))
    return el("div", heading(words("nav.datasets")), filters("/datasets", [choice], words), class_="stack")


def _list(ask: Ask) -> Safe:
    words = ask.words
    wanted = {k: c for k, c in contracts().items() if ask.get("sector") in ("", c.sector)}
    title = words("nav.datasets")
    if not wanted:
        return panel(title, empty(words, "datasets"))
    columns = [
        Column(words("filter.dataset")),
        Column(words("dataset.owner")),
        Column(words("filter.cadence")),
        Column(words("dataset.newest")),
        Column(words("dataset.rows"), number=True),
        Column(words("dataset.next_due")),
        Column(words("dataset.on_time"), number=True, hint=words("dataset.on_time_hint")),
    ]
    rows: list[list[Node]] = []
    for entry in catalogue(ask.lake, ask.now, wanted):
        source = entry.contract
        status = score_status(entry.on_time)
        rows.append(
            [
                el("a", dataset_title(source.id, words.code), href=address(f"/datasets/{source.id}")),
                short_name(source.owner_name),
                named(words, "cadence", source.cadence.unit),
                words.period(entry.newest),
                words.number(entry.rows, 0),
                words.day_month(entry.next_due),
                el("span", shape(status, words), " ", words.percent(entry.on_time, 0)),
            ]
        )
    note = words("dataset.count", count=words.number(len(rows), 0))
    return panel(title, table(columns, rows, caption=title), note=note, class_="flush")
