"""Large files keep every row with its number, though only their ends are looked at cell by cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.read import Limits, read_bytes, read_file
from tests.assets.read.books import Cell, write

ROWS = 4000


def rows() -> list[list[Cell]]:
    body: list[list[Cell]] = [[i + 1, f"Xã {i % 65}", i * 0.5] for i in range(ROWS)]
    body[2500] = [None, "Cộng huyện A", 99.0]
    return [["BÁO CÁO"], [], ["STT", "Xã", "Số hộ"], *body, [None, "Tổng cộng", 12345.0]]


@pytest.mark.parametrize("dense", [1_000_000, 5000])
def test_a_condensed_workbook_reads_like_a_whole_one(tmp_path: Path, dense: int) -> None:
    path = write(tmp_path / "a.xlsx", "xlsx", {"S": rows()})
    table = read_file(path, limits=Limits(dense_cells=dense)).tables[0]
    assert table.header == ("STT", "Xã", "Số hộ") and table.frame.height == ROWS + 1
    assert table.rows.to_list() == list(range(4, ROWS + 5))
    assert table.frame.row(2499) == ("2500", f"Xã {2499 % 65}", "1249.5")
    assert (table.row_roles[2500], table.row_roles[-1]) == ("subtotal", "total")


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_large_csv_reads_like_a_small_one(quote: str) -> None:
    lines = ["stt;ten;so", *[f"{i};{quote}Xã {i % 65}{quote};{i},5" for i in range(1, 600_001)]]
    table = read_bytes("\n".join(lines).encode(), "a.csv").tables[0]
    assert table.header == ("stt", "ten", "so") and table.frame.height == 600_000
    assert table.frame.row(299_999) == ("300000", f"Xã {300_000 % 65}", "300000,5")
    assert table.rows[-1] == 600_001


def _odd(path: Path, rows: int) -> Path:
    """A sheet whose first column is C, with text among numbers and dates, errors, truth values and hidden rows."""
    from datetime import datetime, timedelta

    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Nhỏ").write_row(2, 2, ["a", 1])
        sheet = book.add_worksheet("Lớn")
        day, clock, hours = (book.add_format({"num_format": form}) for form in ("dd/mm/yyyy", "hh:mm", "[h]:mm"))
        sheet.write_string(1, 2, "BÁO CÁO")
        names = ["STT", "Tên", "Số", "Ngày", "Đúng", "Giờ", "Thời lượng", "Mã", "Lỗi", "Công thức", "Trống", "Nhỏ"]
        sheet.write_row(3, 2, names)
        for i in range(rows):
            r = i + 4
            sheet.write_row(r, 2, [i + 1, f"Tên {i}" if i % 7 else f"Dòng\n{i}"])
            number: str | float = {3: "1.234", 7: "-"}.get(i % 50, i * 1.5)
            sheet.write_string(r, 4, number) if isinstance(number, str) else sheet.write_number(r, 4, number)
            moment = datetime(2026, 1, 1) + timedelta(days=i % 400)
            sheet.write_string(r, 5, "05/03/2026") if i % 40 == 5 else sheet.write_datetime(r, 5, moment, day)
            sheet.write_boolean(r, 6, i % 2 == 0) if i % 3 else sheet.write_number(r, 6, i)
            sheet.write_number(r, 7, (i % 1440) / 1440, clock)
            sheet.write_number(r, 8, i / 24, hours)
            sheet.write_string(r, 9, f"{i:05d}")
            if i % 11 == 0:
                sheet.write_formula(r, 10, "=1/0", None, ["#DIV/0!", "#N/A", "#NAME?", "#SPILL!"][i % 4])
            sheet.write_formula(r, 11, "=A1", None, "txt" if i % 2 else 5)
            sheet.write_number(r, 13, i * 1e-9 if i % 2 else i * 1e17)
        for r in (10, 1500, rows):
            sheet.set_row(r, None, None, {"hidden": True})
        sheet.write_row(rows + 5, 3, ["Tổng cộng", 99])
        sheet.autofilter(3, 2, rows + 3, 10)
    return path


def test_a_sheet_read_as_columns_is_the_sheet_read_cell_by_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _odd(tmp_path / "odd.xlsx", 2000)
    small = read_file(path).tables
    monkeypatch.setattr("assets.read.large_workbook.LARGE_PART", 100_000)
    monkeypatch.setattr("assets.read.xlsx_layout.LARGE_PART", 100_000)
    large = read_file(path, limits=Limits(dense_cells=5000)).tables
    assert [t.sheet for t in large] == [t.sheet for t in small] == ["Nhỏ", "Lớn"]
    for one, other in zip(large, small, strict=True):
        assert one.frame.equals(other.frame) and one.rows.equals(other.rows)
        assert one.stored == other.stored and one.repairs == other.repairs
        assert all(one.is_text(p).equals(other.is_text(p)) for p in range(one.frame.width))
        for said in ("columns", "header", "hidden_rows", "hidden_columns", "uncalculated", "errors", "filtered"):
            assert getattr(one, said) == getattr(other, said), said
    assert {repair.kind for repair in large[1].repairs} >= {"number_as_text", "date_as_text"}
