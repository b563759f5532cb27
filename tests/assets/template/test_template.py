"""Templates: what is handed out comes back as it was meant, for every dataset."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from assets.check_file import check_file
from assets.demo.world import World
from assets.mapping import choose_table
from assets.read import read_file
from assets.template import Stamp, stamp_of, write_template
from assets.template.cells import heading
from assets.template.prefill import prefill
from data.contract import ContractRegistry, load_contracts
from data.period import Period
from data.period_text import find_period
from data.settings import settings
from data.table import column_letters
from tests.assets.template.filling import FIRST_ROW, HEADER_ROW, fill, good_rows, headings, item_of
from tests.workbooks import GOOD_ROWS

ALL = sorted(load_contracts(settings().contracts))
OCTOBER = Period.parse("2026-10")


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(5) as made:
        yield made


@pytest.fixture
def lodging(hub_home: Path, registry: ContractRegistry, tmp_path: Path) -> Path:
    path = tmp_path / "bieu.xlsx"
    write_template(registry["lodging_guests"], "56-SVHTTDL", OCTOBER, path)
    return path


@pytest.mark.parametrize("dataset", ALL)
def test_every_template_opens_and_is_read_back_to_its_own_columns(
    dataset: str, hub_home: Path, registry: ContractRegistry, tmp_path: Path
) -> None:
    contract = registry[dataset]
    reporter, period = item_of(contract)
    path = tmp_path / "t.xlsx"
    write_template(contract, reporter, period, path)

    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels", ".vml")):
                ElementTree.fromstring(package.read(name))
    asked = [c for c in contract.columns if not c.derived]
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert list(headings(sheet))[: len(asked)] == [heading(c) for c in asked]
    table, mapping = choose_table(read_file(path), contract)
    assert table.sheet == sheet.title
    assert {n: table.columns[p] for n, p in mapping.positions.items()} == {c.name: i for i, c in enumerate(asked, 1)}
    assert not mapping.unknown and not mapping.missing
    assert min(mapping.certainty.values()) > 0.9
    assert stamp_of(path) == Stamp(dataset, contract.version, reporter, str(period))
    named = [found for title in table.titles if (found := find_period(title)) is not None]
    assert named and set(named) == {period}


@pytest.mark.parametrize("dataset", [d for d in ALL if not d.startswith("budget_")])
def test_a_template_filled_in_with_good_values_is_accepted_without_a_finding(
    dataset: str, hub_home: Path, registry: ContractRegistry, tmp_path: Path, world: World
) -> None:
    contract = registry[dataset]
    reporter, period = item_of(contract)
    path = tmp_path / "t.xlsx"
    write_template(contract, reporter, period, path)
    rows = good_rows(world, contract, reporter, period)
    assert rows
    fill(path, contract, rows)

    _, verdict = check_file(path, contract, registry, reporter, period)
    assert verdict.verdict == "accepted"
    assert verdict.counts.accepted == len(rows)
    assert [f for f in verdict.findings if f.rule != "timeliness"] == []


@pytest.mark.parametrize("dataset", [d for d in ALL if d.startswith("budget_")])
def test_a_budget_template_is_known_as_its_published_form(
    dataset: str, hub_home: Path, registry: ContractRegistry, tmp_path: Path
) -> None:
    contract = registry[dataset]
    reporter, period = item_of(contract)
    path = tmp_path / "t.xlsx"
    write_template(contract, reporter, period, path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    asked = [c for c in contract.columns if not c.derived]
    for row, (no, name, value) in enumerate((("A", "TỔNG SỐ", 300), ("1", "Phần một", 100), ("2", "Phần hai", 200))):
        for place, column in enumerate(asked, 1):
            given = {"line_no": no, "line_name": name}.get(column.name, 100 if column.unit == "%" else value)
            sheet.cell(FIRST_ROW + row, place).value = given
    book.save(path)

    _, verdict = check_file(path, contract, registry, reporter, period)
    assert verdict.verdict == "accepted", (verdict.reason_vi, verdict.findings[:3])
    assert verdict.counts.accepted == 3
    assert not [f for f in verdict.findings if f.rule.startswith(("structure.", "repair.", "hierarchy."))]


def test_the_header_and_owed_keys_are_protected_and_the_rest_is_free(lodging: Path) -> None:
    sheet = openpyxl.load_workbook(lodging).worksheets[0]
    assert sheet.protection.sheet and not sheet.protection.password
    assert not sheet.protection.insertRows and not sheet.protection.autoFilter  # False: not forbidden
    assert sheet.cell(HEADER_ROW, 1).protection.locked
    assert sheet.cell(FIRST_ROW, 1).protection.locked
    assert not sheet.cell(FIRST_ROW, 2).protection.locked
    assert not sheet.column_dimensions["B"].protection.locked  # rows that are added below
    assert [sheet.cell(n, 1).value for n in (FIRST_ROW, FIRST_ROW + 64)] == ["Phường Bắc Nha Trang", "Xã Cà Ná"]


def test_cells_take_only_what_the_contract_takes_and_say_so_in_vietnamese(lodging: Path) -> None:
    book = openpyxl.load_workbook(lodging)
    rules = {str(v.sqref).split(":")[0]: v for v in book.worksheets[0].data_validations.dataValidation}
    rooms = rules[f"C{FIRST_ROW}"]
    assert (rooms.type, rooms.operator, rooms.formula1) == ("whole", "greaterThanOrEqual", "0")
    assert rooms.error == "“Số phòng”: số nguyên, từ 0 trở lên."
    communes = rules[f"A{FIRST_ROW}"]
    assert communes.type == "list"
    where = book.defined_names[communes.formula1].attr_text
    lists = book[where.partition("!")[0].strip("'")]
    listed = [cell.value for cell in lists["A"]]
    assert lists.sheet_state == "hidden" and len(listed) == 65 and "Phường Nha Trang" in listed
    for rule in rules.values():
        assert len(rule.error or "") <= 255 and len(rule.errorTitle or "") <= 32 and len(rule.prompt or "") <= 255
        assert rule.type != "list" or len(rule.formula1) <= 257


def test_headers_bear_notes_and_the_instructions_name_every_column_and_rule(lodging: Path) -> None:
    book = openpyxl.load_workbook(lodging)
    note = book.worksheets[0].cell(HEADER_ROW, 3).comment
    assert note is not None and "số nguyên, từ 0 trở lên" in note.text.lower()
    told = {str(cell.value) for row in book["Hướng dẫn"].iter_rows() for cell in row if cell.value}
    assert "Số phòng (phòng) *" in told
    assert any("Lượt phòng có khách … lớn hơn sức chứa … phòng × … ngày" in text for text in told)
    assert any("Sở Văn hóa, Thể thao và Du lịch phụ trách" in text for text in told)


def test_a_unit_finds_its_own_tasks_and_itself_in_its_template(
    hub_home: Path, registry: ContractRegistry, tmp_path: Path
) -> None:
    path = tmp_path / "t.xlsx"
    write_template(registry["project06_task"], "56-STP", OCTOBER, path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert (sheet.cell(FIRST_ROW, 1).value, sheet.cell(FIRST_ROW, 2).value) == (
        "NV-DA06-01", "Rà soát văn bản pháp lý phục vụ Đề án 06",
    )  # fmt: skip
    write_template(registry["land_parcel_cleaning"], "22333", Period.parse("2026-W46"), path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.cell(FIRST_ROW, 1).value == "Phường Bắc Nha Trang"
    assert sheet.cell(FIRST_ROW + 1, 1).value is None


def test_last_periods_values_stand_in_grey_beside_and_are_never_taken(
    lodging_hub: Path, registry: ContractRegistry, tmp_path: Path
) -> None:
    contract, path = registry["lodging_guests"], tmp_path / "t.xlsx"
    given = prefill(contract, "56-SVHTTDL", OCTOBER)
    assert [row["commune_code"] for row in given.rows[:5]] == [row[0] for row in GOOD_ROWS], "as they stood last time"
    assert len(given.rows) == 65
    write_template(contract, "56-SVHTTDL", OCTOBER, path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    beside = headings(sheet)["Kỳ trước: Số phòng (tháng 9/2026)"]
    named = {str(sheet.cell(n, 1).value): n for n in range(FIRST_ROW, FIRST_ROW + 65)}
    assert sheet.cell(named["Phường Nha Trang"], beside).value == 21804
    assert sheet.cell(named["Phường Nha Trang"], beside).protection.locked
    # The unit fills in one column only: what is missing is missing, whatever stood there the month before.
    for name, establishments, *_ in GOOD_ROWS:
        sheet.cell(named[str(name)], 2).value = int(str(establishments))
    book.save(path)
    staged, verdict = check_file(path, contract, registry, "56-SVHTTDL", OCTOBER)
    assert staged is not None and staged.rows == 65
    assert staged.mapping == {c.name: n for n, c in enumerate(contract.columns, 1)}
    assert staged.frame["rooms"].null_count() == 65
    assert {f.rule for f in verdict.findings if f.column == "rooms"} == {"rooms.required"}


def test_a_log_is_never_filled_in_beforehand(hub_home: Path, registry: ContractRegistry) -> None:
    assert prefill(registry["citizen_feedback"], "56-VPUB", Period.parse("2026-11-20")).rows == ()
    assert prefill(registry["meeting_record"], "56-SKHCN", OCTOBER).rows == ()


def test_the_stamp_outlives_saving_and_renaming_and_no_other_file_bears_one(lodging: Path, tmp_path: Path) -> None:
    stamp = stamp_of(lodging)
    renamed = tmp_path / "bảng của em (2).xlsx"
    openpyxl.load_workbook(lodging).save(renamed)
    assert stamp_of(renamed) == stamp == Stamp("lodging_guests", "1.0.0", "56-SVHTTDL", "2026-10")
    other = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(other)
    (tmp_path / "x.csv").write_text("hub-template:1|a|1|b|c|end\n", encoding="utf-8")
    (tmp_path / "broken.xlsx").write_bytes(lodging.read_bytes()[:900])
    assert [stamp_of(tmp_path / n) for n in ("other.xlsx", "x.csv", "broken.xlsx", "none.xlsx")] == [None] * 4


def test_a_template_is_written_with_the_due_moment_of_its_period(lodging: Path) -> None:
    sheet = openpyxl.load_workbook(lodging).worksheets[0]
    assert [sheet.cell(n, 1).value for n in (1, 2, 3, 4)] == [
        "SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH", "KHÁCH LƯU TRÚ", "Kỳ báo cáo: tháng 10/2026", "Hạn nộp: 5/11/2026, 17:00",
    ]  # fmt: skip
    assert sheet.freeze_panes == f"B{FIRST_ROW}"


def test_dates_written_as_dates_come_back_as_dates(
    hub_home: Path, registry: ContractRegistry, tmp_path: Path, world: World
) -> None:
    contract, path = registry["construction_permit"], tmp_path / "t.xlsx"
    write_template(contract, "56-SXD", OCTOBER, path)
    column = next(n for n, c in enumerate((c for c in contract.columns if not c.derived), 1) if c.type == "date")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    style = sheet.column_dimensions[column_letters(column)]
    assert style.number_format == "dd/mm/yyyy"
    rows = good_rows(world, contract, "56-SXD", OCTOBER)
    fill(path, contract, rows)
    staged, _ = check_file(path, contract, registry, "56-SXD", OCTOBER)
    assert staged is not None
    name = [c.name for c in contract.columns if not c.derived][column - 1]
    assert sorted(filter(None, staged.frame[name])) == sorted(str(r[name]) for r in rows if isinstance(r[name], date))
