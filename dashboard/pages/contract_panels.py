"""What a dataset's page says of its contract: owner, cadence and due dates, rules, columns."""

from __future__ import annotations

from checks.compile import compile_rules
from dashboard.components.markup import Node, Safe, el
from dashboard.components.panel import panel
from dashboard.components.status import SEVERITY, shape
from dashboard.components.table import Column, table
from dashboard.ledger_access import the_ledger
from dashboard.pages.named import named
from dashboard.view import Ask
from dashboard.views.dataset import next_due
from dashboard.views.units import unit_of, units
from data.contract import Contract
from data.obligation import full_code
from data.readership import readers
from data.settings import settings

__all__ = ["columns_panel", "facts_panel", "rules_panel"]


def facts_panel(ask: Ask, source: Contract) -> Safe:
    """Who, how often, by when, under which licence."""
    words = ask.words
    due = next_due(ask.lake, ask.now, source.id)
    facts: list[tuple[str, Node]] = [
        (words("dataset.owner"), source.owner_name),
        (words("dataset.grain"), source.grain),
        (words("filter.cadence"), f"{named(words, 'cadence', source.cadence.unit)} · {source.cadence.due}"),
        (words("dataset.next_due"), words.moment(due)),
        (words("dataset.usage"), source.usage),
        (words("readers.title"), _readers(ask, source)),
        (words("dataset.licence"), source.licence or words.number(None)),
        (words("dataset.version"), f"{source.version} · {source.id}"),
    ]
    body = el("dl", [el("div", el("dt", name), el("dd", said)) for name, said in facts if said], class_="facts")
    return panel(words("dataset.contract"), body, note="ODCS 3.2")


def _readers(ask: Ask, source: Contract) -> Node:
    """How many units beside the owner read the dataset of late, with their names as a hint."""
    codes = readers(the_ledger(), source.id, owner=full_code(source.owner, settings().province))
    if not codes:
        return el("span", ask.words("readers.none"), class_="muted")
    names = ", ".join(unit_of(units(), code).name for code in codes[:30])
    return el("span", ask.words("readers.count", count=ask.words.number(len(codes), 0)), title=names)


def rules_panel(ask: Ask, source: Contract) -> Safe:
    """Every rule with its principle and severity."""
    words = ask.words
    columns = [Column(words("quality.rule")), Column(words("filter.principle")), Column(words("dataset.severity"))]
    rows: list[list[Node]] = [
        [
            el("span", r.name, title=r.id),
            words(f"principle.{r.principle}"),
            el("span", shape(SEVERITY.get(r.severity, "none"), words), " ", words(f"severity.{r.severity}")),
        ]
        for r in sorted(compile_rules(source), key=lambda r: (r.derived, r.principle, r.name))
    ]
    title = words("quality.rules")
    return panel(
        title,
        el("div", table(columns, rows, caption=title), class_="scroll"),
        note=words.number(len(rows), 0),
        class_="flush",
    )


def columns_panel(ask: Ask, source: Contract) -> Safe:
    """Every column: title, name, type, unit, whether required, key or personal."""
    words = ask.words
    columns = [
        Column(words("dataset.column")),
        Column(words("dataset.name")),
        Column(words("dataset.type")),
        Column(words("dataset.unit")),
        Column(words("dataset.marks")),
    ]

    def marks(column: object) -> str:
        return " · ".join(words(f"dataset.is_{m}") for m in ("key", "required", "personal") if getattr(column, m))

    rows: list[list[Node]] = [
        [c.title, el("code", c.name), words(f"type.{c.type}"), c.unit or "", marks(c)] for c in source.columns
    ]
    title = words("dataset.columns")
    return panel(title, table(columns, rows, caption=title), note=words.number(len(rows), 0), class_="flush")
