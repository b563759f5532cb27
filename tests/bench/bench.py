"""What a bench is given: where to work, how often and how large, and where its measures go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.contract import write_contract
from tests.bench.generate import SHARE
from tests.bench.report import Measure, Report
from tests.bench.sides import ROOT, Run, Side, in_turn, run_side

__all__ = ["Bench", "agree"]


@dataclass(frozen=True)
class Bench:
    """The run that a bench is part of.

    work: folder for files and homes; repeats: runs of each side; scale: factor on all sizes (1 for real, less to try
    the harness); long: whether what takes longer is asked for; peers: Python of the peers' environment.
    """

    work: Path
    report: Report
    repeats: int = 5
    scale: float = 1.0
    long: bool = False
    peers: Path = ROOT / ".venv" / "peers" / "bin" / "python"

    def rows(self, full: int) -> int:
        """A size in rows, scaled."""
        return max(20, int(full * self.scale))

    def turns(self, name: str, sides: Mapping[str, Side], repeats: int | None = None) -> dict[str, list[Run]]:
        """Run sides in turn and keep every run. Raises SideError."""
        runs = in_turn(sides, repeats or self.repeats, self.work, lambda text: self.report.say(f"{name}: {text}"))
        self.report.keep(name, runs)
        return runs

    def once(self, side: Side) -> Run:
        """One run of a side that is not measured: making a file."""
        return run_side(side, self.work)

    def add(self, *measures: Measure) -> None:
        """Add lines to the table."""
        self.report.add(*measures)

    def csv(self, rows: int, share: int = SHARE) -> Path:
        """The measured csv of so many rows, one in `share` defective, and in the system's cache.

        Made where it is not there yet.
        """
        path = self.work / f"dossiers_{rows}_{share}.csv"
        if not path.exists():
            self.report.say(f"tạo {rows:,} dòng / writing the rows")
            keywords = {"path": str(path), "rows": rows, "share": share}
            self.once(Side("tests.bench.generate", "csv_file", keywords, timeout=3600))
        with path.open("rb") as handle:
            while handle.read(1 << 24):
                pass
        return path

    def ingest(self, csv: Path) -> Side:
        """The hub's side of a csv's way to the lake."""
        told = {"path": str(csv), "warm": str(self.csv(20))}
        return Side("tests.bench.ours", "ingest", told, self.hub(), scratch=True, timeout=3600)

    def parquet(self, rows: int, share: int = SHARE) -> Path:
        """The same rows typed and with codes, as staging holds them."""
        path = self.work / f"dossiers_{rows}_{share}.parquet"
        if not path.exists():
            keywords = {"path": str(path), "source": str(self.csv(rows, share))}
            self.once(Side("tests.bench.generate", "typed_parquet", keywords, timeout=3600))
        return path

    def planted(self, csv: Path) -> dict[str, int]:
        """How many rows of the csv each rule must find."""
        found: dict[str, int] = json.loads(Path(f"{csv}.json").read_text(encoding="utf-8"))
        return found

    def hub(self, more_rules: int = 0, *, unique: bool = False) -> dict[str, str]:
        """Environment of the hub's sides: the measured contract, and a file size that is no limit."""
        folder = self.work / f"contracts_{30 + more_rules}{'_unique' if unique else ''}"
        contracts = write_contract(folder, more_rules=more_rules, unique=unique)
        return {
            "HUB_CONTRACTS": str(contracts),
            "HUB_MAX_FILE_MB": "1000000",
            "HUB_READ_SECONDS": "3600",
            "DAGSTER_DISABLE_TELEMETRY": "1",
        }


def agree(found: Mapping[str, Any], planted: Mapping[str, int]) -> str:
    """Empty where each rule found the rows that it must, and no other rule any; else what differs."""
    wrong = [
        f"{rule} {found.get(rule, 0)} ≠ {planted.get(rule, 0)}"
        for rule in sorted({*found, *planted})
        if found.get(rule, 0) != planted.get(rule, 0)
    ]
    return "counts differ: " + ", ".join(wrong) if wrong else ""
