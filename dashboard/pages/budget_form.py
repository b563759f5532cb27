"""One budget form of one year with its arithmetic, and the facts that two forms of that year give differently."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.components.markup import NOTHING, Node, Safe, el, join
from dashboard.components.panel import panel
from dashboard.components.states import empty
from dashboard.components.status import shape
from dashboard.components.table import Column, pager, table
from dashboard.pages.budget_links import arithmetic_mark, cell_link, difference_mark
from dashboard.view import Ask
from dashboard.views.budget import Figure
from dashboard.views.budget_form import (
    PAGE,
    Contradiction,
    FormLine,
    contradictions,
    form_table,
    years_with_contradictions,
)
from dashboard.views.datasets import dataset_title

__all__ = ["contradictions_panel", "form_label", "form_panel"]

_CELLS = tuple[str, int, str]
_DEEPEST = 5


def form_label(ask: Ask, dataset: str, form: str) -> str:
    """ "Biểu 62 · Quyết toán cân đối ngân sách địa phương"."""
    number = form.rpartition("-")[2]
    return f"{ask.words('budget.form_number', number=number)} · {dataset_title(dataset, ask.words.code)}"


def _cell(figure: Figure) -> _CELLS:
    return figure.receipt, figure.row, figure.column


def _told(ask: Ask, year: int) -> dict[_CELLS, Figure]:
    """Cell → the figure of another form that says something else."""
    told: dict[_CELLS, Figure] = {}
    for found in contradictions(ask.lake, year):
        if found.a and found.b:
            told.setdefault(_cell(found.a), found.b)
            told.setdefault(_cell(found.b), found.a)
    return told


def form_panel(ask: Ask, dataset: str, year: int, here: Callable[..., str]) -> Safe:
    """The lines of a form, indented by level; a figure that is not the sum of its lines says what they add up to."""
    words = ask.words
    page = int(ask.get("page")) if ask.get("page").isdigit() else 1
    found = form_table(ask.lake, dataset, year, page)
    title = f"{dataset_title(dataset, words.code)} {year}"
    if not found.lines:
        return panel(title, empty(words, "rows"))
    told = _told(ask, year)

    def name(line: FormLine) -> Node:
        text: Node = el("a", line.name, href=here(line=line.code)) if line.code else line.name
        return el("span", text, class_=f"outline level-{min(line.level, _DEEPEST)}")

    def figure(line: FormLine, measure: str) -> Node:
        shown = line.figures.get(measure)
        if shown is None:
            return ""
        other = told.get(_cell(shown))
        marks = [arithmetic_mark(words, shown), difference_mark(words, other) if other else None]
        return (cell_link(shown, words.number(shown.value)), marks)

    columns = [
        Column(words("budget.number")),
        Column(words("budget.name")),
        *(Column(shown, number=True, hint=measure) for measure, shown in found.measures),
    ]
    rows: list[list[Node]] = [
        [line.number, name(line), *(figure(line, measure) for measure, _ in found.measures)] for line in found.lines
    ]
    status, key = ("red", "budget.check") if found.broken else ("green", "budget.check_fine")
    check = el(
        "span",
        shape("red" if found.broken else "green", words),
        " ",
        words(key, count=words.number(found.broken, 0)),
        class_=f"text-{status}",
    )
    note = join(" · ", [check, words("budget.form_note", rows=words.number(found.total, 0))])
    pages = -(-found.total // PAGE)
    steps = pager(page, pages, here(page=page - 1), here(page=page + 1), words)
    return panel(title, table(columns, rows, caption=title), steps, note=note, class_="flush")


def contradictions_panel(ask: Ask, year: int, here: Callable[..., str]) -> Safe:
    """The facts that two forms of the year give differently, side by side, each figure with its cell."""
    words = ask.words
    title = f"{words('budget.contradictions')}, {year}"
    found = contradictions(ask.lake, year)
    others = [(y, n) for y, n in years_with_contradictions(ask.lake).items() if y != year]
    more = NOTHING
    if others:
        links = [el("a", f"{y} ({words.number(n, 0)})", href=here(year=y)) for y, n in reversed(others)]
        more = el("p", words("budget.contradictions_years"), " ", join(" · ", links), class_="muted small excluded")
    if not found:
        none = el("p", words("budget.contradictions_none", year=year), class_="excluded")
        return panel(title, none, more, class_="flush")
    columns = [
        Column(words("budget.line_name")),
        Column(words("budget.first_form"), number=True),
        Column(words("budget.second_form"), number=True),
    ]

    def side(figure: Figure | None) -> Node:
        if figure is None:
            return "—"
        form = words("budget.form_number", number=figure.number)
        told = el("span", form, class_="cell-check muted", title=dataset_title(figure.dataset, words.code))
        return (cell_link(figure, words.number(figure.value)), told)

    def row(c: Contradiction) -> list[Node]:
        said = words.pick(c.said_vi, c.said_en)
        gap = words("budget.apart", value=words.number(abs(c.a.value - c.b.value), 0)) if c.a and c.b else ""
        kind = words(f"budget.{c.kind}") if c.kind else ""
        below = el("span", " · ".join(part for part in (kind, gap) if part), class_="cell-check muted")
        return [el("span", c.name or said, below, class_="told", title=said), side(c.a), side(c.b)]

    note = (shape("amber", words), " ", words("budget.contradictions_note", count=words.number(len(found), 0)))
    return panel(title, table(columns, [row(c) for c in found], caption=title), more, note=note, class_="flush")
