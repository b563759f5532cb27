"""Typing errors in names: which units' spellings a text comes close to, for the resolver's suggestions."""

from __future__ import annotations

from typing import Literal

from data.unit_index import UnitIndex

__all__ = ["CLOSE", "Near", "UnitGuess"]

CLOSE, _AHEAD, _WORTH_SHOWING = 86.0, 4.0, 72.0  # per cent alike
_SHORTEST = 4  # letters; a typing error in a shorter word makes another word

Near = tuple[tuple[str, ...], float]
"""Codes that one spelling stands for, and how much of it is alike, in per cent."""


class UnitGuess:
    """Compares keys (folded, without spaces) with all spellings of an index."""

    def __init__(self, index: UnitIndex) -> None:
        self._index = index
        self._choices: dict[str, tuple[list[str], list[tuple[str, ...]]]] = {}

    def near(self, commune_key: str | None, agency_key: str | None) -> list[Near]:
        """The five nearest meanings, best first; a key that is None is not looked for."""
        from rapidfuzz import fuzz, process

        best: dict[tuple[str, ...], float] = {}
        queries = (("agency", agency_key), ("commune", commune_key))
        for kind, key in queries:
            if key is None or len(key) < _SHORTEST:
                continue
            spellings, meanings = self._spellings("commune" if kind == "commune" else "agency")
            for _, score, place in process.extract(
                key, spellings, scorer=fuzz.ratio, limit=8, score_cutoff=_WORTH_SHOWING
            ):
                codes = meanings[place]
                best[codes] = max(best.get(codes, 0.0), score)
        return sorted(best.items(), key=lambda pair: -pair[1])[:5]

    def single(self, ranked: list[Near]) -> str | None:
        """The one code that is close and well ahead of the others, or None."""
        if not ranked or ranked[0][1] < CLOSE or len(ranked[0][0]) != 1:
            return None
        code = ranked[0][0][0]
        others = [score for codes, score in ranked[1:] if codes != (code,)]
        return code if not others or ranked[0][1] - others[0] >= _AHEAD else None

    def _spellings(self, kind: Literal["commune", "agency"]) -> tuple[list[str], list[tuple[str, ...]]]:
        """All keys of a kind and, place by place, the codes that each stands for."""
        if kind not in self._choices:
            index = self._index
            pairs: list[tuple[str, tuple[str, ...]]] = []
            if kind == "commune":
                pairs += [(key, (unit.code,)) for key, units in index.communes.items() for unit in units]
                pairs += [(key, old.became) for key, several in index.old_communes.items() for old in several]
            else:
                for names in (index.agencies, index.facilities):
                    pairs += [(key, tuple(sorted(codes))) for key, codes in names.items()]
                pairs += [(key, former.successors) for key, former in index.former.items()]
            kept = [pair for pair in pairs if len(pair[0]) >= _SHORTEST]
            self._choices[kind] = ([key for key, _ in kept], [codes for _, codes in kept])
        return self._choices[kind]
