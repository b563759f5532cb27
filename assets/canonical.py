"""Text as it stands in a file → the one form that a type has: 1234.5 · 2026-09-30 · true · a list's code.

What cannot be brought into form is given back as it stands; the type rule then says so at its cell.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from rapidfuzz import fuzz, process

from checks.finding import Suggestion
from data.contract import Column
from data.vietnamese_format import format_date
from data.vietnamese_text import fold

__all__ = [
    "EMPTY",
    "Canonical",
    "NumberStyle",
    "canonical_boolean",
    "canonical_date",
    "canonical_enum",
    "canonical_numbers",
    "is_plain_number",
    "nearest_date",
    "number_style",
    "percent_shown",
]

EMPTY = frozenset({"", "-", "–", "—", "…", "...", "x", "X", "..", "n/a", "N/A", "NULL", "null"})
"""What offices write in a cell of figures that has none."""

_PLAIN = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")
_THOUSANDS_DOT = re.compile(r"[-+]?\d{1,3}(\.\d{3})+(,\d+)?")
_THOUSANDS_COMMA = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")
_ONE_DOT_GROUP = re.compile(r"[-+]?\d{1,3}\.\d{3}")
_NOISE = re.compile(r"[\s\u00a0\u202f]|đồng|đ$|vnd|%$", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\s*(\(\d{1,2}\)|\*+)$")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?")
_DMY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?:[ ,]+(\d{1,2})[:h](\d{2})(?::(\d{2}))?)?")
_WORDS = re.compile(r"(?:ngày )?(\d{1,2}) tháng (\d{1,2}) năm (\d{4})", re.IGNORECASE)
_TRUE = frozenset({"co", "x", "1", "yes", "y", "true", "dung", "da", "v", "✓", "✔"})
_FALSE = frozenset({"khong", "0", "no", "n", "false", "sai", "chua", "ko"})
_SERIAL_BASE = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Canonical:
    """One value in its type's form. `value` None means an empty cell; `changed` that the form had to be mended."""

    value: str | None
    changed: bool = False


def _vietnamese(text: str) -> str:
    return text.replace(".", "").replace(",", ".")


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """What the separators of a column's numbers mean. `dots`: "1.234" is 1234; `commas`: "1,234" is."""

    dots: bool = False
    commas: bool = False


def number_style(texts: Iterable[str], *, whole: bool, typed: bool) -> NumberStyle:
    """The column decides what "1.234" means: thousands where its other values are written so, or where only whole
    numbers are wanted; a typed sheet's own numbers are taken as they are.
    """
    cleaned = [_clean(text) for text in texts]
    dotted = any(
        _DECIMAL_COMMA.fullmatch(t) or (_THOUSANDS_DOT.fullmatch(t) and "," in t) or t.count(".") > 1 for t in cleaned
    )
    commas = any(_THOUSANDS_COMMA.fullmatch(t) and ("." in t or t.count(",") > 1) for t in cleaned) or (
        typed and _grouped_by_commas(cleaned)
    )
    only_groups = whole and all(_ONE_DOT_GROUP.fullmatch(t) or "." not in t for t in cleaned)
    return NumberStyle(dots=not typed and not commas and (dotted or only_groups), commas=commas)


def canonical_numbers(
    values: Iterable[str], *, whole: bool, typed: bool, percent: bool, style: NumberStyle | None = None
) -> dict[str, Canonical]:
    """Each text → its number in plain decimal notation, by the style given or that of these texts."""
    texts = list(values)
    style = style or number_style(texts, whole=whole, typed=typed)
    return {t: _number(t, grouped=style.dots, commas=style.commas, typed=typed, percent=percent) for t in texts}


def _grouped_by_commas(texts: list[str]) -> bool:
    """Whether "2,913" in a typed sheet means 2913: every comma stands before three digits, and nothing has decimals."""
    with_comma = [t for t in texts if "," in t]
    return (
        bool(with_comma) and all(_THOUSANDS_COMMA.fullmatch(t) for t in with_comma) and not any("." in t for t in texts)
    )


def _clean(text: str) -> str:
    return _NOISE.sub("", _FOOTNOTE.sub("", text.strip()))


def _number(text: str, *, grouped: bool, commas: bool, typed: bool, percent: bool) -> Canonical:
    if text.strip() in EMPTY:
        return Canonical(None)
    cleaned = _clean(text)
    noisy = cleaned != text.strip()
    if _PLAIN.fullmatch(cleaned) and not (grouped and _ONE_DOT_GROUP.fullmatch(cleaned)):
        plain = cleaned
    elif _THOUSANDS_COMMA.fullmatch(cleaned) and (commas or cleaned.count(",") > 1 or "." in cleaned):
        plain = cleaned.replace(",", "")
    elif _THOUSANDS_DOT.fullmatch(cleaned) or _DECIMAL_COMMA.fullmatch(cleaned):
        plain = _vietnamese(cleaned)
    else:
        return Canonical(text)
    if "%" in text and not percent:
        plain = f"{float(plain) / 100:.12g}"
    return Canonical(plain, changed=noisy or (typed and plain != text))


def is_plain_number(text: str) -> bool:
    """Whether the text is a number as a workbook stores one: 1234.5, -3, 1e-05."""
    return _PLAIN.fullmatch(text) is not None


def percent_shown(text: str) -> Canonical:
    """The number that a percent format shows: 0.12 is stored where 12 % is seen."""
    return Canonical(f"{float(text) * 100:.12g}")


def canonical_date(text: str, *, typed: bool, moment: bool = False) -> Canonical:
    """A day as YYYY-MM-DD, or with `moment` a day and time as YYYY-MM-DD HH:MM:SS; day before month."""
    stripped = text.strip()
    if stripped in EMPTY:
        return Canonical(None)
    if (found := _ISO.fullmatch(stripped)) is not None:
        year, month, day, *clock = found.groups()
    elif (found := _DMY.fullmatch(stripped)) is not None:
        day, month, year, *clock = found.groups()
    elif (found := _WORDS.fullmatch(stripped)) is not None:
        (day, month, year), clock = found.groups(), [None, None, None]
    elif typed and re.fullmatch(r"[2-6]\d{4}(\.\d+)?", stripped):
        return Canonical((_SERIAL_BASE + timedelta(days=int(float(stripped)))).isoformat(), changed=True)
    else:
        return Canonical(text)
    full_year = int(year) + (2000 if len(year) == 2 else 0)
    try:
        iso = date(full_year, int(month), int(day)).isoformat()
    except ValueError:
        return Canonical(text)
    if moment:
        hour, minute, second = (int(part or 0) for part in clock)
        if hour > 23 or minute > 59 or second > 59:
            return Canonical(text)
        iso = f"{iso} {hour:02}:{minute:02}:{second:02}"
    return Canonical(iso, changed=typed and not _ISO.fullmatch(stripped))


def nearest_date(text: str) -> Suggestion | None:
    """For a day that its month does not have (31/9/2026), the month's last day."""
    found = _DMY.fullmatch(text.strip())
    if found is None:
        return None
    day, month, year = int(found[1]), int(found[2]), int(found[3])
    year += 2000 if year < 100 else 0
    if not (1 <= month <= 12 and 28 < day <= 31):
        return None
    last = date(year, month, calendar.monthrange(year, month)[1])
    return Suggestion(last.isoformat(), format_date(last))


def canonical_boolean(text: str) -> Canonical:
    """có, x, 1 … → true; không, 0 … → false."""
    folded = fold(text) or text.strip()
    if folded in _TRUE:
        return Canonical("true")
    if folded in _FALSE:
        return Canonical("false")
    return Canonical(None) if text.strip() in EMPTY else Canonical(text)


def canonical_enum(text: str, column: Column) -> tuple[Canonical, Suggestion | None]:
    """A code list's code for its words in any case and with any tone marks; else the nearest entry as suggestion."""
    words = {fold(e.label): e for e in column.enum} | {fold(e.value): e for e in column.enum}
    folded = fold(text)
    if folded in words:
        return Canonical(words[folded].value), None
    if text in {e.value for e in column.enum}:
        return Canonical(text), None
    nearest = process.extractOne(folded, list(words), scorer=fuzz.ratio, score_cutoff=80)
    suggestion = Suggestion(words[nearest[0]].value, words[nearest[0]].label) if nearest else None
    return Canonical(text), suggestion
