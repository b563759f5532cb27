"""Words for codes that come from data: a code that the catalogue does not know stands for itself."""

from __future__ import annotations

from dashboard.language import Language

__all__ = ["named"]


def named(words: Language, group: str, code: str) -> str:
    """The catalogue's word for `group.code`."""
    key = f"{group}.{code}"
    return words(key) if words.has(key) else code
