"""Splits html text into tags and words, in time that grows with its length whatever it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

__all__ = ["Tag", "attribute", "split_tags"]

Tag = tuple[str, str, str]
"""("start" | "end" | "text", tag's name or "", attributes or text as they stand)."""

_NAME = re.compile(r"/?([a-zA-Z][^\s/>]*)")
_TURN = re.compile(r"[>\"']")
_ATTRIBUTE = re.compile(r"""([^\s=/>"']+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""")
_RAW_TEXT = frozenset({"script", "style", "xmp", "noembed", "noframes"})


def split_tags(text: str) -> Iterator[Tag]:
    """Start tags, end tags and texts of an html text in their order; comments, scripts and styles are left out.

    What is never closed (a comment, a script, a tag) goes to the text's end, as browsers have it.
    """
    at, end = 0, len(text)
    unclosed: set[str] = set()
    while at < end:
        opening = text.find("<", at)
        if opening < 0:
            opening = end
        if opening > at:
            yield "text", "", _plain(text[at:opening])
        if opening == end:
            return
        at = opening
        name = _NAME.match(text, at + 1)
        if name is None:
            if text.startswith("<!--", at):
                close = text.find("-->", at + 4)
                at = end if close < 0 else close + 3
            elif text[at + 1 : at + 2] in ("!", "?", "/"):
                close = text.find(">", at)
                at = end if close < 0 else close + 1
            else:
                yield "text", "", "<"
                at += 1
            continue
        close = _tag_end(text, name.end(), unclosed)
        if close < 0:
            return
        tag, ending = name[1].lower(), text[at + 1] == "/"
        yield "end" if ending else "start", tag, text[name.end() : close]
        at = close + 1
        if tag in _RAW_TEXT and not ending:
            found = re.compile(rf"</{tag}", re.IGNORECASE).search(text, at)
            at = end if found is None else found.start()


def attribute(attributes: str, wanted: str) -> str | None:
    """Value of one attribute of a start tag, None where it has none."""
    for match in _ATTRIBUTE.finditer(attributes):
        if match[1].lower() == wanted:
            return _plain(match[2] or match[3] or match[4] or "")
    return None


def _plain(text: str) -> str:
    """Text with its character references resolved."""
    try:
        return unescape(text) if "&" in text else text
    except ValueError:  # a reference of more digits than any character has
        return text


def _tag_end(text: str, at: int, unclosed: set[str]) -> int:
    """Place of the `>` that ends a tag, those inside quoted attributes left out; -1 where none does.

    `unclosed` remembers the marks that are not closed any more, so that each is looked for once.
    """
    while True:
        turn = _TURN.search(text, at)
        if turn is None:
            return -1
        if turn[0] == ">":
            return turn.start()
        close = -1 if turn[0] in unclosed else text.find(turn[0], turn.end())
        if close < 0:
            unclosed.add(turn[0])
        at = turn.end() if close < 0 else close + 1
