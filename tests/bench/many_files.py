"""Many small files: a year of the communes' submissions, loaded from nothing in monthly bursts as at a deadline.

Two ways: straight, as a backlog is loaded, and through the worker, as a running hub does it, each dataset's burst a run
in Dagster. What is compared is the last burst with the first: how the year that lies in between weighs on it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from tests.bench.bench import Bench
from tests.bench.report import Measure
from tests.bench.sides import Side

__all__ = ["load", "run"]

Way = Literal["straight", "worker"]
_COMMUNES, _DATASETS, _MONTHS = 65, 24, 12
_SHORT = (6, 4)
"""Datasets and months of the short bench: 1,560 submissions."""
_GROWTH = 1.2
_LANDED = "Every submission is landed (fsync) and entered before the work begins; receiving is part of the time"


@dataclass(frozen=True, slots=True)
class Burst:
    """One month: everything sent, from the doorstep to the marts."""

    period: str
    submissions: int
    receive_seconds: float
    work_seconds: float
    processor_seconds: float
    first_hundred_seconds: float
    """From the work's beginning until a hundred submissions were in the lake."""
    parquet_files: int
    catalogue_mib: float

    @property
    def each(self) -> float:
        """Milliseconds a submission."""
        return 1000 * (self.receive_seconds + self.work_seconds) / self.submissions


def run(bench: Bench) -> None:
    """Rates, and the last burst against the first."""
    datasets, months = (_DATASETS, _MONTHS) if bench.long else _SHORT
    datasets = max(2, round(datasets * bench.scale))
    folder = bench.work / f"municipal_{datasets}_{months}"
    if not (folder / "sent.json").exists():
        bench.report.say(f"many_files: tạo tệp / writing {datasets * months * _COMMUNES:,} files")
        keywords = {"folder": str(folder), "datasets": datasets, "months": months}
        bench.once(Side("tests.bench.municipal", "write_year", keywords, timeout=1800))
    for way in ("straight", "worker"):
        told = {"folder": str(folder), "way": way}
        environment = {"HUB_CONTRACTS": str(folder / "contracts")}
        side = Side("tests.bench.many_files", "load", told, environment, scratch=True, timeout=3600)
        # One run: it is long, and its own bursts are the repetition.
        runs = bench.turns(f"many_files, {way}", {way: side}, repeats=1)
        bench.add(*_measures(way, [Burst(**burst) for burst in runs[way][0].answer]))


def _measures(way: Way, bursts: Sequence[Burst]) -> list[Measure]:
    sent = sum(b.submissions for b in bursts)
    spent = sum(b.receive_seconds + b.work_seconds for b in bursts)
    first, last = bursts[0], bursts[-1]
    kept = f"{last.parquet_files} Parquet files, catalogue {last.catalogue_mib:.1f} MiB"
    return [
        Measure("many_files", f"{sent:,} submissions, {way}: each", 1000 * spent / sent, "ms",
                note=f"{sent / spent:.0f} submissions/s. {_LANDED}"),
        Measure("many_files", f"{way}: the last burst", last.each, "ms", "the first burst", first.each, _GROWTH,
                note=f"{last.submissions} submissions; {kept}"),
        Measure("many_files", f"{way}: a hundred of the last burst", last.first_hundred_seconds, "s",
                "the first hundred", first.first_hundred_seconds, _GROWTH, note="the same datasets"),
        Measure("many_files", f"{way}: processor, the last burst", last.processor_seconds, "s", "the first burst",
                first.processor_seconds, _GROWTH, note="of the worker's own process; says more on a busy machine"),
    ]  # fmt: skip


def load(folder: str, way: Way, scratch: str) -> Callable[[], list[dict[str, Any]]]:
    """The work of a side: all bursts through a warm hub that begins empty; gives what each took."""
    import os

    os.environ["HUB_HOME"] = scratch
    from data.settings import settings

    settings.cache_clear()
    sent = json.loads((Path(folder) / "sent.json").read_text(encoding="utf-8"))
    periods = sorted({s[2] for s in sent})
    return lambda: [asdict(b) for b in _WAYS[way](Path(scratch), [[s for s in sent if s[2] == p] for p in periods])]


def _straight(home: Path, bursts: Sequence[Sequence[Any]]) -> list[Burst]:
    from assets.intake import ReadPool
    from data.lake_lock import lake_lock
    from data.ledger import Ledger, open_ledger
    from pipelines.queue_worker import work_off

    with ReadPool(2) as pool:
        pool.warm()

        def work(ledger: Ledger) -> None:
            with lake_lock():
                work_off(ledger, ledger.pending(), pool=pool)

        with open_ledger() as ledger:
            return [_burst(home, ledger, burst, work) for burst in bursts]


def _worker(home: Path, bursts: Sequence[Sequence[Any]]) -> list[Burst]:
    from assets.graph.lake import close_lake
    from assets.graph.reading import close_reading
    from data.ledger import Ledger, open_ledger
    from pipelines.instance import initialise_instance, open_instance
    from pipelines.warm_run import Graph
    from pipelines.worker import Worker

    initialise_instance()
    with open_instance() as instance, open_ledger() as ledger:
        worker = Worker(Graph(instance))
        worker.start()

        def work(_: Ledger) -> None:
            # Until nothing waits, and what an idle worker tidies between two bursts.
            while worker.turn():
                pass

        found = [_burst(home, ledger, burst, work) for burst in bursts]
    close_reading()
    close_lake()
    return found


_WAYS: dict[Way, Callable[[Path, Sequence[Sequence[Any]]], list[Burst]]] = {"straight": _straight, "worker": _worker}


def _burst(home: Path, ledger: Any, sent: Sequence[Any], work: Callable[[Any], None]) -> Burst:
    from assets.receive import Incoming, receive
    from data.contract import load_contracts
    from data.period import Period
    from data.settings import settings

    registry = load_contracts(settings().contracts)
    arrivals = [
        Incoming(registry[dataset], reporter, Period.parse(period), Path(file) if file else None,
                 received_at=datetime.fromisoformat(at))
        for dataset, reporter, period, file, at in sent
    ]  # fmt: skip
    began, processor = time.perf_counter(), time.process_time()
    received = receive(ledger, arrivals)
    landed, at = time.perf_counter(), time.time()
    work(ledger)
    ended = time.perf_counter()
    assert not ledger.pending(), "submissions are left"
    published = sorted(
        e.at.timestamp() for s in received for e in ledger.events(s.submission_id) if e.kind == "published"
    )
    lake = home / "lake"
    return Burst(
        period=str(sent[0][2]),
        submissions=len(received),
        receive_seconds=landed - began,
        work_seconds=ended - landed,
        processor_seconds=time.process_time() - processor,
        first_hundred_seconds=published[min(99, len(published) - 1)] - at,
        parquet_files=sum(1 for _ in lake.rglob("*.parquet")),
        catalogue_mib=(lake / "catalog.sqlite").stat().st_size / 1024**2,
    )
