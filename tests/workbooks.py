"""Small real workbooks for tests: tables under titles, with merged headers, notes and totals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

LODGING_HEADER = (
    "STT", "Xã, phường", "Số cơ sở lưu trú", "Số phòng", "Phòng có khách", "Khách trong nước", "Khách quốc tế",
    "Số ngày khách", "Doanh thu",
)  # fmt: skip
GOOD_ROWS: tuple[tuple[object, ...], ...] = (
    ("Phường Nha Trang", 412, 21804, 512300, 301220, 200000, 700000, 98000.5),
    ("Phường Bắc Nha Trang", 96, 3120, 61022, 40118, 9000, 60000, 3000),
    ("Xã Cam Lâm", 58, 4960, 98100, 90000, 100, 99000, 100),
    ("Xã Vạn Ninh", 12, 300, 4000, 3000, 50, 4100, 90),
    ("Phường Cam Ranh", 44, 1210, 20377, 18220, 70, 19000, 5),
)


def lodging_workbook(
    path: Path, rows: Sequence[Sequence[object]] = GOOD_ROWS, *, title: str = "BÁO CÁO KHÁCH LƯU TRÚ THÁNG 10/2026"
) -> Path:
    """Titles in rows 1–2, header in row 4, data from row 5, notes under it."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("T10")
    sheet.write(0, 0, "UBND TỈNH KHÁNH HÒA")
    sheet.write(1, 0, title)
    sheet.write_row(3, 0, LODGING_HEADER)
    for number, row in enumerate(rows):
        sheet.write_row(4 + number, 0, [number + 1, *row])
    sheet.write(6 + len(rows), 1, "Ghi chú: số liệu đến 31/10/2026")
    book.close()
    return path


def with_cell(row: int, column: int, value: object) -> list[list[object]]:
    """The good rows with one value replaced; row and column from 0, the name's column being 0."""
    rows = [list(r) for r in GOOD_ROWS]
    rows[row][column] = value
    return rows
