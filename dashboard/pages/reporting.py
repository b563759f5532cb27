"""Reporting status: units against periods, filtered by sector, kind of unit and cadence, down to each submission."""

from __future__ import annotations

from dashboard.components.filters import Choice, filters
from dashboard.components.markup import NOTHING, Safe, el
from dashboard.components.matrix import matrix
from dashboard.components.panel import heading, panel
from dashboard.components.states import empty
from dashboard.components.status import REPORTED, shape
from dashboard.language import Language
from dashboard.pages.frame import desk
from dashboard.pages.named import named
from dashboard.view import Ask, View
from dashboard.views.datasets import dataset_title
from dashboard.views.reporting import Reporting, ReportingFilter, reporting
from dashboard.views.units import unit_of, units

__all__ = ["build"]


def build(ask: Ask) -> View:
    """The matrix for the filters in the address."""
    words = ask.words
    wanted = ReportingFilter(
        **{name: ask.get(name) for name in ("sector", "kind", "cadence", "dataset", "unit")},
    )
    crumbs = [(words("nav.reporting"), "/reporting" if wanted.unit or wanted.dataset else "")]
    if wanted.unit:
        crumbs.append((unit_of(units(), wanted.unit).short, ""))
    if wanted.dataset:
        crumbs.append((dataset_title(wanted.dataset, words.code), ""))
    seen: list[Reporting] = []

    def found() -> Reporting:
        if not seen:
            seen.append(reporting(ask.lake, ask.now, wanted, words.code))
        return seen[0]

    return desk(
        ask,
        "reporting",
        crumbs[-1][0],
        {"head": lambda: _head(ask, wanted, found()), "matrix": lambda: _matrix(ask, wanted, found())},
        crumbs=tuple(crumbs),
    )


def _head(ask: Ask, wanted: ReportingFilter, found: Reporting) -> Safe:
    words = ask.words
    title = words("nav.reporting")
    if wanted.unit:
        title = unit_of(units(), wanted.unit).name
    elif wanted.dataset:
        title = dataset_title(wanted.dataset, words.code)
    choices = (
        Choice("dataset", words("filter.dataset"), found.datasets, wanted.dataset, words("filter.all")),
        Choice(
            "sector",
            words("filter.sector"),
            tuple((s, named(words, "sector", s)) for s in found.sectors),
            wanted.sector,
            words("filter.all"),
        ),
        Choice(
            "kind",
            words("filter.kind"),
            tuple((k, named(words, "kind", k)) for k in found.kinds),
            wanted.kind,
            words("filter.all"),
        ),
        Choice(
            "cadence",
            words("filter.cadence"),
            tuple((c, named(words, "cadence", c)) for c in found.cadences),
            wanted.cadence,
            words("filter.all"),
        ),
    )
    kept = (("unit", wanted.unit), ("as_of", ask.get("as_of")))
    return el(
        "div",
        heading(
            title,
            above=words("nav.reporting") if title != words("nav.reporting") else None,
            actions=_totals(found, words),
        ),
        filters("/reporting", choices, words, kept=kept),
        class_="stack",
    )


def _totals(found: Reporting, words: Language) -> Safe:
    if not found.rows:
        return NOTHING
    return el(
        "ul",
        [
            el(
                "li",
                shape(REPORTED[state], words, words(f"reported.{state}")),
                " ",
                el("strong", words.number(count, 0)),
                " ",
                words(f"reported.{state}"),
                class_="muted",
            )
            for state, count in found.totals
            if count
        ],
        class_="totals",
    )


def _matrix(ask: Ask, wanted: ReportingFilter, found: Reporting) -> Safe:
    words = ask.words
    by_dataset = wanted.unit and not wanted.dataset
    title = words("reporting.by_dataset" if by_dataset else "reporting.by_unit")
    if not found.rows:
        return panel(title, empty(words, "rows"))
    note = words("reporting.note", rows=words.number(len(found.rows), 0), periods=words.number(len(found.periods), 0))
    body = matrix(found.rows, found.periods, words)
    frame = el("div", body, class_="table-frame", tabindex="0", role="region", aria_label=title)
    return panel(title, frame, note=note)
