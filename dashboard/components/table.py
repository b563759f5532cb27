"""Plain tables of figures, and steps through a long one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.components.markup import NOTHING, Node, Safe, el
from dashboard.language import Language

__all__ = ["Column", "pager", "table"]


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column: its head, whether it holds numbers, and where its head leads (sorting)."""

    title: str
    number: bool = False
    href: str | None = None
    sorted: str | None = None
    hint: str = ""


def table(
    columns: Sequence[Column], rows: Sequence[Sequence[Node]], *, caption: str = "", selected: int | None = None
) -> Safe:
    """Rows of nodes under heads; numbers stand right. `selected` marks one row."""
    arrow = {"ascending": " ▲", "descending": " ▼"}
    return el(
        "div",
        el(
            "table",
            el("caption", caption, class_="sr") if caption else None,
            el(
                "thead",
                el(
                    "tr",
                    [
                        el(
                            "th",
                            el("a", c.title, el("span", arrow.get(c.sorted or "", ""), aria_hidden="true"), href=c.href)
                            if c.href
                            else c.title,
                            scope="col",
                            class_="number" if c.number else None,
                            aria_sort=c.sorted,
                            title=c.hint or None,
                        )
                        for c in columns
                    ],
                ),
            ),
            el(
                "tbody",
                [
                    el(
                        "tr",
                        [
                            el("td", cell, class_="number" if c.number else None)
                            for c, cell in zip(columns, row, strict=True)
                        ],
                        class_="selected" if i == selected else None,
                    )
                    for i, row in enumerate(rows)
                ],
            ),
            class_="table",
        ),
        class_="table-frame",
        tabindex="0",
        role="region",
        aria_label=caption or None,
    )


def pager(page: int, pages: int, before: str, after: str, words: Language) -> Safe:
    """ "3 / 12 ‹ ›"; nothing where one page holds all."""
    if pages < 2:
        return NOTHING
    return el(
        "nav",
        el("span", f"{words.number(page, 0)} / {words.number(pages, 0)}"),
        el("a", "‹", href=before, aria_label=words("pager.before")) if page > 1 else el("span", "‹", class_="faint"),
        el("a", "›", href=after, aria_label=words("pager.after")) if page < pages else el("span", "›", class_="faint"),
        class_="pager",
        aria_label=words("pager.label"),
    )
