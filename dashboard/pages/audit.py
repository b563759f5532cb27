"""The audit for administrators: who did what, when, from where, on what; and whether its chain is whole."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from dashboard.addresses import address, submission_address
from dashboard.components.markup import Node, Safe, el
from dashboard.components.panel import heading, panel
from dashboard.components.states import empty
from dashboard.components.status import shape
from dashboard.components.table import Column, table
from dashboard.ledger_access import the_ledger
from dashboard.pages.frame import desk
from dashboard.view import Ask, View
from data.audit import Broken, Entry, actions, entries, head, verify
from data.settings import settings

__all__ = ["build", "day_of"]

_PAGE = 100
_WALKED_AGAIN = 60.0
"""Seconds after which the whole chain is walked again: a page redrawn with each new entry does not do so each time."""
_FIELDS = ("actor", "action", "object", "day")


def build(ask: Ask) -> View:
    """The entries that fit the filter, newest first."""
    panels: dict[str, Callable[[], Safe]] = {
        "head": lambda: _head(ask),
        "filter": lambda: _filter(ask),
        "entries": lambda: _entries(ask),
    }
    return desk(ask, "audit", ask.words("nav.audit"), panels)


def day_of(text: str) -> date | None:
    """The day of a filter; None for none, or for text that is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@lru_cache(maxsize=4)
def _walked(_ledger: str, _turn: int) -> Broken | None:
    return verify(the_ledger())


def _head(ask: Ask) -> Safe:
    words = ask.words
    broken, end = _walked(settings().ledger_url, int(time.monotonic() // _WALKED_AGAIN)), head(the_ledger())
    if broken is not None:
        said = words("audit.broken", entry=broken.audit_id, why=words.pick(broken.vi, broken.en))
        state = el("strong", shape("red", words), " ", said, class_="text-red", role="alert")
    else:
        state = el("span", shape("green", words), " ", words("audit.whole", count=end.audit_id if end else 0))
    told: Node = el("span", " · ", words("audit.told"), " ", el("code", str(end), class_="digest")) if end else None
    export = address("/admin/audit.csv", **{name: ask.get(name) for name in _FIELDS})
    link = el("a", words("audit.export"), href=export, class_="button", download=True)
    return heading(words("audit.title"), below=[state, told], actions=link)


def _filter(ask: Ask) -> Safe:
    words = ask.words

    def box(name: str, kind: str, hint: str = "") -> Safe:
        value = ask.get(name)
        return el(
            "label",
            el("span", words(f"audit.{name}"), class_="muted"),
            el("input", name=name, type=kind, value=value or None, placeholder=hint or None, list=f"known-{name}"),
        )

    known = el("datalist", [el("option", value=a) for a in actions(the_ledger())], id="known-action")
    return el(
        "form",
        box("actor", "text"),
        box("action", "text", "submission"),
        box("object", "text", "submission:2026-11-"),
        box("day", "date"),
        known,
        el("button", words("filter.apply"), class_="button"),
        el("a", words("filter.all"), href="/admin/audit", class_="link"),
        action="/admin/audit",
        method="get",
        class_="filters audit-filter",
    )


def _entries(ask: Ask) -> Safe:
    words, before = ask.words, ask.get("before")
    found = entries(
        the_ledger(),
        action=ask.get("action"),
        actor=ask.get("actor"),
        object_=ask.get("object"),
        day=day_of(ask.get("day")),
        before=int(before) if before.isdigit() else None,
        limit=_PAGE,
    )
    if not found:
        return panel(words("audit.entries"), empty(words, "audit"))
    columns = [Column(words(f"audit.{n}")) for n in ("number", "at", "actor", "address", "action", "object", "detail")]
    columns[0] = Column(words("audit.number"), number=True)
    rows = [_row(ask, e) for e in found]
    older = address("/admin/audit", **{n: ask.get(n) for n in _FIELDS}, before=found[-1].audit_id)
    more = el("p", el("a", words("audit.older"), href=older), class_="pager") if len(found) == _PAGE else None
    caption = words("audit.entries")
    return panel(caption, table(columns, rows, caption=caption), more, class_="flush audit")


def _row(ask: Ask, e: Entry) -> list[Node]:
    words = ask.words
    kind, _, name = e.object.partition(":")
    target: Node = el("a", e.object, href=submission_address(name)) if kind == "submission" else e.object
    action = words(f"action.{e.action}") if words.has(f"action.{e.action}") else e.action
    return [
        el("span", str(e.audit_id), title=e.hash),
        words.moment(e.at),
        el("span", e.actor, title=e.role),
        e.address,
        el("a", action, href=address("/admin/audit", action=e.action), title=e.action),
        target,
        el("span", _said(e.detail), title=_said(e.detail), class_="muted"),
    ]


def _said(detail: Mapping[str, Any]) -> str:
    texts = (
        (k, v if isinstance(v, str) else json.dumps(v, ensure_ascii=False))
        for k, v in detail.items()
        if v not in ("", None)
    )
    return " · ".join(f"{name}: {text}" for name, text in texts)
