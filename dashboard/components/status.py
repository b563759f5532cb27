"""Status in shape and colour: ● đạt, ▲ có nguy cơ, ■ không đạt, – không có gì để xét; colour alone never speaks."""

from __future__ import annotations

from dashboard.components.markup import Safe, el
from dashboard.language import Language
from dashboard.models import Status
from data.settings import settings

__all__ = ["REPORTED", "SEVERITY", "VERDICT", "score_status", "score_text", "shape"]

_SHAPES = {"green": "●", "amber": "▲", "red": "■", "none": "–"}

REPORTED: dict[str, Status] = {
    "on_time": "green",
    "late": "amber",
    "missing": "red",
    "rejected": "red",
    "pending": "none",
    "none": "none",
}
SEVERITY: dict[str, Status] = {"error": "red", "warning": "amber", "info": "none"}
VERDICT: dict[str, Status] = {
    "accepted": "green",
    "partly_accepted": "amber",
    "rejected": "red",
    "unreadable": "red",
}


def score_status(score: float | None) -> Status:
    """A score's colour by the thresholds in the settings."""
    if score is None:
        return "none"
    chosen = settings()
    return "green" if score >= chosen.green_from else "amber" if score >= chosen.amber_from else "red"


def shape(status: Status, words: Language, label: str | None = None) -> Safe:
    """The status's mark with its meaning for those who cannot see it."""
    return el(
        "span", _SHAPES[status], class_=f"mark {status}", role="img", aria_label=label or words(f"status.{status}")
    )


def score_text(score: float | None, words: Language) -> str:
    """A score with one decimal. What is not whole is never rounded up to 100: a single wrong cell stays visible."""
    if score is not None and 99.9 < score < 100:
        return words.number(99.9, 1)
    return words.number(score, 1)
