"""Data quality on the way down: province → dataset → unit → rule → failing cells → the cell in the sheet as sent.

Every level is an address: ?dataset=…&unit=…&period=…&rule=…&cell=….
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from checks.finding import PRINCIPLES
from dashboard.addresses import address, submission_address
from dashboard.components.filters import Choice, filters
from dashboard.components.markup import NOTHING, Node, Safe, el
from dashboard.components.panel import heading, panel
from dashboard.components.principle import principle_strip
from dashboard.components.states import empty, not_found
from dashboard.components.status import SEVERITY, score_status, score_text, shape
from dashboard.components.table import Column, table
from dashboard.language import Language
from dashboard.models import PrincipleScore
from dashboard.pages.frame import desk
from dashboard.pages.verdict_panels import Looked, cell_panel, look
from dashboard.view import Ask, View
from dashboard.views.datasets import contract, dataset_title
from dashboard.views.lake import Record
from dashboard.views.quality import ScoreRow, judged_periods, rules_of, score_rows, summary
from dashboard.views.submission import Submission, scores_of, submission
from dashboard.views.units import unit_of, units

__all__ = ["build"]


def build(ask: Ask) -> View:
    """The level that the address names."""
    words = ask.words
    dataset, unit, rule = ask.get("dataset"), ask.get("unit"), ask.get("rule")
    crumbs = [(words("nav.quality"), "/quality" if dataset else "")]
    if dataset and contract(dataset) is None:
        title = dataset
        return desk(ask, "quality", title, {"head": lambda: panel(title, not_found(words, title))})
    if dataset:
        crumbs.append((dataset_title(dataset, words.code), address("/quality", dataset=dataset) if unit else ""))
    if unit:
        to = address("/quality", dataset=dataset, unit=unit, period=ask.get("period"))
        crumbs.append((unit_of(units(), unit).short, to if rule else ""))
    panels: dict[str, Callable[[], Safe]] = {"head": lambda: _head(ask), "scores": lambda: _scores(ask)}
    widths: dict[str, str] = {}
    if not unit or not dataset:
        panels["groups"] = lambda: _groups(ask)
    elif not rule:
        panels["rules"] = lambda: _rules(ask)
    else:
        panels |= {"cells": lambda: _cells(ask), "cell": lambda: _cell(ask)}
        widths = {"cells": "five", "cell": "seven"}
    return desk(ask, "quality", crumbs[-1][0], panels, widths=widths, crumbs=tuple(crumbs))


def _link(ask: Ask, **changes: str | None) -> str:
    kept = {k: ask.get(k) for k in ("dataset", "unit", "period", "principle", "as_of")}
    return address("/quality", **{**kept, **changes})


def _chosen(ask: Ask) -> tuple[tuple[Record, ...], Record | None]:
    periods = judged_periods(ask.lake, ask.now, ask.get("dataset"), ask.get("unit"))
    wanted = ask.get("period")
    return periods, next((p for p in periods if p["period"] == wanted), periods[0] if periods else None)


def _head(ask: Ask) -> Safe:
    words, dataset, unit = ask.words, ask.get("dataset"), ask.get("unit")
    title: Node = words("nav.quality")
    above: Node = None
    choices = [
        Choice(
            "principle",
            words("filter.principle"),
            tuple((p, words(f"principle.{p}")) for p in PRINCIPLES),
            ask.get("principle"),
            words("filter.all"),
        )
    ]
    if dataset:
        title, above = dataset_title(dataset, words.code), words("nav.quality")
    if unit and dataset:
        title, above = unit_of(units(), unit).name, dataset_title(dataset, words.code)
        periods, chosen = _chosen(ask)
        options = tuple((p["period"], words.period(p["period"])) for p in periods)
        choices.insert(0, Choice("period", words("filter.period"), options, chosen["period"] if chosen else ""))
    actions = None
    if dataset:
        actions = el("a", words("quality.to_dataset"), href=address(f"/datasets/{dataset}"), class_="button")
    kept = (("dataset", dataset), ("unit", unit), ("as_of", ask.get("as_of")))
    return el(
        "div",
        heading(title, above=above, actions=actions),
        NOTHING if ask.get("rule") else filters("/quality", choices, words, kept=kept),
        class_="stack",
    )


def _scores(ask: Ask) -> Safe:
    words, dataset, unit = ask.words, ask.get("dataset"), ask.get("unit")
    _, chosen = _chosen(ask) if dataset and unit else ((), None)
    scores: tuple[PrincipleScore, ...]
    if chosen:
        sent = submission(ask.lake, chosen["receipt"])
        scores = scores_of(sent.stored.verdict.results) if sent and sent.stored else ()
        notes = {}
    else:
        scores = summary(ask.lake, ask.now, dataset=dataset, unit=unit)
        notes = {s.principle: words("principle.items_short", items=words.number(s.items, 0)) for s in scores}
    if not scores:
        return panel(words("wall.principles"), empty(words, "scores", command="hub demo"))
    linked = tuple(replace(s, href=_link(ask, principle=s.principle)) for s in scores)
    return panel("", principle_strip(linked, words, notes), class_="bare")


def _score(value: float | None, words: Language) -> Safe:
    status = score_status(value)
    return el("span", score_text(value, words), class_=f"text-{status}" if value is not None else "muted")


def _groups(ask: Ask) -> Safe:
    words, dataset = ask.words, ask.get("dataset")
    principle = ask.get("principle")
    rows = score_rows(ask.lake, ask.now, dataset=dataset, principle=principle)
    title = words("quality.by_unit" if dataset else "quality.by_dataset")
    if not rows:
        return panel(title, empty(words, "scores", command="hub demo"))
    columns = [
        Column(words("filter.unit" if dataset else "filter.dataset")),
        *(
            Column(
                words(f"principle.{p}"),
                number=True,
                href=_link(ask, principle=p),
                sorted="ascending" if p == principle else None,
            )
            for p in PRINCIPLES
        ),
        Column(words("quality.reports"), number=True, hint=words("quality.reports_hint")),
        Column(words("quality.wrong"), number=True),
    ]

    def cells(row: ScoreRow) -> list[Node]:
        name = unit_of(units(), row.key).name if dataset else dataset_title(row.key, words.code)
        to = _link(ask, unit=row.key) if dataset else _link(ask, dataset=row.key)
        return [
            el("a", name, href=to),
            *(_score(value, words) for _, value in row.scores),
            f"{words.number(row.in_force, 0)}/{words.number(row.expected, 0)}",
            words.number(row.wrong, 0),
        ]

    note = words("quality.lowest_first")
    return panel(title, table(columns, [cells(r) for r in rows], caption=title), note=note, class_="flush")


def _rules(ask: Ask) -> Safe:
    words = ask.words
    _, chosen = _chosen(ask)
    title = words("quality.rules")
    if chosen is None:
        return panel(title, empty(words, "rows"))
    rows = rules_of(ask.lake, chosen["submission_id"], ask.get("dataset"), ask.get("principle"))
    columns = [
        Column(words("quality.rule")),
        Column(words("filter.principle")),
        Column(words("quality.checked"), number=True),
        Column(words("quality.failed"), number=True),
        Column(words("quality.score"), number=True),
    ]

    def name(rule: str, text: str, failed: int, severity: str) -> Safe:
        status = SEVERITY.get(severity, "none") if failed else "green"
        mark = shape(status, words, words(f"severity.{severity}") if failed else None)
        to = _link(ask, rule=rule, period=chosen["period"])
        return el("span", mark, " ", el("a", text, href=to) if failed else text, title=rule)

    body = [
        [
            name(r.rule, r.name, r.failed, r.severity),
            words(f"principle.{r.principle}"),
            words.number(r.checked, 0),
            words.number(r.failed, 0),
            _score(r.score, words),
        ]
        for r in rows
    ]
    note = el("a", words("quality.to_verdict", receipt=chosen["receipt"]), href=submission_address(chosen["receipt"]))
    return panel(title, table(columns, body, caption=title), note=note, class_="flush")


def _looked(ask: Ask) -> Looked | None:
    _, chosen = _chosen(ask)
    sent: Submission | None = submission(ask.lake, chosen["receipt"]) if chosen else None
    return look(ask, sent) if sent else None


def _cells(ask: Ask) -> Safe:
    words, looked = ask.words, _looked(ask)
    title = words("quality.cells")
    if looked is None or looked.selected is None:
        return panel(title, empty(words, "findings"))
    rows: list[list[Node]] = [
        [
            el("a", f.cell, href=_link(ask, rule=f.rule, cell=f.cell)) if f.cell else words.number(None),
            f.value or "—",
            f.expected or "—",
        ]
        for f in looked.page
    ]
    columns = [Column(words("quality.cell")), Column(words("quality.value")), Column(words("quality.expected"))]
    note = words("finding.cells", count=words.number(looked.count, 0))
    selected = looked.selected.place - looked.page[0].place
    return panel(title, table(columns, rows, caption=title, selected=selected), note=note, class_="flush")


def _cell(ask: Ask) -> Safe:
    looked = _looked(ask)
    if looked is None:
        return panel("", empty(ask.words, "findings"))
    return cell_panel(ask, looked, lambda f: _link(ask, rule=f.rule, cell=f.cell))
