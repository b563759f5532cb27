"""`hub template`: the workbook that a unit fills in for a dataset and period."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["command"]


@click.command("template")
@click.option("--dataset", required=True, help="Bộ dữ liệu / dataset")
@click.option("--unit", required=True, help="Đơn vị gửi / reporting unit")
@click.option("--period", "period_token", required=True, help="Kỳ báo cáo / period, e.g. 2026-10")
@click.option(
    "-o", "--output", "target", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Tệp xlsx / xlsx"
)
def command(dataset: str, unit: str, period_token: str, target: Path) -> None:
    """Ghi biểu mẫu để điền / write the workbook to fill in."""
    from pipelines import usage

    contract = usage.the_contract(dataset)
    reporter, period = usage.the_unit(unit), usage.the_period(period_token, contract)

    from assets.template import write_template

    try:
        write_template(contract, reporter, period, target)
    except OSError as error:
        usage.wrong(f"Không ghi được “{target}”: {error.strerror or error}", f"cannot write {target}")
    click.echo(f"Đã ghi / written: {target}")
