"""Figures that a document states: results, targets and ranks with their unit, comparator and year."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assets.directives.citations import mentions
from assets.directives.model import Indicator
from assets.directives.outline import Clause
from assets.directives.source_text import SourceText

__all__ = ["find_indicators"]

_NUMBER = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?"
_HIDE = re.compile(
    r"(?:từ\s+)?ngày\s+\d{1,2}[/.\-]\d{1,2}(?:[/.\-]\d{4})?|\d{1,2}/\d{1,2}/\d{4}|ngày\s+\d{1,2}\s+tháng\s+\d{1,2}"
    r"|\b(?:quý\s+[IVX\d]+|tháng\s+\d{1,2})(?:\s*[/-]\s*\d{4})?|\b0?\d\s+tháng\s+(?:đầu|cuối)\s+năm(?:\s+\d{4})?"
    r"|\b\d{4}\s*[-–]\s*\d{4}\b|\b(?:năm|nhiệm kỳ|khóa|khoá)\s+\d{4}|\b0?\d{1,2}\s+năm\b"
    r"|\b(?:đề án|kế hoạch|nghị quyết|quyết định|chỉ thị|luật|mục|điểm|khoản|điều|biểu|phụ lục|số|lần thứ|thứ"
    r"|giai đoạn|mức độ|cấp|quốc lộ|phiên|khóa)\s+\d{1,4}(?![\d/,]|\s*[-–]\s*\d|\s*%)|\b\d\s+cấp\b"
    r"|\b\d{1,2}G\b|\(\d{1,2}\)"
    r"|[“\"][^”\"]{0,30}[”\"]|\d{1,2}\s*(?:giờ|h)(?:\s*\d{2})?|^\s*\d+(?:\.\d+)*[.)]|\b\d+\s+lần\s*/"
    r"|\b(?:covid|web|tcp)\S*",
    re.IGNORECASE,
)
_PIECES = re.compile(r";\s|\.\s+(?=[A-ZĐÀ-Ỹ(])|\s(?=\([ivx]{1,4}\)\s)|,?\s*trong đó,?\s|:\s")
_RANK = re.compile(
    r"(?:(?:xếp|đứng|vươn lên|đạt|giữ)\s+(?:ở\s+)?)?(?:vị trí|hạng|thứ hạng|xếp hạng|thứ|xếp"
    r"|đứng)(?:\s+(?:thứ|hạng))?\s+"
    r"(?P<n>\d{1,3})\s*/\s*(?P<of>\d{1,3})",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"(?:nhóm|top)\s+(?P<n>\d{1,2})\s+(?P<unit>tỉnh|địa phương|thành phố|cả nước|quốc gia|nước)[^,;.]{0,60}",
    re.IGNORECASE,
)
_SHARE = re.compile(
    rf"(?P<n>{_NUMBER})(?:\s*%?\s*[-–]\s*(?P<up>{_NUMBER}))?\s*%(?P<per>\s*/\s*năm)?(?P<of>\s+(?:GRDP"
    rf"|GDP|dân số|tổng\s+chi[^,;.]{{0,40}}))?"
)
_CUT = re.compile(
    r"(?:rút ngắn|cắt giảm|giảm)(?:\s+(?:được|còn|khoảng|ít nhất))*\s+(?P<n>\d)\s*/\s*(?P<of>\d{1,2})\b(?!\d)", re.I
)
_OUT_OF = re.compile(
    r"(?P<n>\d{1,6})\s*/\s*(?P<of>\d{1,6})\s+(?P<unit>[a-zà-ỹđ]+(?:\s+[a-zà-ỹđ]+)?(?:,\s*(?:phường|đặc khu))*)",
    re.IGNORECASE,
)
_TIMES = re.compile(rf"(?:tăng\s+)?gấp\s+(?P<about>gần\s+|hơn\s+|khoảng\s+)?(?P<n>{_NUMBER})\s+lần", re.IGNORECASE)
_COUNT = re.compile(
    rf"(?<![\w/.,-])(?P<n>{_NUMBER})(?:\s*[-–]\s*(?P<up>{_NUMBER}))?\s+(?P<unit>cơ sở dữ liệu|thủ tục hành chính"
    rf"|[a-zà-ỹđ]+(?:\s+(?!(?:quá|đã|chưa|được|trong|của|và|với|để|là|có|cho|từ|đến|đạt|về|tại|do)\b)[a-zà-ỹđ]+){{0,2}})"
    r"(?P<per>\s*/\s*(?:năm|tháng|quý))?"
)
_BARE = re.compile(r"(?:đạt|duy trì|ở mức|là|trên|dưới)\s+(?P<n>\d+,\d+)(?!\d|\s*%|\s*[-–/])")
_NO_COUNT = re.compile(
    r"^(?:năm|tháng|ngày|giờ|phút|tuần|cấp|lần|yếu tố|nội dung|mục tiêu|quan điểm|nguyên tắc|bước"
    r"|giải pháp|nhóm|mặt|không"
    r"|nhà|bên|trong|và|của|so|khu vực|thành viên|đồng chí|phần|đến|hoặc|tỉnh|là|với|tại)\b",
    re.IGNORECASE,
)
_COMPARATORS = (
    (">=", re.compile(r"(?:tối thiểu|ít nhất|không dưới|không thấp hơn|đạt từ|từ)\s*$", re.IGNORECASE)),
    ("<=", re.compile(r"(?:tối đa|không quá|nhiều nhất|không vượt)\s*$", re.IGNORECASE)),
    (">", re.compile(r"(?:trên|hơn|vượt|cao hơn)\s*\(?\s*$", re.IGNORECASE)),
    ("<", re.compile(r"(?:dưới|thấp hơn|chưa đến)\s*$", re.IGNORECASE)),
)
_WANTED = re.compile(
    r"mục tiêu|phấn đấu|phần đấu|phương hướng|nhiệm vụ|giải pháp|đến năm|yêu cầu|tầm nhìn", re.IGNORECASE
)
_DONE = re.compile(r"kết quả|đánh giá|hạn chế|tồn tại|tình hình|thực trạng", re.IGNORECASE)
_PUSH = re.compile(r"phấn đấu|phần đấu|đảm bảo|bảo đảm|duy trì|tối thiểu|sớm|mỗi năm tăng|yêu cầu|đưa", re.IGNORECASE)
_YEAR = re.compile(r"(?:năm|giai đoạn\s+\d{4}\s*[-–])\s*(\d{4})", re.IGNORECASE)
_TAIL = re.compile(
    r"(?:[,(]?\s*(?:và|đã|được|chỉ|chiếm|đạt(?:\s+(?:mức|tỷ lệ(?:\s+cao)?))?|ước|ở mức"
    r"|tăng(?:\s+(?:trung bình|cao|lên|thêm))*|là|có|với"
    r"|trên|hơn|dưới|tối thiểu|ít nhất|khoảng|gần|bình quân|lên|từ|duy trì|bố trí|xếp|đứng|thuộc"
    r"|trong|vươn lên|vào|gấp|phải|cho"
    r"|hoàn thành|trung bình|của|tại|đến|kết nối|mỗi năm|sớm|năm|giai đoạn|\d{4}|[-–]|\())+\s*$",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"^(?:\s|[-–+•,]|\([ivx\d]+\)|\b(?:và|đồng thời|trong đó|cụ thể|đặc biệt|nhờ đó|phấn đấu|phần đấu)\b[,:]?)+", re.I
)


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    value: float
    unit: str
    kind: str = ""
    of: float | None = None
    upper: float | None = None


def find_indicators(source: SourceText, clauses: Sequence[Clause]) -> list[Indicator]:
    """Every figure that says how much of something is, or is to be; not dates, numbers of documents and clauses."""
    found: list[Indicator] = []
    ended = False
    for clause in clauses:
        # Behind the recipients only an appendix goes on.
        ended = (ended or clause.text.lower().startswith("nơi nhận")) and clause.marker != "appendix"
        if not ended:
            found.extend(_of_clause(source, clause))
    return found


def _of_clause(source: SourceText, clause: Clause) -> Iterator[Indicator]:
    text = clause.block.text
    shown = list(text)
    hidden = [(m.start, min(m.end, m.start + 60)) for m in mentions(text)]
    for start, end in [*hidden, *((m.start(), m.end()) for m in _HIDE.finditer(text))]:
        shown[start:end] = "\u0000" * (end - start)
    plain = "".join(shown)
    bounds = [clause.body, *(m.end() for m in _PIECES.finditer(text, clause.body)), len(text)]
    for begin, stop in itertools.pairwise(bounds):
        for hit in _hits(plain, begin, stop):
            yield _indicator(source, clause, hit, begin, stop)


def _hits(plain: str, begin: int, stop: int) -> list[_Hit]:
    taken: list[_Hit] = []

    def add(hit: _Hit) -> None:
        if not any(hit.start < other.end and other.start < hit.end for other in taken):
            taken.append(hit)

    for m in _RANK.finditer(plain, begin, stop):
        add(_Hit(m.start(), m.end(), _value(m["n"]), "hạng", "rank", _value(m["of"])))
    for m in _CUT.finditer(plain, begin, stop):
        add(_Hit(m.start(), m.end(), _value(m["n"]) / _value(m["of"]), "phần", "result"))
    for m in _SHARE.finditer(plain, begin, stop):
        unit = "%" + ("/năm" if m["per"] else "") + (f" {m['of'].strip()}" if m["of"] else "")
        add(_Hit(m.start(), m.end(), _value(m["n"]), unit, upper=_value(m["up"]) if m["up"] else None))
    for m in _OUT_OF.finditer(plain, begin, stop):
        add(_Hit(m.start(), m.end(), _value(m["n"]), m["unit"], of=_value(m["of"])))
    for m in _TIMES.finditer(plain, begin, stop):
        add(_Hit(m.start(), m.end(), _value(m["n"]), "lần"))
    for m in _COUNT.finditer(plain, begin, stop):
        if not _NO_COUNT.match(m["unit"]) and not re.search(r"(?:nhóm|top|thứ|số)\s*$", plain[begin : m.start()], re.I):
            unit = m["unit"] + (m["per"].replace(" ", "") if m["per"] else "")
            add(_Hit(m.start(), m.end(), _value(m["n"]), unit, upper=_value(m["up"]) if m["up"] else None))
    for m in _GROUP.finditer(plain, begin, stop):
        # "03 trụ cột đứng trong nhóm 10": the group is what the count is about.
        if not any(
            0 <= m.start() - other.end < 20 and not set(",;") & set(plain[other.end : m.start()]) for other in taken
        ):
            add(_Hit(m.start(), m.end(), _value(m["n"]), "hạng", "group"))
    for m in _BARE.finditer(plain, begin, stop):
        add(_Hit(m.start("n"), m.end("n"), _value(m["n"]), ""))
    return sorted(taken, key=lambda hit: hit.start)


def _indicator(source: SourceText, clause: Clause, hit: _Hit, begin: int, stop: int) -> Indicator:
    text = clause.block.text
    before = text[begin : hit.start]
    comparator = next((sign for sign, pattern in _COMPARATORS if pattern.search(before)), "=")
    if re.match(r"\s*trở lên", text[hit.end : hit.end + 12], re.IGNORECASE):
        comparator = ">="
    if hit.kind == "group":
        comparator = "<="
    name = _HEAD.sub("", _TAIL.sub("", before).strip(" ,:"))
    last = name.rfind(", ")
    if last > 0 and len(name) - last > 25:
        name = name[last + 2 :]
    if len(name) < 4 or _PUSH.fullmatch(name):
        name = text[hit.end : stop].strip(" ,.;:()")
    years = [int(m[1]) for m in _YEAR.finditer(text[begin:stop])]
    above = [int(m[1]) for heading in reversed(_above(clause)) for m in _YEAR.finditer(heading[:160])]
    wanted = _wanted(clause, text[begin:stop])
    kind = "rank" if hit.kind == "rank" else "target" if wanted else "result"
    return Indicator(
        name=" ".join(name[:200].split()),
        value=hit.value,
        unit=" ".join(hit.unit.split()),
        comparator=comparator,
        kind=kind,
        place=clause.block.place(source, hit.start, hit.end),
        year=years[0] if years else above[0] if above else None,
        of=hit.of,
        upper=hit.upper,
        confidence=0.9 if name and (years or above) else 0.6,
    )


def _above(clause: Clause) -> tuple[str, ...]:
    """The headings above a paragraph, itself not among them."""
    return clause.headings[:-1] if clause.headings and clause.headings[-1] == clause.text else clause.headings


def _wanted(clause: Clause, piece: str) -> bool:
    for heading in reversed(clause.headings):
        said = heading[:160]
        if _DONE.search(said) and not _WANTED.search(said):
            return False
        if _WANTED.search(said):
            return True
    return bool(_PUSH.search(piece)) or clause.path.startswith("Phụ lục")


def _value(text: str) -> float:
    return float(text.replace(".", "").replace(",", "."))
