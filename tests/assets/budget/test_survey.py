"""Judging published budgets: arithmetic of the outline, units made one, plan against settlement, real workbooks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from assets.budget.load import arrivals
from assets.budget.survey import Surveyed, Workbook, survey, workbooks
from data.contract import load_contracts
from data.money_unit import money_factor
from data.settings import settings
from pipelines.verbs.budget import command
from tests.assets.budget.forms import BALANCE, Row, balance_sheet, write_workbook

pytestmark = pytest.mark.usefixtures("hub_home")


def surveyed(path: Path) -> Surveyed:
    (book,) = survey([path], load_contracts(settings().contracts))
    (table,) = book.tables
    return table


def told(table: Surveyed) -> dict[str, str | None]:
    return {f.rule: f.cell for f in table.findings}


def changed(row: int, column: int, value: object) -> list[Row]:
    rows = [list(r) for r in BALANCE]
    rows[row][column] = value
    return [tuple(r) for r in rows]


def test_a_sound_form_is_accepted_without_a_finding(tmp_path: Path) -> None:
    table = surveyed(write_workbook(tmp_path / "x.xlsx", balance_sheet()))
    assert (table.dataset, table.verdict, table.rows) == ("budget_balance", "accepted", len(BALANCE))
    assert told(table) == {}
    totals = {(t.series, t.column): (t.value, t.cell) for t in table.totals}
    assert totals["local_revenue", "settlement"] == (1100.0, "D8")
    assert totals["recurrent_spending", "plan"] == (600.0, "C17")


def test_a_parent_that_is_not_the_sum_of_its_children_is_found_at_its_cell(tmp_path: Path) -> None:
    table = surveyed(write_workbook(tmp_path / "x.xlsx", balance_sheet(changed(0, 3, 1150))))
    assert told(table) == {"hierarchy.settlement": "D8", "ratio_agrees": "E8"}
    finding = next(f for f in table.findings if f.rule == "hierarchy.settlement")
    assert "1.150" in finding.message_vi and "1.100" in finding.message_vi and finding.expected == "= 1.100"


def test_rounding_of_each_figure_is_no_finding(tmp_path: Path) -> None:
    assert told(surveyed(write_workbook(tmp_path / "x.xlsx", balance_sheet(changed(0, 3, 1101))))) == {}


def test_a_ratio_that_is_not_settlement_over_plan_is_found(tmp_path: Path) -> None:
    assert told(surveyed(write_workbook(tmp_path / "x.xlsx", balance_sheet(changed(7, 4, 57))))) == {
        "ratio_agrees": "E15"
    }


@pytest.mark.parametrize(
    ("unit", "scale"), [("Đơn vị: đồng", 10**6), ("ĐVT: Tỷ đồng", 0.001), ("Đơn vị tính: nghìn đồng", 1000)]
)
def test_every_unit_of_money_is_stored_in_million_dong(tmp_path: Path, unit: str, scale: float) -> None:
    rows: list[Row] = [(*r[:2], *(v * scale if isinstance(v, int) else v for v in r[2:4]), r[4]) for r in BALANCE]
    table = surveyed(write_workbook(tmp_path / "x.xlsx", balance_sheet(rows, unit=unit)))
    assert told(table) == {} and table.unit is not None and unit.endswith(table.unit)
    assert {t.value for t in table.totals if t.series == "local_revenue"} == {1000.0, 1100.0}


def test_a_form_without_a_unit_is_taken_as_million_dong_with_a_finding(tmp_path: Path) -> None:
    assert told(surveyed(write_workbook(tmp_path / "x.xlsx", balance_sheet(unit="(Kèm theo Quyết định)")))) == {
        "unit_named": None
    }


def test_of_two_columns_the_one_of_the_forms_own_year_is_read(tmp_path: Path) -> None:
    header = ("STT", "NỘI DUNG", "Quyết toán năm 2021", "Quyết toán năm 2022", "So sánh (%)")
    table = surveyed(write_workbook(tmp_path / "x.xlsx", balance_sheet(header=header)))
    assert {t.column: t.value for t in table.totals if t.series == "local_revenue"} == {"settlement": 1100.0}
    assert [name.split(" ", 1)[0] for name in table.unmapped] == ["C"]


def test_figures_of_another_year_are_taken_only_with_a_finding(tmp_path: Path) -> None:
    header = ("STT", "NỘI DUNG", "Dự toán", "Quyết toán 2021", "So sánh (%)")
    table = surveyed(write_workbook(tmp_path / "x.xlsx", balance_sheet(header=header)))
    assert list(told(table)) == ["structure.form"] and "2021" in table.findings[0].message_vi


def test_thousands_with_commas_in_text_cells_are_whole_numbers(tmp_path: Path) -> None:
    rows: list[Row] = [(*r[:2], *(f"  {v * 10:,}" if isinstance(v, int) else v for v in r[2:4]), r[4]) for r in BALANCE]
    table = surveyed(write_workbook(tmp_path / "x.xlsx", balance_sheet(rows)))
    assert {t.value for t in table.totals if t.series == "local_revenue"} == {10_000.0, 11_000.0}


def test_units_of_money_are_told_from_other_words() -> None:
    assert money_factor("hợp đồng", "đồng") is None and money_factor("%", "đồng") is None
    assert money_factor("Triệu đồng - Millions of dong", "tỷ đồng") is not None


def test_one_workbook_is_one_submission_for_each_form_and_a_twin_file_is_skipped(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", balance_sheet())
    write_workbook(tmp_path / "b.xlsx", balance_sheet(BALANCE[:-1]))
    found, skipped = arrivals(workbooks(tmp_path), load_contracts(settings().contracts))
    assert [(i.contract.id, str(i.period), i.path.name if i.path else "") for i in found] == [
        ("budget_balance", "2022", "a.xlsx")
    ]
    assert [(s.file, "a.xlsx" in s.why[0]) for s in skipped] == [("b.xlsx", True)]


def test_load_brings_lines_to_the_mart_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    from data.warehouse import open_warehouse

    write_workbook(tmp_path / "a.xlsx", balance_sheet())
    first, second = (CliRunner().invoke(command, ["load", str(tmp_path)]) for _ in range(2))
    assert first.exit_code == 0 and "accepted 1" in first.output, first.output
    assert second.exit_code == 0 and "nothing new" in second.output
    with open_warehouse(read_only=True) as con:
        lines = con.execute(
            "SELECT kind, line_path, parent_path, value_million, sheet, row FROM lake.marts.budget_line "
            "WHERE line_code = 'development_investment' ORDER BY kind"
        ).fetchall()
    assert lines == [("plan", "B.I.1", "B.I", 400.0, "62", 15), ("settlement", "B.I.1", "B.I", 300.0, "62", 15)]


def test_survey_prints_what_it_found_and_refused_as_json(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", balance_sheet())
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    result = CliRunner().invoke(command, ["survey", str(tmp_path), "--format", "json"])
    good, bad = json.loads(result.output)
    assert good["tables"][0]["dataset"] == "budget_balance" and good["tables"][0]["totals"]
    assert bad["refused"] and not bad["tables"]


@pytest.fixture(scope="module")
def published(shared: Path) -> list[Workbook]:
    """The workbooks that a province published, surveyed once."""
    return survey(workbooks(shared / "data" / "budget"), load_contracts(settings().contracts))


def test_the_published_workbooks_of_2004_to_2020_are_read_or_refused_with_a_reason(published: list[Workbook]) -> None:
    tables = [table for book in published for table in book.tables]
    assert len(published) == 31 and not [b.name for b in published if b.refusal]
    assert all(t.refusal or t.verdict in {"accepted", "partly_accepted"} for t in tables)
    years = {(t.dataset, t.found.year) for t in tables if t.dataset}
    assert {(d, y) for d in ("budget_balance", "budget_revenue") for y in range(2006, 2020, 2)} <= years
    assert ("budget_spending_structure_plan", 2004) in years and ("budget_districts_plan", 2020) in years
    assert sum(1 for t in tables for f in t.findings if f.severity == "error") <= 3


@pytest.mark.parametrize(
    ("dataset", "year", "series", "column", "value"),
    [  # read by eye in another program
        ("budget_balance", 2018, "local_revenue", "settlement", 18_114_398),
        ("budget_balance", 2006, "local_spending", "settlement", 2_401_635),
        ("budget_spending_structure_plan", 2004, "local_spending", "plan", 1_930_788),
        ("budget_revenue_plan", 2004, "revenue_area", "plan_total", 2_894_680),
        ("budget_transfers_to_districts", 2018, "total", "settlement", 3_354_412),
        ("budget_spending_by_agency", 2018, "total", "settlement", 2_157_932.530357),
    ],
)
def test_control_totals_stand_as_published(
    published: list[Workbook], dataset: str, year: int, series: str, column: str, value: float
) -> None:
    found = [
        total.value
        for book in published
        for table in book.tables
        if (table.dataset, table.found.year) == (dataset, year)
        for total in table.totals
        if (total.series, total.column) == (series, column)
    ]
    assert found and found[0] == pytest.approx(value, abs=1e-6)


def test_a_broken_sum_in_a_published_settlement_is_found_at_its_cell(published: list[Workbook]) -> None:
    cells = {
        f.cell: f.message_vi
        for book in published
        for t in book.tables
        if (t.dataset, t.found.year) == ("budget_balance", 2018)
        for f in t.findings
        if f.rule == "hierarchy.settlement"
    }
    assert set(cells) == {"D8", "D19"} and "74.864" in cells["D8"]
