"""The code of an outlined row: A, I, 1, 1.1, a, - or +, read from its own column or from the bullet before its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

__all__ = ["Outline", "Style", "outline_of"]


class Style(IntEnum):
    """Ways to number, from the outermost inwards."""

    ALPHA = 1
    ROMAN = 2
    ARABIC = 3
    LETTER = 4
    BULLET = 5
    NONE = 6


@dataclass(frozen=True, slots=True)
class Outline:
    """What a row's code says: its style, how far in it stands (0 outermost), its place in its list and how it is
    written in a path. `ordinal` None where the row carries no code of its own."""

    style: Style
    rank: float
    ordinal: int | None
    label: str


_ALPHABET = "ABCDĐEFGHIKLMNOPQRSTUVXY"
_ROMAN = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
_NUMBERED = re.compile(r"(?P<head>[A-ZĐ]|[IVX]+|\d{1,3})(?P<tail>(?:\.\d{1,3})*)")
_BULLET = re.compile(r"^\s*(?P<bullet>[-–—+*•])")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10}


def _roman(text: str) -> int:
    total = 0
    for here, after in zip(text, [*text[1:], ""], strict=True):
        value = _ROMAN_DIGITS[here]
        total += -value if after and _ROMAN_DIGITS[after] > value else value
    return total


def outline_of(code: str | None, name: str | None) -> Outline:
    """The outline of a row from its code; where that is empty, from the bullet that its name begins with."""
    text = (code or "").strip().strip("().:/ ").strip()
    if re.fullmatch(r"\d+\.0+", text):
        text = text.partition(".")[0]
    if text in {"-", "–", "—", "*", "•", "+"}:
        return _bulleted(text)
    found = _NUMBERED.fullmatch(text)
    if found is not None:
        return _numbered(found["head"], found["tail"], text)
    if re.fullmatch(r"[a-zđ]\d?", text):
        return Outline(Style.LETTER, 4.0 + 0.5 * (len(text) > 1), "abcdđeghiklmnopqrstuvxy".find(text[0]) + 1, text)
    bullet = _BULLET.match(name or "")
    if bullet is not None:
        return _bulleted(bullet["bullet"])
    return Outline(Style.NONE, 5.0, None, "o")


def _bulleted(bullet: str) -> Outline:
    inner = bullet in {"+", "*"}
    return Outline(Style.BULLET, 6.0 if inner else 5.0, None, "+" if inner else "-")


def _numbered(head: str, tail: str, label: str) -> Outline:
    deeper = 0.1 * tail.count(".")
    last = int(tail.rpartition(".")[2]) if tail else None
    if head.isdigit():
        return Outline(Style.ARABIC, 3.0 + deeper, last or int(head), label)
    if _ROMAN.fullmatch(head) and head:
        return Outline(Style.ROMAN, 2.0 + deeper, last or _roman(head), label)
    return Outline(Style.ALPHA, 1.0 + deeper, last or _ALPHABET.find(head) + 1, label)
