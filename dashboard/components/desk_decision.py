"""One thing to decide on: what it is, who asks and why, and the form to answer with."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.components.markup import Node, Safe, el

__all__ = ["Button", "decision", "form", "text_field"]

Button = tuple[str, str, str]
"""Value of `decision`, label, class."""


def decision(title: Node, about: Node, said: Node, *forms: Node, mark: Node = None) -> Safe:
    """A row: its title, what is known about it, what was said, and what can be done."""
    return el(
        "div",
        el(
            "div",
            el("p", mark, " " if mark else None, el("strong", title)),
            el("p", about, class_="muted small"),
            el("p", said, class_="told-reason") if said else None,
            class_="decision-what",
        ),
        el("div", *forms, class_="decision-forms") if forms else None,
        class_="decision",
    )


def form(action: str, hidden: Sequence[tuple[str, str]], fields: Sequence[Node], buttons: Sequence[Button]) -> Safe:
    """A small form in a row; its buttons say which way."""
    return el(
        "form",
        [el("input", type="hidden", name=name, value=value) for name, value in hidden],
        list(fields),
        [_button(*button) for button in buttons],
        method="post",
        action=action,
        class_="deciding",
    )


def _button(value: str, label: str, tone: str) -> Safe:
    name = "decision" if value else None
    return el("button", label, type="submit", name=name, value=value or None, class_=f"button small {tone}".strip())


def text_field(name: str, label: str, *, required: bool = False) -> Safe:
    """A line of text whose label stands in it and is read out."""
    return el("input", name=name, placeholder=label, aria_label=label, required=required, maxlength=500)
