"""The page of an outlined dataset (a budget form): a line over the years, plan by settlement, and one year in full."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.addresses import address, submission_address
from dashboard.components.filters import Choice, filters
from dashboard.components.markup import Node, Safe, el
from dashboard.components.paired_bars import paired_bars
from dashboard.components.panel import heading, panel
from dashboard.components.states import empty
from dashboard.components.table import Column, table
from dashboard.pages.contract_panels import columns_panel, facts_panel, rules_panel
from dashboard.pages.frame import desk
from dashboard.view import Ask, View
from dashboard.views.datasets import dataset_title
from dashboard.views.outline import Line, followed, outline, pairs, years_of
from data.contract import Contract

__all__ = ["build"]

_HEADLINES = 4


def build(ask: Ask, source: Contract) -> View:
    """The outline's page."""
    words = ask.words
    panels: dict[str, Callable[[], Safe]] = {
        "head": lambda: _head(ask, source),
        "headlines": lambda: _headlines(ask, source),
        "years": lambda: _years(ask, source),
        "outline": lambda: _outline(ask, source),
        "facts": lambda: facts_panel(ask, source),
        "rules": lambda: rules_panel(ask, source),
        "columns": lambda: columns_panel(ask, source),
    }
    title = dataset_title(source.id, words.code)
    crumbs = ((words("nav.datasets"), "/datasets"), (title, ""))
    return desk(ask, "datasets", title, panels, widths={"facts": "five", "rules": "seven"}, crumbs=crumbs)


def _year(ask: Ask, source: Contract) -> tuple[tuple[int, ...], int]:
    years = years_of(ask.lake, source)
    wanted = int(ask.get("year")) if ask.get("year").isdigit() else 0
    return years, wanted if wanted in years else years[-1] if years else 0


def _line(ask: Ask, source: Contract) -> tuple[tuple[tuple[str, str], ...], str]:
    lines = followed(ask.lake, source)
    wanted = ask.get("line")
    return lines, wanted if wanted in dict(lines) else lines[0][0] if lines else ""


def _here(ask: Ask, source: Contract, **changes: str | int) -> str:
    return address(f"/datasets/{source.id}", **{"line": ask.get("line"), "year": ask.get("year"), **changes})


def _head(ask: Ask, source: Contract) -> Safe:
    words = ask.words
    actions = (
        el("a", words("nav.quality"), href=address("/quality", dataset=source.id), class_="button"),
        el("a", words("nav.reporting"), href=address("/reporting", dataset=source.id), class_="button"),
    )
    years, year = _year(ask, source)
    lines, line = _line(ask, source)
    choices = (
        Choice("line", words("budget.line"), lines, line),
        Choice("year", words("budget.year"), tuple((str(y), str(y)) for y in reversed(years)), str(year)),
    )
    return el(
        "div",
        heading(dataset_title(source.id, words.code), above=source.owner_name, below=source.purpose, actions=actions),
        filters(f"/datasets/{source.id}", choices, words) if years else None,
        class_="stack",
    )


def _headlines(ask: Ask, source: Contract) -> Safe:
    words = ask.words
    _, year = _year(ask, source)
    top = [line for line in outline(ask.lake, source, year) if line.code][:_HEADLINES]
    if not top:
        return panel(words("dataset.figures"), empty(words, "series", command="hub budget load FOLDER"))
    return panel("", el("div", [_headline(ask, source, line, year) for line in top], class_="headlines"), class_="bare")


def _headline(ask: Ask, source: Contract, line: Line, year: int) -> Safe:
    words = ask.words
    value = line.settlement if line.settlement is not None else line.plan
    kind = words("budget.settlement" if line.settlement is not None else "budget.plan")
    said = f"{kind} {year}"
    if line.ratio is not None:
        said = words("budget.of_plan", kind=kind, year=year, share=words.percent(line.ratio, 1))
    return el(
        "a",
        el("span", line.name, class_="muted clip", title=line.name),
        el(
            "span",
            el("strong", words.number(None if value is None else value / 1000, 1)),
            el("span", words("budget.billion"), class_="unit"),
            class_="big",
        ),
        el("span", said, class_="muted small"),
        class_="headline",
        href=_here(ask, source, line=line.code),
    )


def _years(ask: Ask, source: Contract) -> Safe:
    words = ask.words
    lines, code = _line(ask, source)
    name = dict(lines).get(code, "")
    found = pairs(ask.lake, source, code) if code else ()
    title = words("budget.over_years", line=name)
    if not found:
        return panel(words("dataset.trend"), empty(words, "series"))
    missing = [str(p.year) for p in found if p.plan is None and p.settlement is None]
    keys = el(
        "span",
        [
            el("span", el("i", class_=f"key pair {kind}"), words(f"budget.{kind}"), class_="keyed")
            for kind in ("plan", "settlement")
        ],
        f" · {words('budget.unit')}",
        class_="keys",
    )
    gaps = el("p", words("budget.gaps", years=", ".join(missing)), class_="muted small") if missing else None
    return panel(title, paired_bars(found, words, unit=words("budget.unit"), title=title), gaps, note=keys)


def _outline(ask: Ask, source: Contract) -> Safe:
    words = ask.words
    _, year = _year(ask, source)
    lines = outline(ask.lake, source, year)
    title = words("budget.outline", year=year)
    if not lines:
        return panel(title, empty(words, "rows"))
    columns = [
        Column(words("budget.number")),
        Column(words("budget.name")),
        Column(words("budget.plan"), number=True),
        Column(words("budget.settlement"), number=True),
        Column(words("budget.ratio"), number=True),
        Column(words("dataset.source")),
    ]

    def name(line: Line) -> Node:
        text: Node = line.name
        if line.code:
            text = el("a", line.name, href=_here(ask, source, line=line.code))
        return el("span", text, class_=f"outline level-{min(line.level, 5)}")

    rows: list[list[Node]] = [
        [
            line.number,
            name(line),
            words.number(line.plan, 0),
            words.number(line.settlement, 0),
            words.percent(line.ratio, 1),
            el("a", words("dataset.source_row", row=line.row), href=submission_address(line.receipt, row=line.row))
            if line.receipt
            else "",
        ]
        for line in lines
    ]
    note = words("budget.outline_note", rows=words.number(len(rows), 0))
    return panel(title, table(columns, rows, caption=title), note=note, class_="flush")
