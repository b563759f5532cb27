"""Small budget workbooks as provinces publish them: title lines, a corner unit, a numbering row, an outline in STT."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

__all__ = ["BALANCE", "Sheet", "balance_sheet", "write_workbook"]

Row = Sequence[object]
Sheet = tuple[str, list[str], list[Row]]
"""Sheet name, title lines, and rows: the header first, then its numbering row, then the lines."""

BALANCE: list[Row] = [
    ("A", "TỔNG NGUỒN THU NSĐP", 1000, 1100, 110),
    (1, "Thu NSĐP được hưởng theo phân cấp", 800, 850, 106.25),
    ("-", "Thu NSĐP hưởng 100%", 300, 350, 116.667),
    ("-", "Thu NSĐP hưởng từ các khoản thu phân chia", 500, 500, 100),
    (2, "Thu bổ sung từ NSTW", 200, 250, 125),
    ("B", "TỔNG CHI NSĐP", 1000, 900, 90),
    ("I", "Chi cân đối NSĐP", 1000, 900, 90),
    (1, "Chi đầu tư phát triển", 400, 300, 75),
    (None, "Trong đó: chi giáo dục", 90, 80, None),
    (2, "Chi thường xuyên", 600, 600, 100),
]


def balance_sheet(
    rows: list[Row] | None = None,
    *,
    title: str = "CÂN ĐỐI NGÂN SÁCH ĐỊA PHƯƠNG NĂM 2022",
    unit: str = "Đơn vị: Triệu đồng",
    header: Row = ("STT", "NỘI DUNG", "DỰ TOÁN", "QUYẾT TOÁN", "SO SÁNH (%)"),
) -> Sheet:
    """Form 62 with its usual trimmings."""
    lines = ["UBND TỈNH HÀ TĨNH", "Biểu số 62/CK-NSNN", title, "(Quyết toán đã được HĐND phê chuẩn)", unit]
    head: list[Row] = [header, ("A", "B", 1, 2, "3=2/1")]
    return "62", lines, [*head, *(rows if rows is not None else BALANCE)]


def write_workbook(path: Path, *sheets: Sheet) -> Path:
    """The sheets as a workbook; row 1 holds the first title line."""
    book = xlsxwriter.Workbook(str(path))
    for name, titles, rows in sheets:
        sheet = book.add_worksheet(name)
        for number, line in enumerate([*titles, *rows]):
            cells = [line] if isinstance(line, str) else line
            for column, value in enumerate(cells):
                if value is not None:
                    sheet.write(number, column, value)
    book.close()
    return path
