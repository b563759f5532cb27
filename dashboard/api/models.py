"""What the API answers with, as frozen models: the specification, its examples and the answers come from these.

What a field means stands in the message catalogues (api.field.<name>), so that the specification has it in both
languages.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "VERDICT_EXAMPLE",
    "ColumnShape",
    "Dataset",
    "DatasetShort",
    "Datasets",
    "Links",
    "ObligationItem",
    "Obligations",
    "Outcome",
    "Pending",
    "Receipt",
    "RowsToSend",
    "StateShape",
    "Submissions",
    "UnitShape",
]

_RECEIPT = "2026-11-000123"
_SELF = f"/api/v1/submissions/{_RECEIPT}"
_LINKS = {
    "submission": _SELF,
    "verdict": f"{_SELF}/verdict",
    "receipt_pdf": f"{_SELF}/receipt.pdf",
    "page": f"/submissions/{_RECEIPT}",
}
_STATE = {"code": "in_force", "at": "2026-11-03T09:00:02+07:00", "actor": "hub", "reason": "", "held": False}
_OUTCOME = {
    "verdict": "partly_accepted",
    "rows": 65,
    "accepted": 63,
    "quarantined": 2,
    "dropped": 0,
    "findings": 3,
    "scores": {"dung": 96.9, "du": 100.0, "sach": 98.5, "song": 100.0, "thong_nhat": 100.0, "dung_chung": None},
    "contract_version": "1.0.0",
    "reason_vi": None,
    "reason_en": None,
}
_COLUMN = {
    "name": "rooms",
    "title": "Số phòng",
    "type": "integer",
    "required": True,
    "key": False,
    "unique": False,
    "personal": False,
    "unit": "phòng",
    "description": "Số phòng đang kinh doanh",
    "reference": None,
    "minimum": 0,
    "maximum": None,
    "pattern": None,
    "min_length": None,
    "max_length": None,
    "codes": {},
}
_DATASET = {
    "dataset": "lodging_guests",
    "version": "1.0.0",
    "title": "Khách lưu trú",
    "title_en": "Lodging guests",
    "sector": "tourism",
    "owner": "56-SVHTTDL",
    "frequency": "month",
    "due": "05 17:00",
    "approval": False,
    "may_send": True,
    "link": "/api/v1/datasets/lodging_guests",
}
VERDICT_EXAMPLE = {
    "file": "khach_luu_tru_T10.xlsx",
    "dataset": "lodging_guests",
    "unit": "56-SVHTTDL",
    "period": "2026-10",
    "contract_version": "1.0.0",
    "verdict": "partly_accepted",
    "counts": {"rows": 65, "accepted": 64, "quarantined": 1, "dropped": 0},
    "scores": _OUTCOME["scores"],
    "findings": [
        {
            "rule": "rooms_occupied_within_capacity",
            "kind": "row",
            "principle": "dung",
            "severity": "error",
            "sheet": "T10",
            "row": 7,
            "column": "rooms_occupied",
            "cell": "E7",
            "value": "9000000",
            "expected": "≤ 153.760",
            "suggestion": None,
            "message_vi": "Lượt phòng có khách 9.000.000 vượt sức chứa 153.760",
            "message_en": "9,000,000 room nights exceed the capacity of 153,760",
        }
    ],
    "results": [
        {
            "rule": "rooms_occupied_within_capacity",
            "kind": "row",
            "principle": "dung",
            "severity": "error",
            "checked": 65,
            "failed": 1,
        }
    ],
    "sheet": "T10",
    "reason_vi": None,
    "reason_en": None,
}
"""A verdict, shortened, as the specification shows it."""


def _like(**example: Any) -> ConfigDict:
    return ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [example]})


StateCode = Literal[
    "received",
    "judged",
    "awaiting_confirmation",
    "awaiting_approval",
    "returned",
    "in_force",
    "superseded",
    "withdrawn",
]


class UnitShape(BaseModel):
    """One reporting unit."""

    model_config = _like(code="56-SVHTTDL", name="Sở Văn hóa, Thể thao và Du lịch")
    code: str
    name: str


class Links(BaseModel):
    """Where to go from a submission: addresses on this host."""

    model_config = _like(**_LINKS)
    submission: str
    verdict: str
    receipt_pdf: str
    page: str


class StateShape(BaseModel):
    """Where a submission stands in its life, since when, by whom and why."""

    model_config = _like(**_STATE)
    code: StateCode
    at: datetime | None
    actor: str
    reason: str
    held: bool


class Outcome(BaseModel):
    """The verdict in short; the whole of it, with every finding, is behind the link."""

    model_config = _like(**_OUTCOME)
    verdict: Literal["accepted", "partly_accepted", "rejected", "unreadable"]
    rows: int
    accepted: int
    quarantined: int
    dropped: int
    findings: int
    scores: dict[str, float | None]
    contract_version: str
    reason_vi: str | None
    reason_en: str | None


class Receipt(BaseModel):
    """One version of one report as it was received, and where it stands."""

    model_config = _like(
        receipt=_RECEIPT, dataset="lodging_guests", unit="56-SVHTTDL", period="2026-10", version=2, duplicate=False,
        nil=False, filename="khach_luu_tru_T10.xlsx", size=18204, sha256="9f86d081" * 8, channel="api",
        sender="lan.svhttdl", received_at="2026-11-03T09:00:00+07:00",
        state=_STATE, outcome=_OUTCOME, links=_LINKS,
    )  # fmt: skip
    receipt: str
    dataset: str
    unit: str
    period: str
    version: int
    duplicate: bool
    nil: bool
    filename: str
    size: int
    sha256: str
    channel: str
    sender: str
    received_at: datetime
    state: StateShape
    outcome: Outcome | None
    links: Links


class Submissions(BaseModel):
    """One page of submissions, newest first; their outcome is left to each one's own address."""

    model_config = ConfigDict(frozen=True)
    items: list[Receipt]
    total: int
    next: str | None


class Pending(BaseModel):
    """The submission is received; its verdict is not there yet."""

    model_config = _like(receipt=_RECEIPT, status="pending", verdict=f"{_SELF}/verdict")
    receipt: str
    status: Literal["pending"]
    verdict: str


class ObligationItem(BaseModel):
    """One report that is owed: dataset, unit, period, and how it stands."""

    model_config = _like(
        dataset="lodging_guests", title="Khách lưu trú", title_en="Lodging guests", unit="56-SVHTTDL",
        period="2026-10", period_label="tháng 10/2026", period_label_en="October 2026",
        due_at="2026-11-05T17:00:00+07:00", extended=False, working_days_left=-13, state="overdue", receipt=None,
        version=None, links={"template": "/api/v1/datasets/lodging_guests/template?unit=56-SVHTTDL&period=2026-10"},
    )  # fmt: skip
    dataset: str
    title: str
    title_en: str
    unit: str
    period: str
    period_label: str
    period_label_en: str
    due_at: datetime
    extended: bool
    working_days_left: int
    state: Literal[
        "due", "overdue", "received", "judged", "awaiting_confirmation", "awaiting_approval", "returned", "in_force"
    ]
    receipt: str | None
    version: int | None
    links: dict[str, str]


class Obligations(BaseModel):
    """One page of obligations, the soonest due first."""

    model_config = ConfigDict(frozen=True)
    items: list[ObligationItem]
    total: int
    next: str | None


class ColumnShape(BaseModel):
    """One column of a dataset, as its contract says."""

    model_config = _like(**_COLUMN)
    name: str
    title: str
    type: Literal["string", "integer", "number", "boolean", "date", "timestamp"]
    required: bool
    key: bool
    unique: bool
    personal: bool
    unit: str | None
    description: str
    reference: str | None
    minimum: float | None
    maximum: float | None
    pattern: str | None
    min_length: int | None
    max_length: int | None
    codes: dict[str, str]


class DatasetShort(BaseModel):
    """A dataset that the caller sends or reads."""

    model_config = _like(**_DATASET)
    dataset: str
    version: str
    title: str
    title_en: str
    sector: str
    owner: str
    frequency: str
    due: str
    approval: bool
    may_send: bool
    link: str


class Datasets(BaseModel):
    """The datasets that the caller sends or reads."""

    model_config = ConfigDict(frozen=True)
    items: list[DatasetShort]
    total: int


class Dataset(DatasetShort):
    """One dataset with its columns and the units that the caller may send it for."""

    model_config = _like(
        **_DATASET,
        purpose="Theo dõi lượng khách và công suất phòng từng tháng để điều hành du lịch.",
        valid_from="2026-05",
        today="2026-11-24",
        current_period="2026-11",
        units=[{"code": "56-SVHTTDL", "name": "Sở Văn hóa, Thể thao và Du lịch"}],
        columns=[_COLUMN],
    )
    purpose: str
    valid_from: str
    today: date
    current_period: str
    units: list[UnitShape]
    columns: list[ColumnShape]


class RowsToSend(BaseModel):
    """A submission as JSON: rows of contract column → value, or a nil report."""

    model_config = _like(
        dataset="lodging_guests", unit="56-SVHTTDL", period="2026-10", nil=False,
        rows=[
            {
                "commune_code": "22366", "establishments": 412, "rooms": 21804, "rooms_occupied": 512300,
                "domestic_guests": 301220, "foreign_guests": 200000, "guest_nights": 700000, "revenue": 98000.5,
            }
        ],
    )  # fmt: skip
    dataset: Annotated[str, Field(min_length=1, max_length=80)]
    unit: Annotated[str, Field(max_length=40)] = ""
    period: Annotated[str, Field(min_length=4, max_length=10)]
    nil: bool = False
    rows: Annotated[list[dict[str, str | int | Decimal | bool | None]], Field(max_length=200_000)] = []
