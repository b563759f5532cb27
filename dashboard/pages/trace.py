"""Trace: from a number to its formula, the submissions behind it, and the cells in the files that were sent.

?indicator=…&period=…, or ?dataset=…&measure=…&period=…, and &subject=… for the one in view.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.addresses import address, submission_address
from dashboard.components.markup import Node, Safe, el, join
from dashboard.components.panel import heading, panel
from dashboard.components.sheet import sheet
from dashboard.components.states import empty
from dashboard.components.status import SEVERITY, shape
from dashboard.components.table import Column, table
from dashboard.components.tile import target_line
from dashboard.pages.frame import desk
from dashboard.view import Ask, View
from dashboard.views.dataset import periods_of
from dashboard.views.datasets import contract, dataset_title
from dashboard.views.indicators import series_of, tile_of
from dashboard.views.sheet_window import sheet_window
from dashboard.views.submission import submission
from dashboard.views.targets import indicators
from dashboard.views.trace import (
    Contribution,
    Formula,
    contributions,
    formula_of,
    history,
    missing_units,
    source_of,
    total,
    value_of,
)

__all__ = ["build"]

_TERMS = 6
"""A sum of more terms is not written out."""


@dataclass(frozen=True)
class _Traced:
    """What the address asks for, found."""

    formula: Formula
    title: str
    unit: str
    period: str
    rows: tuple[Contribution, ...]
    chosen: Contribution | None


def build(ask: Ask) -> View:
    """The trace of the number in the address."""
    words = ask.words
    seen: list[_Traced | None] = []

    def traced() -> _Traced | None:
        if not seen:
            seen.append(_traced(ask))
        return seen[0]

    def drawn(draw: Callable[[Ask, _Traced], Safe]) -> Callable[[], Safe]:
        def panel_or_nothing() -> Safe:
            found = traced()
            return draw(ask, found) if found else Safe("")

        return panel_or_nothing

    def head() -> Safe:
        found = traced()
        return _head(ask, found) if found else panel(words("nav.trace"), words("trace.choose"))

    return desk(
        ask,
        "datasets",
        words("nav.trace"),
        {"head": head, "from": drawn(_from), "cells": drawn(_cells)},
        widths={"from": "half", "cells": "half"},
        crumbs=_crumbs(ask),
    )


def _crumbs(ask: Ask) -> tuple[tuple[str, str], ...]:
    words, dataset = ask.words, ask.get("dataset")
    known = indicators(ask.now.date()).get(ask.get("indicator"))
    period = ((words.period(ask.get("period")), ""),) if ask.get("period") else ()
    if known is not None:
        return ((words.pick(known.name_vi, known.name_en), ""), *period)
    if contract(dataset) is not None:
        return (
            (dataset_title(dataset, words.code), address(f"/datasets/{dataset}", measure=ask.get("measure"))),
            *period,
        )
    return ((words("nav.trace"), ""),)


def _traced(ask: Ask) -> _Traced | None:
    indicator, dataset, measure = ask.get("indicator"), ask.get("dataset"), ask.get("measure")
    formula = formula_of(indicator, dataset, measure)
    if formula is None:
        return None
    known = indicators(ask.now.date()).get(indicator)
    if known is not None:
        title, unit = ask.words.pick(known.name_vi, known.name_en), known.unit
    else:
        column = next((c for c in formula.source.columns if c.name == measure), None)
        title = column.title if column else indicator
        unit = (column.unit or "") if column else ""
    period = ask.get("period") or next(reversed(periods_of(ask.lake, formula.source.id)), "")
    rows = contributions(ask.lake, formula, period)
    wanted = ask.get("subject")
    chosen = next((r for r in rows if r.subject == wanted), rows[0] if rows else None)
    return _Traced(formula, title, unit, period, rows, chosen)


def _head(ask: Ask, found: _Traced) -> Safe:
    words, formula = ask.words, found.formula
    parts, value, _ = total(ask.lake, formula, found.period)
    names = [el("span", title, title=expression) for title, expression in formula.parts]
    if formula.ratio:
        said: Node = (
            "= ", words("trace.total"), " ", names[0], " / ", words("trace.total"), " ", names[1], " · ",
            f"{words.number(parts[0])} / {words.number(parts[1])}",
        )  # fmt: skip
    else:
        said = ("= ", words("trace.total"), " ", names[0])
    known = indicators(ask.now.date()).get(ask.get("indicator"))
    target = None
    if known is not None and known.target is not None:
        series = series_of(ask.lake, ask.now).get(known.code)
        if series is not None:
            tile = tile_of(known, series, ask.now.date(), words.code)
            target = (" · ", words("trace.target", target=target_line(tile, words).rpartition(" · ")[0]))
    figure = el(
        "span",
        el("strong", words.number(value)),
        el("span", found.unit, class_="unit") if found.unit and value is not None else None,
        class_="big",
    )
    copy = el("button", words("copy.link"), type="button", class_="button", data_copy=words("copy.done"))
    title = el("span", figure, el("span", found.title, el("small", said, target, class_="muted"), class_="traced"))
    return heading(title, actions=copy)


def _from(ask: Ask, found: _Traced) -> Safe:
    words, formula = ask.words, found.formula
    title = words("trace.from")
    if not found.rows:
        return panel(title, empty(words, "source"))
    columns = [
        Column(words("filter.unit")),
        *(Column(name, number=True, hint=expression) for name, expression in formula.parts),
        *((Column(words("trace.share"), number=True),) if formula.ratio else ()),
        Column(words("trace.check")),
    ]

    def cells(row: Contribution) -> list[Node]:
        status = SEVERITY.get(row.worst, "green")
        to = address("/trace", **{**dict(ask.query), "subject": row.subject})
        return [
            el("a", row.name or "—", href=to),
            *(words.number(p) for p in row.parts),
            *((el("strong", words.number(value_of(formula, row.parts))),) if formula.ratio else ()),
            el("span", shape(status, words), f" {row.passed}/{row.rules}", class_=f"text-{status}"),
        ]

    at = found.rows.index(found.chosen) if found.chosen else None
    missing = missing_units(ask.lake, ask.now, formula.source.id, found.period)
    excluded = None
    if missing:
        to = address("/reporting", dataset=formula.source.id)
        said = words("trace.excluded", count=words.number(missing, 0))
        excluded = el("p", el("a", said, href=to), class_="muted excluded")
    note = (
        words.period(found.period)
        + " · "
        + words("trace.submissions", count=words.number(len({r.submission_id for r in found.rows}), 0))
    )
    rows = el(
        "div",
        table(columns, [cells(r) for r in found.rows], caption=title, selected=at),
        class_="scroll tall",
        tabindex="0",
    )
    return panel(title, rows, excluded, note=note, class_="flush")


def _cells(ask: Ask, found: _Traced) -> Safe:
    words, chosen = ask.words, found.chosen
    title = words("trace.cells")
    sent = submission(ask.lake, chosen.receipt) if chosen else None
    if chosen is None or sent is None:
        return panel(title, empty(words, "source"))
    source = source_of(ask.lake, found.formula, found.period, chosen)
    window = sheet_window(
        found.formula.source,
        sha256=sent.sha256,
        filename=sent.filename,
        sheet=sent.sheet,
        mapping=sent.mapping,
        row=source.row,
        marks=source.marks,
        around=3,
    )
    shown = sheet(window, words) if window else empty(words, "file")
    past = history(ask.lake, found.formula, chosen.subject)
    facts: list[tuple[str, Node]] = [
        (words("trace.sent"), f"{sent.sender}, {words.moment(sent.received_at)} · {sent.unit.name}"),
        (
            words("trace.receipt"),
            (
                el("a", sent.receipt, href=submission_address(sent.receipt), class_="link"),
                f" · sha256 {sent.sha256[:4]}…{sent.sha256[-4:]} · ",
                words("verdict_page.version", version=sent.version),
            ),
        ),
        *_sum_fact(ask, found, source.values),
        (
            words("trace.rules"),
            (
                el("span", shape("green", words), " ", words("trace.passed", count=chosen.passed), class_="text-green"),
                (
                    " · ",
                    el(
                        "a",
                        shape(SEVERITY.get(chosen.worst, "amber"), words),
                        " ",
                        words("trace.failed", count=chosen.rules - chosen.passed),
                        href=submission_address(sent.receipt),
                        class_=f"text-{SEVERITY.get(chosen.worst, 'amber')}",
                    ),
                )
                if chosen.passed < chosen.rules
                else None,
            ),
        ),
        (
            words("trace.history"),
            join(" · ", [f"{words.number(value)} ({words.period_short(period)})" for period, value in past]),
        ),
    ]
    body = el("dl", [el("div", el("dt", name), el("dd", said)) for name, said in facts], class_="facts explain")
    where = f"{sent.filename} · {window.sheet}" if window and window.sheet else sent.filename
    return panel(title, shown, body, note=where, class_="flush")


def _sum_fact(ask: Ask, found: _Traced, values: tuple[tuple[str, ...], ...]) -> list[tuple[str, Node]]:
    """The addition written out, where a handful of cells makes the sum."""
    words, chosen = ask.words, found.chosen
    numeric = [found.formula.source.column(name).type in ("integer", "number") for name in found.formula.columns]
    if chosen is None or not 1 < len(values) <= _TERMS or numeric != [True]:
        return []
    terms = " + ".join(words.number(float(row[0])) if row[0] else words.number(None) for row in values)
    return [(words("trace.sum"), f"{terms} = {words.number(chosen.parts[0])}")]
