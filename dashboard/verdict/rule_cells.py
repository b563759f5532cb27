"""All cells of one rule, a page at a time, each with its repair; and the answer to a warning."""

from __future__ import annotations

from dashboard.addresses import submission_address
from dashboard.components.markup import NOTHING, Node, Safe, el
from dashboard.components.panel import panel
from dashboard.components.table import Column, pager, table
from dashboard.language import Language
from dashboard.ledger_access import the_ledger
from dashboard.pages.verdict_panels import Looked
from dashboard.verdict.apply_buttons import post
from dashboard.verdict.findings import PAGE, Found
from dashboard.verdict.people import name_of
from dashboard.view import Ask
from dashboard.views.submission import rule_names
from data.explanations import Explanation, explanations

__all__ = ["accepted_rules", "cells_panel", "explanation_panel"]


def cells_panel(ask: Ask, looked: Looked) -> Safe:
    """Every cell of the rule in view."""
    words, sent = ask.words, looked.sent
    if looked.selected is None or looked.count < 2:
        return NOTHING
    may = looked.may_correct and any(f.suggestion for f in looked.page)

    def cells(f: Found) -> list[Node]:
        to = submission_address(sent.receipt, rule=f.rule, cell=f.cell)
        row: list[Node] = [
            el("a", f.cell, href=to) if f.cell else words.number(f.row, 0),
            f.value or "—",
            f.expected or words.pick(f.message_vi, f.message_en),
        ]
        if may:
            button = el("button", words("correct.apply_one", value=f.suggestion), class_="link-button", data_once=True)
            row.append(
                post(sent.receipt, "apply", button, rule=f.rule, cell=f.cell) if f.suggestion and f.cell else NOTHING
            )
        return row

    told = "quality.expected" if any(f.expected for f in looked.page) else "verdict_page.why"
    columns = [Column(words("quality.cell")), Column(words("quality.value")), Column(words(told))]
    columns += [Column(words("correct.offer"))] if may else []
    name = rule_names(looked.source).get(looked.rule, looked.rule)
    first = looked.page[0].place
    page, pages = (first - 1) // PAGE + 1, -(-looked.count // PAGE)

    def at(number: int) -> str:
        return submission_address(sent.receipt, rule=looked.rule, page=number)

    steps = pager(page, pages, at(page - 1), at(page + 1), words)
    selected = looked.selected.place - first
    rows = table(columns, [cells(f) for f in looked.page], caption=name, selected=selected)
    note = words("finding.cells", count=words.number(looked.count, 0))
    return panel(words("verdict_page.all_cells", rule=name), rows, steps, note=note, class_="flush")


def accepted_rules(submission_id: int) -> frozenset[str]:
    """Rules whose explanation was accepted: they no longer lower the score."""
    return frozenset(e.rule for e in explanations(the_ledger(), submission_id=submission_id, state="accepted"))


def explanation_panel(ask: Ask, looked: Looked) -> Safe:
    """The answer to the warning in view: what was said, what was decided, or the field to answer in."""
    words, chosen = ask.words, looked.selected
    if chosen is None:
        return NOTHING
    given = [e for e in explanations(the_ledger(), submission_id=looked.sent.submission_id) if e.rule == chosen.rule]
    if (chosen.severity != "warning" and not given) or chosen.rule.startswith("repair."):
        return NOTHING
    open_to_answer = looked.rights.send and not any(e.state in {"open", "accepted"} for e in given)
    if not given and not open_to_answer:
        return NOTHING
    body: list[Node] = [_given(e, looked, words) for e in given]
    if open_to_answer:
        field = el(
            "textarea",
            name="text",
            rows=2,
            required=True,
            minlength=3,
            maxlength=4000,
            aria_label=words("explain.label"),
            placeholder=words("explain.hint"),
        )
        button = el("button", words("explain.send"), class_="button")
        body.append(post(looked.sent.receipt, "explain", field, button, class_="explaining", rule=chosen.rule))
    name = rule_names(looked.source).get(chosen.rule, chosen.rule)
    return panel(words("explain.title"), *body, note=name)


def _given(e: Explanation, looked: Looked, words: Language) -> Safe:
    status = {"open": "amber", "accepted": "green"}.get(e.state, "red")
    decided = (
        words("explain.by", who=name_of(e.decided_by or ""), at=words.moment(e.decided_at)) if e.decided_at else ""
    )
    answer: Node = None
    if e.state == "open" and looked.rights.operate:
        hint = words("explain.note")
        note = el("input", name="note", maxlength=1000, placeholder=hint, aria_label=hint)
        answer = post(
            looked.sent.receipt,
            f"explanations/{e.explanation_id}",
            note,
            el("button", words("explain.accept"), name="answer", value="accept", class_="button main"),
            el("button", words("explain.refuse"), name="answer", value="refuse", class_="button"),
            class_="explaining",
        )
    return el(
        "div",
        el("p", "“", e.text, "”"),
        el(
            "p",
            words("explain.by", who=name_of(e.given_by), at=words.moment(e.given_at)),
            " · ",
            el("span", words(f"explain.{e.state}"), class_=f"text-{status}"),
            f" · {decided}" if decided else "",
            f" · {e.note}" if e.note else "",
            class_="muted",
        ),
        answer,
        class_="explanation",
    )
