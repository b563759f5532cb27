"""The newest submissions in one line, newest first."""

from __future__ import annotations

from dashboard.components.markup import Safe, el
from dashboard.components.status import VERDICT, shape
from dashboard.language import Language
from dashboard.models import Arrival

__all__ = ["ticker", "verdict_words"]


def verdict_words(arrival: Arrival, words: Language) -> str:
    """What came of a submission, in few words."""
    return words(
        f"arrival.{arrival.verdict}",
        accepted=words.number(arrival.accepted, 0),
        quarantined=words.number(arrival.quarantined, 0),
    )


def ticker(arrivals: tuple[Arrival, ...], words: Language) -> Safe:
    """One line; what does not fit is cut off at its end."""
    if not arrivals:
        return el("p", words("empty.arrivals"), class_="muted")
    return el(
        "ol",
        [
            el(
                "li",
                el(
                    "a",
                    el("time", words.clock(a.at), datetime=a.at.isoformat(), class_="muted"),
                    " ",
                    f"{a.unit} · {a.dataset} {words.period_short(a.period)} ",
                    el(
                        "span",
                        shape(VERDICT.get(a.verdict, "none"), words),
                        " ",
                        verdict_words(a, words),
                        class_=f"text-{VERDICT.get(a.verdict, 'none')}",
                    ),
                    href=a.href,
                ),
            )
            for a in arrivals
        ],
        class_="ticker",
    )
