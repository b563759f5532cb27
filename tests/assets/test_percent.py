"""A share shown as 12 % is 12 in a column of percents, however the workbook stores it."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from assets.read import read_file
from assets.staging import stage
from checks.staged import Context
from data.clock import now
from data.contract import load_contracts
from data.period import Period
from data.settings import settings

pytestmark = pytest.mark.usefixtures("hub_home")


@pytest.mark.parametrize("number_format", ["0%", "0.00%", "0.0 %"])
def test_percent_cells_are_taken_as_they_are_seen(tmp_path: Path, number_format: str) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet, percent = book.add_worksheet(), book.add_format({"num_format": number_format})
    sheet.write_row(0, 0, ["Mã nhiệm vụ", "Đơn vị chủ trì", "Tỷ lệ hoàn thành"])
    for row, share in enumerate((0.12, 0.5, 1.0), 1):
        sheet.write_row(row, 0, [f"NV-{row}", "Sở Tài chính"])
        sheet.write_number(row, 2, share, percent)
    book.close()
    reading = read_file(tmp_path / "a.xlsx")
    assert reading.tables[0].frame.to_series(2).to_list() == ["0.12", "0.5", "1"]
    contract = load_contracts(settings().contracts)["task_progress"]
    staged = stage(reading, contract, Context(1, "56-STC", Period.parse("2026-10"), now()))
    assert staged.frame["percent_done"].to_list() == ["12", "50", "100"]


def test_plain_numbers_in_a_column_of_percents_stay(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Mã nhiệm vụ", "Đơn vị chủ trì", "Tỷ lệ hoàn thành"])
    for row, share in enumerate((12, 50.5, 1, "75%"), 1):
        sheet.write_row(row, 0, [f"NV-{row}", "Sở Tài chính", share])
    book.close()
    contract = load_contracts(settings().contracts)["task_progress"]
    context = Context(1, "56-STC", Period.parse("2026-10"), now())
    staged = stage(read_file(tmp_path / "a.xlsx"), contract, context)
    assert staged.frame["percent_done"].to_list() == ["12", "50.5", "1", "75"]
