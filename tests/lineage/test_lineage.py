"""Lineage: a value in core, and a finding's cell, is found again in the very bytes that were sent, by other readers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from assets.demo import Span, generate
from assets.receive import Incoming, receive
from data.clock import LOCAL_TIME
from data.contract import ContractRegistry, load_contracts
from data.ledger import open_ledger
from data.period import Period
from data.settings import settings
from data.warehouse import open_warehouse
from pipelines.demonstration import load_demonstration
from pipelines.queue_worker import work_once
from tests.lineage.register import RECORDS, TWIN
from tests.lineage.sent import FORMS, write
from tests.lineage.trace import trace_core, trace_findings

DATASET = "tourism_establishment"
AT = datetime(2026, 10, 6, 9, tzinfo=LOCAL_TIME)
REPORTERS = ("22366", "22333", "22402", "22390", "22453", "22411", "22834", "22846", "22759", "22504", "22498", "22489",
             "22561", "22780", "22546")  # fmt: skip
DEMONSTRATED = ("citizen_feedback", "lodging_guests", "plan02_criteria", "priority_database_build", "project06_task")


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ContractRegistry]:
    """A hub to which each form was sent once, each by another unit, and worked off."""
    folder = tmp_path_factory.mktemp("lineage")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUB_HOME", str(folder / "hub"))
        settings.cache_clear()
        registry = load_contracts(settings().contracts)
        period = Period.parse("2026-Q3")
        with open_ledger() as ledger:
            receive(
                ledger,
                [
                    Incoming(registry[DATASET], reporter, period, write(form, folder), received_at=AT)
                    for form, reporter in zip(FORMS, REPORTERS, strict=True)
                ],
            )
        work_once()
        yield registry
        settings.cache_clear()


def test_every_form_brings_its_good_rows_to_core(hub: ContractRegistry) -> None:
    with open_warehouse(read_only=True) as con:
        rows = con.execute(f"SELECT _reporter, count(c._row) FROM lake.core.{DATASET} c GROUP BY ALL").fetchall()
        found = dict(rows)
        verdicts = con.execute("SELECT reporter, verdict, reason_en FROM lake.quality.verdict").fetchall()
    few = {form: found.get(reporter, 0) for form, reporter in zip(FORMS, REPORTERS, strict=True)}
    assert min(few.values()) >= len(RECORDS) - 4, (few, verdicts)


def test_every_value_of_core_stands_in_the_bytes_sent(hub: ContractRegistry) -> None:
    traced = trace_core(hub)
    assert traced.lost == ()
    assert traced.values > 3000
    assert {ending for ending, _ in FORMS.values()} == traced.formats


def test_every_finding_quotes_the_text_of_its_cell(hub: ContractRegistry) -> None:
    traced = trace_findings(hub)
    assert traced.lost == ()
    assert traced.values >= 4 * len(FORMS)
    assert {ending for ending, _ in FORMS.values()} == traced.formats


MERGING = ("xlsx", "xlsm", "xls", "xlsb", "ods")


@pytest.mark.parametrize("form", MERGING)
def test_a_place_in_a_merged_cell_holds_for_both_records_beside_it(hub: ContractRegistry, form: str) -> None:
    reporter = REPORTERS[list(FORMS).index(form)]
    with open_warehouse(read_only=True) as con:
        places = con.execute(
            f"SELECT commune_code FROM lake.core.{DATASET} WHERE _reporter = ? AND list_contains(?, code)",
            [reporter, [str(RECORDS[TWIN - 1][0]), str(RECORDS[TWIN][0])]],
        ).fetchall()
    assert places == [("22366",), ("22366",)]


def test_a_value_that_does_not_stand_at_its_place_is_noticed(hub: ContractRegistry) -> None:
    def move(by: int) -> None:
        with open_warehouse() as con:
            con.execute(
                f"UPDATE lake.core.{DATASET} SET rooms = rooms + {by} WHERE _reporter = ? AND code = 'LT-10207'",
                [REPORTERS[0]],
            )

    move(1)
    lost = trace_core(hub).lost
    move(-1)
    assert len(lost) == 1 and " rooms: " in lost[0]


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ContractRegistry]:
    """Part of the demonstration province, one month of it."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("province")
        patch.setenv("HUB_HOME", str(home))
        settings.cache_clear()
        registry = load_contracts(settings().contracts)
        month = Period.parse("2026-10")
        chosen = [registry[dataset] for dataset in DEMONSTRATED]
        load_demonstration(
            registry, generate(chosen, settings().province, 57, Span(month, month, days=2, weeks=1), home / "demo")
        )
        yield registry
        settings.cache_clear()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_the_provinces_values_and_findings_stand_in_the_bytes_sent(province: ContractRegistry) -> None:
    values, findings = trace_core(province), trace_findings(province)
    assert (values.lost, findings.lost) == ((), ())
    assert values.values > 4000
    assert findings.values > 200
    assert {"xlsx", "xls", "ods", "csv", "zip", "json"} <= values.formats
