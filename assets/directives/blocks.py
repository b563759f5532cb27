"""A document's text as paragraphs: broken lines joined, page furniture and converters' signs left out.

Every character of a paragraph still knows where it stood in the source, so that what is found in it has its place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from assets.directives.model import Place
from assets.directives.source_text import SourceText

__all__ = ["Block", "blocks_of"]

_FRACTION = re.compile(r"\$?\\frac\{(\d+)\}\{(\d+)\}\$?")
_MARKUP = re.compile(r"\*{1,3}|_{2,3}|`|\\(?=[*_#.\-+()\[\]])|(?m:^[ \t]*#{1,6}[ \t]+)|(?m:^[ \t]*>[ \t]?)")
_RULE = re.compile(r"^[\s\-–—_=*~.]{3,}$")
_PAGE_NUMBER = re.compile(r"^(?:trang\s*)?[-–—]?\s*\d{1,4}\s*(?:/\s*\d{1,4})?\s*[-–—]?$", re.IGNORECASE)
_NOTE = re.compile(r"^(?:([⁰¹²³⁴⁵⁶⁷⁸⁹]+)|\[\^?(\d{1,3})\]:?)\s*(?=\S)")
_STARTS = re.compile(
    r"^(?:[IVXLC]{1,6}\s*[.\-–)]\s*\S|\d{1,2}(?:\.\d{1,2})*[.)]\s*\D|[a-zđ]\)\s|\((?:\d{1,2}|[ivx]{1,4}|[a-zđ])\)\s"
    r"|[-–—•+]\s*\S|phụ lục\b|điều\s+\d{1,3}\s*[.:])",
    re.IGNORECASE,
)
_ENDS = tuple(".;:!?…/")


@dataclass
class Block:
    """One paragraph. `at[i]` is the source's character that `text[i]` came from; `note` is a footnote's number."""

    text: str
    at: list[int] = field(repr=False)
    note: str = ""

    def place(self, source: SourceText, start: int, end: int) -> Place:
        """The place in the source of some characters of the paragraph."""
        if not self.at:
            return source.place(0, 0)
        start = min(start, len(self.at) - 1)
        end = max(start + 1, min(end, len(self.at)))
        return source.place(self.at[start], self.at[end - 1] + 1)


def blocks_of(source: SourceText) -> list[Block]:
    """The paragraphs of a document in their order; footnotes stand at the end of the list."""
    running = _running_lines(source)
    flow: list[Block] = []
    notes: list[Block] = []
    gap, across = True, False
    lines = list(_lines(source.text))
    width = _wrap_width(lines)
    last = 0
    for line in lines:
        text = line.text
        if not text:
            # What stands around a page's number parts pages, not paragraphs.
            gap = gap or not across
            continue
        if _PAGE_NUMBER.match(text) or _key(text) in running:
            gap, across = False, True
            continue
        if _RULE.match(text):
            continue
        across = False
        # The line before ended where it did because the next word would not have fitted.
        full = width is not None and last + 1 + len(text.partition(" ")[0]) > width
        last = len(text)
        if found := _NOTE.match(text):
            line.note = found[1] or found[2]
            notes.append(_cut(line, found.end()))
            gap = False
            continue
        if notes and not gap and notes[-1] is not None and _goes_on(notes[-1], line, near=True):
            notes[-1] = _joined(notes[-1], line)
            continue
        if flow and _goes_on(flow[-1], line, near=not gap, full=full):
            flow[-1] = _joined(flow[-1], line)
        else:
            flow.append(line)
        gap = False
    return [*flow, *notes]


def _lines(text: str) -> Iterator[Block]:
    """Lines without the signs of a converter, their ends trimmed."""
    start = 0
    for raw in re.split(r"[\n\f]", text):
        yield _plain_line(raw, start)
        start += len(raw) + 1


def _plain_line(raw: str, start: int) -> Block:
    letters: list[str] = []
    at: list[int] = []
    place = 0
    signs = sorted([*_FRACTION.finditer(raw), *_MARKUP.finditer(raw)], key=lambda m: m.start())
    for sign in signs:
        if sign.start() < place:
            continue
        _take(raw, place, sign.start(), start, letters, at)
        if sign.re is _FRACTION:
            shown = f"{sign[1]}/{sign[2]}"
            letters += shown
            at += [start + sign.start()] * (len(shown) - 1) + [start + sign.end() - 1]
        place = sign.end()
    _take(raw, place, len(raw), start, letters, at)
    while letters and letters[-1] == " ":
        letters.pop()
        at.pop()
    return Block("".join(letters), at)


def _take(raw: str, begin: int, end: int, start: int, letters: list[str], at: list[int]) -> None:
    """Take characters over, runs of white space as one blank."""
    for place in range(begin, end):
        letter = raw[place]
        if letter.isspace():
            if letters and letters[-1] != " ":
                letters.append(" ")
                at.append(start + place)
            continue
        letters.append(letter)
        at.append(start + place)


def _wrap_width(lines: list[Block]) -> int | None:
    """The width that the lines were broken at; None where paragraphs stand on one line each."""
    lengths = sorted(len(line.text) for line in lines if line.text)
    if len(lengths) < 20:
        return None
    widest = lengths[int(len(lengths) * 0.98)]
    near = sum(widest * 0.85 <= length for length in lengths)
    return widest if near >= 0.3 * len(lengths) and widest <= 160 else None


def _goes_on(before: Block, line: Block, *, near: bool, full: bool = False) -> bool:
    """Whether a line goes on with the paragraph before: it is no beginning, and that one did not end."""
    if _STARTS.match(line.text):
        return False
    first = line.text[0]
    ended = before.text.endswith(_ENDS)
    if not near:
        return not ended and first.islower()
    if ended:
        return first.islower() and (full or not before.text.endswith(";"))
    # Lines in capitals stand by themselves (titles), and so does what follows them in small letters.
    return first.islower() or (before.text.isupper() == line.text.isupper() and len(before.text) > 45)


def _joined(before: Block, line: Block) -> Block:
    if before.text.endswith("-") and len(before.text) > 1 and before.text[-2].isdigit():
        return Block(before.text + line.text, before.at + line.at, before.note)
    return Block(f"{before.text} {line.text}", [*before.at, line.at[0], *line.at], before.note)


def _cut(block: Block, length: int) -> Block:
    return Block(block.text[length:], block.at[length:], block.note)


def _running_lines(source: SourceText) -> set[str]:
    """Headers and footers: short lines that stand on many pages."""
    if not source.paged:
        return set()
    pages = source.text.split("\f")
    counts: Counter[str] = Counter()
    for page in pages:
        lines = [line for line in page.split("\n") if line.strip()]
        counts.update({_key(line) for line in [*lines[:2], *lines[-2:]] if len(line) < 90})
    return {text for text, count in counts.items() if count >= max(3, 0.5 * len(pages)) and text}


def _key(text: str) -> str:
    return re.sub(r"[\d\W]+", " ", text).strip().lower()
