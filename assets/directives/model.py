"""What the directive reader finds in a document: every field with its place in the source and a confidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date as day

__all__ = [
    "Agency",
    "Citation",
    "Contradiction",
    "Deadline",
    "Directive",
    "Head",
    "Indicator",
    "Place",
    "Task",
    "Word",
]


@dataclass(frozen=True, slots=True)
class Place:
    """Characters `start` to before `end` of the source's text (from 0), the line that they begin on and, where the
    format has pages, the page (both from 1)."""

    start: int
    end: int
    line: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """One value as it was found. confidence: 0 to 1; 1 where the form leaves no doubt."""

    value: str
    place: Place
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency as written, and the units that it stands for: one code, or those of a collective ("các sở")."""

    name: str
    place: Place
    units: tuple[str, ...] = ()
    collective: bool = False
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline as written and the last day that it leaves. `period` is the hub's token of what was named."""

    text: str
    place: Place
    date: day | None
    period: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Task:
    """One task: who leads, who helps, what is to be done, by when, how often, and to whom the result goes.

    clause: path of the numbered headings above it, "II.2", "Phụ lục 5.a".
    """

    clause: str
    text: str
    place: Place
    leads: tuple[Agency, ...]
    coordinating: tuple[Agency, ...] = ()
    deadline: Deadline | None = None
    recurrence: Word | None = None
    report_to: tuple[Agency, ...] = ()
    deliverable: Word | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Citation:
    """A legal document that is cited. `places` are all its mentions."""

    number: str
    type: str
    issuer: str
    date: day | None
    subject: str
    places: tuple[Place, ...]
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure: kind is target, result or rank; comparator is =, >=, <=, > or <; `of` is a rank's denominator."""

    name: str
    value: float
    unit: str
    comparator: str
    kind: str
    place: Place
    year: int | None = None
    of: float | None = None
    upper: float | None = None
    """The other end of a range ("1 - 2 bậc")."""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two places that cannot both be right; `other` names the other document where it is another one."""

    kind: str
    vi: str
    en: str
    first: Place
    second: Place
    other: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The document itself (decree 30/2020/NĐ-CP, appendix I; instruction 36-HD/VPTW); None where it is not written."""

    number: Word | None = None
    type: Word | None = None
    issuer: Word | None = None
    place: Word | None = None
    date: Word | None = None
    """ISO form."""
    signatory: Word | None = None
    subject: Word | None = None
    recipients: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Directive:
    """Everything that was found in one document. `directions` are orders that name nobody to carry them out."""

    file: str
    format: str
    text: str
    head: Head
    tasks: tuple[Task, ...] = ()
    directions: tuple[Task, ...] = ()
    citations: tuple[Citation, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    contradictions: tuple[Contradiction, ...] = field(default_factory=tuple)
