"""What the list of documents says of each: its head, how much was found, how much is left to decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assets.directives.review import reviewed
from dashboard.directives.reading import contradictions_of, reading_of
from dashboard.ledger_access import the_ledger
from data.directives import Kept, decisions, kept_directives

__all__ = ["Summary", "summaries"]


@dataclass(frozen=True, slots=True)
class Summary:
    """One document. left: items that nobody decided of yet. reading: it is being read at the moment."""

    kept: Kept
    number: str = ""
    date: date | None = None
    subject: str = ""
    tasks: int = 0
    left: int = 0
    contradictions: int = 0
    reading: bool = False
    trouble_vi: str = ""
    trouble_en: str = ""


def summaries() -> Sequence[Summary]:
    """All documents, the newest first; those that were not read yet are begun."""
    return [_summary(kept) for kept in kept_directives(the_ledger())]


def _summary(kept: Kept) -> Summary:
    reading = reading_of(kept)
    if reading is None:
        return Summary(kept, reading=True)
    if reading.found is None:
        return Summary(kept, trouble_vi=reading.vi, trouble_en=reading.en)
    found, head = reading.found, reading.found.head
    items = reviewed(found, decisions(the_ledger(), kept.directive_id))
    return Summary(
        kept,
        number=" ".join(word.value for word in (head.type, head.number) if word is not None),
        date=date.fromisoformat(head.date.value) if head.date else None,
        subject=head.subject.value if head.subject else "",
        tasks=sum(item.kind == "task" and item.state not in {"rejected", "merged"} for item in items),
        left=sum(item.state == "open" for item in items),
        contradictions=len(contradictions_of(kept, found)),
    )
