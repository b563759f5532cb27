"""`hub demo`: write the demonstration province and load it as any file is loaded."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["command"]

UNTIL = "2026-10"
"""Last month of the demonstration: fixed, so that the same command always gives the same province."""


@click.command("demo")
@click.option("--full", is_flag=True, help="Cả năm thay vì sáu tháng / a whole year instead of six months")
@click.option("--seed", default=57, show_default=True, help="Hạt giống / seed")
@click.option("--until", default=UNTIL, show_default=True, help="Tháng cuối / last month")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Thư mục / folder [HUB_HOME/demo]")
@click.option("--no-load", is_flag=True, help="Chỉ ghi tệp / write the files only")
@click.option("--dataset", "datasets", multiple=True, help="Chỉ những bộ này / only these datasets")
def command(full: bool, seed: int, until: str, out: Path | None, no_load: bool, datasets: tuple[str, ...]) -> None:
    """Tỉnh minh họa / the demonstration province."""
    from data.period import Period
    from pipelines import usage
    from pipelines.demonstration import demonstrate

    try:
        month = Period.parse(until)
    except ValueError as error:
        vi, _, en = str(error).partition(" / ")
        usage.wrong(vi, en)
    if month.kind != "month":
        usage.wrong(f"--until cần một tháng như 2026-10, không phải {until}", f"--until takes a month, not {until}")
    for dataset in datasets:
        usage.the_contract(dataset)
    demonstrate(until=str(month), seed=seed, full=full, folder=out, load=not no_load, datasets=datasets)
