"""The Dagster graph: a run of all of it where nothing changed, and one new submission's way to the marts.

Both over the demonstration province, against a real instance: every run, materialisation and check is written down.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.bench import Bench
from tests.bench.report import Measure
from tests.bench.sides import Side, median

__all__ = ["everything", "prepare", "run", "submissions"]

_WHOLE, _ONE = 10.0, 3.0
_SENT = 7


def run(bench: Bench) -> None:
    """Seconds of both; below full scale the demonstration is of two datasets only."""
    home = bench.work / "graph"
    environment = {"HUB_HOME": str(home)}
    if not (home / "demo" / "loaded.json").exists():
        bench.report.say("dagster_graph: nạp tỉnh minh họa / loading the demonstration")
        keywords = {"datasets": [] if bench.scale >= 1 else ["lodging_guests", "task_progress"]}
        bench.once(Side("tests.bench.dagster_graph", "prepare", keywords, environment, timeout=1800))
    whole = Side("tests.bench.dagster_graph", "everything", {}, environment)
    runs = bench.turns("dagster_graph, nothing changed", {"whole": whole})["whole"]
    checks = runs[0].answer
    bench.add(
        Measure("dagster_graph", "whole graph, nothing changed", median(runs), "s", goal=_WHOLE, goal_of="ours",
                note=f"{checks} checks are written to Dagster's log; the process has the graph loaded"),
        Measure("dagster_graph", "whole graph, nothing changed: processor",
                statistics.median(r.processor_seconds for r in runs), "s", goal=_WHOLE, goal_of="ours"),
    )  # fmt: skip
    one = Side("tests.bench.dagster_graph", "submissions", {}, environment)
    found = bench.turns("dagster_graph, one submission", {"one": one}, repeats=1)["one"][0].answer
    bench.add(
        Measure("dagster_graph", "one submission to the marts, warm worker", statistics.median(found), "s", goal=_ONE,
                goal_of="ours", note=f"of {len(found)}: {', '.join(f'{s:.2f}' for s in found)}")
    )  # fmt: skip


def prepare(datasets: list[str]) -> Callable[[], int]:
    """The demonstration loaded and told to Dagster, every check run once."""

    def work() -> int:
        from assets.graph.lake import close_lake
        from assets.graph.reading import close_reading
        from pipelines.demonstration import demonstrate
        from pipelines.instance import initialise_instance, open_instance
        from pipelines.verbs.demo import UNTIL
        from pipelines.warm_run import Graph
        from pipelines.worker import Worker

        initialise_instance()
        demonstrate(until=UNTIL, seed=57, full=False, folder=None, load=True, datasets=datasets)
        with open_instance() as instance:
            graph = Graph(instance)
            worker = Worker(graph)
            worker.start()
            for _ in range(20):
                # What an idle worker tidies.
                worker.turn()
            done = graph.everything()
        close_lake()
        close_reading()
        return int(done)

    return work


def everything() -> Callable[[], int]:
    """The whole graph in a process that has it loaded; gives how many checks it has."""
    from checks.compile import compile_rules
    from pipelines.instance import open_instance
    from pipelines.warm_run import Graph

    opened = open_instance()
    graph = Graph(opened.__enter__())

    def work() -> int:
        assert graph.everything(), "the run failed"
        count = sum(len(compile_rules(c)) + 3 for c in graph.registry.values()) + 1
        opened.__exit__(None, None, None)
        return count

    return work


def submissions() -> Callable[[], list[float]]:
    """Corrected versions of one workbook, one after the other through a warm worker; gives the seconds of each."""
    from assets.receive import Incoming, receive
    from data.contract import load_contracts
    from data.ledger import open_ledger
    from data.period import Period
    from data.settings import settings
    from pipelines.instance import open_instance
    from pipelines.warm_run import Graph
    from pipelines.worker import Worker
    from tests.workbooks import lodging_workbook, with_cell

    contract = load_contracts(settings().contracts)["lodging_guests"]
    opened = open_instance()
    worker = Worker(Graph(opened.__enter__()))
    worker.start()

    def send() -> float:
        folder = settings().home / "sent"
        folder.mkdir(exist_ok=True)
        path = lodging_workbook(Path(folder / f"{time.time_ns()}.xlsx"), with_cell(0, 1, time.time_ns() % 100_000))
        with open_ledger() as ledger:
            receive(ledger, [Incoming(contract, "56-SVHTTDL", Period.parse("2026-10"), path)])
        began = time.perf_counter()
        assert worker.turn()
        return time.perf_counter() - began

    send()

    def work() -> list[float]:
        from assets.graph.lake import close_lake
        from assets.graph.reading import close_reading

        found = [send() for _ in range(_SENT)]
        opened.__exit__(None, None, None)
        close_lake()
        close_reading()
        return found

    return work
