"""A panel: title, what it counts, its body."""

from __future__ import annotations

from dashboard.components.markup import Node, Safe, el

__all__ = ["heading", "panel"]


def panel(title: Node, *body: Node, note: Node = None, href: str | None = None, class_: str = "") -> Safe:
    """A panel's inside; the frame is the page's (static/hub.css)."""
    return el(
        "div",
        el(
            "header",
            el("h2", el("a", title, href=href) if href else title),
            el("p", note, class_="note muted") if note else None,
        ),
        el("div", *body, class_="panel-body"),
        class_=f"panel {class_}".strip(),
    )


def heading(title: Node, *, above: Node = None, below: Node = None, actions: Node = None) -> Safe:
    """A page's head: where one is, what this is, what one can do."""
    return el(
        "div",
        el(
            "div",
            el("p", above, class_="muted above") if above else None,
            el("h1", title),
            el("p", below, class_="muted below") if below else None,
        ),
        el("div", actions, class_="actions") if actions else None,
        class_="heading",
    )
