"""A dataset with every type of column, and files of it in every good and bad form that offices write."""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path

import yaml

from data.contract import Contract, ContractRegistry, load_contracts

__all__ = ["HEADER", "contract_in", "messy_rows", "write_text"]

HEADER = (
    "Mã giấy phép", "Xã, phường", "Tình trạng", "Ngày cấp", "Thời điểm nhận", "Diện tích", "Số tầng", "Trực tuyến",
    "Chủ đầu tư", "Ghi chú",
)  # fmt: skip

_COLUMNS: list[dict[str, object]] = [
    {"name": "permit", "businessName": HEADER[0], "logicalType": "string", "required": True, "primaryKey": True},
    {
        "name": "commune",
        "businessName": HEADER[1],
        "logicalType": "string",
        "required": True,
        "relationships": [{"type": "foreignKey", "to": "reference.communes.code"}],
    },
    {
        "name": "state",
        "businessName": HEADER[2],
        "logicalType": "string",
        "enum": [{"value": "cap", "label": "Đã cấp"}, {"value": "cho", "label": "Chờ bổ sung"}],
    },
    {"name": "issued", "businessName": HEADER[3], "logicalType": "date", "required": True},
    {"name": "received", "businessName": HEADER[4], "logicalType": "timestamp"},
    {
        "name": "area",
        "businessName": HEADER[5],
        "logicalType": "number",
        "logicalTypeOptions": {"minimum": 0, "maximum": 100000},
        "customProperties": [{"property": "measure", "value": "flow"}],
    },
    {
        "name": "floors",
        "businessName": HEADER[6],
        "logicalType": "integer",
        "logicalTypeOptions": {"minimum": 1, "maximum": 60},
        "customProperties": [{"property": "measure", "value": "flow"}],
    },
    {"name": "online", "businessName": HEADER[7], "logicalType": "boolean"},
    {"name": "owner", "businessName": HEADER[8], "logicalType": "string", "logicalTypeOptions": {"minLength": 3}},
    {"name": "note", "businessName": HEADER[9], "logicalType": "string"},
]


def contract_in(folder: Path) -> tuple[Contract, ContractRegistry]:
    """The dataset's contract, written into a folder and loaded from it."""
    document = {
        "apiVersion": "v3.2.0", "kind": "DataContract", "id": "permits", "name": "Giấy phép", "version": "1.0.0",
        "status": "active", "domain": "construction",
        "description": {"purpose": "Thử.", "usage": "Thử.", "limitations": "Thử."},
        "schema": [
            {
                "name": "permits", "businessName": "Giấy phép", "logicalType": "object", "physicalType": "table",
                "properties": _COLUMNS,
                "quality": [
                    {
                        "id": "issued_after_received", "name": "Ngày cấp sau ngày nhận", "type": "sql",
                        "dimension": "accuracy", "severity": "warning", "mustBe": 0,
                        "query": "SELECT count(*) FROM permits WHERE issued < received",
                        "customProperties": [
                            {"property": "principle", "value": "dung"}, {"property": "kind", "value": "row"},
                            {"property": "column", "value": "issued"},
                            {"property": "message_vi", "value": "{issued} trước {received}"},
                            {"property": "message_en", "value": "{issued} before {received}"},
                        ],
                    }
                ],
            }
        ],
        "team": {"name": "Sở Xây dựng", "customProperties": [{"property": "unit", "value": "SXD"}]},
        "roles": [{"role": "SXD", "access": "write"}],
        "slaProperties": [
            {"property": "frequency", "value": 1, "unit": "month"},
            {"property": "timeOfAvailability", "value": "05 17:00"}, {"property": "latency", "value": 0, "unit": "d"},
        ],
        "customProperties": [
            {"property": "titleEn", "value": "Permits"}, {"property": "licence", "value": "CC-BY-4.0"},
            {"property": "cutoff", "value": "calendar"}, {"property": "validFrom", "value": "2026-01"},
            {"property": "reportingUnits", "value": {"units": ["owner"]}},
            {"property": "maxFailedShare", "value": 1.0},
        ],
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "permits.odcs.yaml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    registry = load_contracts(folder)
    return registry["permits"], registry


_COMMUNES = ("Phường Nha Trang", "Xã Cam Lâm", "xã Vạn Ninh", "Phường Bắc Nha Trang")
_BAD: tuple[tuple[str, ...], ...] = (
    ("", "GP 1", " GP-7", "GP-00001"),
    ("", "Xã Không Có", "Phường Nha Trang ", "P. Nha Trang", "Xa Cam Lam", "Vạn Ninh"),
    ("", "đã cấp", "Đã câp", "cap", "Huỷ", "Đã cấp "),
    (
        "",
        "31/9/2026",
        "1/2/2026",
        "2026-10-03",
        "03.10.2026",
        "3/10/26",
        "ngày 3 tháng 10 năm 2026",
        "-",
        "45000",
        " 03/10/2026",
        "03/10/2026 ",
        "10/2026",
        "03/10/12026",
        "0026-10-03",
    ),
    ("", "2026-10-01 08:00:00", "01/10/2026 25:00", "01/10/2026", "x", "1/10/2026 8h30", "01/10/2026 08:30:15"),
    (
        "",
        "-",
        "1.234,5",
        "1.234",
        "12.5",
        "12,5 (1)",
        "-3",
        "1e3",
        "inf",
        "nan",
        "5%",
        "1,234,567",
        "12m2",
        "0,5*",
        "+7",
        " 7",
        "..",
        ".5",
        "5.",
        "1_000",
        "٣",
    ),
    ("", "-", "2,0", "1.200", "1 2", "3.0", "0", "99", "x", "+4", "007", "12a", "1e1", "9999999999999999999"),
    ("", "Có", "KHÔNG", "1", "0", "x", "có thể", "true", " có"),
    ("", "AB", "Hoà Bình", "Nguyễn  An", "Công ty TNHH", "NguyÔn V¨n B¶y", "Đặng Thị Hoa", "Cty \t X"),
    ("", "tổng cộng", "ghi chú; có dấu", "hai\nhàng", 'nói "được"', "thuỷ lợi", "Khánh Hoà", "ok", "\u00a0ok"),
)


def messy_rows(seed: int, count: int, *, share: float = 0.1) -> list[list[str]]:
    """Rows in good form, of which a share has one to three cells in another one."""
    rng = random.Random(seed)
    rows = []
    for number in range(count):
        day = rng.randint(1, 28)
        row = [
            f"GP-{number:05}", rng.choice(_COMMUNES), rng.choice(("Đã cấp", "Chờ bổ sung")), f"{day:02}/10/2026",
            f"{max(1, day - 1):02}/10/2026 07:30:00", f"{rng.randint(1, 99999) / 100:.2f}".replace(".", ","),
            str(rng.randint(1, 30)), rng.choice(("có", "không")), rng.choice(("Trần Văn Bình", "Lê Thị Hòa")),
            rng.choice(("", "đủ hồ sơ")),
        ]  # fmt: skip
        if rng.random() < share:
            for column in rng.sample(range(len(row)), rng.randint(1, 3)):
                row[column] = rng.choice(_BAD[column])
        rows.append(row)
    return rows


def write_text(
    path: Path, rows: list[list[str]], *, delimiter: str = ";", encoding: str = "utf-8", end: str = "\n"
) -> Path:
    """A text as programs write it: header and rows; quoted where a cell needs it."""

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if any(c in text for c in (delimiter, '"', "\n")) else text

    lines = [delimiter.join(cell(c) for c in row) for row in [list(HEADER), *rows]]
    text = end.join(lines) + end
    path.write_bytes((_for_1258(text) if encoding == "cp1258" else text).encode(encoding, errors="replace"))
    return path


def _for_1258(text: str) -> str:
    """Letters of windows-1258: the tone is a mark of its own, the letter under it is whole."""
    out = []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tone = next((part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323"), "")
        out.append(unicodedata.normalize("NFC", parts.replace(tone, "") if tone else parts) + tone)
    return "".join(out)
