"""The budget's sector page: plan and settlement over the years, one form in full, and every figure's cell.

?line=… the line followed over the years, ?year=… and ?form=… the form shown in full, ?page=… its page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.addresses import address
from dashboard.components.filters import Choice, filters
from dashboard.components.markup import NOTHING, Node, Safe, el, join
from dashboard.components.panel import heading, panel
from dashboard.components.plan_settlement import Bar, Slot, against, year_bars, year_line
from dashboard.components.states import empty
from dashboard.components.status import shape
from dashboard.components.table import Column, table
from dashboard.pages.budget_form import contradictions_panel, form_label, form_panel
from dashboard.pages.budget_links import arithmetic_mark, billion, cell_address_of, cell_link, difference_mark
from dashboard.pages.frame import desk
from dashboard.view import Ask, View
from dashboard.views.budget import HEADLINES, KINDS, Published, Year, lines, published, series
from dashboard.views.datasets import contract, dataset_title
from dashboard.views.lake import LakeClosedError
from dashboard.views.province import province_name
from data.unit_resolver import TWO_LEVELS_SINCE

__all__ = ["build"]


@dataclass(frozen=True)
class _Chosen:
    """What the address asks for, brought to what is there."""

    known: Published
    lines: tuple[tuple[str, str], ...]
    line: str
    year: int
    form: str
    series: dict[str, tuple[Year, ...]]

    @property
    def name(self) -> str:
        """The line's name."""
        return dict(self.lines).get(self.line, "")

    @property
    def years(self) -> tuple[Year, ...]:
        """The chosen line over the years."""
        return self.series.get(self.line, ())


def build(ask: Ask) -> View:
    """The page; without a budget in the hub one panel that says how to load it."""
    words = ask.words
    title = words("nav.budget")
    try:
        known = published(ask.lake)
    except LakeClosedError:
        known = Published()
    if not known.years:
        return desk(ask, "budget", title, {"head": lambda: heading(title), "empty": lambda: _nothing(ask)})
    chosen = _chosen(ask, known)
    panels: dict[str, Callable[[], Safe]] = {
        "head": lambda: _head(ask, chosen),
        "headlines": lambda: _headlines(ask, chosen),
        "chart": lambda: _chart(ask, chosen),
        "years": lambda: _years(ask, chosen),
        "contradictions": lambda: contradictions_panel(ask, chosen.year, _here(ask)),
        "form": lambda: form_panel(ask, chosen.form, chosen.year, _here(ask)),
    }
    return desk(ask, "budget", title, panels, widths={"years": "seven", "contradictions": "five"})


def _here(ask: Ask) -> Callable[..., str]:
    def to(**changes: str | int | None) -> str:
        kept: dict[str, str | int | None] = {k: ask.get(k) for k in ("line", "year", "form")}
        return address("/budget", **{**kept, **changes})

    return to


def _chosen(ask: Ask, known: Published) -> _Chosen:
    words = ask.words
    there = tuple((code, words.pick(vi, en)) for code, vi, en in lines(ask.lake))
    codes = dict(there)
    line = ask.get("line") if ask.get("line") in codes else next((c for c in (*HEADLINES, *codes) if c in codes), "")
    wanted = int(ask.get("year")) if ask.get("year").isdigit() else 0
    year = wanted if wanted in known.forms else known.newest("settlement") or known.years[-1]
    forms = [dataset for dataset, _ in known.forms[year]]
    settled = next((d for d, form in known.forms[year] if not form.startswith("plan-")), forms[0])
    form = ask.get("form") if ask.get("form") in forms else settled
    top = [code for code in HEADLINES if code in codes]
    return _Chosen(known, there, line, year, form, series(ask.lake, [*top, line], known))


def _nothing(ask: Ask) -> Safe:
    published(ask.lake)  # a lake out of reach is said to be so, not to be empty
    words = ask.words
    return panel(words("nav.budget"), empty(words, "budget", command=f"hub budget load {words('budget.folder')}"))


def _head(ask: Ask, chosen: _Chosen) -> Safe:
    words, known = ask.words, chosen.known
    newest = {kind: known.newest(kind) or "—" for kind in KINDS}
    below: list[Node] = [words("budget.until", **newest)]
    if known.years[0] < TWO_LEVELS_SINCE.year:
        below.append(
            words("budget.vintage", day=words.day(TWO_LEVELS_SINCE), province=words.pick(_former(), province_name()))
        )
    forms = known.forms[chosen.year]
    choices = (
        Choice("line", words("budget.line"), chosen.lines, chosen.line),
        Choice("year", words("budget.year"), tuple((str(y), str(y)) for y in reversed(known.years)), str(chosen.year)),
        Choice("form", words("budget.form"), tuple((d, form_label(ask, d, f)) for d, f in forms), chosen.form),
    )
    source = contract(chosen.form)
    copy = el("button", words("copy.link"), type="button", class_="button", data_copy=words("copy.done"))
    return el(
        "div",
        heading(
            words("nav.budget"),
            above=f"{province_name()} · {source.owner_name}" if source else province_name(),
            below=join(" ", below),
            actions=copy,
        ),
        filters("/budget", choices, words, kept=(("as_of", ask.get("as_of")),)),
        class_="stack",
    )


def _former() -> str:
    """The province's name within a sentence: "tỉnh Khánh Hòa"."""
    name = province_name()
    return name[:1].lower() + name[1:]


def _why_missing(ask: Ask, year: Year, kind: str) -> str:
    return ask.words("budget.no_line" if kind in year.filed else "budget.missing")


def _headlines(ask: Ask, chosen: _Chosen) -> Safe:
    tiles = [
        _tile(ask, code, name, chosen.series[code])
        for code, name in sorted(chosen.lines, key=lambda n: HEADLINES.index(n[0]) if n[0] in HEADLINES else 99)
        if code in HEADLINES
    ]
    return el("div", tiles, class_="tiles")


def _tile(ask: Ask, code: str, name: str, years: tuple[Year, ...]) -> Safe:
    words = ask.words
    told = [y for y in years if y.settlement] or [y for y in years if y.plan]
    newest = told[-1] if told else None
    shown = (newest.settlement or newest.plan) if newest else None
    if newest is None or shown is None:
        return NOTHING
    kind = words(f"budget.{shown.kind}")
    past = [(y.year, f.value) for y in years if (f := y.side(shown.kind))]
    plan, settled = newest.plan, newest.settlement
    label = words("budget.against", share=words.percent(newest.ratio, 1)) if newest.ratio is not None else ""
    said: Node = f"{kind} {shown.year}{f' · {label}' if label else ''}"
    if plan is None or settled is None:
        other = "plan" if plan is None else "settlement"
        planned: Node = f"{words(f'budget.{other}')} {newest.year}: {_why_missing(ask, newest, other)}"
    else:
        planned = (words("budget.plan"), " ", cell_link(plan, billion(words, plan.value)), " ", words("budget.billion"))
    check: Node = None
    if shown.expected is not None:
        check = el("span", shape("red", words), " ", words("budget.uneven"), class_="text-red",
                   title=words.pick(shown.message_vi, shown.message_en))  # fmt: skip
    return el(
        "div",
        el("h3", el("a", name, href=_here(ask)(line=code)), class_="tile-title", title=name),
        el(
            "div",
            el(
                "p",
                cell_link(shown, el("strong", billion(words, shown.value))),
                el("span", words("budget.billion"), class_="unit"),
                class_="big",
            ),
            year_line(past),
            class_="tile-figure",
        ),
        against(settled.value, plan.value if plan else None, label) if settled else el("div", class_="bar none"),
        el("p", said, class_="tile-line"),
        el("p", planned, class_="tile-line"),
        el("p", check, class_="tile-line"),
        class_="tile budget-tile",
    )


def _chart(ask: Ask, chosen: _Chosen) -> Safe:
    words = ask.words

    def bar(year: Year, kind: str) -> Bar:
        figure, name = year.side(kind), f"{year.year} · {words(f'budget.{kind}')}"
        if figure is None:
            return Bar(kind, None, f"{name}: {_why_missing(ask, year, kind)}")
        said = f"{name}: {billion(words, figure.value)} {words('budget.billion')}"
        return Bar(kind, figure.value / 1000, said, cell_address_of(figure))

    slots = [
        Slot(str(y.year), tuple(bar(y, kind) for kind in KINDS))
        if y.filed
        else Slot(str(y.year), (), f"{y.year}: {words('budget.no_year')}")
        for y in chosen.years
    ]
    keys = el(
        "span",
        [
            el("span", el("i", class_=f"key pair {kind}"), words(f"budget.{kind}"), class_="keyed")
            for kind in (*KINDS, "missing")
        ],
        el("span", words("budget.billion")),
        class_="keys",
    )
    title = words("budget.over_years", line=chosen.name)
    drawn = year_bars(slots, words, title=title)
    return panel(title, drawn or empty(words, "series"), note=keys)


def _years(ask: Ask, chosen: _Chosen) -> Safe:
    words = ask.words
    columns = [
        Column(words("budget.year")),
        Column(words("budget.plan"), number=True),
        Column(words("budget.settlement"), number=True),
        Column(words("budget.ratio"), number=True),
    ]

    def side(year: Year, kind: str) -> Node:
        figure = year.side(kind)
        if figure is None:
            return el("span", _why_missing(ask, year, kind), class_="absent")
        form = words("budget.form_number", number=figure.number)
        told = f"{dataset_title(figure.dataset, words.code)}: {figure.name}"
        marks = [el("span", form, class_="cell-check muted", title=told), arithmetic_mark(words, figure)]
        marks += [difference_mark(words, other) for other in year.others if other.kind == kind]
        return (cell_link(figure, words.number(figure.value, 0)), marks)

    rows: list[list[Node]] = []
    for y in reversed(chosen.years):
        if not y.filed:
            rows.append([str(y.year), el("span", words("budget.no_year"), class_="absent"), "", ""])
            continue
        first = y.settlement or y.plan
        href = _here(ask)(year=y.year, form=first.dataset if first else None)
        rows.append(
            [
                el("a", str(y.year), href=href),
                side(y, "plan"),
                side(y, "settlement"),
                words.percent(y.ratio, 1),
            ]
        )
    filed = sum(1 for y in chosen.years if y.filed)
    note = words("budget.years_note", years=filed, missing=len(chosen.years) - filed)
    title = f"{chosen.name}, {words('budget.unit')}"
    used = {f.dataset: f for y in chosen.years for f in (y.plan, y.settlement) if f}
    follows = join(" · ", [el("a", dataset_title(d, words.code), href=f"/datasets/{d}") for d in sorted(used)])
    foot = el("p", words("budget.follows"), ": ", follows, class_="muted small excluded")
    at = next((i for i, y in enumerate(reversed(chosen.years)) if y.year == chosen.year), None)
    return panel(title, table(columns, rows, caption=title, selected=at), foot, note=note, class_="flush")
