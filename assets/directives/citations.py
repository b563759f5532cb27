"""Legal documents that a text cites: number and symbol, kind, issuer, date and subject, each once with its mentions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from assets.directives.blocks import Block
from assets.directives.model import Citation, Place
from assets.directives.source_text import SourceText

__all__ = ["Mention", "citations", "mentions", "type_of_symbol"]

NUMBER = (
    r"\d{1,5}[a-zA-Z]?(?:\s*/\s*\d{4})?\s*[-–/]\s*(?:[A-ZĐ]{1,6}\d{0,2}|CTr|TTr|CTrHĐ|QyĐ)"
    r"(?:\s*[-–/]\s*[A-ZĐ][A-Za-zĐđ]{0,8}\d{0,2}){0,3}"
)
_DATE = re.compile(
    r"[,;]?\s*(?:ký\s+)?ngày\s+(\d{1,2})\s*(?:[/.\-]|\s+tháng\s+)\s*(\d{1,2})\s*(?:[/.\-]|\s+năm\s+)\s*(\d{4})",
    re.IGNORECASE,
)
_ISSUER = re.compile(
    r"[,;]?\s*của\s+((?:đồng chí\s+)?[A-ZĐÀ-Ỹ][^,;.:()¹²³⁴⁵⁶⁷⁸⁹⁰]*?)"
    r"(?=\s+(?:về|ban hành|quy định|thực hiện|triển khai|và\s+(?:các|Kế|Nghị|Quyết|Chương|Chỉ|triển)|giao|phê duyệt"
    r"|năm|sửa|trong|trên|để|tại|đã|gắn|đạt)\b|[,;.:()¹²³⁴⁵⁶⁷⁸⁹⁰]|$)"
)
_SUBJECT = re.compile(
    r"[,;]?\s*((?:về(?:\s+việc)?|ban hành|quy định|phê duyệt|sửa đổi|triển khai|thực hiện"
    r"|giao)\s+[^;.()¹²³⁴⁵⁶⁷⁸⁹⁰]{4,400}?)"
    r"(?=\s*[;.()¹²³⁴⁵⁶⁷⁸⁹⁰]|,\s+(?:Phó )?(?:Chủ tịch|Bí thư|Bộ trưởng|Thủ tướng|Giám đốc|Thường trực"
    r"|Ban Thường vụ)\s|$)"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """One citation in a paragraph: characters `start` to before `end`, the whole of it with date, issuer, subject."""

    number: str
    type: str
    issuer: str
    date: date | None
    subject: str
    start: int
    end: int


@cache
def _types() -> Mapping[str, Sequence[str]]:
    read: Mapping[str, Sequence[str]] = yaml.safe_load(
        (Path(__file__).parent / "document_types.yaml").read_text(encoding="utf-8")
    )
    return read


@cache
def _pattern() -> re.Pattern[str]:
    kinds = "|".join(re.escape(kind).replace(r"\ ", r"\s+") for kind in sorted(_types(), key=len, reverse=True))
    return re.compile(
        rf"(?:\b(?P<type>{kinds})\s+)?(?:số:?\s*)?(?<![\w/.-])(?P<number>{NUMBER})(?![\w/])", re.IGNORECASE
    )


def type_of_symbol(number: str) -> str:
    """The kind that a symbol's letters stand for: 57-NQ/TW → Nghị quyết; "" where they tell none."""
    letters = re.findall(r"[A-Za-zĐđ]+", number)
    for letter in letters:
        for kind, symbols in _types().items():
            if letter in symbols or (letter.startswith("QH") and "QH" in symbols):
                return _capital(kind)
    return ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def mentions(text: str) -> list[Mention]:
    """The citations of a paragraph in their order."""
    found: list[Mention] = []
    matches = [m for m in _pattern().finditer(text) if any(letter.isupper() for letter in m["number"])]
    for place, match in enumerate(matches):
        limit = matches[place + 1].start() if place + 1 < len(matches) else len(text)
        end = match.end()
        issued, end = _date_at(text, end, limit)
        issuer, end = _part_at(_ISSUER, text, end, limit)
        if issued is None:
            issued, end = _date_at(text, end, limit)
        subject, subject_end = _part_at(_SUBJECT, text, end, limit)
        if not issuer and not issued:
            subject, subject_end = "", end
        kind = _capital(" ".join((match["type"] or "").lower().split()))
        number = re.sub(r"\s+", "", match["number"]).replace("–", "-")
        found.append(
            Mention(
                number,
                kind or type_of_symbol(number),
                issuer.strip(),
                issued,
                subject.strip(),
                match.start(),
                subject_end,
            )
        )
    return found


def _date_at(text: str, place: int, limit: int) -> tuple[date | None, int]:
    match = _DATE.match(text, place, limit)
    if match is None:
        return None, place
    try:
        return date(int(match[3]), int(match[2]), int(match[1])), match.end()
    except ValueError:
        return None, match.end()


def _part_at(pattern: re.Pattern[str], text: str, place: int, limit: int) -> tuple[str, int]:
    match = pattern.match(text[:limit], place)
    return (match[1], match.end(1)) if match else ("", place)


def citations(source: SourceText, blocks: Sequence[Block], own: str) -> list[Citation]:
    """All documents cited, each number once for each date that it is given; `own` is the document's own number.

    A mention without a date belongs to the one that has one; footnotes that spell a citation out are joined to it.
    """
    by_number: dict[str, list[tuple[Mention, Place]]] = {}
    for block in blocks:
        for mention in mentions(block.text):
            if mention.number.lower() != own.lower():
                place = block.place(source, mention.start, mention.end)
                by_number.setdefault(mention.number.lower(), []).append((mention, place))
    found: list[Citation] = []
    for group in by_number.values():
        dates = sorted({mention.date for mention, _ in group if mention.date is not None})
        for day in dates or (None,):
            mine = [entry for entry in group if entry[0].date == day or (entry[0].date is None and day in dates[:1])]
            found.append(_joined([mention for mention, _ in mine], tuple(p for _, p in mine), day))
    return sorted(found, key=lambda citation: citation.places[0].start)


def _joined(group: Sequence[Mention], places: tuple[Place, ...], day: date | None) -> Citation:
    def longest(values: Sequence[str]) -> str:
        return max(values, key=len, default="")

    kinds = [mention.type for mention in group if mention.type]
    issuers = [mention.issuer for mention in group if mention.issuer]
    return Citation(
        number=group[0].number,
        type=max(set(kinds), key=kinds.count) if kinds else "",
        issuer=max(set(issuers), key=issuers.count) if issuers else "",
        date=day,
        subject=longest([mention.subject for mention in group if mention.date == day]),
        places=places,
        confidence=1.0 if day else 0.8,
    )
