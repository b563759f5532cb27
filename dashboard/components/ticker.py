"""The newest submissions in one line, newest first."""

from __future__ import annotations

from datetime import date, datetime

from dashboard.components.markup import Safe, el
from dashboard.components.status import VERDICT, shape
from dashboard.language import Language
from dashboard.models import Arrival
from data.clock import LOCAL_TIME

__all__ = ["ticker", "verdict_words"]


def verdict_words(arrival: Arrival, words: Language) -> str:
    """What came of a submission, in few words."""
    return words(
        f"arrival.{arrival.verdict}",
        accepted=words.number(arrival.accepted, 0),
        quarantined=words.number(arrival.quarantined, 0),
    )


def _when(at: datetime, words: Language, today: date | None) -> str:
    local = at.astimezone(LOCAL_TIME)
    return words.clock(at) if today in (None, local.date()) else f"{words.day_month(local.date())} {words.clock(at)}"


def ticker(arrivals: tuple[Arrival, ...], words: Language, today: date | None = None) -> Safe:
    """One line; what does not fit is left out. A submission of another day than `today` says which."""
    if not arrivals:
        return el("p", words("empty.arrivals"), class_="muted")
    return el(
        "ol",
        [
            el(
                "li",
                el(
                    "a",
                    el("time", _when(a.at, words, today), datetime=a.at.isoformat(), class_="muted"),
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
