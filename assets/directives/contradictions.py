"""Places that cannot both be right: within a document, and between documents read together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import combinations

from assets.directives.model import Citation, Contradiction, Directive, Indicator, Place
from data.units import load_units
from data.vietnamese_text import fold

__all__ = ["between", "within"]

_CENTRAL = re.compile(r"bộ chính trị|trung ương|ban bí thư|bch tw", re.IGNORECASE)
_LOCAL = re.compile(r"tỉnh ủy|tỉnh uỷ|thành ủy|huyện ủy|ban thường vụ", re.IGNORECASE)
_COMMUNES = re.compile(
    r"(?<![\d/])(?:\d{1,3}\s*/\s*)?(\d{2,3})\s+(?:(?:điểm cầu\s+(?:của\s+)?)?(?:xã"
    r"|phường)(?:\s*,\s*(?:xã|phường|đặc khu))*"
    r"|đơn vị hành chính cấp xã|điểm cầu cấp xã|xã)\b",
    re.IGNORECASE,
)
_ALIKE, _THE_SAME = 0.6, 0.8


def within(found: Directive, province: str) -> list[Contradiction]:
    """Contradictions inside one document."""
    return [
        *_dates(found.citations, found.citations, ""),
        *_symbols(found),
        *_commune_counts(found, province),
        *_spellings(found, province),
        *_values(found.indicators, found.indicators, ""),
    ]


def between(one: Directive, other: Directive) -> list[Contradiction]:
    """Contradictions of one document with another; the second place is the other's."""
    return [
        *_dates(one.citations, other.citations, other.file),
        *_cross_symbols(one.citations, other.citations, other.file),
        *_values(one.indicators, other.indicators, other.file),
    ]


def _dates(ours: Sequence[Citation], theirs: Sequence[Citation], other: str) -> Iterator[Contradiction]:
    pairs = combinations(ours, 2) if not other else ((a, b) for a in ours for b in theirs)
    for a, b in pairs:
        if a.number.lower() == b.number.lower() and a.date and b.date and a.date != b.date:
            yield Contradiction(
                "citation_date",
                f"{a.type} {a.number} ghi hai ngày: {a.date:%d/%m/%Y} và {b.date:%d/%m/%Y}",
                f"{a.number} is given two dates: {a.date} and {b.date}",
                a.places[0], b.places[0], other,
            )  # fmt: skip


def _symbols(found: Directive) -> Iterator[Contradiction]:
    """A symbol of the centre on a document of the province, or the other way round."""
    by_stem: dict[str, list[Citation]] = {}
    for citation in found.citations:
        by_stem.setdefault(citation.number.rsplit("/", 1)[0].lower(), []).append(citation)
    for citation in found.citations:
        suffix = citation.number.rsplit("/", 1)[-1]
        twins = [c for c in by_stem[citation.number.rsplit("/", 1)[0].lower()] if c.number != citation.number]
        wrong = (suffix == "TW" and _LOCAL.search(citation.issuer) and not _CENTRAL.search(citation.issuer)) or (
            suffix == "TU" and _CENTRAL.search(citation.issuer) and not _LOCAL.search(citation.issuer)
        )
        if wrong or (twins and suffix == "TW" and citation.date is None and any(t.date for t in twins)):
            right = (
                twins[0].number if twins else citation.number.rsplit("/", 1)[0] + ("/TU" if suffix == "TW" else "/TW")
            )
            second = twins[0].places[0] if twins else citation.places[-1]
            yield Contradiction(
                "symbol",
                f"ký hiệu {citation.number} có lẽ là {right}",
                f"the symbol {citation.number} is probably {right}",
                citation.places[0], second,
            )  # fmt: skip


def _cross_symbols(ours: Sequence[Citation], theirs: Sequence[Citation], other: str) -> Iterator[Contradiction]:
    for a in ours:
        for b in theirs:
            same = a.number.rsplit("/", 1)[0].lower() == b.number.rsplit("/", 1)[0].lower()
            ends = {a.number.rsplit("/", 1)[-1], b.number.rsplit("/", 1)[-1]}
            if same and ends == {"TW", "TU"} and fold(a.type) == fold(b.type) and not (a.date and b.date):
                yield Contradiction(
                    "symbol",
                    f"{a.number} ở đây, {b.number} ở {other}",
                    f"{a.number} here, {b.number} in {other}",
                    a.places[0], b.places[0], other,
                )  # fmt: skip


def _commune_counts(found: Directive, province: str) -> Iterator[Contradiction]:
    known = len(load_units(province).of_kind("commune"))
    matches = list(_COMMUNES.finditer(found.text))
    first: dict[int, re.Match[str]] = {}
    for match in matches:
        first.setdefault(int(match[1]), match)
    for count, match in first.items():
        if count == known or not 0.7 * known < count < 1.4 * known:
            continue
        other = next((m for n, m in first.items() if n != count), match)
        yield Contradiction(
            "commune_count",
            f"ghi {count} xã, phường, đặc khu; danh mục có {known}",
            f"{count} communes are counted; the register has {known}",
            _place(found, match), _place(found, other),
        )  # fmt: skip


def _spellings(found: Directive, province: str) -> Iterator[Contradiction]:
    name = load_units(province)[province].name.removeprefix("Tỉnh ").removeprefix("Thành phố ")
    pattern = re.compile(r"\s+".join(re.escape(word) for word in _bare(name).split()), re.IGNORECASE)
    spelt: dict[str, re.Match[str]] = {}
    bare = _bare(found.text)
    if len(bare) != len(found.text):
        return
    for match in pattern.finditer(bare):
        written = " ".join(found.text[match.start() : match.end()].split())
        if not written.isupper() and written[0].isupper():
            spelt.setdefault(written, match)
    for written, match in spelt.items():
        if written != name and unicodedata.normalize("NFC", written).lower() != name.lower():
            other = spelt.get(name, match)
            yield Contradiction(
                "spelling", f"viết “{written}”; tên đúng là “{name}”", f"“{written}” is written for “{name}”",
                _place(found, match), _place(found, other),
            )  # fmt: skip


def _bare(text: str) -> str:
    """The text without its marks, letter for letter."""
    return "".join(
        "d" if letter in "đĐ" else unicodedata.normalize("NFD", letter)[0]
        for letter in unicodedata.normalize("NFC", text)
    )


def _values(ours: Sequence[Indicator], theirs: Sequence[Indicator], other: str) -> Iterator[Contradiction]:
    pairs = combinations(ours, 2) if not other else ((a, b) for a in ours for b in theirs)
    for a, b in pairs:
        same = a.kind == b.kind and a.unit.split(" ")[0] == b.unit.split(" ")[0] and a.of in (None, b.of)
        # A figure without a year is set against another only where both are of the very same thing.
        share = _ALIKE if a.year == b.year else _THE_SAME if None in (a.year, b.year) else 2.0
        if same and a.value != b.value and _alike(a.name, b.name) >= share:
            yield Contradiction(
                "value",
                f"“{a.name}”: {_shown(a)} và {_shown(b)}",
                f"“{a.name}”: {_shown(a)} and {_shown(b)}",
                a.place, b.place, other,
            )  # fmt: skip


def _alike(one: str, other: str) -> float:
    """Share of words that two names have in common, of the longer one; 0 where they are hardly any."""
    a, b = set(fold(one).split()), set(fold(other).split())
    return len(a & b) / max(1, len(a), len(b)) if len(a & b) >= 3 else 0.0


def _shown(indicator: Indicator) -> str:
    value = f"{indicator.value:g}".replace(".", ",")
    return f"{indicator.comparator if indicator.comparator != '=' else ''}{value} {indicator.unit}".strip()


def _place(found: Directive, match: re.Match[str]) -> Place:
    line = found.text.count("\n", 0, match.start()) + 1
    return Place(match.start(), match.end(), line)
