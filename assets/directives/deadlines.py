"""Deadlines and recurrences as documents write them, as dates and periods.

A named day stands for itself, "trước ngày" too; a month, quarter, half or year gives its last day.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

__all__ = ["Found", "find_deadline", "find_recurrence", "moments"]

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_DAY = re.compile(
    r"(?:ngày\s+)?(?P<d>\d{1,2})\s*(?:[/.\-]|\s+tháng\s+)\s*(?P<m>\d{1,2})(?:\s*(?:[/.\-]|năm\s)\s*(?P<y>\d{4}))?"
    r"(?![\d/])",
    re.IGNORECASE,
)
_MONTH = re.compile(r"tháng\s+(?P<m>\d{1,2})\s*(?:[/\-]|năm\s+)\s*(?P<y>\d{4})", re.IGNORECASE)
_QUARTER = re.compile(r"quý\s+(?P<q>IV|III|II|I|[1-4])\s*(?:[/\-]|năm\s+|,\s*năm\s+)\s*(?P<y>\d{4})", re.IGNORECASE)
_PART = re.compile(r"0?(?P<n>[369])\s+tháng\s+(?P<half>đầu|cuối)\s+năm\s+(?P<y>\d{4})", re.IGNORECASE)
_HALF = re.compile(r"(?:nửa|giữa)\s+(?P<half>đầu|cuối)?\s*năm\s+(?P<y>\d{4})", re.IGNORECASE)
_YEARS = re.compile(r"năm\s+(?P<y1>\d{4})\s*[-–]\s*(?P<y>\d{4})", re.IGNORECASE)
_YEAR = re.compile(r"(?:cuối\s+)?năm\s+(?P<y>\d{4})", re.IGNORECASE)
_KINDS = (
    ("day", _DAY), ("month", _MONTH), ("quarter", _QUARTER), ("part", _PART), ("half", _HALF), ("years", _YEARS),
    ("year", _YEAR),
)  # fmt: skip

_STRONG = (
    r"(?:chậm nhất(?:\s+là)?(?:\s+(?:vào|trong|đến|trước))?(?:\s+hết)?"
    r"|trước(?=\s+(?:ngày|tháng|quý|năm|\d))"
    r"|(?<!quá )(?:thời\s+)?hạn(?:\s+(?:cuối|chót|hoàn thành|nộp|gửi|báo cáo))?(?:\s+là)?(?:\s+(?:đến|trước|trong))?"
    r"|(?:thời gian\s+)?(?:phải\s+)?hoàn thành(?:\s+xong)?(?:\s+(?:chậm nhất|trước|trong|vào|đến))*(?:\s+hết)?"
    r"|xong\s+(?:trước|trong)|đến\s+hết|muộn nhất(?:\s+là)?)"
)
_MEDIUM = r"(?:(?:ngay\s+)?trong(?:\s+(?:thời gian|cả))?|xong|đến|từ nay đến(?:\s+hết)?)"
_PLAN = re.compile(
    r"^(?:tiếp tục\s+)?(?:tổ chức\s+)?(?:triển khai|thực hiện)(?:\s+thực hiện)?\s+(?:hiệu quả\s+)?"
    r"(?:kế hoạch|chương trình)(?:\s+công tác)?\s+(?=năm\s+\d{4})",
    re.IGNORECASE,
)
_AT_HOUR = r"(?:\s*(?:\d{1,2}\s*(?:giờ|h|g)\s*(?:\d{2}(?:\s*phút)?)?\s*,?\s*)?)"
_ROUND = re.compile(
    r"trước\s+\d{1,2}\s*(?:giờ|h)\s*(?:\d{2}\s*)?(?:ngày\s+)?thứ\s+(?:\w+)(?:\s+h[àằ]ng\s+tuần)?"
    r"|(?:ít nhất\s+)?\d{1,2}\s+lần\s*(?:/|một|mỗi|trong)\s*(?:ngày|tuần|tháng|quý|năm)"
    r"|(?:định kỳ\s+)?(?:vào\s+)?(?:ngày\s+\d{1,2}\s+)?h[àằ]ng\s+(?:ngày|tuần|tháng|quý|năm)(?:\s+hoặc\s+đột xuất)?"
    r"|định kỳ(?:\s+(?:0?\d{1,2}\s+(?:ngày|tuần|tháng|năm)(?:\s*/?\s*(?:một|1|01)?\s*lần)?|mỗi\s+\w+))?"
    r"|mỗi\s+(?:ngày|tuần|tháng|quý|năm)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A deadline or recurrence in a text: where it stands, as written, and what it comes to."""

    start: int
    end: int
    text: str
    date: date | None = None
    period: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class _Moment:
    start: int
    end: int
    last: date
    period: str


def moments(text: str, year: int | None, start: int = 0) -> Iterator[_Moment]:
    """Days, months, quarters, halves and years named from a place on; `year` for days written without one."""
    for kind, pattern in _KINDS:
        for match in pattern.finditer(text, start):
            if (made := _made(kind, match, year)) is not None:
                yield _Moment(match.start(), match.end(), *made)


def _made(kind: str, match: re.Match[str], year: int | None) -> tuple[date, str] | None:
    of = int(match["y"]) if match["y"] else year
    if of is None or not 1945 <= of <= 2100:
        return None
    try:
        if kind == "day":
            day = date(of, int(match["m"]), int(match["d"]))
            return day, day.isoformat()
        if kind == "month":
            month = int(match["m"])
            return date(of, month, calendar.monthrange(of, month)[1]), f"{of}-{month:02}"
    except ValueError:
        return None
    if kind == "quarter":
        quarter = _ROMAN.get(match["q"].lower()) or int(match["q"])
        month = 3 * quarter
        return date(of, month, calendar.monthrange(of, month)[1]), f"{of}-Q{quarter}"
    if kind == "part":
        months = int(match["n"])
        if match["half"].lower() == "cuối":
            return date(of, 12, 31), f"{of}-H2" if months == 6 else str(of)
        token = {3: f"{of}-Q1", 6: f"{of}-H1", 9: f"{of}-9M"}[months]
        return date(of, months, calendar.monthrange(of, months)[1]), token
    if kind == "half":
        first = (match["half"] or "đầu").lower() == "đầu"
        return (date(of, 6, 30), f"{of}-H1") if first else (date(of, 12, 31), f"{of}-H2")
    return date(of, 12, 31), str(of)


def find_deadline(text: str, year: int | None, hidden: list[tuple[int, int]] | None = None) -> Found | None:
    """The deadline that a task's text sets. `hidden`: stretches that speak of other things (citations)."""
    shown = _without(text, hidden or [])
    for marker, confidence in ((_STRONG, 1.0), (_MEDIUM, 0.9)):
        if (found := _marked(shown, text, marker, year, confidence)) is not None:
            return found
    return _aside(shown, text, year) or _of_plan(shown, text, year)


def _marked(shown: str, text: str, marker: str, year: int | None, confidence: float) -> Found | None:
    for sign in re.finditer(rf"\b{marker}\b{_AT_HOUR}", shown, re.IGNORECASE):
        here = list(_at(shown, sign.end(), year))
        if here:
            moment = max(here, key=lambda m: m.end)
            period = None if "-" in moment.period and len(moment.period) == 10 else moment.period
            return Found(sign.start(), moment.end, text[sign.start() : moment.end], moment.last, period, confidence)
    return None


def _at(text: str, place: int, year: int | None) -> Iterator[_Moment]:
    gap = re.compile(r"[\s,]*(?:vào\s+|là\s+|hết\s+|ngày\s+(?=tháng))?").match(text, place)
    begin = gap.end() if gap else place
    for kind, pattern in _KINDS:
        if (match := pattern.match(text, begin)) is not None and (made := _made(kind, match, year)) is not None:
            yield _Moment(match.start(), match.end(), *made)


def _aside(shown: str, text: str, year: int | None) -> Found | None:
    """A period in brackets at the end: "… (năm 2026 - 2028)"."""
    aside = re.search(r"\(([^()]{4,60})\)\s*[.;]?\s*$", shown)
    if aside is None:
        return None
    for kind, pattern in _KINDS:
        if (match := pattern.fullmatch(aside[1].strip())) is not None and (made := _made(kind, match, year)):
            return Found(aside.start(1), aside.end(1), text[aside.start(1) : aside.end(1)], *made, 0.8)
    return None


def _of_plan(shown: str, text: str, year: int | None) -> Found | None:
    """Carrying out the plan of a year ends with the year."""
    plan = _PLAN.match(shown)
    match = _YEAR.match(shown, plan.end()) if plan else None
    if match is None:
        return None
    made = _made("year", match, year)
    return Found(match.start(), match.end(), text[match.start() : match.end()], *made, 0.6) if made else None


def find_recurrence(text: str, hidden: list[tuple[int, int]] | None = None) -> Found | None:
    """How often something is to be done, as written; several rhythms of one task together."""
    shown = _without(text, hidden or [])
    found = list(_ROUND.finditer(shown))
    precise = [match for match in found if match[0].lower() != "định kỳ"] or found
    if not precise:
        return None
    said = "; ".join(dict.fromkeys(" ".join(text[match.start() : match.end()].split()) for match in precise))
    return Found(precise[0].start(), precise[-1].end(), said)


def _without(text: str, hidden: list[tuple[int, int]]) -> str:
    for start, end in hidden:
        text = text[:start] + "\u0000" * (end - start) + text[end:]
    return text
