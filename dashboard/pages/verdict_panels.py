"""What a verdict shows, on the submission's own page and at the end of the way down from quality."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.addresses import submission_address
from dashboard.components.findings import findings
from dashboard.components.markup import NOTHING, Node, Safe, el
from dashboard.components.panel import panel
from dashboard.components.principle import principle_strip
from dashboard.components.sheet import sheet
from dashboard.components.states import empty
from dashboard.components.status import SEVERITY, VERDICT, shape
from dashboard.language import Language
from dashboard.models import CellMark
from dashboard.view import Ask
from dashboard.views.datasets import contract
from dashboard.views.sheet_window import sheet_window
from dashboard.views.submission import (
    Found,
    Submission,
    finding_groups,
    findings_of,
    marks_of,
    rule_names,
    scores_of,
)
from data.table import cell_address

__all__ = ["Looked", "cell_panel", "findings_panel", "headline", "look", "scores_panel"]


@dataclass(frozen=True)
class Looked:
    """A submission with all its findings and the one in view."""

    sent: Submission
    found: tuple[Found, ...]
    of_rule: tuple[Found, ...]
    place: int
    """Position of the finding in view among those of its rule."""

    @property
    def selected(self) -> Found | None:
        """The finding in view."""
        return self.of_rule[self.place] if self.of_rule else None


def look(ask: Ask, sent: Submission) -> Looked:
    """Choose the finding in view: the address's rule and place, else the first with a cell."""
    found = findings_of(ask.lake, sent.submission_id)
    rule = ask.get("rule")
    if not rule:
        groups = finding_groups(found, sent)
        rule = next((g.rule for g in groups if g.cells), groups[0].rule if groups else "")
    of_rule = tuple(f for f in found if f.rule == rule)
    cell = ask.get("cell")
    place = next((i for i, f in enumerate(of_rule) if f.cell == cell), 0) if cell else 0
    return Looked(sent, found, of_rule, place)


def headline(sent: Submission, words: Language) -> Node:
    """What came of it, in one line."""
    status = VERDICT.get(sent.verdict, "none")
    values = {
        "accepted": words.number(sent.accepted, 0),
        "rows": words.number(sent.rows, 0),
        "quarantined": words.number(sent.quarantined, 0),
    }
    said = (
        words(f"headline.{sent.verdict}", **values) if words.has(f"headline.{sent.verdict}") else words("headline.none")
    )
    return (shape(status, words), " ", said)


def scores_panel(ask: Ask, looked: Looked) -> Safe:
    """The submission's scores with what stands behind them."""
    words, sent = ask.words, looked.sent
    repaired = sum(f.rule.startswith("repair.") for f in looked.found)
    notes = {"sach": words("note.repaired", count=words.number(repaired, 0)) if repaired else ""}
    if sent.due_at is not None:
        days = (sent.due_at.date() - sent.received_at.date()).days
        key = "note.before_due" if sent.received_at <= sent.due_at else "note.after_due"
        notes["song"] = words(key, days=words.number(abs(days), 0))
    return panel("", principle_strip(scores_of(ask.lake, sent.submission_id), words, notes), class_="bare")


def findings_panel(ask: Ask, looked: Looked) -> Safe:
    """What must be corrected, by rule."""
    words, sent = ask.words, looked.sent
    selected = looked.selected
    groups = finding_groups(looked.found, sent, rule=selected.rule if selected else "", english=words.code == "en")
    if not groups:
        return panel(words("verdict_page.findings"), empty(words, "findings"))
    note = words(
        "verdict_page.findings_note", rows=words.number(sent.quarantined, 0), kinds=words.number(len(groups), 0)
    )
    return panel(words("verdict_page.findings"), findings(groups, words), note=note, class_="flush")


def cell_panel(ask: Ask, looked: Looked, to: Callable[[Found], str] | None = None) -> Safe:
    """The cell in its sheet, why it is there, and the way to the next (`to` gives its address)."""
    words, sent, selected = ask.words, looked.sent, looked.selected
    source = contract(sent.dataset)
    title = (
        words("verdict_page.cell", cell=selected.cell) if selected and selected.cell else words("verdict_page.sheet")
    )
    if source is None:
        return panel(title, empty(words, "file"))
    english = words.code == "en"
    by_row = ask.get("row").isdigit()
    marks = marks_of(looked.found, sent.mapping, None if by_row else selected, english)
    row = selected.row if selected else None
    if by_row:
        # The row that a table elsewhere links to: its figures are marked as the source, or the one that is named.
        row, title = int(ask.get("row")), words("verdict_page.row", row=ask.get("row"))
        measured = sorted(sent.mapping[c.name] for c in source.measures if c.name in sent.mapping)
        if ask.get("column") in sent.mapping:
            measured = [sent.mapping[ask.get("column")]]
            title = words("verdict_page.cell", cell=cell_address(row, measured[0]))
        marks += tuple(CellMark(row, column, "source", selected=i == 0) for i, column in enumerate(measured))
    window = sheet_window(
        source,
        sha256=sent.sha256,
        filename=sent.filename,
        sheet=sent.sheet,
        mapping=sent.mapping,
        row=row,
        marks=marks,
    )
    shown = sheet(window, words) if window else empty(words, "file")
    note = words("verdict_page.sheet_note", sheet=window.sheet) if window and window.sheet else sent.filename
    why = NOTHING if ask.get("row") else _why(looked, words, to)
    return panel(title, shown, why, note=note, class_="flush")


def _why(looked: Looked, words: Language, to: Callable[[Found], str] | None) -> Safe:
    selected = looked.selected
    if selected is None:
        return NOTHING
    source = contract(looked.sent.dataset)
    name = rule_names(source).get(selected.rule, selected.rule) if source else selected.rule
    severity = SEVERITY.get(selected.severity, "none")
    at = looked.place
    before, after = (looked.of_rule[i] if 0 <= i < len(looked.of_rule) else None for i in (at - 1, at + 1))

    def step(found: Found | None, mark: str, label: str) -> Safe:
        if found is None:
            return el("span", mark, class_="faint", aria_hidden="true")
        href = to(found) if to else submission_address(looked.sent.receipt, rule=found.rule, cell=found.cell)
        return el("a", mark, href=href, aria_label=label)

    return el(
        "div",
        el(
            "p",
            el(
                "strong",
                shape(severity, words, words(f"severity.{selected.severity}")),
                " ",
                words.pick(selected.message_vi, selected.message_en),
                class_=f"text-{severity}" if severity != "none" else None,
            ),
        ),
        el(
            "p",
            words("verdict_page.rule"),
            " ",
            el("span", name, title=selected.rule),
            f" · {words(f'principle.{selected.principle}')} · {words(f'severity.{selected.severity}')}",
            class_="muted",
        ),
        el("p", words("verdict_page.expected"), " ", el("strong", selected.expected)) if selected.expected else None,
        el("p", words("finding.suggestion"), " ", el("strong", selected.suggestion, class_="accent"))
        if selected.suggestion
        else None,
        el(
            "nav",
            el("span", f"{words.number(at + 1, 0)} / {words.number(len(looked.of_rule), 0)}"),
            step(before, "‹", words("pager.before")),
            step(after, "›", words("pager.after")),
            class_="pager",
            aria_label=words("pager.label"),
        )
        if len(looked.of_rule) > 1
        else None,
        class_="explain",
    )
