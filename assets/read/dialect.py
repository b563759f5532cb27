"""Finds out how a delimited text separates and quotes its cells, from the text alone."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from assets.read.evidence import keep_dialects
from assets.read.records import Dialect, split_records
from assets.read.values import looks_like

__all__ = ["detect_dialect"]

_DELIMITERS = (",", ";", "\t", "|", "^", "~", "#", ":", " ", "\x01", "\x1f")
_COMMON = frozenset(",;\t|")
_SAMPLE_CHARACTERS = 120_000
_HINT = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


def detect_dialect(text: str) -> Dialect:
    """Dialect of a text; `delimiter` is "" where each line is one cell.

    Each candidate splits a sample; the one wins whose records agree best in width while their cells look best like
    values (numbers, dates, short words), after van den Burg, Nazábal and Sutton, "Wrangling messy CSV files by
    detecting row and type patterns" (2019).
    """
    hint = _HINT.match(text)
    sample = _sample(text)
    scores: list[tuple[float, Dialect]] = [(0.0, Dialect("", ""))]
    for delimiter in (hint[1],) if hint else (*(d for d in _DELIMITERS if d in sample), *_unusual(sample)):
        for quote in _quotes(sample, delimiter):
            dialect = Dialect(delimiter, quote, _spaced(sample, delimiter, quote))
            scores.append((_score(sample, dialect), dialect))
    keep_dialects(scores)
    return max(scores, key=lambda scored: scored[0])[1]


def _unusual(sample: str) -> list[str]:
    """Signs that no program is known to separate with (§, ¦, ¤) and that stand equally often in nearly every line."""
    lines = [line for line in sample.splitlines()[:200] if line.strip()]
    signs = {sign for line in lines[:20] for sign in line if ord(sign) > 126 or sign in "!*\\\x1e"}
    found = []
    for sign in signs:
        if sign.isalnum() or sign.isspace() or unicodedata.category(sign)[0] not in "SPC":
            continue
        counts = Counter(line.count(sign) for line in lines)
        most, often = counts.most_common(1)[0]
        if most > 0 and len(lines) > 2 and often >= 0.8 * len(lines):
            found.append(sign)
    return sorted(found)


def _sample(text: str) -> str:
    if len(text) <= _SAMPLE_CHARACTERS:
        return text
    end = max(text.rfind("\n", 0, _SAMPLE_CHARACTERS), text.rfind("\r", 0, _SAMPLE_CHARACTERS))
    return text[: end + 1] if end > 0 else text[:_SAMPLE_CHARACTERS]


def _quotes(sample: str, delimiter: str) -> tuple[str, ...]:
    """Quotation marks that stand where a cell begins and where one ends."""
    edge = re.escape(delimiter)
    found = []
    for quote in ('"', "'"):
        if quote not in sample:
            continue
        opening = len(re.findall(rf"(?:^|{edge})[ \t]*{quote}", sample, re.MULTILINE))
        closing = len(re.findall(rf"{quote}[ \t]*(?:$|{edge}|\r)", sample, re.MULTILINE))
        if min(opening, closing) > 0:
            found.append((min(opening, closing), quote))
    if not found:
        return ("",)
    return (max(found)[1],)


def _spaced(sample: str, delimiter: str, quote: str) -> bool:
    """Whether a space follows (nearly) every delimiter, so that it belongs to the delimiter and not to the cell."""
    if delimiter == " ":
        return False
    if quote and re.search(rf"{re.escape(delimiter)} +{quote}[^{quote}]", sample):
        plain = len(re.findall(rf"{re.escape(delimiter)}{quote}", sample))
        return len(re.findall(rf"{re.escape(delimiter)} +{quote}", sample)) > plain
    return False


def _score(sample: str, dialect: Dialect) -> float:
    records = [r for r in split_records(sample, dialect) if any(c.strip() for c in r)]
    if not records:
        return 0.0
    widths = Counter(len(record) for record in records)
    pattern = sum(count * (width - 1) / max(width, 1) for width, count in widths.items()) / len(records)
    pattern /= 1 + 0.5 * (len(widths) - 1) ** 0.75
    width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
    if width < 2:
        return 0.0
    share = count / len(records)
    cells = [cell for record in records if len(record) == width for cell in record]
    known = sum(_value_mark(cell, dialect) for cell in cells) / max(1, len(cells))
    weight = 1.0 if dialect.delimiter in _COMMON else 0.75 if dialect.delimiter in " :#^~" else 0.5
    return float(pattern * (0.3 + 0.7 * share) * known * weight)


def _value_mark(cell: str, dialect: Dialect) -> float:
    """How well one cell looks like a value, from 0 to 1."""
    kind = looks_like(cell)
    if kind in "nd":
        return 1.0
    if kind == " ":
        return 0.7
    if kind == "P":
        return 0.9
    if any(other in cell for other in ";\t|") or (dialect.delimiter != "," and cell.count(",") > 2):
        return 0.25
    if cell[:1] == '"' or cell[-1:] == '"':
        return 0.3
    if dialect.delimiter == " ":
        return 0.2  # words that a space separates are sentences rather than cells
    return 0.85 if len(cell) < 60 else 0.6
