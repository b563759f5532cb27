"""What is owed: from the contract's first period on, by every unit it names, each moment moved only by a grant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from data.clock import LOCAL_TIME
from data.contract import Contract, Reporting, load_contracts
from data.obligation import obligations
from data.settings import settings
from data.submission import Extension


@pytest.fixture
def contract() -> Contract:
    return load_contracts(settings().contracts)["lodging_guests"]


@pytest.mark.parametrize("cutoff", ["calendar", "decree-09-2019"])
def test_nothing_is_owed_for_periods_before_the_first_one(contract: Contract, cutoff: str) -> None:
    cadence = replace(contract.cadence, cutoff=cutoff)  # type: ignore[arg-type]
    owed = obligations([replace(contract, cadence=cadence, valid_from="2026-05")], "56", date(2026, 8, 20))
    assert min(str(o.period) for o in owed) == "2026-05"


def test_every_commune_owes_what_each_commune_owes(contract: Contract) -> None:
    each = replace(contract, reporting=Reporting(each=("commune",)), valid_from="2026-07")
    owed = obligations([each], "56", date(2026, 7, 31))
    assert len({o.reporter for o in owed}) == 65


def test_an_extension_moves_one_unit_and_period_only(contract: Contract) -> None:
    later = datetime(2026, 12, 1, tzinfo=LOCAL_TIME)
    grant = Extension("lodging_guests", "56-SVHTTDL", "2026-07", later, "bão", "12/CV", "admin")
    owed = obligations([replace(contract, valid_from="2026-06")], "56", date(2026, 8, 31), [grant])
    moved = {str(o.period): o.due_at for o in owed}
    assert moved["2026-07"] == later
    assert moved["2026-06"] < later - timedelta(days=100)
