"""Adding a dataset is adding one file: reading, checks, score and table follow from the contract alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from data.settings import settings


@pytest.fixture
def own_contracts(tmp_path: Path, hub_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "contracts"
    shutil.copytree(settings().contracts, folder)
    monkeypatch.setenv("HUB_CONTRACTS", str(folder))
    settings.cache_clear()
    return folder


def beehives() -> dict[str, object]:
    return {
        "apiVersion": "v3.2.0", "kind": "DataContract", "id": "beehives", "name": "Đàn ong", "version": "1.0.0",
        "status": "active", "domain": "agriculture", "description": {"purpose": "Đếm đàn ong", "usage": "Trang ngành"},
        "schema": [{
            "name": "beehives", "businessName": "Đàn ong", "logicalType": "object",
            "properties": [
                {"name": "commune_code", "businessName": "Xã", "logicalType": "string", "primaryKey": True,
                 "required": True, "relationships": [{"type": "foreignKey", "to": "reference.communes.code"}]},
                {"name": "hives", "businessName": "Số đàn", "logicalType": "integer", "required": True,
                 "logicalTypeOptions": {"minimum": 0},
                 "customProperties": [{"property": "measure", "value": "stock"}, {"property": "unit", "value": "đàn"}]},
            ],
        }],
        "team": {"name": "Sở Nông nghiệp và Môi trường", "customProperties": [{"property": "unit", "value": "SNNMT"}]},
        "slaProperties": [{"property": "frequency", "value": 1, "unit": "month"},
                          {"property": "timeOfAvailability", "value": "10 17:00"}],
        "customProperties": [{"property": "titleEn", "value": "Beehives"},
                             {"property": "validFrom", "value": "2026-08"},
                             {"property": "reportingUnits", "value": {"units": ["owner"]}},
                             {"property": "subject", "value": "commune_code"}],
    }  # fmt: skip


def test_a_contract_added_at_run_time_is_read_judged_scored_and_stored(own_contracts: Path, tmp_path: Path) -> None:
    from assets.receive import Incoming, receive
    from checks.score import define_scores
    from data.contract import load_contracts
    from data.ledger import open_ledger
    from data.period import Period
    from data.warehouse import open_warehouse
    from pipelines.queue_worker import work_once

    text = yaml.safe_dump(beehives(), allow_unicode=True)
    (own_contracts / "beehives.odcs.yaml").write_text(text, encoding="utf-8")
    sent = tmp_path / "ong.csv"
    sent.write_text(
        "Xã;Số đàn\nXã Cam Lâm;120\nXã Vạn Ninh;-3\nXã Diên Khánh;15\nXã Suối Dầu;9\nXã Cam An;8\n", encoding="utf-8"
    )
    contract = load_contracts(settings().contracts)["beehives"]
    with open_ledger() as ledger:
        receive(ledger, [Incoming(contract, "56-SNNMT", Period.parse("2026-10"), sent)])
    work_once()
    with open_warehouse(read_only=True) as con:
        define_scores(con)
        assert con.execute("SELECT count(*), sum(hives) FROM lake.core.beehives").fetchone() == (4, 152)
        assert con.execute(
            "SELECT rule, cell FROM lake.quality.finding WHERE dataset = 'beehives' AND cell IS NOT NULL"
        ).fetchall() == [("hives.range", "B3")]
        assert con.execute(
            "SELECT value FROM lake.marts.measure_value WHERE measure = 'hives' AND subject IS NULL"
        ).fetchone() == (152.0,)
        assert con.execute("SELECT count(*) FROM score_items(now()) WHERE dataset = 'beehives'").fetchone() == (3,)
