"""`hub score`: the six principles' scores of the province, a unit or a dataset."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

__all__ = ["command"]


@click.command("score")
@click.option("--as-of", "as_of", help="Tính đến ngày / as of, e.g. 2026-10-31 or 2026-10-31T15:30")
@click.option("--unit", help="Đơn vị / unit")
@click.option("--dataset", help="Bộ dữ liệu / dataset")
@click.option("--by", type=click.Choice(["province", "dataset", "unit"]), default="province", show_default=True)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def command(as_of: str | None, unit: str | None, dataset: str | None, by: str, form: str) -> None:
    """Điểm sáu nguyên tắc / scores of the six principles."""
    from checks.finding import PRINCIPLES
    from checks.score import define_scores, scores
    from data.vietnamese_format import format_number
    from data.warehouse import open_warehouse
    from pipelines import usage

    moment = usage.the_moment(as_of)
    if dataset is not None:
        usage.the_contract(dataset)
    code = usage.the_unit(unit) if unit is not None else None
    usage.needs_lake()
    with open_warehouse(read_only=True) as con:
        define_scores(con)
        found = scores(con, moment, by=by, unit=code, dataset=dataset)  # type: ignore[arg-type]
    if form == "json":
        groups = [asdict(g) for g in found]
        click.echo(json.dumps({"as_of": moment.isoformat(), "by": by, "groups": groups}, ensure_ascii=False))
        return
    titles = ("đúng", "đủ", "sạch", "sống", "thống nhất", "dùng chung")
    click.echo(f"{'':<28}" + "".join(f"{t:>12}" for t in titles) + f"{'mục':>9}")
    for group in found:
        figures = "".join(f"{format_number(group.scores[p], 1):>12}" for p in PRINCIPLES)
        click.echo(f"{group.group:<28}{figures}{group.expected:>9}")
