"""One administrative document: its text with everything found marked in its place, beside what was made of it."""

from __future__ import annotations

from datetime import date

from assets.directives.model import Directive
from assets.directives.readings import Reading, progress_of
from assets.directives.review import Item, reviewed
from dashboard.components.markup import Node, Safe, el
from dashboard.components.panel import heading, panel
from dashboard.directives.document_text import document_text
from dashboard.directives.items import KINDS, contradiction_list, editors, item_list, tabs
from dashboard.directives.reading import contradictions_of, document, reading_of
from dashboard.ledger_access import the_ledger
from dashboard.pages.frame import desk
from dashboard.pages.missing import build as missing
from dashboard.view import Ask, View
from data.directives import Kept, decisions

__all__ = ["build"]


def build(ask: Ask) -> View:
    """The document in the address."""
    kept = document(ask.parts["id"])
    if kept is None:
        return missing(ask)
    reading = reading_of(kept)
    words = ask.words
    crumbs = ((words("nav.directives"), "/directives"), (kept.filename, ""))
    if reading is None or reading.found is None:
        return desk(ask, "directives", kept.filename, {"head": lambda: _not_read(ask, kept, reading)}, crumbs=crumbs)
    found = reading.found
    items = reviewed(found, decisions(the_ledger(), kept.directive_id))
    return desk(
        ask,
        "directives",
        found.head.number.value if found.head.number else kept.filename,
        {
            "head": lambda: _head(ask, kept, found, items),
            "text": lambda: _text(ask, found, items),
            "items": lambda: _items(ask, kept, found, items),
        },
        widths={"text": "half", "items": "half"},
        crumbs=crumbs,
    )


def _not_read(ask: Ask, kept: Kept, reading: Reading | None) -> Safe:
    words = ask.words
    if reading is not None:
        sign = el("span", "■", class_="mark red", aria_hidden="true")
        why = el("p", sign, " ", words.pick(reading.vi, reading.en), class_="state-title", role="alert")
        return panel(kept.filename, el("div", why, el("p", words("directives.kept"), class_="muted"), class_="state"))
    done, of = progress_of(kept.sha256)
    said = words("directives.progress", done=done, of=of) if of else words("directives.being_read")
    bar = el("progress", value=str(done) if of else None, max=str(of or 1), aria_label=said)
    return panel(kept.filename, el("div", el("p", said, class_="state-title", role="status"), bar, class_="state"))


def _head(ask: Ask, kept: Kept, found: Directive, items: list[Item]) -> Safe:
    words, head = ask.words, found.head
    facts = [word.value for word in (head.issuer, head.place) if word is not None]
    if head.date:
        facts.append(words.day(date.fromisoformat(head.date.value)))
    if head.signatory:
        facts.append(words("directives.signed", who=head.signatory.value))
    title = " ".join(word.value for word in (head.type, head.number) if word is not None) or kept.filename
    open_ = sum(item.state == "open" for item in items)
    every = sum(item.state != "merged" for item in items)
    subject = head.subject.value if head.subject else ""
    below: list[Node] = [el("span", subject, class_="directive-subject", title=subject)] if subject else []
    below.append(words("directives.confirmed", done=every - open_, of=every))
    if head.recipients:
        names = "; ".join(word.value for word in head.recipients)
        below += [
            " · ",
            el("details", el("summary", words("directives.recipients", count=len(head.recipients))), names),
        ]
    if not found.tasks and not found.citations and head.number is None:
        below.append(el("span", " ▲ ", words("directives.unrelated"), class_="text-amber", role="alert"))
    export = el(
        "a", words("directives.export"), href=f"/directives/{kept.directive_id}/items.json", class_="button",
        download=True,
    )  # fmt: skip
    return heading(title, above=" · ".join(facts), below=below, actions=export)


def _text(ask: Ask, found: Directive, items: list[Item]) -> Safe:
    words = ask.words
    legend = el(
        "span",
        [el("mark", words(f"directives.kind.{kind}"), class_=kind) for kind in KINDS],
        class_="marks",
    )
    return panel(words("directives.document"), document_text(found.text, items, words), note=legend, class_="flush")


def _items(ask: Ask, kept: Kept, found: Directive, items: list[Item]) -> Safe:
    words, kind = ask.words, ask.get("kind") or "task"
    decides = ask.person.may("operate")
    pairs = contradictions_of(kept, found)
    body = (
        contradiction_list(pairs, found, words)
        if kind == "contradiction"
        else item_list([item for item in items if item.kind == kind], words, decides=decides)
    )
    keys = el("p", words("directives.keys"), class_="muted small review-keys") if decides and kind in KINDS else None
    return panel(
        words("directives.found"),
        el(
            "div",
            tabs(f"/directives/{kept.directive_id}", kind, items, len(pairs), words),
            keys,
            body,
            editors(words) if decides else None,
            id="review",
            data_document=str(kept.directive_id),
            data_kind=kind,
            data_decides=decides,
            data_goto_first=ask.get("at") or None,
            data_failed=words("directives.not_saved"),
            data_split=words("directives.split_where"),
            data_merge=words("directives.merge_none"),
            data_select=words("directives.select_first"),
        ),
        class_="flush",
    )
