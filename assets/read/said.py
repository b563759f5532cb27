"""One sentence for people, in Vietnamese and in English."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Said", "rows_said"]


@dataclass(frozen=True, slots=True)
class Said:
    """The same sentence twice; `more` are the points under it."""

    vi: str
    en: str
    more: tuple[Said, ...] = ()


def rows_said(first: int, last: int) -> tuple[str, str]:
    """Rows `first` to `last` in words: ("dòng 5–6", "rows 5-6")."""
    return (f"dòng {first}", f"row {first}") if first == last else (f"dòng {first}–{last}", f"rows {first}-{last}")
