"""Administrative documents: those received, what was found in each, and the way in for another."""

from __future__ import annotations

from dashboard.components.desk_said import banner
from dashboard.components.markup import Node, Safe, el
from dashboard.components.panel import heading, panel
from dashboard.components.states import empty
from dashboard.components.table import Column, table
from dashboard.directives.overview import Summary, summaries
from dashboard.pages.frame import desk
from dashboard.view import Ask, View

__all__ = ["build"]


def build(ask: Ask) -> View:
    """All documents, the newest first."""
    return desk(
        ask,
        "directives",
        ask.words("nav.directives"),
        {"head": lambda: _head(ask), "documents": lambda: _documents(ask)},
    )


def _head(ask: Ask) -> Safe:
    words = ask.words
    return el(
        "div",
        banner(ask.get("said"), words),
        heading(
            words("nav.directives"),
            below=words("directives.about"),
            actions=_send(ask) if ask.person.may("operate") else None,
        ),
        class_="stack",
    )


def _send(ask: Ask) -> Safe:
    words = ask.words
    return el(
        "form",
        el(
            "label",
            el("input", type="file", name="file", accept=".docx,.pdf,.txt,.md", required=True, class_="sr"),
            el("span", words("directives.choose"), class_="button"),
            el("span", "", class_="muted file-name", data_file_name=True),
        ),
        el("button", words("directives.read"), class_="button main", data_once=words("directives.being_read")),
        method="post",
        action="/directives/send",
        enctype="multipart/form-data",
        class_="directive-send",
    )


def _documents(ask: Ask) -> Safe:
    words, found = ask.words, summaries()
    if not found:
        return panel(words("directives.documents"), empty(words, "directives"))
    columns = [
        Column(words("directives.field.number")),
        Column(words("directives.field.date")),
        Column(words("directives.field.subject")),
        Column(words("directives.kind.task"), number=True),
        Column(words("directives.left"), number=True),
        Column(words("directives.kind.contradiction"), number=True),
        Column(words("directives.sent")),
    ]
    rows = [_row(ask, one) for one in found]
    return panel(
        words("directives.documents"),
        table(columns, rows, caption=words("directives.documents")),
        note=words.number(len(found), 0),
        class_="flush",
    )


def _row(ask: Ask, one: Summary) -> list[Node]:
    words = ask.words
    said = words("directives.sent_by", who=one.kept.sent_by, at=words.moment(one.kept.sent_at))
    sent = el("span", words.day(one.kept.sent_at.date()), title=said, class_="muted")
    link = el("a", one.number or one.kept.filename, href=f"/directives/{one.kept.directive_id}", class_="link")
    if one.trouble_vi:
        trouble = el("span", words.pick(one.trouble_vi, one.trouble_en), class_="text-red")
        return [link, "", trouble, "", "", "", sent]
    if one.reading:
        return [link, "", el("span", words("directives.being_read"), class_="muted"), "", "", "", sent]
    left: Node = el("span", words.number(one.left, 0), class_="text-amber") if one.left else "✓"
    conflicts: Node = el("span", "▲ ", words.number(one.contradictions, 0), class_="text-amber")
    return [
        link,
        words.day(one.date) if one.date else "—",
        one.subject or one.kept.filename,
        words.number(one.tasks, 0),
        left,
        conflicts if one.contradictions else "—",
        sent,
    ]
