"""The receipt of a submission as one A4 page: what was received, when, its sha256, and the verdict."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checks.finding import PRINCIPLES, Verdict
from data.clock import LOCAL_TIME
from data.contract import Contract
from data.period import Period
from data.settings import REPOSITORY, settings
from data.submission import Submission
from data.units import load_units
from data.vietnamese_format import format_moment, format_number

if TYPE_CHECKING:
    from fpdf import FPDF

__all__ = ["ReceiptFacts", "facts_of", "write_receipt"]

_FONTS = REPOSITORY / "dashboard" / "static" / "fonts"
_FAMILY = "BeVietnamPro"
_WEIGHTS = {"": 400, "B": 600}
_INK, _MUTED, _LINE, _PANEL = (23, 32, 38), (92, 107, 115), (222, 228, 231), (245, 247, 248)
_GREEN, _AMBER, _RED = (31, 122, 77), (166, 106, 0), (179, 38, 30)
_MARGIN, _WIDTH = 22.0, 166.0
_LABEL = 44.0
_PRINCIPLE_WORDS = dict(zip(PRINCIPLES, ("Đúng", "Đủ", "Sạch", "Sống", "Thống nhất", "Dùng chung"), strict=True))
_VERDICTS = {
    "accepted": ("Đã nhận", _GREEN),
    "partly_accepted": ("Đã nhận một phần", _AMBER),
    "rejected": ("Trả lại", _RED),
    "unreadable": ("Không đọc được", _RED),
}
_CHANNELS = {
    "desk": "Trang gửi báo cáo", "grid": "Nhập trực tiếp trên trang", "paste": "Dán từ bảng tính", "api": "API",
    "cli": "Lệnh trên máy chủ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """Everything that stands on a receipt, in the words that are printed."""

    province: str
    receipt: str
    unit: str
    dataset: str
    period: str
    version: int
    received_at: datetime
    channel: str
    sender: str
    filename: str
    size: int
    sha256: str
    nil: bool = False
    verdict: str | None = None
    """accepted | partly_accepted | rejected | unreadable; None while it is not yet judged."""
    reason: str = ""
    rows: int = 0
    accepted: int = 0
    quarantined: int = 0
    findings: int = 0
    scores: Mapping[str, float | None] = field(default_factory=dict)
    contract_version: str = ""
    state: str = ""
    """Where the version stands in its life, in words: "đang có hiệu lực"."""


def facts_of(
    submission: Submission, contract: Contract, verdict: Verdict | None, *, sender: str = "", state: str = ""
) -> ReceiptFacts:
    """The facts of one submission. `sender`: the person's name where it is known; else the login stands."""
    registry = load_units(settings().province)
    province = next((u.name for u in registry if u.code == settings().province), settings().province)
    unit = next((u.name for u in registry if u.code == submission.reporter), "")
    counts = verdict.counts if verdict is not None else None
    return ReceiptFacts(
        province=province,
        receipt=submission.receipt,
        unit=f"{unit} ({submission.reporter})" if unit else submission.reporter,
        dataset=contract.title,
        period=Period.parse(submission.period).label_vi,
        version=submission.version,
        received_at=submission.received_at,
        channel=_CHANNELS.get(submission.channel, submission.channel),
        sender=sender or submission.sender,
        filename=submission.filename,
        size=submission.size,
        sha256=submission.sha256,
        nil=submission.nil,
        verdict=verdict.verdict if verdict is not None else None,
        reason=(verdict.reason_vi or "") if verdict is not None else "",
        rows=counts.rows if counts else 0,
        accepted=counts.accepted if counts else 0,
        quarantined=counts.quarantined if counts else 0,
        findings=len(verdict.findings) if verdict is not None else 0,
        scores=verdict.scores if verdict is not None else {},
        contract_version=verdict.contract_version if verdict is not None else "",
        state=state,
    )


def write_receipt(facts: ReceiptFacts, target: Path) -> None:
    """Write the receipt as PDF. The same facts always give the same bytes, so a copy can be compared with another."""
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_creation_date(facts.received_at.astimezone(LOCAL_TIME))
    pdf.set_title(f"Biên nhận {facts.receipt}")
    pdf.set_author(facts.province)
    pdf.set_lang("vi")
    pdf.set_margins(_MARGIN, 20, _MARGIN)
    pdf.set_auto_page_break(False)
    for style, weight in _WEIGHTS.items():
        pdf.add_font(_FAMILY, style, str(_font(weight)))
    pdf.add_page()
    _head(pdf, facts)
    _table(pdf, "Lần nộp", _submission_lines(facts))
    _table(pdf, "Tệp", _file_lines(facts))
    _verdict(pdf, facts)
    _foot(pdf, facts)
    target.write_bytes(bytes(pdf.output()))


def _head(pdf: FPDF, facts: ReceiptFacts) -> None:
    _say(pdf, facts.province.upper(), 9, muted=True)
    _say(pdf, "Trung tâm tích hợp dữ liệu", 9, muted=True)
    pdf.ln(7)
    _say(pdf, "Biên nhận báo cáo", 22, bold=True, height=10)
    pdf.ln(1)
    _say(pdf, f"Số {facts.receipt}", 12, height=7)
    pdf.ln(5)


def _submission_lines(facts: ReceiptFacts) -> list[tuple[str, str]]:
    seconds = facts.received_at.astimezone(LOCAL_TIME)
    return [
        ("Đơn vị", facts.unit),
        ("Bộ dữ liệu", facts.dataset),
        ("Kỳ", facts.period),
        ("Phiên bản", format_number(facts.version) + (f" – {facts.state}" if facts.state else "")),
        ("Nhận lúc", f"{seconds:%H:%M:%S} ngày {seconds:%d/%m/%Y} (giờ Việt Nam)"),
        ("Người gửi", facts.sender),
        ("Cách gửi", facts.channel),
    ]


def _file_lines(facts: ReceiptFacts) -> list[tuple[str, str]]:
    if facts.nil:
        return [("Nội dung", "Báo cáo không phát sinh, không có tệp kèm theo")]
    sha = facts.sha256
    return [
        ("Tên tệp", facts.filename),
        ("Kích thước", f"{format_number(facts.size)} byte"),
        ("SHA-256", f"{sha[:32]}\n{sha[32:]}"),
    ]


def _table(pdf: FPDF, title: str, lines: Sequence[tuple[str, str]]) -> None:
    from fpdf.enums import WrapMode

    _section(pdf, title)
    for label, value in lines:
        top = pdf.get_y()
        pdf.set_xy(_MARGIN, top)
        pdf.set_font(_FAMILY, "", 9.5)
        pdf.set_text_color(*_MUTED)
        pdf.cell(_LABEL, 6, label)
        pdf.set_text_color(*_INK)
        pdf.set_xy(_MARGIN + _LABEL, top)
        for part in _shortened(value).split("\n"):
            pdf.set_x(_MARGIN + _LABEL)
            pdf.multi_cell(_WIDTH - _LABEL, 6, part, align="L", new_x="LMARGIN", new_y="NEXT", wrapmode=WrapMode.CHAR)
    pdf.ln(4)


def _verdict(pdf: FPDF, facts: ReceiptFacts) -> None:
    _section(pdf, "Kết quả kiểm tra")
    word, colour = _VERDICTS.get(facts.verdict or "", ("Đang kiểm tra", _MUTED))
    pdf.set_text_color(*colour)
    pdf.set_font(_FAMILY, "B", 14)
    pdf.cell(_WIDTH, 8, word, new_x="LMARGIN", new_y="NEXT")
    pdf.set_text_color(*_INK)
    if facts.reason:
        _say(pdf, _shortened(facts.reason), 9.5, height=5.5)
    if facts.verdict in ("accepted", "partly_accepted", "rejected"):
        parts = [
            f"{format_number(facts.rows)} dòng", f"{format_number(facts.accepted)} dòng được nhận",
            f"{format_number(facts.quarantined)} dòng chờ sửa", f"{format_number(facts.findings)} phát hiện",
        ]  # fmt: skip
        _say(pdf, " · ".join(parts), 9.5, height=6)
        pdf.ln(3)
        _scores(pdf, facts)
    pdf.ln(5)


def _scores(pdf: FPDF, facts: ReceiptFacts) -> None:
    width, top = _WIDTH / len(PRINCIPLES), pdf.get_y()
    pdf.set_fill_color(*_PANEL)
    pdf.rect(_MARGIN, top, _WIDTH, 17, style="F")
    for place, principle in enumerate(PRINCIPLES):
        score = facts.scores.get(principle)
        pdf.set_xy(_MARGIN + place * width, top + 2)
        pdf.set_font(_FAMILY, "", 8)
        pdf.set_text_color(*_MUTED)
        pdf.cell(width, 5, _PRINCIPLE_WORDS[principle], align="C")
        pdf.set_xy(_MARGIN + place * width, top + 7)
        pdf.set_font(_FAMILY, "B", 13)
        pdf.set_text_color(*_colour(score))
        pdf.cell(width, 8, format_number(score, 0 if score in (0, 100) else 1) if score is not None else "—", align="C")
    pdf.set_xy(_MARGIN, top + 19)
    pdf.set_text_color(*_INK)


def _colour(score: float | None) -> tuple[int, int, int]:
    if score is None:
        return _MUTED
    return _GREEN if score >= settings().green_from else _AMBER if score >= settings().amber_from else _RED


def _foot(pdf: FPDF, facts: ReceiptFacts) -> None:
    _section(pdf, "Kiểm tra lại")
    how = (
        "SHA-256 là dấu vân tay của tệp: chỉ cần một byte khác đi là dãy số khác hẳn. Để biết một tệp có đúng là tệp "
        "đã nộp không, hãy tính lại dãy số ấy và so với dãy số ở trên. Windows: certutil -hashfile TÊN_TỆP SHA256. "
        "Linux, macOS: sha256sum TÊN_TỆP."
    )
    judged = (
        f" Kết quả chấm theo hợp đồng dữ liệu phiên bản {facts.contract_version}." if facts.contract_version else ""
    )
    if facts.nil:
        how = "Báo cáo không phát sinh không có tệp; biên nhận ghi lại việc đơn vị đã báo cáo."
    _say(pdf, f"{how}{judged}", 8.5, muted=True, height=4.8)
    pdf.set_y(-20)
    _say(pdf, f"Biên nhận {facts.receipt} · nhận lúc {format_moment(facts.received_at.astimezone(LOCAL_TIME))}", 8,
         muted=True)  # fmt: skip


def _section(pdf: FPDF, title: str) -> None:
    pdf.set_draw_color(*_LINE)
    pdf.set_line_width(0.2)
    pdf.line(_MARGIN, pdf.get_y(), _MARGIN + _WIDTH, pdf.get_y())
    pdf.ln(3)
    _say(pdf, title, 10.5, bold=True, height=7)


def _say(pdf: FPDF, text: str, size: float, *, bold: bool = False, muted: bool = False, height: float = 5.0) -> None:
    pdf.set_font(_FAMILY, "B" if bold else "", size)
    pdf.set_text_color(*(_MUTED if muted else _INK))
    pdf.set_x(_MARGIN)
    pdf.multi_cell(_WIDTH, height, text, align="L", new_x="LMARGIN", new_y="NEXT")


def _shortened(text: str, most: int = 160) -> str:
    """A text that two lines hold: a name may be as long as its sender likes, the page is one."""
    return text if len(text) <= most else f"{text[: most - 20]}…{text[-19:]}"


def _font(weight: int) -> Path:
    """The pages' font as one TrueType file, made once from its two web fonts and kept under the hub's home."""
    sources = [_FONTS / f"be-vietnam-pro-{part}-{weight}-normal.woff2" for part in ("latin", "vietnamese")]
    made_of = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    kept = settings().home / "fonts" / f"be-vietnam-pro-{weight}-{made_of}.ttf"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        draft = kept.with_name(f".{os.getpid()}-{kept.name}")
        _merged(sources, draft)
        draft.replace(kept)
    return kept


def _merged(sources: Sequence[Path], target: Path) -> None:
    from fontTools.merge import Merger  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    plain: list[str] = []
    for place, source in enumerate(sources):
        font: Any = TTFont(source, recalcTimestamp=False)
        font.flavor = None
        for table in ("GSUB", "GPOS", "GDEF", "STAT", "DSIG"):
            if table in font:
                del font[table]
        plain.append(str(target.with_suffix(f".{place}")))
        font.save(plain[-1])
    try:
        Merger().merge(plain).save(target)
    finally:
        for path in plain:
            Path(path).unlink(missing_ok=True)
