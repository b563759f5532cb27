"""The warm worker takes what people decided to the wall by itself; one dataset that fails holds up no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import pipelines.decisions
from assets.graph.lake import close_lake
from assets.graph.reading import close_reading
from data.ledger import Ledger, open_ledger
from data.standing import withdraw
from data.warehouse import open_judging
from pipelines.instance import open_instance
from pipelines.queue_worker import work_once
from pipelines.warm_run import Graph
from pipelines.worker import Worker
from tests.beehives import CLERK, beehives, events, send, write_contract


@pytest.fixture
def ledger(tmp_path: Path, hub_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    write_contract(tmp_path / "contracts", beehives(), monkeypatch)
    with open_ledger() as opened:
        yield opened
    close_lake()
    close_reading()


WALL = "SELECT sum(value) FROM lake.marts.measure_value WHERE measure = 'hives' AND subject IS NULL"


def wall() -> object:
    with open_judging(lake=True) as con:
        return (con.execute(WALL).fetchone() or [None])[0]


def test_a_withdrawal_reaches_the_wall_through_the_worker_and_is_looked_at_once(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = send(tmp_path, [10, 20]), send(tmp_path, [11, 21])
    work_once()
    assert wall() == 32
    with open_instance() as instance:
        worker = Worker(Graph(instance))
        worker.turn()
        withdraw(ledger, CLERK, second, "nhầm")
        assert worker.turn()
        assert wall() == 30
        worker.turn()
        monkeypatch.setattr(pipelines.decisions, "unsettled", lambda _: pytest.fail("nothing new is looked at again"))
        assert not worker.turn()
    assert events(first)[-1] == "in_force" and events(second)[-1] == "settled"


def test_what_fails_is_tried_again_and_the_wall_does_not_wait_for_dagster(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(tmp_path, [10, 20])
    second = send(tmp_path, [11, 21])
    work_once()
    withdraw(ledger, CLERK, second, "nhầm")

    def broken(*_: object) -> bool:
        raise OSError("no space left")

    with open_instance() as instance:
        graph = Graph(instance)
        worker = Worker(graph)
        monkeypatch.setattr(graph, "catch_up", broken)
        with monkeypatch.context() as patch:
            patch.setattr(pipelines.decisions, "settle", broken)
            worker.turn()
        assert wall() == 32
        monkeypatch.setattr(worker._decisions, "_not_before", 0.0)
        assert worker.turn()
    assert wall() == 30
