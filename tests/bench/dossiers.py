"""The dataset that is measured: twenty columns as a one-stop shop exports them, thirty rules, ten kinds of defect.

Stands on the standard library alone: the peers read it in an environment without the hub.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "COLUMNS",
    "CROSS",
    "DATASET",
    "DEFECTS",
    "KEY",
    "OUT_OF_FORM",
    "PERIOD",
    "RULES",
    "UNIT",
    "Column",
    "Cross",
    "untyped",
]

DATASET = "bench_dossiers"
UNIT = "VPUB"
PERIOD = "2026-10"
KEY = "dossier_code"
"""Column that stands once a row, but for those with a defect in it."""


@dataclass(frozen=True)
class Column:
    """One column: its header in the file, its type and what holds for its values."""

    name: str
    title: str
    type: Literal["string", "integer", "number", "date"] = "string"
    required: bool = False
    enum: dict[str, str] = field(default_factory=dict)
    """Code → word in the file."""
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    commune: bool = False
    """Whether it names a commune of the province."""

    @property
    def rules(self) -> tuple[str, ...]:
        """Kinds of rule that follow from the column."""
        held = {
            "required": self.required,
            "type": self.type != "string",
            "range": self.minimum is not None,
            "enum": bool(self.enum),
            "pattern": self.pattern is not None,
            "length": self.min_length is not None,
            "reference": self.commune,
        }
        return tuple(kind for kind, there in held.items() if there)


@dataclass(frozen=True)
class Cross:
    """A row fails where `left` is smaller than `right`; one that is missing is no failure."""

    id: str
    left: str
    right: str


def untyped(name: str) -> str:
    """Column that says where a value is there but not of its type: a cast leaves nothing to judge."""
    return f"{name}__untyped"


COLUMNS = (
    Column("dossier_code", "Mã hồ sơ", required=True, pattern="^HS-[0-9]{8}$"),
    Column("commune_code", "Xã, phường, đặc khu", required=True, commune=True),
    Column("agency", "Cơ quan tiếp nhận", required=True),
    Column("applicant", "Người nộp hồ sơ", required=True, min_length=3, max_length=80),
    Column("gender", "Giới tính", enum={"nam": "Nam", "nu": "Nữ"}),
    Column(
        "status",
        "Tình trạng giải quyết",
        required=True,
        enum={
            "moi": "Mới tiếp nhận",
            "xu_ly": "Đang xử lý",
            "bo_sung": "Chờ bổ sung",
            "da_tra": "Đã trả kết quả",
            "rut": "Rút hồ sơ",
        },
    ),
    Column(
        "channel",
        "Hình thức nộp",
        enum={"truc_tuyen": "Trực tuyến", "truc_tiep": "Trực tiếp", "buu_chinh": "Bưu chính"},
    ),
    Column("received_day", "Ngày tiếp nhận", "date", required=True),
    Column("due_day", "Ngày hẹn trả", "date"),
    Column("returned_day", "Ngày trả kết quả", "date"),
    Column("fee", "Lệ phí", "number", minimum=0, maximum=5000),
    Column("paid", "Số tiền đã nộp", "number"),
    Column("area", "Diện tích", "number", minimum=0, maximum=100000),
    Column("pages", "Số trang", "integer", minimum=1, maximum=500),
    Column("copies", "Số bản sao", "integer"),
    Column("household", "Số nhân khẩu", "integer", minimum=1, maximum=30),
    Column("score", "Điểm hài lòng", "number", minimum=0, maximum=5),
    Column("service", "Tên thủ tục hành chính"),
    Column("address", "Địa chỉ thường trú"),
    Column("note", "Ghi chú"),
)

CROSS = (
    Cross("due_after_received", "due_day", "received_day"),
    Cross("returned_after_received", "returned_day", "received_day"),
    Cross("fee_covers_paid", "fee", "paid"),
)

RULES: tuple[str, ...] = (*(f"{c.name}.{kind}" for c in COLUMNS for kind in c.rules), *(c.id for c in CROSS))
"""The thirty rules that every side has. The hub judges `commune_code.reference_fuzzy` and its repairs besides."""

DEFECTS: tuple[tuple[str, str | None], ...] = (
    ("letters in a number", "fee.type"),
    ("a day that its month does not have", "received_day.type"),
    ("out of range", "pages.range"),
    ("a required value missing", "applicant.required"),
    ("a word that the code list does not have", "status.enum"),
    ("a day before another", "due_after_received"),
    ("tone mark in the old place (Hoà)", None),
    ("stray spaces", None),
    ("a commune that there is not", "commune_code.reference"),
    ("a code out of its pattern", "dossier_code.pattern"),
)
"""Kinds of planted defect in the order of their numbers, each with the rule that fails; None where it is mended."""

OUT_OF_FORM = {"Phường Ninh Hòa": "Phường Ninh Hoà"}
"""Commune in the old spelling that the generator plants: the hub resolves it, peers are told."""
