"""Peers: what teams would use instead, loading and thirty rules, beside the hub's whole way of the same file.

Each at a size that it manages in a minute, everything about the file told; they store nothing and keep no cells. Ours
is told nothing and goes all the way to the lake. Each finds the same failing rows by rule, or the table says so. They
live in an environment of their own (requirements-bench.lock), made by make.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from tests.bench.bench import Bench, agree
from tests.bench.report import Measure
from tests.bench.sides import Side, median

__all__ = ["PEERS", "Peer", "run"]

SHORT = 0.06
"""Share of the full size in `make bench`."""


@dataclass(frozen=True)
class Peer:
    """A tool, the module that drives it, and the rows that it manages in a minute."""

    name: str
    module: str
    rows: int
    scratch: bool = False
    note: str = ""


PEERS = (
    Peer("pandera on polars", "pandera_polars", 3_000_000),
    Peer("pointblank on polars", "pointblank_polars", 3_000_000),
    Peer(
        "soda-core on DuckDB",
        "soda_duckdb",
        3_000_000,
        scratch=True,
        note="counts only: no failing cells, and the load must say what was not of its type",
    ),
    Peer("Great Expectations on pandas", "great_expectations_pandas", 1_000_000),
    Peer("frictionless", "frictionless_rows", 100_000),
)


def run(bench: Bench) -> None:
    """Peers of one size in turn with ours at that size."""
    if not bench.peers.exists():
        bench.report.skip("peers", f"no environment for them ({bench.peers}); `make bench` makes it from the lock")
        return
    sizes: dict[int, list[Peer]] = defaultdict(list)
    for peer in PEERS:
        sizes[bench.rows(int(peer.rows * (1 if bench.long else SHORT)))].append(peer)
    for rows, peers in sizes.items():
        _size(bench, rows, peers)


def _size(bench: Bench, rows: int, peers: list[Peer]) -> None:
    csv = bench.csv(rows)
    planted = bench.planted(csv)
    sides = {"ours": bench.ingest(csv)}
    for peer in peers:
        module = f"tests.bench.peer_sides.{peer.module}"
        sides[peer.name] = Side(module, "validate", {"path": str(csv)}, python=str(bench.peers), scratch=peer.scratch)
    runs = bench.turns(f"peers {rows:,}", sides)
    for peer in peers:
        wrong = agree(runs[peer.name][-1].answer["failed"], planted) or agree(
            runs["ours"][-1].answer["failed"], planted
        )
        bench.add(
            Measure(
                "peers", f"{rows:,} rows, file to lake", median(runs["ours"]), "s", peer.name, median(runs[peer.name]),
                note=f"{peer.name}: " + "; ".join(filter(None, [wrong or "the same failing rows by rule", peer.note])),
            ),
            Measure(
                "peers", f"{rows:,} rows, peak memory", median(runs["ours"], "peak_mib"), "MiB", peer.name,
                median(runs[peer.name], "peak_mib"),
            ),
        )  # fmt: skip
