"""The tasks of a document: who is told to do what, by when, how often, and to whom the result goes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assets.directives.agencies import AgencyFinder, Named
from assets.directives.blocks import Block
from assets.directives.citations import mentions
from assets.directives.deadlines import find_deadline, find_recurrence
from assets.directives.model import Agency, Deadline, Task, Word
from assets.directives.outline import LEVELS, Clause
from assets.directives.source_text import SourceText

__all__ = ["find_tasks"]

_ORDERS = re.compile(
    r"(?:^|(?<=[.;,:]\s)|(?<=\)\s))(?P<verb>(?:đồng thời,?\s+)?(?:giao|yêu cầu|đề nghị|phân công|thống nhất giao)"
    r"(?:\s+(?:cho|nhiệm vụ cho|trách nhiệm cho|đồng chí))?)\s+",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^\s*,?\s*(?:(?:là\s+)?(?:cơ quan\s+)?(?:chịu trách nhiệm\s+)?(?:chủ động\s+)?chủ trì\b"
    r"\s*[,;]?\s*(?:và\s+)?)?"
    r"(?:(?:chủ động\s+|tiếp tục\s+|kịp thời\s+)?phối hợp(?:\s+(?:chặt chẽ|với|cùng))*\s*)?",
    re.IGNORECASE,
)
_WITH = re.compile(r"phối hợp(?:\s+(?:chặt chẽ|với|cùng))*\s*$", re.IGNORECASE)
_ASIDE = re.compile(r"^\s*\([^()]{0,160}\)")
_JUDGING = re.compile(
    r"kết quả|đánh giá|hạn chế|tồn tại|nguyên nhân|tình hình|khó khăn|ưu điểm|bối cảnh|quan điểm|mục tiêu",
    re.IGNORECASE,
)
_ORDERING = re.compile(
    r"nhiệm vụ|giải pháp|tổ chức thực hiện|phương hướng|yêu cầu|phân công|giao|trách nhiệm|chỉ đạo, điều hành",
    re.IGNORECASE,
)
_REPORT = re.compile(
    r"(?:báo cáo(?:\s+(?:kết quả|đề xuất|định kỳ|tiến độ|với|về|cho|lên))*|trình"
    r"|gửi(?:\s+[^.;]{0,60}?)?\s+về|tham mưu(?:\s+cho)?"
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
_INTRODUCES = re.compile(
    r"(?:như sau|sau đây|dưới đây|(?:nội dung|nhiệm vụ|công việc)(?:\s+\w+){0,3}\s+sau)\s*:\s*$", re.IGNORECASE
)
"""A paragraph that only leads over to what follows it."""
_APPOSITION = re.compile(r"\s*(?:[-–(,]\s*[^.;:]{0,90})?\s*:?")
"""What may stand behind an agency's name in a heading that holds nothing else."""
_ITEMS = re.compile(r"\((\d{1,2})\)\s*")
_PARAGRAPH = 6


@dataclass
class _Standing:
    """Whose tasks the paragraphs below a heading are."""

    level: int
    leads: tuple[Agency, ...]
    coordinating: tuple[Agency, ...] = ()


@dataclass
class _Reader:
    source: SourceText
    finder: AgencyFinder
    year: int | None
    standing: list[_Standing] = field(default_factory=list)
    listed: tuple[Agency, ...] = ()
    """Agencies of the latest list in brackets of the present clause: what "nêu trên" points to."""


@dataclass(frozen=True)
class _Part:
    """A stretch of a paragraph that is one order."""

    start: int
    end: int
    leads: tuple[Agency, ...]
    coordinating: tuple[Agency, ...]


def find_tasks(
    source: SourceText, clauses: Sequence[Clause], finder: AgencyFinder, year: int | None
) -> tuple[list[Task], list[Task]]:
    """Tasks with somebody to carry them out, and directions that name nobody. `year`: of the document."""
    reader = _Reader(source, finder, year)
    tasks: list[Task] = []
    directions: list[Task] = []
    ended = False
    for place, clause in enumerate(clauses):
        if clause.marker == "appendix":
            reader.standing.clear()
            ended = False
            continue
        # Behind the recipients only an appendix goes on.
        ended = ended or clause.text.lower().startswith("nơi nhận")
        if ended:
            continue
        # A paragraph without a sign goes on with what stands above it; a sign ends what is not above its level.
        if clause.marker:
            while reader.standing and reader.standing[-1].level >= clause.level:
                reader.standing.pop()
        elif reader.standing and reader.standing[-1].level >= _PARAGRAPH:
            reader.standing = [s for s in reader.standing if s.level < _PARAGRAPH]
        if clause.marker in {"roman", "arabic"}:
            reader.listed = ()
        following = next((c for c in clauses[place + 1 :]), None)
        for task in _of_clause(reader, clause, following):
            (tasks if task.leads else directions).append(task)
        reader.listed = _bracketed(reader, clause) or reader.listed
    return tasks, directions


def _of_clause(reader: _Reader, clause: Clause, following: Clause | None) -> Iterator[Task]:
    block, begin = clause.block, clause.body
    orders = list(_orders(reader, clause))
    if not orders and (own := _headed(reader, clause)) is not None:
        orders = [own]
    if not orders:
        if not clause.marker and not reader.standing:
            return
        if clause.level <= LEVELS["letter"] and not reader.standing:
            direction = _ordering(clause) and len(clause.text) > 60 and not clause.text.endswith(":")
            if direction:
                yield _task(reader, clause, _Part(begin, len(block.text), (), ()))
            return
        if reader.standing and clause.marker:
            standing = reader.standing[-1]
            part = _coordination(reader, block, begin, standing.leads, standing.coordinating)
            yield from _split(reader, clause, part, headed=False)
        return
    for order in orders:
        rest = block.text[order.start : order.end].strip(" :;,.")
        if _INTRODUCES.search(block.text[: order.end]):
            rest = ""
        opens = block.text[: order.end].rstrip().endswith(":") and order is orders[-1] and order.end == len(block.text)
        if len(rest) < 12 or opens:
            level = clause.level if clause.marker else _PARAGRAPH
            reader.standing.append(_Standing(level, order.leads, order.coordinating))
            if len(rest) < 40 or (following is not None and following.level > clause.level):
                continue
        yield from _split(reader, clause, order, headed=True)
        if clause.marker in {"arabic", "letter"}:
            reader.standing.append(_Standing(clause.level, order.leads, order.coordinating))


def _ordering(clause: Clause) -> bool:
    """Whether the headings above speak of what is to be done."""
    for heading in reversed(
        clause.headings[:-1] if clause.marker in {"roman", "arabic", "letter"} else clause.headings
    ):
        if _JUDGING.search(heading[:120]) and not _ORDERING.search(heading[:120]):
            return False
        if _ORDERING.search(heading[:120]):
            return True
    return clause.path.startswith("Phụ lục")


def _orders(reader: _Reader, clause: Clause) -> Iterator[_Part]:
    """Orders by a verb: "Giao Sở A …", "yêu cầu các sở, ngành …", several in a paragraph."""
    text = clause.block.text
    found: list[tuple[int, list[Named], int]] = []
    for match in _ORDERS.finditer(clause.text):
        named = reader.finder.list_at(text, clause.body + match.end())
        if named:
            found.append((clause.body + match.start(), named, named[-1].end))
    for place, (_, named, end) in enumerate(found):
        stop = found[place + 1][0] if place + 1 < len(found) else len(text)
        yield _coordination(reader, clause.block, end, _agencies(reader, clause.block, named), (), stop)


def _headed(reader: _Reader, clause: Clause) -> _Part | None:
    """A paragraph that begins with who is to do it: "a) Sở A phối hợp Sở B: …", "2. Đảng ủy … chỉ đạo …"."""
    text = clause.block.text
    named = reader.finder.list_at(text, clause.body)
    if not named or (not clause.marker and not _ordering(clause)):
        return None
    end = named[-1].end
    if clause.marker and _APPOSITION.fullmatch(text[end:]):
        return _Part(len(text), len(text), _agencies(reader, clause.block, named), ())
    colon = text.find(":", end, end + 200)
    if colon >= 0 and not re.search(r"[.;]", text[end:colon]):
        part = _coordination(reader, clause.block, end, _agencies(reader, clause.block, named), (), len(text))
        start = max(part.start, colon + 1)
        start += len(text[start:]) - len(text[start:].lstrip())
        return _Part(start, part.end, part.leads, part.coordinating)
    behind = text[end:].lstrip()
    does = re.match(
        r"(?:\([^()]*\)\s*|[-–]\s*[^.;:,]{0,60}?\s)?(?:tiếp tục|chủ trì|phối hợp|tổ chức|chỉ đạo"
        r"|tham mưu|chủ động|khẩn trương|có trách nhiệm"
        r"|rà soát|xây dựng|triển khai|theo dõi|căn cứ|hướng dẫn|thực hiện|đẩy mạnh|tăng cường|kịp thời|nghiên cứu"
        r"|sớm|tập trung|bố trí|cân đối|báo cáo|ban hành|hoàn thành|hoàn thiện|lãnh đạo)\b",
        behind,
        re.IGNORECASE,
    )
    if does is None or not (_ordering(clause) or clause.path == ""):
        return None
    return _coordination(reader, clause.block, end, _agencies(reader, clause.block, named), (), len(text))


def _coordination(
    reader: _Reader,
    block: Block,
    place: int,
    leads: tuple[Agency, ...],
    coordinating: tuple[Agency, ...],
    stop: int | None = None,
) -> _Part:
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
            coordinating = (*coordinating, *_agencies(reader, block, named))
            begin = named[-1].end
        else:
            begin = (
                place + (re.match(r"^\s*,?\s*(?:chủ trì\s*,?\s*)?", text[place:], re.IGNORECASE) or [""])[0].__len__()
            )
    while begin < end and text[begin] in " ,:;":
        begin += 1
    return _Part(begin, end, leads, coordinating)


def _split(reader: _Reader, clause: Clause, part: _Part, *, headed: bool) -> Iterator[Task]:
    """The tasks of an order: "(1) … (2) …" right behind the agency are one each, within a sentence they are one."""
    text = clause.block.text[part.start : part.end]
    items = list(_ITEMS.finditer(text))
    numbered = len(items) > 1 and [int(m[1]) for m in items] == list(range(1, len(items) + 1))
    if headed and numbered and items[0].start() == 0:
        for place, item in enumerate(items):
            stop = items[place + 1].start() if place + 1 < len(items) else len(text)
            piece = _Part(part.start + item.end(), part.start + stop, part.leads, part.coordinating)
            yield _task(reader, clause, piece)
        return
    if len(text.strip(" .;,:")) >= 12:
        yield _task(reader, clause, part)


def _task(reader: _Reader, clause: Clause, part: _Part) -> Task:
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


def _helping(reader: _Reader, block: Block, start: int, end: int) -> tuple[Agency, ...]:
    """Who helps, where an order behind a colon begins with it: "Sở A: chủ trì, phối hợp với Sở B …"."""
    lead_in = _LEADING.match(block.text[start:end])
    if lead_in is None or not _WITH.search(lead_in[0]):
        return ()
    return _agencies(
        reader, block, [n for n in reader.finder.list_at(block.text, start + lead_in.end()) if n.end <= end]
    )


def _reported_to(reader: _Reader, block: Block, start: int, end: int) -> tuple[Agency, ...]:
    found: list[Agency] = []
    for match in _REPORT.finditer(block.text, start, end):
        named = reader.finder.at(block.text, match.end())
        if named is not None and named.end <= end and named.name not in {agency.name for agency in found}:
            found.extend(_agencies(reader, block, [named]))
    return tuple(found)


def _agencies(reader: _Reader, block: Block, named: Sequence[Named]) -> tuple[Agency, ...]:
    made: list[Agency] = []
    for one in named:
        if one.back and reader.listed:
            made.extend(reader.listed)
            continue
        place = block.place(reader.source, one.start, one.end)
        made.append(Agency(one.name, place, one.units, one.collective, one.confidence))
    return tuple({agency.name: agency for agency in made}.values())


def _bracketed(reader: _Reader, clause: Clause) -> tuple[Agency, ...]:
    """The agencies that a paragraph lists in brackets: "(gồm: Sở A; Sở B)"."""
    for match in re.finditer(r"\((?:gồm|bao gồm|cụ thể|trong đó)?\s*:?\s*([^()]{10,1500})\)", clause.block.text):
        named = reader.finder.list_at(clause.block.text, match.start(1))
        if len(named) > 1 and named[-1].end >= match.end(1) - 3:
            return _agencies(reader, clause.block, named)
    return ()
