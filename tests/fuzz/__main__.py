"""`python -m tests.fuzz --minutes 30`: the long form; ends with 1 where a case did not keep the promise."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from tests.fuzz.runner import Report, run


@click.command()
@click.option("--minutes", default=30.0, show_default=True)
@click.option("--seed", default=None, type=int, help="Repeat a run; the clock gives one otherwise.")
@click.option("--first", default=0, show_default=True, help="Number of the first case.")
@click.option("--keep", type=click.Path(path_type=Path), help="Folder for the files of findings.")
def main(minutes: float, seed: int | None, first: int, keep: Path | None) -> None:
    """Break files and read them, in a child process with limits."""
    chosen = int(time.time()) if seed is None else seed
    click.echo(f"seed {chosen}")
    report, said, told = Report(), 0, time.monotonic()
    for report in run(chosen, minutes, keep, first):
        for finding in report.findings[said:]:
            click.echo(f"{finding.name}: {finding.fault} -> {finding.kept}")
        said = len(report.findings)
        if time.monotonic() - told > 60:
            told = time.monotonic()
            click.echo(_line(report))
    click.echo(_line(report))
    click.echo(" · ".join(f"{what} {count}" for what, count in report.ends.most_common()))
    sys.exit(1 if report.findings else 0)


def _line(report: Report) -> str:
    rate = report.cases / max(report.seconds, 1e-9)
    return (
        f"{report.cases} cases in {report.seconds:.0f} s ({rate:.1f}/s), {len(report.findings)} findings, "
        f"slowest {report.slowest:.1f} s, most {report.most_mb} MB"
    )


if __name__ == "__main__":
    main()
