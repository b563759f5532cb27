"""How common a Vietnamese syllable is, for choosing between two readings of a word typed in an old font."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from data.vietnamese_syllable import is_syllable, place_tone

__all__ = ["NONSENSE", "UNHEARD", "weight"]

_FILE = Path(__file__).parent / "vietnamese_syllables.txt"
_MILLION = 20
UNHEARD = -22
"""Weight of what can be a syllable but was not counted (fewer than one in a million words)."""
NONSENSE = -40
"""Weight of what is no syllable."""


@lru_cache(maxsize=1)
def _counted() -> dict[str, int]:
    """Syllable (small letters) → log2 of its share of all words. Read once, 18 kB."""
    found: dict[str, int] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            power, *words = line.split()
            found.update(dict.fromkeys(words, int(power) - _MILLION))
    return found


@lru_cache(maxsize=65536)
def weight(word: str) -> int:
    """log2 of the share of a word (NFC, any case) among the words of Vietnamese texts; UNHEARD, NONSENSE below."""
    small = place_tone(word.lower())
    counted = _counted().get(small)
    if counted is not None:
        return counted
    return UNHEARD if is_syllable(small) else NONSENSE
