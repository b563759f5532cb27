"""A register of lodgings as a department keeps it: its records, and the sheet and the text that hold them.

No value stands where one would guess: titles, a unit, two header rows, gaps, hidden rows, a table at the side, notes.
"""

from __future__ import annotations

from datetime import date

__all__ = ["LOWER", "NAMES", "RECORDS", "TWIN", "UPPER", "Cell", "printed_sheet", "shown", "text_lines"]

Cell = str | int | float | bool | date | None
Lines = list[list[Cell]]
Merge = tuple[int, int, int, int]

NAMES = (
    "code", "name", "kind", "stars", "licence_no", "licence_date", "valid_to", "commune_code", "lon", "lat", "rooms",
    "owner_name", "phone", "cashless",
)  # fmt: skip
UPPER = (
    "Mã cơ sở", "Tên cơ sở", "Loại hình", "Hạng sao", "Giấy phép", None, None, "Xã, phường, đặc khu", "Tọa độ", None,
    "Số phòng", "Chủ cơ sở", "Điện thoại", "Thanh toán không tiền mặt",
)  # fmt: skip
LOWER = (
    None, None, None, None, "Số giấy phép", "Ngày cấp", "Có giá trị đến", None, "Kinh độ", "Vĩ độ", None, None, None,
    None,
)  # fmt: skip
_BESIDE: tuple[tuple[Cell, Cell], ...] = (("Loại", "Số lượng"), ("Khách sạn", 3), ("Nhà nghỉ", 3), ("Khác", 8))
FLAT = tuple(low or up for up, low in zip(UPPER, LOWER, strict=True))
_KINDS = ("Khách sạn", "Nhà nghỉ", "Homestay", "Khu nghỉ dưỡng", "Căn hộ du lịch")
_COMMUNES = ("phường Nha Trang", "phường Bắc Nha Trang", "xã Cam Lâm", "phường Tây Nha Trang", "phường Nam Nha Trang")


TWIN = 16
"""The record whose place is said once for it and the one before it, in a merged cell, where a form has such cells."""
_PLACE = 7


def _record(n: int) -> list[Cell]:
    return [
        f"LT-{10200 + 7 * n:05d}",
        f"cơ sở lưu trú biển số {n + 1}, đường Trần Phú",
        _KINDS[n % 5],
        n % 4,
        f"{210 + n}/GP-SDL",
        date(2024, 1 + n % 12, 3 + n),
        date(2029 + n % 3, 1 + (n * 5) % 12, 28 - n),
        _COMMUNES[n % 5],
        109.19 + n / 1000,
        12.24 + n / 800,
        (n + 1) * 1234 % 480 + 8,
        f"nguyễn thị {['an', 'bình', 'chi', 'dung', 'hà', 'lan', 'mai', 'nga', 'oanh', 'phúc'][n % 10]}",
        f"0258 35{n:02d} 4{n:02d}",
        n % 3 == 0,
    ]


def _spoilt(records: Lines) -> Lines:
    """Spaces astray, a name misspelt, a wrong phone, a code of the wrong form, a number as text with words."""
    records[2][1] = "  nhà nghỉ   Hòn Chồng "
    records[4][7] = "phường Cam Rannh"
    records[6][12] = "gọi lễ tân"
    records[9][0] = "KS 17"
    records[11][10] = "1.234"
    records[TWIN][_PLACE] = records[TWIN - 1][_PLACE]
    return records


RECORDS: Lines = _spoilt([_record(n) for n in range(20)])


def shown(value: Cell) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return "" if value is None else repr(value).replace(".", ",") if isinstance(value, float) else str(value)


def printed_sheet() -> tuple[Lines, list[Merge], list[int]]:
    """A sheet made for printing: its lines, merged ranges and hidden rows (all from 0).

    Everything stands from row 2 and column C: titles, two header rows with merged cells, column numbers, a blank row
    among the records, one place for two records in a merged cell, a small table at the side, notes and signatures.
    """
    left, width = 2, len(NAMES)
    blank: list[Cell] = [None] * left
    lines: Lines = [
        [],
        [*blank, "UBND TỈNH KHÁNH HÒA", None, None, None, None, None, None, None, "Mẫu số 05"],
        [],
        [*blank, "DANH SÁCH CƠ SỞ LƯU TRÚ QUÝ III NĂM 2026"],
        [*blank, "(Kèm theo Công văn số 118/SDL-QLLT)"],
        [],
        [*blank, *UPPER],
        [*blank, *LOWER],
        [*blank, *range(1, width + 1)],
    ]
    top = 6
    merges: list[Merge] = [
        (3, left, 3, left + width - 1),
        (top, left + 4, top, left + 6),
        (top, left + 8, top, left + 9),
    ]
    merges += [(top, left + c, top + 1, left + c) for c in range(width) if LOWER[c] is None]
    hidden = []
    for number, record in enumerate(RECORDS):
        if number == 8:
            lines.append([])
        if number in (5, 10):
            hidden.append(len(lines))
        if number == TWIN:
            merges.append((len(lines) - 1, left + _PLACE, len(lines), left + _PLACE))
            record = [None if column == _PLACE else value for column, value in enumerate(record)]
        lines.append([*blank, *record])
    side = left + width + 2
    for row, pair in enumerate(_BESIDE, top):
        lines[row] += [*[None] * (side - len(lines[row])), *pair]
    lines += [
        [],
        [*blank, "Ghi chú: số liệu đến 30/9/2026."],
        [*blank, *blank, *blank, "Khánh Hòa, ngày 5 tháng 10 năm 2026"],
    ]
    lines += [[*blank, "NGƯỜI LẬP BIỂU", None, None, None, None, None, None, "GIÁM ĐỐC"]]
    return lines, merges, hidden


def text_lines() -> Lines:
    """A preamble, a blank line, the header, rows with a blank line among them, a footnote."""
    rows: Lines = [list(r) for r in RECORDS]
    title: list[Cell] = ["Danh sách cơ sở lưu trú quý III năm 2026"]
    return [title, [], list(FLAT), *rows[:8], [], *rows[8:], [], ["Ghi chú: tạm."]]
