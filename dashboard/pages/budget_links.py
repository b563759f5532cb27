"""How a budget figure stands on a page: its cell_address_of in words, and the way to the cell that it came from."""

from __future__ import annotations

from dashboard.addresses import submission_address
from dashboard.components.markup import Node, el
from dashboard.components.status import shape
from dashboard.language import Language
from dashboard.views.budget import Figure

__all__ = ["arithmetic_mark", "billion", "cell_address_of", "cell_link", "difference_mark"]

_BILLION = 1000.0
"""Triệu đồng in a tỷ đồng."""


def billion(words: Language, million: float) -> str:
    """Triệu đồng as tỷ đồng: whole above a thousand, one decimal below."""
    value = million / _BILLION
    return words.number(value, 0 if abs(value) >= 1000 else 1)


def cell_address_of(figure: Figure) -> str | None:
    """The address of the figure's cell in its file; None where the submission is not there any more."""
    return submission_address(figure.receipt, row=figure.row, column=figure.column) if figure.receipt else None


def cell_link(figure: Figure, shown: Node) -> Node:
    """What is shown of a figure as a link to its cell."""
    href = cell_address_of(figure)
    return el("a", shown, href=href, title=figure.name) if href else shown


def arithmetic_mark(words: Language, figure: Figure) -> Node:
    """■ and what the part lines add up to, where that is not the figure."""
    if figure.expected is None:
        return None
    said = words.pick(figure.message_vi, figure.message_en)
    total = words("budget.sum", value=words.number(figure.expected))
    return el("span", shape("red", words, said), " ", total, class_="cell-check text-red", title=said)


def difference_mark(words: Language, other: Figure) -> Node:
    """▲ and the figure that another form gives for the same line, with its cell."""
    form = words("budget.form_number", number=other.number)
    said = words("budget.differs", form=form, value=words.number(other.value))
    return el("span", shape("amber", words, said), " ", cell_link(other, said), class_="cell-check text-amber")
