"""The document's text with everything that was found in it marked in its place."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from assets.directives.review import Item
from dashboard.components.markup import Node, Safe, el
from dashboard.language import Language

__all__ = ["document_text"]

_PIECE = 60
"""Lines in one block: browsers lay out only the blocks in view."""


def document_text(text: str, items: Sequence[Item], words: Language) -> Safe:
    """The text in stretches, each with the character that it begins at (data-at) and the items that it belongs to.

    Stretches never overlap, so that a selection can be told in characters of the text; form feeds become page rules.
    """
    spans = [
        (start, end, item)
        for item in items
        if item.state not in {"rejected", "merged"}
        for start, end in ((item.start, item.end), *item.also)
        if start < end
    ]
    # Empty lines before the first word say nothing; they stay, out of sight, for places to count them.
    blank = len(text) - len(text.lstrip())
    borders = sorted(
        {0, blank, len(text), *(edge for start, end, _ in spans for edge in (start, end) if edge <= len(text))}
    )
    opened = sorted(spans, key=lambda span: span[0])
    blocks: list[Safe] = []
    parts: list[Node] = []
    lines, page, following = 0, 1, 0
    covering: list[tuple[int, int, Item]] = []
    for start, end in pairwise(borders):
        covering = [span for span in covering if span[1] > start]
        while following < len(opened) and opened[following][0] <= start:
            if opened[following][1] > start:
                covering.append(opened[following])
            following += 1
        kinds = sorted({item.kind for _, _, item in covering})
        # The narrowest item is the one that a click means.
        keys = " ".join(f"{i.kind}:{i.key}" for _, _, i in sorted(covering, key=lambda span: span[1] - span[0]))
        place = start
        for number, piece in enumerate(text[start:end].split("\f")):
            if number:
                page += 1
                parts.append(el("span", words("directives.page", page=page), class_="page-rule"))
                place += 1
            if piece:
                parts.append(_stretch(piece, place, kinds, keys, hidden=end <= blank))
            place += len(piece)
            lines += piece.count("\n")
        if lines >= _PIECE and not covering:
            blocks.append(el("div", parts, class_="text-block"))
            parts, lines = [], 0
    blocks.append(el("div", parts, class_="text-block"))
    return el("div", blocks, class_="document-text", id="document-text", tabindex="0", role="document")


def _stretch(piece: str, place: int, kinds: Sequence[str], keys: str, *, hidden: bool) -> Safe:
    if not kinds:
        return el("span", piece, data_at=str(place), hidden=hidden)
    return el("mark", piece, data_at=str(place), data_items=keys, class_=" ".join(kinds))
