"""What resolving a name gives: a code or none, how sure that is, and the reason in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Asked", "Candidate", "How", "Match"]

How = Literal["exact", "normalised", "fuzzy", "converted", "ambiguous", "unknown"]
Asked = Literal["unit", "commune", "agency"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that could be meant, and why."""

    code: str
    name: str
    reason_vi: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class Match:
    """What a text names.

    how: exact (the official name or code), normalised (the same name in another form or a known short form), converted
    (a unit of before a merger, wholly in one of now), fuzzy (probably a typing error: a suggestion that a person
    confirms), ambiguous (several candidates), unknown. `code` is None for the last two.
    """

    how: How
    code: str | None
    name: str | None
    candidates: tuple[Candidate, ...] = ()
    reason_vi: str = ""
    reason_en: str = ""

    @property
    def certain(self) -> bool:
        """Whether the code can be used without asking anybody."""
        return self.how in ("exact", "normalised", "converted")
