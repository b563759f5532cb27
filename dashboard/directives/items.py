"""What was found in a document, one line an item, with its state and what can be done with it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

from assets.directives.model import Contradiction, Directive
from assets.directives.review import FIELDS, Item
from dashboard.addresses import address
from dashboard.components.markup import Node, Safe, el, join
from dashboard.components.states import empty
from dashboard.language import Language
from data.directives import Kept

__all__ = ["contradiction_list", "editors", "item_list", "tabs"]

KINDS = ("task", "citation", "indicator")
_STATES = {"open": ("○", "none"), "accepted": ("●", "green"), "rejected": ("✕", "red"), "merged": ("⤴", "none")}
_UNSURE = 0.75
"""Confidence below which an item asks for a second look."""


def tabs(path: str, chosen: str, items: Sequence[Item], contradictions: int, words: Language) -> Safe:
    """The ways to tasks, citations, indicators and contradictions, with what is left to decide."""
    every = Counter(item.kind for item in items if item.state != "merged")
    left = Counter(item.kind for item in items if item.state == "open")
    links = []
    for kind in (*KINDS, "contradiction"):
        number = contradictions if kind == "contradiction" else every[kind]
        decided: Node = None
        if kind != "contradiction" and number:
            decided = el("small", words("directives.decided", done=number - left[kind], of=number), class_="muted")
        links.append(
            el(
                "a",
                words(f"directives.kind.{kind}"),
                " ",
                el("strong", words.number(number, 0)),
                decided,
                href=address(path, kind="" if kind == "task" else kind),
                aria_current="page" if kind == chosen else None,
            )
        )
    return el("nav", links, class_="tabs", aria_label=words("directives.found"))


def item_list(items: Sequence[Item], words: Language, *, decides: bool) -> Safe:
    """The items of one kind in the order of the document."""
    shown = [item for item in items if item.state != "merged"]
    if not shown:
        return empty(words, "directive_items")
    return el("ol", [_line(item, words, decides=decides) for item in shown], class_="found", id="found")


def _line(item: Item, words: Language, *, decides: bool) -> Safe:
    sign, tone = _STATES[item.state]
    state = words(f"directives.state.{item.state}")
    if item.actor and item.at:
        state = words("directives.by", state=state, who=item.actor, at=words.moment(item.at))
    unsure = item.state == "open" and item.confidence < _UNSURE
    body = {"task": _task, "citation": _citation, "indicator": _indicator}[item.kind](item, words)
    return el(
        "li",
        el("span", sign, class_=f"mark {tone}", title=state, role="img", aria_label=state),
        el(
            "div",
            body,
            el("p", words("directives.unsure"), class_="text-amber small") if unsure else None,
            el("p", state, class_="muted small") if item.actor else None,
            _buttons(item, words) if decides else None,
        ),
        tabindex="-1",
        class_=f"item {item.state}",
        data_key=f"{item.kind}:{item.key}",
        data_values=json.dumps(dict(item.values), ensure_ascii=False),
    )


def _buttons(item: Item, words: Language) -> Safe:
    wanted: tuple[str, ...] = ("reopen",) if item.state == "rejected" else ("accept", "edit", "reject")
    if item.kind == "task" and item.state != "rejected":
        wanted = (*wanted, "merge", "split")
    if item.state == "accepted":
        wanted = tuple(name for name in wanted if name != "accept")
    return el(
        "p",
        [el("button", words(f"directives.do.{n}"), type="button", class_="button small", data_do=n) for n in wanted],
        class_="item-buttons",
    )


def _day(text: str, words: Language) -> str:
    """An ISO date in the language's form; anything else as it is."""
    try:
        return words.day(date.fromisoformat(text)) if text else ""
    except ValueError:
        return text


def _figure(text: str, words: Language) -> str:
    """A figure (82.5, 1-2, 12/34) in the language's form; anything else as it is."""
    try:
        return "".join(part if part in "-/" else words.number(float(part)) for part in re.split(r"([-/])", text))
    except ValueError:
        return text


def _task(item: Item, words: Language) -> Safe:
    values = item.values
    until = values.get("deadline") or ""
    said = values.get("deadline_text") or ""
    shown = _day(until, words)
    facts: list[Node] = []
    if said or shown:
        facts.append(
            (el("strong", shown or said), el("span", f" “{said}”", class_="muted") if shown and said else None)
        )
    if values.get("recurrence"):
        facts.append(("↻ ", values["recurrence"]))
    if values.get("deliverable"):
        facts.append((words("directives.field.deliverable"), ": ", values["deliverable"]))
    if values.get("report_to"):
        facts.append(("→ ", values["report_to"]))
    helpers = values.get("coordinating")
    return el(
        "div",
        el(
            "p",
            el("span", values.get("clause") or "–", class_="clause muted"),
            " ",
            el("strong", values.get("leads") or words("directives.nobody")),
            el("span", " ", words("directives.with"), " ", helpers, class_="muted") if helpers else None,
        ),
        el("p", values.get("text"), class_="item-text"),
        el("p", join(" · ", facts), class_="item-facts") if facts else None,
    )


def _citation(item: Item, words: Language) -> Safe:
    values = item.values
    number = " ".join(part for part in (values.get("type"), values.get("number")) if part)
    facts = [part for part in (_day(values.get("date", ""), words), values.get("issuer")) if part]
    mentions = words("directives.mentions", count=len(item.also) + 1) if item.also else ""
    return el(
        "div",
        el("p", el("strong", number), el("span", " · ", " · ".join(facts), class_="muted") if facts else None),
        el("p", values.get("subject"), class_="item-text") if values.get("subject") else None,
        el("p", mentions, class_="muted small") if mentions else None,
    )


def _indicator(item: Item, words: Language) -> Safe:
    values = item.values
    sign = {"=": "", ">=": "≥ ", "<=": "≤ "}.get(values.get("comparator", ""), f"{values.get('comparator', '')} ")
    figure = f"{sign}{_figure(values.get('value', ''), words)} {values.get('unit', '')}".strip()
    kind = words(f"directives.indicator.{values['kind']}") if values.get("kind") else ""
    facts = [part for part in (kind, values.get("year")) if part]
    return el(
        "div",
        el("p", el("strong", figure), el("span", " · ", " · ".join(facts), class_="muted") if facts else None),
        el("p", values.get("name"), class_="item-text"),
    )


def contradiction_list(pairs: Sequence[tuple[Contradiction, Kept | None]], found: Directive, words: Language) -> Safe:
    """Contradictions with both places, each leading there."""
    if not pairs:
        return empty(words, "directive_contradictions")

    def place(start: int, end: int, line: int, quoted: str) -> Safe:
        text = " ".join(quoted.split())
        return el(
            "button",
            words("directives.line", line=line),
            el("span", f" “{text[:90]}”", class_="muted") if text else None,
            type="button",
            class_="link-button",
            data_goto=f"{start}-{end}",
        )

    rows = []
    for one, other in pairs:
        first = place(one.first.start, one.first.end, one.first.line, found.text[one.first.start : one.first.end])
        if other is None:
            second: Node = place(
                one.second.start, one.second.end, one.second.line, found.text[one.second.start : one.second.end]
            )
        else:
            second = el(
                "a",
                words("directives.in_other", name=other.filename, line=one.second.line),
                href=address(
                    f"/directives/{other.directive_id}", kind="contradiction", at=f"{one.second.start}-{one.second.end}"
                ),
                class_="link",
            )
        rows.append(
            el(
                "li",
                el("span", "▲", class_="mark amber", aria_hidden="true"),
                el("div", el("p", words.pick(one.vi, one.en)), el("p", first), el("p", second)),
                class_="item",
            )
        )
    return el("ol", rows, class_="found", id="found")


def editors(words: Language) -> Safe:
    """One dialog a kind, filled in by the page's script for the item that is edited or added."""
    return el("div", [_editor(kind, words) for kind in KINDS])


def _editor(kind: str, words: Language) -> Safe:
    fields = [_field(kind, name, words) for name in FIELDS[kind]]
    title = f"directives.editor.{kind}"
    return el(
        "dialog",
        el(
            "form",
            el("h2", words(title)),
            el("div", fields, class_="editor-fields"),
            el("p", "", class_="editor-error text-red", role="alert"),
            el(
                "p",
                el("button", words("directives.save"), type="submit", class_="button main"),
                el("button", words("directives.cancel"), type="button", class_="button", data_close="true"),
                class_="actions",
            ),
            method="dialog",
        ),
        class_="editor",
        data_kind=kind,
        aria_label=words(title),
    )


_CHOICES = {
    ("indicator", "kind"): ("target", "result", "rank"),
    ("indicator", "comparator"): ("=", ">=", "<=", ">", "<"),
}


def _field(kind: str, name: str, words: Language) -> Safe:
    label = words(f"directives.field.{name}")
    if (kind, name) in _CHOICES:
        options = [
            el("option", words(f"directives.indicator.{c}") if name == "kind" else c, value=c)
            for c in _CHOICES[kind, name]
        ]
        entry = el("select", options, name=name)
    elif name in {"text", "subject", "name"}:
        entry = el("textarea", "", name=name, rows="4" if name == "text" else "2", maxlength="8000")
    elif name in {"date", "deadline"}:
        entry = el("input", name=name, type="date")
    else:
        entry = el("input", name=name, maxlength="600")
    wide = "wide" if name in {"text", "subject", "name", "leads", "coordinating"} else None
    return el("label", el("span", label), entry, class_=wide)
