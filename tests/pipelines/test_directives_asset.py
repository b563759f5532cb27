"""Documents reach the lake through Dagster, with what people decided of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assets.directives.readings import kept_reading
from assets.graph.lake import close_lake
from data.directives import Decision, decide, keep_directive
from data.ledger import open_ledger
from data.person import HUB
from data.settings import settings
from data.warehouse import open_warehouse
from pipelines.directive_turn import DirectiveTurn
from pipelines.instance import open_instance
from pipelines.warm_run import Graph
from tests.assets.directives.documents import NOTICE


@pytest.fixture
def graph(hub_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Graph]:
    folder = tmp_path / "contracts"
    folder.mkdir()
    monkeypatch.setenv("HUB_CONTRACTS", str(folder))
    monkeypatch.setenv("DAGSTER_HOME", "")
    settings.cache_clear()
    with open_instance() as instance:
        yield Graph(instance)
    close_lake()


def rows(query: str) -> list[tuple[object, ...]]:
    with open_warehouse() as con:
        return con.execute(query).fetchall()


def test_documents_and_decisions_reach_the_lake_and_only_changes_do_again(graph: Graph, tmp_path: Path) -> None:
    first = tmp_path / "tb.txt"
    first.write_text(NOTICE, encoding="utf-8")
    other = tmp_path / "other.txt"
    other.write_text(NOTICE.replace("77/TB-UBND", "78/TB-UBND").replace("ngày 15/01/2025", "ngày 16/01/2025"), "utf-8")
    turn = DirectiveTurn(graph.directives)
    with open_ledger() as ledger:
        kept = keep_directive(ledger, HUB, first, "tb.txt")
        keep_directive(ledger, HUB, other, "other.txt")
        assert turn.turn(ledger)
        assert not turn.turn(ledger)
        reading = kept_reading(kept.sha256)
        assert reading is not None and reading.found is not None
        place = reading.found.tasks[0].place
        edit = Decision("task", f"{place.start}-{place.end}", "edit", {"values": {"leads": "Sở Y tế"}})
        decide(ledger, HUB, kept.directive_id, [edit])
        assert DirectiveTurn(graph.directives).turn(ledger)
    assert rows("SELECT number, date::VARCHAR FROM lake.marts.directive ORDER BY 1") == [
        ("77/TB-UBND", "2026-03-03"),
        ("78/TB-UBND", "2026-03-03"),
    ]
    fields, units, state, deadline = rows(
        """SELECT fields, lead_units, state, deadline::VARCHAR FROM lake.marts.directive_item
        WHERE directive_id = 1 AND kind = 'task' ORDER BY "start" LIMIT 1"""
    )[0]
    assert json.loads(str(fields))["leads"] == "Sở Y tế" and units == ["56-SYT"]
    assert (state, deadline) == ("accepted", "2026-04-15")
    everybody = rows("SELECT max(len(lead_units)) FROM lake.marts.directive_item")[0][0]
    assert isinstance(everybody, int) and everybody > 65
    kinds = rows("SELECT DISTINCT kind FROM lake.marts.directive_contradiction WHERE other_id <> directive_id")
    assert ("citation_date",) in kinds


def test_a_document_that_cannot_be_read_stands_in_the_lake_with_the_reason(graph: Graph, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4 broken")
    with open_ledger() as ledger:
        keep_directive(ledger, HUB, scan, "scan.pdf")
        assert DirectiveTurn(graph.directives).turn(ledger)
    ((unreadable,),) = rows("SELECT unreadable FROM lake.marts.directive")
    assert "hỏng" in str(unreadable)
