"""Two versions of a report are compared cell by cell, by their key where there is one."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from assets.check_file import check_file
from assets.compare import compare
from checks.staged import Context, Staged
from data.clock import LOCAL_TIME
from data.contract import Contract, load_contracts
from data.period import Period
from data.settings import settings
from tests.workbooks import GOOD_ROWS, lodging_workbook, with_cell

pytestmark = pytest.mark.usefixtures("hub_home")


@pytest.fixture
def contract() -> Contract:
    return load_contracts(settings().contracts)["lodging_guests"]


def staged(path: Path) -> Staged:
    registry = load_contracts(settings().contracts)
    found, _ = check_file(path, registry["lodging_guests"], registry, "56-SVHTTDL", Period.parse("2026-10"))
    assert found is not None
    return found


def test_a_changed_value_is_told_with_both_cells(tmp_path: Path, contract: Contract) -> None:
    before = staged(lodging_workbook(tmp_path / "a.xlsx"))
    moved = [GOOD_ROWS[4], *with_cell(2, 2, 5000)[:4]]
    after = staged(lodging_workbook(tmp_path / "b.xlsx", moved))
    found = compare(before, after, contract)
    assert (found.by, len(found.changed), found.changed_rows, found.unchanged) == ("key", 1, 1, 4)
    change = found.changed[0]
    assert (change.before, change.after, change.cell_before, change.cell_after) == ("4960", "5000", "D7", "D8")
    assert (change.sheet_before, change.sheet_after) == ("T10", "T10") and len(change.key) == len(contract.key)
    assert not found.added and not found.removed


def test_added_and_removed_rows_are_told_apart(tmp_path: Path, contract: Contract) -> None:
    before = staged(lodging_workbook(tmp_path / "a.xlsx", GOOD_ROWS[:4]))
    after = staged(lodging_workbook(tmp_path / "b.xlsx", GOOD_ROWS[1:]))
    found = compare(before, after, contract)
    assert [r.row for r in found.removed] == [5] and [r.row for r in found.added] == [8]
    assert found.removed[0].key != found.added[0].key and found.unchanged == 3 and not found.changed


def test_the_same_number_in_another_spelling_is_no_change(tmp_path: Path, contract: Contract) -> None:
    before = staged(lodging_workbook(tmp_path / "a.xlsx"))
    after = staged(lodging_workbook(tmp_path / "b.xlsx", with_cell(0, 2, "21.804")))
    assert compare(before, after, contract).same and compare(before, before, contract).same


def _made(contract: Contract, rows: int, changed: int) -> Staged:
    numbers = pl.int_range(rows, eager=True)
    columns = {c.name: numbers.cast(pl.String).alias(c.name) for c in contract.columns}
    measure = next(c.name for c in contract.columns if c.name not in contract.key)
    columns[measure] = pl.when(numbers < changed).then(numbers + 1).otherwise(numbers).cast(pl.String).alias(measure)
    frame = pl.select(
        *columns.values(), _sheet=pl.lit("S"), _row=(numbers + 2).cast(pl.Int64), row_role=pl.lit("detail")
    )
    context = Context(0, "56-SVHTTDL", Period.parse("2026-10"), datetime(2026, 11, 1, tzinfo=LOCAL_TIME))
    return Staged(context, "a.xlsx", "xlsx", frame, {c.name: i for i, c in enumerate(contract.columns, 1)})


def test_rows_without_a_key_are_compared_in_their_order(contract: Contract) -> None:
    keyless = replace(contract, columns=tuple(replace(c, key=False) for c in contract.columns))
    found = compare(_made(contract, 10, 0), _made(contract, 12, 3), keyless)
    assert (found.by, found.changed_rows, len(found.added), found.unchanged) == ("row", 3, 2, 7)
    assert [c.row_after for c in found.changed] == [2, 3, 4] and found.changed[0].key == ()


def test_rows_with_the_same_key_are_matched_in_their_order(contract: Contract) -> None:
    one = _made(contract, 3, 0)
    frame = one.frame.with_columns([pl.lit("x").alias(k) for k in contract.key])
    found = compare(replace(one, frame=frame), replace(one, frame=frame.head(2)), contract)
    assert (found.by, found.unchanged, len(found.removed), found.removed[0].row) == ("key", 2, 1, 4)


def test_a_hundred_thousand_rows_are_compared_in_seconds(contract: Contract) -> None:
    before, after = _made(contract, 100_000, 0), _made(contract, 100_000, 20_000)
    start = time.process_time()
    found = compare(before, after, contract)
    assert found.changed_rows == 20_000 and found.unchanged == 80_000
    assert time.process_time() - start < 8
