"""The tasks of a document: who is told to do what, by when, how often, and to whom the result goes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assets.directives.agencies import AgencyFinder, Named
from assets.directives.assigned import assigned
from assets.directives.model import Agency, Task
from assets.directives.order import Part, Reader, Standing, agencies, assigned_task, coordination, split, task
from assets.directives.outline import LEVELS, Clause
from assets.directives.source_text import SourceText

__all__ = ["find_tasks"]

_ORDERS = re.compile(
    r"(?:^|(?<=[.;,:]\s)|(?<=\)\s))(?P<verb>(?:đồng thời,?\s+)?(?:giao|yêu cầu|đề nghị|phân công|thống nhất giao)"
    r"(?:\s+(?:cho|nhiệm vụ cho|trách nhiệm cho|đồng chí))?)\s+",
    re.IGNORECASE,
)
_JUDGING = re.compile(
    r"kết quả|đánh giá|hạn chế|tồn tại|nguyên nhân|tình hình|khó khăn|ưu điểm|bối cảnh|quan điểm|mục tiêu",
    re.IGNORECASE,
)
_ORDERING = re.compile(
    r"nhiệm vụ|giải pháp|tổ chức thực hiện|phương hướng|yêu cầu|phân công|giao|trách nhiệm|chỉ đạo, điều hành",
    re.IGNORECASE,
)
_INTRODUCES = re.compile(
    r"(?:như sau|sau đây|dưới đây|(?:nội dung|nhiệm vụ|công việc)(?:\s+\w+){0,3}\s+sau)\s*:\s*$", re.IGNORECASE
)
"""A paragraph that only leads over to what follows it."""
_ORDERS_FOLLOW = re.compile(
    r"(?:yêu cầu|đề nghị|chỉ đạo|phân công|giao nhiệm vụ|kết luận)(?:[^.:;]{0,160}(?:như sau|sau đây|sau))?\s*:\s*$",
    re.IGNORECASE,
)
_APPOSITION = re.compile(r"\s*(?:[-–(,]\s*[^.;:]{0,90})?\s*:?")
"""What may stand behind an agency's name in a heading that holds nothing else."""
_PARAGRAPH = 6


_DOES = re.compile(
    r"(?:\([^()]*\)\s*|[-–]\s*[^.;:,]{0,60}?\s)?(?:tiếp tục|chủ trì|phối hợp|tổ chức|chỉ đạo|tham mưu"
    r"|chủ động|có trách nhiệm|khẩn trương|rà soát|xây dựng|triển khai|theo dõi|căn cứ|hướng dẫn|thực hiện"
    r"|đẩy mạnh|tăng cường|kịp thời"
    r"|nghiên cứu|sớm|tập trung|bố trí|cân đối|báo cáo|ban hành|hoàn thành|hoàn thiện|lãnh đạo|quán triệt|tuyên truyền"
    r"|ưu tiên|phát huy|lập|cung cấp|cập nhật|kiểm tra|giám sát|đôn đốc|bảo đảm|đảm bảo|nâng cao|nghiêm túc|quan tâm"
    r"|gửi|tổng hợp|trình|xem xét|thẩm định|vận hành|chia sẻ|kết nối|đề xuất|công khai|khắc phục|xử lý|giải quyết"
    r"|bám sát|huy động|duy trì|thành lập|thống kê|đánh giá|chuẩn hóa|chuẩn hoá|số hóa|số hoá|đưa)\b",
    re.IGNORECASE,
)
"""What an agency is told to do."""
_PRAISES = re.compile(r"ghi nhận|biểu dương|đánh giá cao|hoan nghênh|cơ bản (?:đồng ý|thống nhất)", re.IGNORECASE)
_WHEN = re.compile(
    r"(?:định kỳ|hằng|hàng|mỗi|trước|chậm nhất|trong|từ|đến|vào)\s[^,;:.]{2,60},\s*(?=\S)", re.IGNORECASE
)
"""What may stand before who is to do it: "Định kỳ vào thứ Sáu hằng tuần, các cơ quan …"."""


def find_tasks(
    source: SourceText, clauses: Sequence[Clause], finder: AgencyFinder, year: int | None
) -> tuple[list[Task], list[Task]]:
    """Tasks with somebody to carry them out, and directions that name nobody. `year`: of the document."""
    reader = Reader(source, finder, year)
    tasks: list[Task] = []
    directions: list[Task] = []
    ended = False
    below, lines = assigned(clauses)
    for place, clause in enumerate(clauses):
        if clause.marker == "appendix":
            reader.standing.clear()
            ended = False
            continue
        if place in lines:
            continue
        if place in below:
            tasks.append(assigned_task(reader, clause, below[place]))
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
        if clause.marker in {"roman", "article", "arabic"}:
            reader.listed = ()
        reader.introduced = reader.introduced or bool(_ORDERS_FOLLOW.search(clause.text))
        following = next((c for c in clauses[place + 1 :]), None)
        for found in _of_clause(reader, clause, following):
            (tasks if found.leads else directions).append(found)
        reader.listed = _bracketed(reader, clause) or reader.listed
    return tasks, directions


def _of_clause(reader: Reader, clause: Clause, following: Clause | None) -> Iterator[Task]:
    block, begin = clause.block, clause.body
    orders = list(_orders(reader, clause))
    if not orders and (own := _headed(reader, clause)) is not None:
        orders = [own]
    if not orders:
        if not clause.marker and not reader.standing:
            return
        if clause.level <= LEVELS["letter"] and not reader.standing:
            praised = _PRAISES.match(clause.text) is not None
            direction = _ordering(reader, clause) and len(clause.text) > 60 and not clause.text.endswith(":")
            direction = direction and not praised
            if direction:
                yield task(reader, clause, Part(begin, len(block.text), (), ()))
            return
        if reader.standing and (clause.marker or reader.standing[-1].alone):
            standing = reader.standing[-1]
            part = coordination(reader, block, begin, standing.leads, standing.coordinating)
            yield from split(reader, clause, part, headed=False)
        return
    for order in orders:
        rest = block.text[order.start : order.end].strip(" :;,.")
        if _INTRODUCES.search(block.text[: order.end]):
            rest = ""
        opens = block.text[: order.end].rstrip().endswith(":") and order is orders[-1] and order.end == len(block.text)
        if len(rest) < 12 or opens:
            level = clause.level if clause.marker else _PARAGRAPH
            alone = not rest and not opens and clause.marker in {"roman", "article", "arabic", "letter"}
            reader.standing.append(Standing(level, order.leads, order.coordinating, alone))
            if len(rest) < 40 or (following is not None and following.level > clause.level):
                continue
        yield from split(reader, clause, order, headed=True)
        if clause.marker in {"arabic", "letter"}:
            reader.standing.append(Standing(clause.level, order.leads, order.coordinating))


def _ordering(reader: Reader, clause: Clause) -> bool:
    """Whether the headings above, or what introduced them, speak of what is to be done."""
    for heading in reversed(
        clause.headings[:-1] if clause.marker in {"roman", "article", "arabic", "letter"} else clause.headings
    ):
        if _JUDGING.search(heading[:120]) and not _ORDERING.search(heading[:120]):
            return False
        if _ORDERING.search(heading[:120]):
            return True
    return reader.introduced or clause.path.startswith("Phụ lục")


def _orders(reader: Reader, clause: Clause) -> Iterator[Part]:
    """Orders by a verb: "Giao Sở A …", "yêu cầu các sở, ngành …", several in a paragraph."""
    text = clause.block.text
    found: list[tuple[int, list[Named], int]] = []
    for match in _ORDERS.finditer(clause.text):
        named = reader.finder.list_at(text, clause.body + match.end())
        if named:
            found.append((clause.body + match.start(), named, named[-1].end))
    for place, (_, named, end) in enumerate(found):
        stop = found[place + 1][0] if place + 1 < len(found) else len(text)
        yield coordination(reader, clause.block, end, agencies(reader, clause.block, named), (), stop)


def _headed(reader: Reader, clause: Clause) -> Part | None:
    """A paragraph that begins with who is to do it: "a) Sở A phối hợp Sở B: …", "2. Đảng ủy … chỉ đạo …"."""
    text = clause.block.text
    when = _WHEN.match(text, clause.body)
    named = reader.finder.list_at(text, when.end() if when else clause.body)
    if not named or (not clause.marker and not _ordering(reader, clause)):
        return None
    end = named[-1].end
    if not when and clause.marker and _APPOSITION.fullmatch(text[end:]):
        return Part(len(text), len(text), agencies(reader, clause.block, named), ())
    colon = text.find(":", end, end + 200)
    if not when and colon >= 0 and not re.search(r"[.;]", text[end:colon]):
        part = coordination(reader, clause.block, end, agencies(reader, clause.block, named), (), len(text))
        start = max(part.start, colon + 1)
        start += len(text[start:]) - len(text[start:].lstrip())
        return Part(start, part.end, part.leads, part.coordinating)
    behind = text[end:].lstrip()
    does = _DOES.match(behind)
    if does is None or not (_ordering(reader, clause) or clause.path == ""):
        return None
    part = coordination(reader, clause.block, end, agencies(reader, clause.block, named), (), len(text))
    # When it is to be done is part of the order, and so the order begins there.
    return replace(part, start=clause.body) if when else part


def _bracketed(reader: Reader, clause: Clause) -> tuple[Agency, ...]:
    """The agencies that a paragraph lists in brackets: "(gồm: Sở A; Sở B)"."""
    for match in re.finditer(r"\((?:gồm|bao gồm|cụ thể|trong đó)?\s*:?\s*([^()]{10,1500})\)", clause.block.text):
        named = reader.finder.list_at(clause.block.text, match.start(1))
        if len(named) > 1 and named[-1].end >= match.end(1) - 3:
            return agencies(reader, clause.block, named)
    return ()
