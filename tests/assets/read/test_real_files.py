"""Public files from outside: nothing crashes, nothing is read as empty that holds a table."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from assets.read import read_file
from data.table import UnreadableError


def test_every_budget_workbook_gives_tables_with_headers(shared: Path) -> None:
    start = time.perf_counter()
    workbooks = [path for path in sorted((shared / "data" / "budget").iterdir()) if "xls" in path.suffix.lower()]
    assert workbooks
    for path in workbooks:
        for table in read_file(path).tables:
            assert table.header and table.frame.height > 3, (path.name, table.sheet)
            assert table.measure_unit, (path.name, table.sheet)
    assert time.perf_counter() - start < 30


@pytest.mark.parametrize("folder", ["messytables", "sheetjs", "calamine"])
def test_odd_files_are_read_or_refused(shared: Path, folder: str) -> None:
    for path in sorted((shared / "messy" / folder).iterdir()):
        start = time.perf_counter()
        try:
            assert read_file(path).tables
        except UnreadableError as error:
            assert path.name in error.vi and "\n" not in str(error)
        assert time.perf_counter() - start < 10, path.name
