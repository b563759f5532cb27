"""The budget's page: both sides of a year, missing ones said, every figure a link to its cell, arithmetic, quarrels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.assets.budget.forms import BALANCE, Row, Sheet, balance_sheet, write_workbook
from tests.dashboard.test_app import panels
from tests.people import signed_in

PLAN: list[Row] = [(row[0], row[1], row[2]) for row in BALANCE]


def plan_sheet(year: int, rows: list[Row]) -> Sheet:
    """Form 46: the plan of a year."""
    titles = ["UBND TỈNH HÀ TĨNH", "Biểu số 46/CK-NSNN", f"CÂN ĐỐI NGÂN SÁCH ĐỊA PHƯƠNG NĂM {year}",
              "(Dự toán đã được HĐND quyết định)", "Đơn vị: Triệu đồng"]  # fmt: skip
    return "46", titles, [("STT", "NỘI DUNG", "DỰ TOÁN"), ("A", "B", 1), *rows]


def load(folder: Path) -> None:
    from assets.budget.load import arrivals
    from assets.receive import receive
    from data.contract import load_contracts
    from data.ledger import open_ledger
    from data.settings import settings
    from pipelines.queue_worker import work_once

    found, skipped = arrivals(sorted(folder.glob("*.xlsx")), load_contracts(settings().contracts))
    assert not skipped
    with open_ledger() as ledger:
        receive(ledger, found)
    work_once()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A hub with the settlement of 2022, whose revenue is 50 more than its parts, its plan, and the plan of 2024."""
    from data.settings import settings

    folder = tmp_path_factory.mktemp("budget")
    uneven = [list(row) for row in BALANCE]
    uneven[0][3] = 1150
    other = [list(row) for row in PLAN]
    other[8][1], other[7][2], other[9][2] = "Trong đó: chi giáo dục", 500, 500
    write_workbook(folder / "qt.xlsx", balance_sheet([tuple(row) for row in uneven]))
    write_workbook(folder / "dt.xlsx", plan_sheet(2022, [tuple(row) for row in other]))
    write_workbook(folder / "dt24.xlsx", plan_sheet(2024, PLAN))
    patch = pytest.MonkeyPatch()
    patch.setenv("HUB_HOME", str(folder / "hub"))
    (folder / "hub").mkdir()
    settings.cache_clear()
    load(folder)
    yield folder / "hub"
    patch.undo()
    settings.cache_clear()


@pytest.fixture(scope="module")
def budget(home: Path) -> Iterator[TestClient]:
    from dashboard.app import create_app

    with TestClient(create_app()) as client:
        yield signed_in(client, "leader")


def linked(markup: str, figure: str) -> str:
    """The address behind a figure."""
    found = re.search(rf'href="(/submissions/[^"]+)"[^>]*>(?:<strong>)?{re.escape(figure)}<', markup)
    assert found, f"no link on {figure}"
    return unescape(found[1])


def test_every_figure_opens_the_very_cell_that_it_came_from(budget: TestClient) -> None:
    shown = panels(budget, "/budget")
    for panel, figure, cell in (
        ("headlines", "1,1", "D8"),
        ("years", "1.150", "D8"),
        ("years", "1.000", "C8"),
        ("form", "850", "D9"),
        ("form", "800", "C9"),
    ):
        opened = panels(budget, linked(shown[panel], figure))["cell"]
        assert re.findall(r'id="cell-(\w+)"', opened) == [cell], (panel, figure)
        assert f"Ô {cell}" in opened


def test_bars_lead_to_their_cells_too(budget: TestClient) -> None:
    hrefs = [unescape(h) for h in re.findall(r'<a href="(/submissions/[^"]+)"', panels(budget, "/budget")["chart"])]
    assert len(hrefs) == 3
    assert all('class="cell-source' in panels(budget, href)["cell"] for href in hrefs)


def test_a_missing_year_and_a_missing_side_are_said_and_not_filled_in(budget: TestClient) -> None:
    shown = panels(budget, "/budget")
    assert shown["chart"].count('class="pair missing"') == 2  # the whole of 2023, the settlement of 2024
    assert "2023: chưa công bố / không có tệp" in shown["chart"]
    assert "2024 · Quyết toán: không có tệp" in shown["chart"]
    assert "2 năm có tệp, 1 năm không có tệp" in shown["years"]
    row = re.search(r"<tr>(?:(?!</tr>).)*2023(?:(?!</tr>).)*</tr>", shown["years"])
    assert row and "chưa công bố / không có tệp" in row[0] and "/submissions/" not in row[0]


def test_a_line_that_the_year_s_forms_do_not_have_is_told_from_a_missing_file(budget: TestClient) -> None:
    from dashboard.views.budget import published, series
    from dashboard.views.lake import Lake

    lake = Lake()
    known = published(lake)
    years = {y.year: y for y in series(lake, ["customs_revenue", "local_revenue"], known)["customs_revenue"]}
    assert list(years) == [2022, 2023, 2024]
    assert years[2022].plan is None and years[2022].filed == {"plan", "settlement"} and not years[2023].filed


def test_the_line_is_chosen_by_the_address(budget: TestClient) -> None:
    shown = panels(budget, "/budget?line=recurrent_spending")
    assert "Chi thường xuyên qua các năm" in shown["chart"] and "600" in shown["years"]
    assert 'value="recurrent_spending" selected' in shown["head"]


def test_plan_comes_from_the_plan_s_own_form_and_the_other_form_stands_beside(budget: TestClient) -> None:
    years = panels(budget, "/budget?line=recurrent_spending")["years"]
    # The plan's form says 500; the settlement's form repeats the plan as 600.
    assert "120,0 %" in years and "Biểu 62 ghi 600" in years


def test_arithmetic_that_does_not_hold_is_marked_with_what_it_should_be(budget: TestClient) -> None:
    shown = panels(budget, "/budget")
    assert "■" in shown["form"] and "tổng các dòng con 1.100" in shown["form"]
    assert "Số học: 1 ô không bằng tổng các dòng con" in shown["form"]
    assert "không bằng tổng các dòng con" in shown["headlines"]


def test_lines_are_indented_by_level(budget: TestClient) -> None:
    form = panels(budget, "/budget")["form"]
    assert re.search(r'level-0">(?:<a[^>]*>)?TỔNG NGUỒN THU', form)
    assert re.search(r'level-1">(?:<a[^>]*>)?Thu NSĐP được hưởng', form)


def test_two_forms_that_differ_stand_side_by_side_with_their_cells(budget: TestClient) -> None:
    shown = panels(budget, "/budget?year=2022")["contradictions"]
    assert "Biểu 62" in shown and "Biểu 46" in shown and "chênh 100" in shown
    assert linked(shown, "600") != linked(shown, "500")
    assert "không có chỗ nào hai biểu" in panels(budget, "/budget?year=2024")["contradictions"]


def test_another_year_and_form_can_be_asked_for(budget: TestClient) -> None:
    form = panels(budget, "/budget?year=2024&form=budget_balance_plan")["form"]
    assert "2024" in form and linked(form, "800")
    # A form that the year does not have falls back to one that it has.
    assert "Dự toán" in panels(budget, "/budget?year=2024&form=budget_balance")["form"]


def test_the_page_says_whose_borders_its_figures_are_of(budget: TestClient) -> None:
    assert "trước 1/7/2025 là của tỉnh Khánh Hòa cũ" in panels(budget, "/budget")["head"]


def test_the_page_speaks_english(budget: TestClient) -> None:
    shown = panels(budget, "/budget?lang=en")
    assert "Local budget revenue" in shown["chart"] and "not published" in shown["chart"]


@pytest.mark.parametrize("name", ["line", "year", "form", "page"])
def test_hostile_parameters_are_text(budget: TestClient, name: str) -> None:
    shown = "".join(panels(budget, f"/budget?{name}=%22%3E%3Cscript%3Ealert(1)%3C/script%3E'%3B--").values())
    assert "<script" not in shown and "Không lấy được số liệu" not in shown


def test_without_a_budget_the_page_says_how_to_load_one(client: TestClient) -> None:
    shown = panels(client, "/budget")
    assert "hub budget load THƯ_MỤC" in shown["empty"] and "Không lấy được số liệu" not in "".join(shown.values())
