"""The numbered headings of a document as a path: which clause every paragraph belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assets.directives.blocks import Block

__all__ = ["Clause", "outline"]

_MARKERS = (
    ("article", re.compile(r"^(Điều\s+\d{1,3})\s*[.:]\s*(?=\S)", re.IGNORECASE)),
    ("roman", re.compile(r"^([IVXLC]{1,6})\s*[.\-–)]\s*(?=\S)")),
    ("arabic", re.compile(r"^(\d{1,2}(?:\.\d{1,2})*)\s*[.)]\s*(?=\D)")),
    ("arabic", re.compile(r"^(\d{1,2}(?:\.\d{1,2})+)\s+(?=\D)")),
    ("letter", re.compile(r"^([a-zđ])\s*[.)]\s*(?=\S)")),
    ("item", re.compile(r"^\((\d{1,2}|[ivx]{1,4}|[a-zđ])\)\s*(?=\S)")),
    ("dash", re.compile(r"^([-–—•])\s*(?=\S)")),
    ("plus", re.compile(r"^(\+)\s*(?=\S)")),
)
_APPENDIX = re.compile(r"^phụ lục(?:\s+(?:số\s+)?([IVXLC]+|\d{1,2}))?\s*[.:]?\s*$", re.IGNORECASE)
LEVELS = {
    "appendix": 0,
    "part": 1,
    "roman": 1,
    "article": 1,
    "arabic": 2,
    "letter": 4,
    "item": 5,
    "": 6,
    "dash": 7,
    "plus": 8,
}
_NUMBERED = ("roman", "article", "arabic", "letter")


@dataclass(frozen=True)
class Clause:
    """A paragraph with its place in the outline.

    marker: roman, article, arabic, letter, item, dash, plus, appendix or "" for a paragraph without a sign of its own.
    level: the smaller, the higher it stands. body: where its text begins behind the sign.
    path: "II.2", "Phụ lục 5.a"; headings: the numbered headings above it, the outermost first.
    """

    block: Block
    marker: str
    label: str
    level: int
    body: int
    path: str
    headings: tuple[str, ...]

    @property
    def text(self) -> str:
        """The text behind the sign."""
        return self.block.text[self.body :]


def outline(blocks: Sequence[Block]) -> Iterator[Clause]:
    """Every paragraph with its clause; footnotes are left out."""
    appendix = ""
    stack: list[tuple[int, str, str]] = []
    for block in blocks:
        if block.note:
            continue
        if found := _APPENDIX.match(block.text):
            appendix, stack = f"Phụ lục {found[1]}" if found[1] else "Phụ lục", []
            yield Clause(block, "appendix", found[1] or "", 0, 0, appendix, ())
            continue
        marker, label, body = _marker(block.text)
        level = LEVELS[marker] + (label.count(".") if marker == "arabic" else 0)
        if marker in _NUMBERED:
            while stack and stack[-1][0] >= level:
                stack.pop()
            # "1.1" under "1" stands for itself: the outer number is said already.
            whole = label if not stack or not label.startswith(f"{stack[-1][1]}.") else label[len(stack[-1][1]) + 1 :]
            stack.append((level, whole, block.text[body:]))
        numbers = ".".join(entry[1] for entry in stack)
        path = " ".join(part for part in (appendix, numbers) if part)
        yield Clause(block, marker, label, level, body, path, tuple(entry[2] for entry in stack))


def _marker(text: str) -> tuple[str, str, int]:
    for marker, pattern in _MARKERS:
        if found := pattern.match(text):
            return marker, found[1], found.end()
    return "", "", 0
