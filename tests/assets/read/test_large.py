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
