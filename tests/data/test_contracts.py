"""The contracts that the hub ships: valid for the public tool and for ours, and covering what the programme names."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from checks.compile import compile_rules
from checks.lint import lint_contracts
from data.contract import Contract, load_contracts
from data.reference_tables import FOLDER
from data.settings import REPOSITORY

CONTRACTS = REPOSITORY / "data" / "contracts"
FILES = sorted(CONTRACTS.glob("*.odcs.yaml"))
DATASETS = load_contracts(CONTRACTS)

PART_A = (
    "task_progress", "indicator_report", "priority_database_build", "plan02_criteria", "digital_budget_disbursement",
    "meeting_record", "unit_kpi",
)  # fmt: skip
LATE_UNITS = ("SVHTTDL", "SNNMT", "SCT", "STP", "BQLKKT", "BQLVQG")
"""Units that sent no report on their priority databases (notice 234/TB-VPUB of 10/4/2026, II.2)."""
OWNERS = (*LATE_UNITS, "SKHCN", "SYT", "SGDDT", "SXD", "STC", "SNV", "VPUB", "CA")


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.name.partition(".")[0])
def test_the_public_tool_accepts_the_contract(file: Path) -> None:
    data_contract = pytest.importorskip("datacontract.data_contract")
    run = data_contract.DataContract(data_contract_file=str(file)).lint()
    assert str(run.result.value) == "passed", [check.reason for check in run.checks]


def test_our_own_lint_finds_nothing() -> None:
    assert [f"{f.file.name}:{f.line}: {f.reason_en}" for f in lint_contracts(CONTRACTS)] == []


def test_every_contract_compiles() -> None:
    for contract in DATASETS.values():
        assert len(compile_rules(contract)) > len(contract.rules)


def test_the_whole_reporting_programme_has_contracts() -> None:
    assert set(PART_A) <= set(DATASETS)
    assert len(DATASETS) >= 24


@pytest.mark.parametrize("unit", LATE_UNITS)
def test_a_late_unit_owns_a_specialised_dataset_and_owes_its_build_report(unit: str) -> None:
    owned = [c for c in DATASETS.values() if c.owner == unit and c.product == "sector-databases"]
    assert owned
    assert unit in DATASETS["priority_database_build"].reporting.units


@pytest.mark.parametrize("unit", OWNERS)
def test_every_department_owns_a_dataset(unit: str) -> None:
    assert any(c.owner == unit for c in DATASETS.values())


def test_every_kind_of_rule_is_used_widely() -> None:
    kinds = Counter(rule.kind for contract in DATASETS.values() for rule in contract.rules)
    assert all(kinds[kind] >= 25 for kind in ("row", "set", "history", "cross", "dataset"))


def test_every_principle_but_the_shared_one_is_judged_by_hand_written_rules() -> None:
    principles = {rule.principle for contract in DATASETS.values() for rule in contract.rules}
    assert {"dung", "du", "sach", "song", "thong_nhat"} <= principles


def test_people_are_marked_as_personal() -> None:
    telling = ("phone", "owner_name", "contact", "observer", "chaired_by", "confirmed_by")
    for contract in DATASETS.values():
        for column in contract.columns:
            if column.name.startswith(telling):
                assert column.personal, f"{contract.id}.{column.name}"


def test_no_message_repeats_personal_data() -> None:
    for contract in DATASETS.values():
        personal = {column.name for column in contract.columns if column.personal}
        for rule in compile_rules(contract):
            told = {name.rpartition(".")[2] for name in rule.values}
            assert not personal & told, f"{contract.id}.{rule.id}"


def test_every_dataset_with_communes_covers_them_or_is_sent_by_them() -> None:
    def covers(contract: Contract) -> bool:
        keyed = contract.expected_keys is not None and "commune" in contract.expected_keys.each
        return keyed or "commune" in contract.reporting.each

    monthly = [c for c in DATASETS.values() if "commune_code" in c.key]
    assert monthly and all(covers(c) for c in monthly)


@pytest.mark.parametrize("register", ["systems", "project06_tasks", "water_zones_56", "sub_areas_56", "park_land_56"])
def test_an_illustrative_register_says_so_and_repeats_no_code(register: str) -> None:
    with (FOLDER / f"{register}.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    codes = [row["code"] for row in rows]
    assert len(codes) == len(set(codes)) and all(row["name"] and row["source"] == "minh hoạ" for row in rows)


def test_parks_with_land_are_the_parks_of_the_register() -> None:
    for province in ("56", "42"):
        files = (FOLDER / f"parks_{province}.csv", FOLDER / f"park_land_{province}.csv")
        registers = [{row["code"] for row in csv.DictReader(f.open(encoding="utf-8", newline=""))} for f in files]
        assert registers[0] == registers[1]
