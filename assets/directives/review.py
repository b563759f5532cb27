"""What was found in a document together with what people decided of it; reading it again undoes no decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from assets.directives.model import Agency, Citation, Directive, Indicator, Task
from data.directives import Decision

__all__ = ["FIELDS", "Item", "reviewed"]

FIELDS: Mapping[str, tuple[str, ...]] = {
    "task": (
        "clause", "leads", "coordinating", "text", "deliverable", "deadline_text", "deadline", "recurrence",
        "report_to",
    ),
    "citation": ("type", "number", "issuer", "date", "subject"),
    "indicator": ("name", "comparator", "value", "unit", "year", "kind"),
}  # fmt: skip
"""What of an item can be edited, in the order in which it is shown."""
_SAME = 0.5
"""Share of characters that two stretches have in common from which on they are the same item."""


@dataclass(frozen=True)
class Item:
    """One task, citation or indicator as it stands now.

    start, end: its characters in the document's text. values: its fields as text, "" where it has none.
    state: open (nobody looked), accepted, rejected, or merged (gone into another).
    """

    kind: str
    start: int
    end: int
    values: Mapping[str, str]
    state: str = "open"
    origin: str = "reader"
    """reader, or person where it was added, split off or changed by one."""
    actor: str = ""
    at: datetime | None = None
    confidence: float = 1.0
    also: tuple[tuple[int, int], ...] = field(default_factory=tuple)
    """Other places of the same item (further mentions, merged parts)."""

    @property
    def key(self) -> str:
        """Its name in decisions."""
        return f"{self.start}-{self.end}"


def reviewed(found: Directive, made: Sequence[Decision]) -> list[Item]:
    """All items in the order of the document, those rejected or merged away among them."""
    items = [*map(_task, found.tasks), *map(_citation, found.citations), *map(_indicator, found.indicators)]
    for decision in made:
        _apply(items, decision)
    order = {kind: place for place, kind in enumerate(FIELDS)}
    return sorted(items, key=lambda item: (order[item.kind], item.start, item.end))


def _apply(items: list[Item], decision: Decision) -> None:
    values = {name: str(value) for name, value in dict(decision.detail.get("values", {})).items()}
    place = _found(items, decision)
    if decision.action == "add" or (place is None and decision.action in {"edit", "accept"}):
        # What was decided of an item that a later reading no longer finds stays, as a person's own.
        start, end = _span(decision.item)
        kept = {name: values.get(name, "") for name in FIELDS[decision.kind]}
        items.append(Item(decision.kind, start, end, kept, "accepted", "person", decision.actor, decision.at))
        return
    if place is None:
        return
    item = replace(items[place], actor=decision.actor, at=decision.at)
    match decision.action:
        case "accept":
            items[place] = replace(item, state="accepted")
        case "reject":
            items[place] = replace(item, state="rejected")
        case "reopen":
            items[place] = replace(item, state="open")
        case "edit":
            items[place] = replace(item, values={**item.values, **values}, state="accepted", origin="person")
        case "merge":
            _merge(items, place, item, decision)
        case "split":
            _split(items, place, item, int(decision.detail.get("at", 0)))


def _merge(items: list[Item], place: int, first: Item, decision: Decision) -> None:
    """The other item goes into this one: its words behind, its place beside."""
    other = _found(items, replace(decision, item=str(decision.detail.get("with", ""))))
    if other is None or other == place:
        return
    second = items[other]
    joined = dict(first.values)
    for name, value in second.values.items():
        if name == "text" and value:
            joined[name] = f"{joined.get(name, '')} {value}".strip()
        elif not joined.get(name):
            joined[name] = value
    spans = (*first.also, (second.start, second.end), *second.also)
    items[place] = replace(first, values=joined, state="accepted", origin="person", also=spans)
    items[other] = replace(second, state="merged", actor=first.actor, at=first.at)


def _split(items: list[Item], place: int, item: Item, at: int) -> None:
    """One task becomes two at a character of its text."""
    text = item.values.get("text", "")
    if item.kind != "task" or not 0 < at < len(text):
        return
    # The text is the document's own but for joined blanks: the share of it gives the place.
    middle = item.start + round((item.end - item.start) * at / len(text))
    before = {**item.values, "text": text[:at].strip(" ;,")}
    after = {**item.values, "text": text[at:].strip(" ;,"), "deadline": "", "deadline_text": ""}
    until = item.values.get("deadline_text", "")
    if until and until in after["text"]:
        after |= {name: item.values[name] for name in ("deadline", "deadline_text")}
        before |= {"deadline": "", "deadline_text": ""}
    items[place] = replace(item, end=middle, values=before, state="accepted", origin="person")
    items.insert(place + 1, replace(item, start=middle, values=after, state="accepted", origin="person"))


def _span(key: str) -> tuple[int, int]:
    start, _, end = key.partition("-")
    return int(start or 0), int(end or 0)


def _found(items: Sequence[Item], decision: Decision) -> int | None:
    """The item that a decision speaks of: the same characters, else those that overlap most."""
    try:
        start, end = _span(decision.item)
    except ValueError:
        return None
    best, share = None, _SAME
    for place, item in enumerate(items):
        if item.kind != decision.kind:
            continue
        if (item.start, item.end) == (start, end):
            return place
        common = min(end, item.end) - max(start, item.start)
        whole = max(end, item.end) - min(start, item.start)
        if whole > 0 and common / whole > share:
            best, share = place, common / whole
    return best


def _names(agencies: Sequence[Agency]) -> str:
    return "; ".join(agency.name for agency in agencies)


def _task(task: Task) -> Item:
    deadline = task.deadline
    values = {
        "clause": task.clause,
        "leads": _names(task.leads),
        "coordinating": _names(task.coordinating),
        "text": task.text,
        "deliverable": task.deliverable.value if task.deliverable else "",
        "deadline_text": deadline.text if deadline else "",
        "deadline": deadline.date.isoformat() if deadline and deadline.date else "",
        "recurrence": task.recurrence.value if task.recurrence else "",
        "report_to": _names(task.report_to),
    }
    return Item("task", task.place.start, task.place.end, values, confidence=task.confidence)


def _citation(citation: Citation) -> Item:
    first, *others = citation.places
    values = {
        "type": citation.type,
        "number": citation.number,
        "issuer": citation.issuer,
        "date": citation.date.isoformat() if citation.date else "",
        "subject": citation.subject,
    }
    also = tuple((place.start, place.end) for place in others)
    return Item("citation", first.start, first.end, values, confidence=citation.confidence, also=also)


def _indicator(indicator: Indicator) -> Item:
    value = f"{indicator.value:g}" + (f"-{indicator.upper:g}" if indicator.upper is not None else "")
    value += f"/{indicator.of:g}" if indicator.of is not None else ""
    values = {
        "name": indicator.name,
        "comparator": indicator.comparator,
        "value": value,
        "unit": indicator.unit,
        "year": str(indicator.year or ""),
        "kind": indicator.kind,
    }
    return Item("indicator", indicator.place.start, indicator.place.end, values, confidence=indicator.confidence)
