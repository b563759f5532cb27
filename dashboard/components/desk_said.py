"""The line that says what was done, or why it was not."""

from __future__ import annotations

from dashboard.components.markup import NOTHING, Safe, el
from dashboard.desk.said import said
from dashboard.language import Language

__all__ = ["banner"]


def banner(key: str, words: Language) -> Safe:
    """The sentence kept under the key; nothing where there is none."""
    sentence = said(key) if key else None
    if sentence is None:
        return NOTHING
    sign, tone = ("●", "green") if sentence.good else ("■", "red")
    return el(
        "p",
        el("span", sign, class_=f"mark {tone}", aria_hidden="true"),
        " ",
        words.pick(sentence.vi, sentence.en),
        class_=f"said {'good' if sentence.good else 'bad'}",
        role="status" if sentence.good else "alert",
    )
