"""The button that shows personal data for a while: whoever presses it says why, and that is recorded."""

from __future__ import annotations

from datetime import datetime

from dashboard.components.markup import NOTHING, Safe, el
from dashboard.language import Language

__all__ = ["unmask_bar"]


def unmask_bar(words: Language, receipt: str, *, allowed: bool, until: datetime | None, columns: int) -> Safe:
    """What stands over a sheet with personal columns: that they are masked and how to see them, or until when one does.

    allowed: whether the reader may see them at all; columns: how many there are (with none there is nothing to say).
    """
    if not columns:
        return NOTHING
    if until is not None:
        return el("p", words("unmask.shown", until=words.clock(until)), class_="unmask text-amber", role="status")
    if not allowed:
        return el("p", words("unmask.masked", count=columns), class_="unmask muted")
    return el(
        "details",
        el("summary", words("unmask.masked", count=columns), " ", el("span", words("unmask.show"), class_="accent")),
        el(
            "form",
            el(
                "label",
                el("span", words("unmask.reason_label"), class_="muted"),
                el("input", name="reason", required=True, minlength=5, maxlength=500, autocomplete="off"),
            ),
            el("button", words("unmask.enter"), class_="button"),
            method="post",
            action=f"/submissions/{receipt}/unmask",
        ),
        class_="unmask",
    )
