"""Filters as a plain form: each choice is a query parameter, so that every view is an address one can send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.components.markup import Safe, el
from dashboard.language import Language

__all__ = ["Choice", "filters"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter: its parameter, its label, its options (value, text), and the one chosen ("" for all)."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str = ""
    any_text: str | None = None
    """Text of the choice "all"; None where one must be chosen."""


def filters(path: str, choices: Sequence[Choice], words: Language, *, kept: Sequence[tuple[str, str]] = ()) -> Safe:
    """The form; `kept` parameters are carried along. Choosing sends it (static/hub.js), and so does its button."""
    return el(
        "form",
        [el("input", type="hidden", name=k, value=v) for k, v in kept if v],
        [
            el(
                "label",
                el("span", c.label, class_="muted"),
                el(
                    "select",
                    el("option", c.any_text, value="", selected=not c.chosen) if c.any_text is not None else None,
                    [el("option", text, value=value, selected=value == c.chosen) for value, text in c.options],
                    name=c.name,
                    data_send="true",
                ),
            )
            for c in choices
        ],
        el("noscript", el("button", words("filter.apply"))),
        action=path,
        method="get",
        class_="filters",
    )
