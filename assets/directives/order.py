"""One order of a document as a task: who helps, by when, how often, what comes of it and who is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from assets.directives.agencies import AgencyFinder, Named
from assets.directives.assigned import Assigned
from assets.directives.blocks import Block
from assets.directives.citations import mentions
from assets.directives.deadlines import find_deadline, find_recurrence
from assets.directives.model import Agency, Deadline, Task, Word
from assets.directives.outline import Clause
from assets.directives.source_text import SourceText

__all__ = ["Part", "Reader", "Standing", "agencies", "assigned_task", "coordination", "split", "task"]

_LEADING = re.compile(
    r"^\s*,?\s*(?:(?:là\s+)?(?:cơ quan\s+)?(?:chịu trách nhiệm\s+)?(?:chủ động\s+)?chủ trì\b"
    r"\s*[,;]?\s*(?:và\s+)?)?"
    r"(?:(?:chủ động\s+|tiếp tục\s+|kịp thời\s+)?phối hợp(?:\s+(?:chặt chẽ|với|cùng))*\s*)?",
    re.IGNORECASE,
)
_WITH = re.compile(r"phối hợp(?:\s+(?:chặt chẽ|với|cùng))*\s*$", re.IGNORECASE)
_ASIDE = re.compile(r"^\s*\([^()]{0,160}\)")
_REPORT = re.compile(
    r"(?:[Bb]áo cáo(?:\s+(?:kết quả|đề xuất|định kỳ|tiến độ|với|về|cho|lên))*|[Tt]rình"
    r"|[Gg]ửi(?:\s+[^.;]{0,60}?)?\s+về|tham mưu(?:\s+cho)?"
    r"|đề xuất|tham vấn|xin ý kiến)\s+(?=[A-ZĐÀ-Ỹ])|để\s+(?=[A-ZĐÀ-Ỹ][^.;]{2,60}?\s+tổng hợp)",
)
_PRODUCT = re.compile(
    r"\b(?:xây dựng|ban hành|hoàn thiện|tham mưu(?:\s+(?:xây dựng|ban hành|thành lập))?|trình"
    r"|thành lập|hoàn thành|tổ chức|lập)"
    r"(?:\s*,?\s*(?:và\s+)?(?:xây dựng|ban hành|trình|hoàn thiện))*\s+(?:hồ sơ\s+)?"
    r"((?:Kế hoạch|Đề án|Nghị quyết|Quyết định|Chỉ thị|Chương trình|Quy chế|Báo cáo|Quy định|Hội nghị"
    r"|Hệ thống|Quỹ|Dự án|Văn bản"
    r"|kế hoạch|đề án|nghị quyết|quyết định|chỉ thị|chương trình|quy chế|báo cáo|quy định|danh mục"
    r"|cơ chế|cơ sở dữ liệu)"
    r"\b[^,;.()]{0,140})"
)
_ITEMS = re.compile(r"\((\d{1,2})\)\s*")


@dataclass
class Standing:
    """Whose tasks the paragraphs below a heading are."""

    level: int
    leads: tuple[Agency, ...]
    coordinating: tuple[Agency, ...] = ()
    alone: bool = False
    """The heading is an agency's name and nothing else: paragraphs without a sign below it are its tasks, too."""


@dataclass
class Reader:
    source: SourceText
    finder: AgencyFinder
    year: int | None
    standing: list[Standing] = field(default_factory=list)
    introduced: bool = False
    """A paragraph said that orders follow: "… yêu cầu:", "… có ý kiến chỉ đạo như sau:"."""
    listed: tuple[Agency, ...] = ()
    """Agencies of the latest list in brackets of the present clause: what "nêu trên" points to."""


@dataclass(frozen=True)
class Part:
    """A stretch of a paragraph that is one order."""

    start: int
    end: int
    leads: tuple[Agency, ...]
    coordinating: tuple[Agency, ...]


def coordination(
    reader: Reader,
    block: Block,
    place: int,
    leads: tuple[Agency, ...],
    coordinating: tuple[Agency, ...],
    stop: int | None = None,
) -> Part:
    """The order behind "chủ trì, phối hợp với A, B và C"."""
    end = stop if stop is not None else len(block.text)
    text = block.text[:end]
    if aside := _ASIDE.match(text[place:]):
        place += aside.end()
    lead_in = _LEADING.match(text[place:])
    begin = place + (lead_in.end() if lead_in else 0)
    if lead_in and _WITH.search(lead_in[0]):
        named = reader.finder.list_at(text, begin)
        if named:
            coordinating = (*coordinating, *agencies(reader, block, named))
            begin = named[-1].end
        else:
            begin = (
                place + (re.match(r"^\s*,?\s*(?:chủ trì\s*,?\s*)?", text[place:], re.IGNORECASE) or [""])[0].__len__()
            )
    while begin < end and text[begin] in " ,:;":
        begin += 1
    return Part(begin, end, leads, coordinating)


def assigned_task(reader: Reader, clause: Clause, lines: Assigned) -> Task:
    """The clause as a task of those whom the lines below it name."""

    def named(kind: str) -> tuple[Agency, ...]:
        if kind not in lines.lines:
            return ()
        line, start = lines.lines[kind]
        return agencies(reader, line.block, reader.finder.list_at(line.block.text, start))

    made = task(reader, clause, Part(clause.body, len(clause.block.text), named("lead"), named("help")))
    if "until" in lines.lines:
        line, start = lines.lines["until"]
        told = task(reader, line, Part(start, len(line.block.text), (), ()))
        until = told.deadline or _bare(reader, line.block, start) or made.deadline
        made = replace(made, deadline=until, recurrence=told.recurrence or made.recurrence)
    if "product" in lines.lines:
        line, start = lines.lines["product"]
        value = line.block.text[start:].rstrip(" .;")
        made = replace(made, deliverable=Word(value, line.block.place(reader.source, start, start + len(value)), 0.9))
    return made


def _bare(reader: Reader, block: Block, start: int) -> Deadline | None:
    """A period that stands alone behind "Thời gian:", without the word that makes it a deadline in a sentence."""
    lead = "trong "
    value = block.text[start:].rstrip(" .;")
    found = find_deadline(lead + value[:1].lower() + value[1:], reader.year, [])
    if found is None:
        return None
    begin, end = (start + max(0, at - len(lead)) for at in (found.start, found.end))
    text = block.text[begin:end]
    return Deadline(text, block.place(reader.source, begin, end), found.date, found.period, found.confidence)


def split(reader: Reader, clause: Clause, part: Part, *, headed: bool) -> Iterator[Task]:
    """The tasks of an order: "(1) … (2) …" right behind the agency are one each, within a sentence they are one."""
    text = clause.block.text[part.start : part.end]
    items = list(_ITEMS.finditer(text))
    numbered = len(items) > 1 and [int(m[1]) for m in items] == list(range(1, len(items) + 1))
    if headed and numbered and items[0].start() == 0:
        for place, item in enumerate(items):
            stop = items[place + 1].start() if place + 1 < len(items) else len(text)
            piece = Part(part.start + item.end(), part.start + stop, part.leads, part.coordinating)
            yield task(reader, clause, piece)
        return
    if len(text.strip(" .;,:")) >= 12:
        yield task(reader, clause, part)


def task(reader: Reader, clause: Clause, part: Part) -> Task:
    block = clause.block
    start, end = part.start, part.end
    while end > start and block.text[end - 1] in " ;":
        end -= 1
    text = block.text[start:end]
    hidden = [(m.start, m.end) for m in mentions(text)]
    found = find_deadline(text, reader.year, hidden)
    deadline = None
    if found is not None:
        at = block.place(reader.source, start + found.start, start + found.end)
        deadline = Deadline(found.text, at, found.date, found.period, found.confidence)
    often = find_recurrence(text, hidden)
    recurrence = None
    if often is not None:
        recurrence = Word(often.text, block.place(reader.source, start + often.start, start + often.end), 0.9)
    product = _PRODUCT.search(text)
    deliverable = None
    if product is not None:
        place = block.place(reader.source, start + product.start(1), start + product.end(1))
        deliverable = Word(product[1].strip(), place, 0.6)
    confidence = min([lead.confidence for lead in part.leads], default=0.5)
    helpers = part.coordinating or _helping(reader, block, start, end)
    return Task(
        clause.path, text, block.place(reader.source, start, end), part.leads, helpers, deadline, recurrence,
        _reported_to(reader, block, start, end), deliverable, confidence,
    )  # fmt: skip


def _helping(reader: Reader, block: Block, start: int, end: int) -> tuple[Agency, ...]:
    """Who helps, where an order behind a colon begins with it: "Sở A: chủ trì, phối hợp với Sở B …"."""
    lead_in = _LEADING.match(block.text[start:end])
    if lead_in is None or not _WITH.search(lead_in[0]):
        return ()
    return agencies(
        reader, block, [n for n in reader.finder.list_at(block.text, start + lead_in.end()) if n.end <= end]
    )


def _reported_to(reader: Reader, block: Block, start: int, end: int) -> tuple[Agency, ...]:
    found: list[Agency] = []
    for match in _REPORT.finditer(block.text, start, end):
        named = reader.finder.at(block.text, match.end())
        if named is not None and named.end <= end and named.name not in {agency.name for agency in found}:
            found.extend(agencies(reader, block, [named]))
    return tuple(found)


def agencies(reader: Reader, block: Block, named: Sequence[Named]) -> tuple[Agency, ...]:
    made: list[Agency] = []
    for one in named:
        if one.back and reader.listed:
            made.extend(reader.listed)
            continue
        place = block.place(reader.source, one.start, one.end)
        made.append(Agency(one.name, place, one.units, one.collective, one.confidence))
    return tuple({agency.name: agency for agency in made}.values())
