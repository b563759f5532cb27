"""One dataset's page, made from its contract: headline numbers, trend, ranking, map, rows, and the contract itself."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.addresses import address, submission_address
from dashboard.components.commune_map import commune_map, load_shapes
from dashboard.components.filters import Choice, filters
from dashboard.components.markup import Node, Safe, el
from dashboard.components.panel import heading, panel
from dashboard.components.ranking import ranking
from dashboard.components.spark import sparkline
from dashboard.components.states import empty, not_found
from dashboard.components.table import Column, pager, table
from dashboard.components.trend import trend
from dashboard.ledger_access import the_ledger
from dashboard.pages import outline
from dashboard.pages.contract_panels import columns_panel, facts_panel, rules_panel
from dashboard.pages.frame import desk
from dashboard.privacy import masked
from dashboard.view import Ask, View
from dashboard.views.dataset import (
    PAGE,
    ROWS,
    Headline,
    breakdown,
    by_subject,
    headlines,
    measure_columns,
    periods_of,
    rows_of,
    series_of,
)
from dashboard.views.datasets import contract, dataset_title
from dashboard.views.names import names_for, shown_value
from dashboard.views.province import shapes_file
from data.contract import Contract
from data.readership import note_reading

__all__ = ["build"]

_RANKED = 12


def build(ask: Ask) -> View:
    """The dataset that the path names."""
    words, source = ask.words, contract(ask.parts["id"])
    if source is None:
        name = ask.parts["id"]
        return desk(ask, "datasets", name, {"head": lambda: panel(name, not_found(words, name))})
    # Kept pages are drawn once for a unit and a state of the lake, and anew every ten minutes: often enough for a day.
    note_reading(the_ledger(), ask.person, source.id)
    if source.layout == "hierarchical":
        return outline.build(ask, source)
    panels: dict[str, Callable[[], Safe]] = {
        "head": lambda: _head(ask, source),
        "headlines": lambda: _headlines(ask, source),
        "trend": lambda: _trend(ask, source),
        "ranking": lambda: _ranking(ask, source),
        "rows": lambda: _rows(ask, source),
        "facts": lambda: facts_panel(ask, source),
        "rules": lambda: rules_panel(ask, source),
        "columns": lambda: columns_panel(ask, source),
    }
    return desk(
        ask,
        "datasets",
        dataset_title(source.id, words.code),
        panels,
        widths={"trend": "seven", "ranking": "five", "facts": "five", "rules": "seven"},
        crumbs=((words("nav.datasets"), "/datasets"), (dataset_title(source.id, words.code), "")),
    )


def _measure(ask: Ask, source: Contract) -> tuple[str, str, str]:
    """The measure in view: (name, title, unit)."""
    wanted = ask.get("measure")
    for column in measure_columns(source):
        if column.name == wanted:
            return column.name, column.title, column.unit or ""
        if not wanted and any(p.value is not None for p in series_of(ask.lake, source, column.name)):
            return column.name, column.title, column.unit or ""
    return ROWS, ask.words("dataset.rows"), ""


def _period(ask: Ask, source: Contract) -> tuple[tuple[str, ...], str]:
    periods = periods_of(ask.lake, source.id)
    wanted = ask.get("period")
    return periods, wanted if wanted in periods else periods[-1] if periods else ""


def _here(ask: Ask, source: Contract, **changes: str | int | None) -> str:
    kept: dict[str, str | int | None] = {k: ask.get(k) for k in ("measure", "period", "sort", "as_of")}
    return address(f"/datasets/{source.id}", **{**kept, **changes})


def _head(ask: Ask, source: Contract) -> Safe:
    words = ask.words
    actions = (
        el("a", words("nav.quality"), href=address("/quality", dataset=source.id), class_="button"),
        el("a", words("nav.reporting"), href=address("/reporting", dataset=source.id), class_="button"),
    )
    periods, period = _period(ask, source)
    choices = []
    if measure_columns(source):
        options = tuple((c.name, c.title) for c in measure_columns(source))
        chosen = _measure(ask, source)[0]
        every = words("dataset.rows") if chosen == ROWS else None
        choices.append(Choice("measure", words("filter.measure"), options, "" if every else chosen, every))
    if periods:
        options = tuple((p, words.period(p)) for p in reversed(periods))
        choices.append(Choice("period", words("filter.period"), options, period))
    kept = (("as_of", ask.get("as_of")), ("sort", ask.get("sort")))
    return el(
        "div",
        heading(dataset_title(source.id, words.code), above=source.owner_name, below=source.purpose, actions=actions),
        filters(f"/datasets/{source.id}", choices, words, kept=kept) if choices else None,
        class_="stack",
    )


def _headlines(ask: Ask, source: Contract) -> Safe:
    words = ask.words
    found = headlines(ask.lake, source, words("dataset.rows"))
    if not any(h.series for h in found):
        command = f"hub submit FILE --dataset {source.id} --unit … --period …"
        return panel(words("dataset.figures"), empty(words, "series", command=command))
    return panel("", el("div", [_headline(ask, source, h) for h in found], class_="headlines"), class_="bare")


def _headline(ask: Ask, source: Contract, found: Headline) -> Safe:
    words = ask.words
    change: Node = words.period(found.period)
    if found.value is not None and found.before:
        share = words.signed(100 * (found.value - found.before) / abs(found.before))
        change = words("dataset.change", period=words.period(found.period), share=share)
    return el(
        "a",
        el("span", found.title, class_="muted"),
        el(
            "span",
            el(
                "span",
                el("strong", words.number(found.value)),
                el("span", found.unit, class_="unit") if found.unit else None,
                class_="big",
            ),
            sparkline([p.value for p in found.series]),
            class_="headline-figure",
        ),
        el("span", change, class_="muted small"),
        class_="headline",
        href=_here(ask, source, measure=None if found.measure == ROWS else found.measure),
    )


def _trend(ask: Ask, source: Contract) -> Safe:
    words = ask.words
    name, title, unit = _measure(ask, source)
    points = series_of(ask.lake, source, name)
    if not any(p.value is not None for p in points):
        return panel(words("dataset.trend"), empty(words, "series"))
    label = f"{title}{f' ({unit})' if unit else ''}"
    return panel(label, trend(points[-36:], words, unit=unit, title=label), note=words("dataset.trend"))


def _ranking(ask: Ask, source: Contract) -> Safe:
    words = ask.words
    name, title, unit = _measure(ask, source)
    _, period = _period(ask, source)
    if name == ROWS:
        by, counted = breakdown(ask.lake, source, period)
        if counted:
            return panel(by, ranking(counted, words), note=f"{title} · {words.period(period)}")
    ranked, communes = by_subject(ask.lake, source, name, period)
    heading_text = words("dataset.ranking")
    if not ranked:
        return panel(heading_text, empty(words, "series"))
    note = f"{title} · {words.period(period)}"
    if communes:
        side = ranking(ranked[:8], words)
        drawn = commune_map(load_shapes(shapes_file()), communes, words, side=side, unit=unit, amounts=True,
                            legend=words("map.amounts"))  # fmt: skip
        return panel(words("dataset.map"), drawn, note=note, class_="mapped")
    return panel(heading_text, ranking(ranked[:_RANKED], words, unit=unit), note=note)


def _rows(ask: Ask, source: Contract) -> Safe:
    words = ask.words
    _, period = _period(ask, source)
    title = words("dataset.table")
    sort = ask.get("sort")
    page = int(ask.get("page")) if ask.get("page").isdigit() else 1
    found = rows_of(ask.lake, source, period, hidden=masked(source, ask.person), sort=sort, page=page)
    if not found.values:
        return panel(title, empty(words, "rows"))
    names = [names_for(ask.lake, c) if c.reference or c.enum else {} for c in found.columns]
    numbers = [c.type in ("integer", "number") for c in found.columns]
    columns = [
        Column(
            c.title,
            number=number,
            href=None if c.personal else _here(ask, source, sort=f"-{c.name}" if sort == c.name else c.name),
            sorted={c.name: "ascending", f"-{c.name}": "descending"}.get(sort),
            hint=f"{c.name}{f' · {c.unit}' if c.unit else ''}",
        )
        for c, number in zip(found.columns, numbers, strict=True)
    ]
    columns.append(Column(words("dataset.source")))
    rows: list[list[Node]] = []
    for values, (receipt, _sheet, row) in zip(found.values, found.sources, strict=True):
        cells: list[Node] = [shown_value(v, c, n, words) for v, c, n in zip(values, found.columns, names, strict=True)]
        cells.append(
            el("a", words("dataset.source_row", row=row), href=submission_address(receipt, row=row)) if receipt else ""
        )
        rows.append(cells)
    pages = -(-found.total // PAGE)
    steps = pager(page, pages, _here(ask, source, page=page - 1), _here(ask, source, page=page + 1), words)
    note = words("dataset.table_note", rows=words.number(found.total, 0), period=words.period(period))
    return panel(title, table(columns, rows, caption=title), steps, note=note, class_="flush")
