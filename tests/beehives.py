"""A small dataset for tests of a submission's life: beehives, with or without approval by the unit's head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from assets.receive import Incoming, receive
from data.contract import Contract, load_contracts
from data.ledger import open_ledger
from data.period import Period
from data.person import Person
from data.settings import settings
from data.submission import Submission

__all__ = ["CLERK", "ENGINEER", "HEAD", "OPERATOR", "UNIT", "beehives", "contract", "events", "send", "write_contract"]

UNIT = "56-SNNMT"
CLERK = Person(1, "clerk", "Văn thư", "department", UNIT)
HEAD = Person(2, "head", "Lãnh đạo sở", "approver", UNIT)
OPERATOR = Person(3, "operator", "Điều hành", "operator")
ENGINEER = Person(4, "engineer", "Kỹ sư", "engineer")

COMMUNES = ("Xã Cam Lâm", "Xã Vạn Ninh", "Xã Diên Khánh", "Xã Suối Dầu", "Xã Cam An")


def beehives(*, approval: bool = False, minimum: int = 0) -> dict[str, object]:
    """The contract as ODCS; hives under `minimum` fail, more than 5,000 are warned of."""
    hives = {
        "name": "hives", "businessName": "Số đàn", "logicalType": "integer", "required": True,
        "logicalTypeOptions": {"minimum": minimum},
        "customProperties": [{"property": "measure", "value": "stock"}, {"property": "unit", "value": "đàn"}],
    }  # fmt: skip
    many = {
        "id": "many_hives", "name": "many_hives", "type": "sql", "severity": "warning",
        "query": "SELECT count(*) FROM beehives WHERE hives > 5000",
        "dimension": "accuracy", "mustBe": 0,
        "customProperties": [
            {"property": "kind", "value": "row"}, {"property": "principle", "value": "dung"},
            {"property": "column", "value": "hives"}, {"property": "message_vi", "value": "Quá nhiều đàn: {hives}"},
            {"property": "message_en", "value": "Too many: {hives}"},
        ],
    }  # fmt: skip
    commune = {
        "name": "commune_code", "businessName": "Xã", "logicalType": "string", "primaryKey": True, "required": True,
        "relationships": [{"type": "foreignKey", "to": "reference.communes.code"}],
    }  # fmt: skip
    return {
        "apiVersion": "v3.2.0", "kind": "DataContract", "id": "beehives", "name": "Đàn ong", "version": "1.0.0",
        "status": "active", "domain": "agriculture", "description": {"purpose": "Đếm đàn ong", "usage": "Trang ngành"},
        "schema": [{"name": "beehives", "businessName": "Đàn ong", "logicalType": "object",
                    "properties": [commune, hives], "quality": [many]}],
        "team": {"name": "Sở Nông nghiệp và Môi trường", "customProperties": [{"property": "unit", "value": "SNNMT"}]},
        "slaProperties": [{"property": "frequency", "value": 1, "unit": "month"},
                          {"property": "timeOfAvailability", "value": "10 17:00"}],
        "customProperties": [{"property": "titleEn", "value": "Beehives"},
                             {"property": "validFrom", "value": "2026-08"},
                             {"property": "approval", "value": approval},
                             {"property": "reportingUnits", "value": {"units": ["owner"]}},
                             {"property": "subject", "value": "commune_code"}],
    }  # fmt: skip


def write_contract(folder: Path, document: Mapping[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    """The contract alone in a folder that the hub then takes its contracts from."""
    folder.mkdir(exist_ok=True)
    text = yaml.safe_dump(dict(document), allow_unicode=True)
    (folder / f"{document['id']}.odcs.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("HUB_CONTRACTS", str(folder))
    settings.cache_clear()


def contract() -> Contract:
    """The contract as it now stands."""
    return load_contracts(settings().contracts)["beehives"]


def send(
    folder: Path, hives: Sequence[int] | None, *, period: str = "2026-10", at: datetime | None = None
) -> Submission:
    """A csv with so many hives in the first communes, received now; None is a nil report."""
    path = None
    if hives is not None:
        path = folder / f"{'-'.join(map(str, hives))}.csv"
        rows = [f"{commune};{n}" for commune, n in zip(COMMUNES, hives, strict=False)]
        path.write_text("\n".join(["Xã;Số đàn", *rows]) + "\n", encoding="utf-8")
    with open_ledger() as ledger:
        incoming = Incoming(contract(), UNIT, Period.parse(period), path, sender="clerk", received_at=at)
        return receive(ledger, [incoming])[0]


def events(submission: Submission) -> list[str]:
    """Kinds of what happened to it."""
    with open_ledger() as ledger:
        return [e.kind for e in ledger.events(submission.submission_id)]
