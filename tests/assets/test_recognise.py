"""Recognising what is dropped on the desk: by stamp, by what the file shows, by its name, among what may be sent."""

from __future__ import annotations

import random
import time
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from assets.recognise import header_guesses, recognise
from assets.recognise_name import period_named, unit_named
from assets.template import write_template
from data.clock import LOCAL_TIME
from data.contract import Contract, ContractRegistry, load_contracts
from data.obligation import deadline_rule
from data.period import Kind, Period
from data.person import HUB, Person
from data.settings import settings
from tests.workbooks import lodging_workbook

NOW = datetime(2026, 11, 23, 9, tzinfo=LOCAL_TIME)
TOURISM = Person(1, "lan", "Lan", "department", "56-SVHTTDL")
COMMUNE = Person(2, "minh", "Minh", "department", "22435")
ALL = sorted(d for d in load_contracts(settings().contracts) if not d.startswith("budget_"))


@pytest.fixture
def contracts(hub_home: Path) -> ContractRegistry:
    return load_contracts(settings().contracts)


def _as_an_office_writes(contract: Contract, path: Path, chance: random.Random) -> Path:
    """Headers in the contract's words or known other ones, some with a unit, a number column, a column too many."""
    columns = [c for c in contract.columns if not c.derived]
    optional = [c for c in columns if not c.required]
    if optional:
        columns.remove(chance.choice(optional))
    header = ["STT"]
    for column in columns:
        text = chance.choice((column.title, *column.synonyms))
        header.append(f"{text} ({column.unit})" if column.unit and chance.random() < 0.4 else text)
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write(0, 0, "BÁO CÁO")
    sheet.write_row(2, 0, [*header, "Người nhập"])
    for row in range(3, 6):
        sheet.write_row(row, 0, [row - 2, *(f"{c.title} {row}" if c.type == "string" else row for c in columns), "An"])
    book.close()
    return path


@pytest.mark.parametrize("dataset", ALL)
def test_every_dataset_is_known_by_its_headers_alone_among_all_others(
    dataset: str, contracts: ContractRegistry, tmp_path: Path
) -> None:
    path = _as_an_office_writes(contracts[dataset], tmp_path / "so lieu.xlsx", random.Random(dataset))
    found = recognise(path, path.name, contracts, HUB, now=NOW)
    assert (found.dataset.value, found.dataset.how) == (dataset, "columns")


def test_a_template_is_known_by_its_stamp_whatever_it_is_called(contracts: ContractRegistry, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    write_template(contracts["lodging_guests"], "56-SVHTTDL", Period.parse("2026-09"), path)
    found = recognise(path, "tuần 40 cấp phép xây dựng.xlsx", contracts, TOURISM, now=NOW)
    assert [(g.value, g.how) for g in (found.dataset, found.reporter, found.period)] == [
        ("lodging_guests", "stamp"), ("56-SVHTTDL", "stamp"), ("2026-09", "stamp"),
    ]  # fmt: skip
    assert all(h.column for h in found.headers) and len(found.headers) == 8


def test_the_title_goes_before_a_stamp_of_another_month(contracts: ContractRegistry, tmp_path: Path) -> None:
    import openpyxl

    path = tmp_path / "x.xlsx"
    write_template(contracts["lodging_guests"], "56-SVHTTDL", Period.parse("2026-09"), path)
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["A3"] = "Kỳ báo cáo: tháng 10/2026"
    book.save(path)
    period = recognise(path, "x.xlsx", contracts, TOURISM, now=NOW).period
    assert (period.value, period.how, period.alternatives[0]) == ("2026-10", "columns", "2026-09")


def test_an_offices_own_workbook_is_known_with_its_period_and_who_sends_it(
    contracts: ContractRegistry, tmp_path: Path
) -> None:
    path = lodging_workbook(tmp_path / "Book1.xlsx")
    found = recognise(path, path.name, contracts, TOURISM, now=NOW)
    assert (found.dataset.value, found.dataset.how) == ("lodging_guests", "columns")
    assert (found.reporter.value, found.reporter.how) == ("56-SVHTTDL", "only")
    assert (found.period.value, found.period.how) == ("2026-10", "columns")
    assert found.error is None and {h.column for h in found.headers} >= {"rooms", "revenue"}


def test_only_what_the_person_may_send_comes_into_question(contracts: ContractRegistry, tmp_path: Path) -> None:
    path = lodging_workbook(tmp_path / "Book1.xlsx")
    found = recognise(path, path.name, contracts, COMMUNE, now=NOW)
    may = {d for d in contracts if COMMUNE.may_send(contracts[d], "22435")}
    assert found.dataset.value is None
    assert set(found.dataset.alternatives) <= may


def test_where_headers_fit_several_datasets_the_likeliest_is_offered_with_the_others(
    contracts: ContractRegistry, tmp_path: Path
) -> None:
    path = tmp_path / "s.csv"
    path.write_text("STT;Xã, phường, đặc khu;Số phòng\n1;Xã Cam Lâm;4\n2;Xã Vạn Ninh;7\n", encoding="utf-8")
    dataset = recognise(path, path.name, contracts, TOURISM, now=NOW).dataset
    assert dataset.how == ""
    assert {"lodging_guests", "tourism_establishment"} <= {dataset.value, *dataset.alternatives}


@pytest.mark.parametrize(
    ("name", "dataset", "period"),
    [
        ("SVHTTDL_khach luu tru T10-2026.csv", "lodging_guests", "2026-10"),
        ("khách lưu trú tháng 9 năm 2026 (sửa lần 2).csv", "lodging_guests", "2026-09"),
        ("lodging_guests_2026-08.csv", "lodging_guests", "2026-08"),
    ],
)
def test_a_file_without_headers_that_say_anything_is_known_by_its_name(
    name: str, dataset: str, period: str, contracts: ContractRegistry, tmp_path: Path
) -> None:
    path = tmp_path / "d.csv"
    path.write_text("a;b;c\n1;2;3\n4;5;6\n", encoding="utf-8")
    found = recognise(path, name, contracts, TOURISM, now=NOW)
    assert (found.dataset.value, found.dataset.how) == (dataset, "filename")
    assert (found.period.value, found.period.how) == (period, "filename")


def test_a_file_that_cannot_be_read_says_why_and_its_name_still_tells(
    contracts: ContractRegistry, tmp_path: Path
) -> None:
    path = tmp_path / "d.xlsx"
    path.write_bytes(b"PK\x03\x04 broken")
    found = recognise(path, "khach luu tru 2026-10.xlsx", contracts, TOURISM, now=NOW)
    assert found.error is not None and found.error.vi
    assert (found.dataset.value, found.period.value, found.headers) == ("lodging_guests", "2026-10", ())


@pytest.mark.parametrize(
    ("name", "kind", "token"),
    [
        ("BC tuần 43.xlsx", "week", "2026-W43"),
        ("baocao_tuan43_2026.xlsx", "week", "2026-W43"),
        ("BC_thang10.2026.xlsx", "month", "2026-10"),
        ("bc 202610.xlsx", "month", "2026-10"),
        ("so lieu 10-2026.xls", "month", "2026-10"),
        ("T12.xlsx", "month", "2025-12"),
        ("Q3-2026 nhan luc so.xlsx", "quarter", "2026-Q3"),
        ("Quý III năm 2026.ods", "quarter", "2026-Q3"),
        ("quyIV_2025.ods", "quarter", "2025-Q4"),
        ("kham chua benh 22.11.2026.csv", "day", "2026-11-22"),
        ("kham_20261122.csv", "day", "2026-11-22"),
        ("hoc ky II nam hoc 2025-2026.xlsx", "term", "2025-T2"),
        ("quyet toan 2024.xls", "year", "2024"),
    ],
)
def test_periods_are_read_from_names(name: str, kind: Kind, token: str) -> None:
    assert str(period_named(name, kind, date(2026, 11, 23))) == token


@pytest.mark.parametrize(("name", "kind"), [("Book1.xlsx", "month"), ("lan 2.xlsx", "week"), ("10.xlsx", "quarter")])
def test_a_name_that_gives_no_period_gives_none(name: str, kind: Kind) -> None:
    assert period_named(name, kind, date(2026, 11, 23)) is None


def test_units_are_read_from_titles_and_names() -> None:
    among = ("56-SKHCN", "56-STC", "22453", "22366")
    assert unit_named(["ỦY BAN NHÂN DÂN XÃ CAM LÂM"], among) == "22453"
    assert unit_named(["SKHCN nhan luc so"], among) == "56-SKHCN"
    assert unit_named(["22366 2026-Q3"], among) == "22366"
    assert unit_named(["BÁO CÁO NHÂN LỰC SỐ", "Sở Tài chính"], among) == "56-STC"
    assert unit_named(["BÁO CÁO THÁNG 10"], among) is None


def test_without_any_sign_the_newest_period_that_has_ended_is_offered(
    contracts: ContractRegistry, tmp_path: Path
) -> None:
    path = lodging_workbook(tmp_path / "b.xlsx", title="BÁO CÁO KHÁCH LƯU TRÚ")
    period = recognise(path, path.name, contracts, TOURISM, now=NOW).period
    assert (period.value, period.how) == ("2026-10", "")
    assert period.alternatives[:2] == ("2026-11", "2026-09")


def test_unknown_headers_come_with_ranked_columns_and_choices_settle_them(
    contracts: ContractRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "b.csv"
    path.write_text(
        "Xã, phường;Cơ sở;Tổng phòng khai thác;Phòng có khách;Khách trong nước;Khách quốc tế;Ngày khách lưu trú;Tiền\n"
        "Xã Cam Lâm;4;40;900;5;6;20;1,5\nXã Vạn Ninh;3;30;800;4;4;10;2,5\n",
        encoding="utf-8",
    )
    headers = {h.header: h for h in recognise(path, "b.csv", contracts, TOURISM, now=NOW).headers}
    assert headers["Tổng phòng khai thác"].column is None
    assert headers["Tổng phòng khai thác"].suggestions[0] == "rooms"
    assert headers["Tiền"].suggestions[0] == "revenue"
    settled = header_guesses(path, "b.csv", contracts["lodging_guests"], {"tong phong khai thac": "rooms", "tien": ""})
    assert {h.header: h.column for h in settled}["Tổng phòng khai thác"] == "rooms"
    assert "Tiền" not in {h.header for h in settled}


def test_of_a_large_file_only_the_head_is_read(contracts: ContractRegistry, tmp_path: Path) -> None:
    text = tmp_path / "large.csv"
    line = "Xã Cam Lâm;4;40;900;5;6;20\n"
    header = "Xã, phường;Số cơ sở lưu trú;Số phòng;Phòng có khách;Khách trong nước;Khách quốc tế;Số ngày khách\n"
    text.write_text(header + line * 600_000, encoding="utf-8")
    book = tmp_path / "large.xlsx"
    rows = [[f"Xã số {n}", *range(n, n + 7)] for n in range(14_000)]
    lodging_workbook(book, rows)
    assert text.stat().st_size > 15_000_000 and book.stat().st_size > 400_000
    for path in (text, book):
        recognise(path, path.name, contracts, TOURISM, now=NOW)
        began = time.process_time()
        found = recognise(path, path.name, contracts, TOURISM, now=NOW)
        assert time.process_time() - began < 1.5
        assert (found.dataset.value, found.error) == ("lodging_guests", None)
    assert found.period.value == "2026-10"


def test_kinds_of_period_are_those_of_the_dataset(contracts: ContractRegistry, tmp_path: Path) -> None:
    for dataset in ("land_parcel_cleaning", "digital_staff", "plan02_criteria"):
        path = _as_an_office_writes(contracts[dataset], tmp_path / "x.xlsx", random.Random(3))
        found = recognise(path, "tháng 10 năm 2026.xlsx", contracts, COMMUNE, now=NOW)
        assert found.dataset.value == dataset and found.period.value is not None
        assert Period.parse(found.period.value).kind == deadline_rule(contracts[dataset]).frequency
        assert (found.reporter.value, found.reporter.how) == ("22435", "only")
