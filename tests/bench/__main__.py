"""`python -m tests.bench`: run the benches, print one table, write JSON."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.bench import Bench
from tests.bench.report import Report
from tests.bench.sides import SideError

__all__ = ["BENCHES", "main"]

BENCHES = ("ingest", "rules", "workbooks", "verdicts", "peers", "many_files", "dagster_graph")
"""In the order that they run; each a module here with `run(bench)`."""


def main(arguments: list[str] | None = None) -> int:
    """Measure what was asked for; 0 unless a side could not run at all. A goal that is missed is no failure."""
    asked = _parser().parse_args(arguments)
    names = asked.only.split(",") if asked.only else list(BENCHES)
    if unknown := sorted(set(names) - set(BENCHES)):
        print(f"không có / no such bench: {', '.join(unknown)}; có / known: {', '.join(BENCHES)}", file=sys.stderr)
        return 64
    report = Report({"long": asked.long, "only": names, "repeats": asked.repeats, "scale": asked.scale})
    work = asked.keep or Path(tempfile.mkdtemp(prefix="hub-bench-"))
    work.mkdir(parents=True, exist_ok=True)
    bench = Bench(work.resolve(), report, asked.repeats, asked.scale, asked.long, asked.peers.absolute())
    failed = False
    try:
        for name in names:
            if importlib.util.find_spec(f"tests.bench.{name}") is None:
                report.skip(name, "chưa có / not written yet")
                continue
            began = time.monotonic()
            try:
                importlib.import_module(f"tests.bench.{name}").run(bench)
            except SideError as error:
                failed = True
                report.say(str(error))
                report.skip(name, f"HỎNG / FAILED: {str(error).splitlines()[-1]}")
            finally:
                report.minutes[name] = (time.monotonic() - began) / 60
    except KeyboardInterrupt:
        report.skip("the rest", "dừng giữa chừng / stopped")
    finally:
        if asked.keep is None:
            shutil.rmtree(work, ignore_errors=True)
        print(report.table(), flush=True)
        if asked.json is not None:
            report.write(asked.json)
            report.say(f"JSON: {asked.json}")
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--long", action="store_true", help="what takes longer, too: full sizes")
    parser.add_argument("--only", metavar="NAMES", help=f"of {','.join(BENCHES)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write figures, every run, machine and versions")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="work in this folder and keep its files")
    parser.add_argument("--repeats", type=int, default=5, help="runs of each side (default 5)")
    parser.add_argument("--scale", type=float, default=1.0, help="factor on all sizes, to try the harness")
    parser.add_argument("--peers", type=Path, default=Bench.peers, metavar="PYTHON", help="of the peers' environment")
    return parser


if __name__ == "__main__":
    sys.exit(main())
