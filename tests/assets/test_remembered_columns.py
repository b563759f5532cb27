"""Columns that a unit named by hand: taken by every way into the hub, told, and traced to the sheet's real column."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.check_file import check_file
from assets.mapping import map_columns
from data.column_choices import column_choices, remember_columns
from data.contract import Contract, ContractRegistry, load_contracts
from data.ledger import Ledger, open_ledger
from data.period import Period
from data.person import Person
from data.settings import settings
from tests.workbooks import GOOD_ROWS, LODGING_HEADER, lodging_workbook

SENDER = Person(7, "lan", "Lan", "department", "56-SVHTTDL")
OCTOBER = Period.parse("2026-10")


@pytest.fixture
def registry(hub_home: Path) -> ContractRegistry:
    return load_contracts(settings().contracts)


@pytest.fixture
def lodging(registry: ContractRegistry) -> Contract:
    return registry["lodging_guests"]


def _workbook(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file in which the rooms stand under a name that nobody knows."""
    header = tuple("Buồng có giường" if h == "Số phòng" else h for h in LODGING_HEADER)
    monkeypatch.setattr("tests.workbooks.LODGING_HEADER", header)
    return lodging_workbook(path)


def _remember(ledger: Ledger) -> None:
    remember_columns(ledger, SENDER, "lodging_guests", "56-SVHTTDL", {"Buồng có giường": "rooms"})


def test_an_unknown_header_is_taken_for_the_column_that_was_chosen(
    hub_home: Path, registry: ContractRegistry, lodging: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _workbook(hub_home.parent / "t.xlsx", monkeypatch)
    _, before = check_file(path, lodging, registry, "56-SVHTTDL", OCTOBER)
    assert before.verdict == "rejected" and any(f.rule == "structure.columns" for f in before.findings)
    with open_ledger() as ledger:
        _remember(ledger)
        choices = column_choices(ledger, "lodging_guests", "56-SVHTTDL")
    staged, after = check_file(path, lodging, registry, "56-SVHTTDL", OCTOBER, choices=choices)
    assert staged is not None and after.verdict == "accepted"
    assert staged.mapping["rooms"] == 4
    assert staged.original(5, "rooms") == "21804"
    told = [f for f in after.findings if f.rule == "structure.remembered"]
    assert [(f.severity, f.value, f.expected) for f in told] == [("info", "Buồng có giường", "Số phòng")]
    assert after.scores["sach"] == 100


def test_the_pipeline_takes_the_choice_and_keeps_the_sheets_own_column(
    hub_home: Path, lodging: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    import json

    from assets.receive import Incoming, receive
    from data.warehouse import open_warehouse
    from pipelines.queue_worker import work_once

    path = _workbook(hub_home.parent / "t.xlsx", monkeypatch)
    with open_ledger() as ledger:
        _remember(ledger)
        receive(ledger, [Incoming(lodging, "56-SVHTTDL", OCTOBER, path, path.name)])
    work_once()
    with open_warehouse(read_only=True) as con:
        [(verdict, mapping)] = con.execute("SELECT verdict, mapping FROM lake.quality.verdict").fetchall()
        rooms = con.execute("SELECT rooms FROM lake.core.lodging_guests ORDER BY _row").fetchall()
        told = con.execute("SELECT message_vi FROM lake.quality.finding WHERE rule = 'structure.remembered'").fetchall()
    assert verdict == "accepted" and json.loads(mapping)["rooms"] == 4
    assert [r[0] for r in rooms] == [row[2] for row in GOOD_ROWS]
    assert told == [("Cột “Buồng có giường” được nhận là “Số phòng”, như đơn vị đã chọn ở lần gửi trước",)]


def test_a_large_text_is_taken_by_the_choice_too(
    hub_home: Path, registry: ContractRegistry, lodging: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assets.intake.LARGE_BYTES", 1000)
    path = hub_home.parent / "t.csv"
    lines = ["Xã, phường;Cơ sở;Buồng có giường;Phòng có khách;Khách trong nước;Khách quốc tế;Số ngày khách"]
    lines += [f"Xã Cam Lâm;{n};{n};{n};1;1;{n + 2}" for n in range(3000)]
    path.write_text("\n".join(lines), encoding="utf-8")
    staged, _ = check_file(
        path, lodging, registry, "56-SVHTTDL", OCTOBER, choices={"buong co giuong": "rooms"}
    )  # fmt: skip
    assert staged is not None and staged.clean is not None
    assert staged.mapping["rooms"] == 3


def test_a_choice_goes_before_any_likeness_and_a_header_that_means_nothing_is_left_alone(lodging: Contract) -> None:
    header = ("Xã, phường", "Số phòng", "Phòng kinh doanh", "Doanh thu")
    mapping = map_columns(header, lodging, chosen={"phong kinh doanh": "rooms", "doanh thu": "", "xa cu": "gone"})
    assert mapping.positions["rooms"] == 2
    assert "revenue" not in mapping.positions
    assert mapping.unknown == ("Số phòng",)


def test_figures_of_the_period_before_are_never_taken_for_this_ones(lodging: Contract) -> None:
    mapping = map_columns(("Xã, phường", "Kỳ trước: Số phòng (tháng 9/2026)", "Tra cứu: Số phòng"), lodging)
    assert "rooms" not in mapping.positions and mapping.unknown == ()
