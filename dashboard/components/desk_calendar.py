"""A month of due moments: one square a day, marked by the worst of what is due on it."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta

from dashboard.addresses import address
from dashboard.components.desk_duty import STANDING
from dashboard.components.markup import Safe, el
from dashboard.components.status import shape
from dashboard.desk.duties import Duty
from dashboard.language import Language
from dashboard.models import Status
from data.clock import LOCAL_TIME
from data.deadline import is_working_day

__all__ = ["month"]

_WORST: tuple[Status, ...] = ("red", "amber", "none", "green")


def month(first: date, today: date, found: Sequence[Duty], words: Language, *, chosen: str = "") -> Safe:
    """The month that begins on `first`; a day with something due leads to the list of it."""
    days = calendar.monthrange(first.year, first.month)[1]
    by_day: dict[date, list[Duty]] = {}
    for duty in found:
        by_day.setdefault(duty.due_at.astimezone(LOCAL_TIME).date(), []).append(duty)
    heads = [el("li", words(f"desk.weekday.{n}"), class_="muted day-head", aria_hidden="true") for n in range(7)]
    blanks = [el("li", aria_hidden="true") for _ in range(first.weekday())]
    cells = []
    for number in range(days):
        day = first + timedelta(days=number)
        cells.append(_cell(day, today, by_day.get(day, []), words, chosen))
    return el("ul", heads, blanks, cells, class_="month")


def _cell(day: date, today: date, own: Sequence[Duty], words: Language, chosen: str) -> Safe:
    classes = ["day", "today" if day == today else "", "" if is_working_day(day) else "rest"]
    classes.append("chosen" if f"{day}" == chosen else "")
    number = el("span", str(day.day), class_="day-number")
    named = " ".join(c for c in classes if c)
    current = "date" if day == today else None
    if not own:
        return el("li", number, class_=named, aria_current=current)
    worst = min((_status(d) for d in own), key=_WORST.index)
    said = words("desk.due_on", day=words.weekday(day), count=words.number(len(own), 0))
    mark = el(
        "span", shape(worst, words), str(len(own)) if len(own) > 1 else None, class_="day-mark", aria_hidden="true"
    )
    spoken = el("span", f": {said}", class_="sr")
    inner = el("a", number, mark, spoken, href=address("/desk", day=f"{day}"), title=said)
    return el("li", inner, class_=named, aria_current=current)


def _status(duty: Duty) -> Status:
    return "amber" if duty.group == "soon" else STANDING[duty.standing]
