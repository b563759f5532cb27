"""`hub contracts`: list the datasets the hub knows, and find faults in their contracts."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from data.settings import settings

__all__ = ["command"]

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group("contracts")
def command() -> None:
    """Hợp đồng dữ liệu / data contracts."""


@command.command("lint")
@click.argument("folder", type=_FOLDER, required=False)
def lint(folder: Path | None) -> None:
    """Tìm lỗi trong hợp đồng / find faults in contracts. Exit code 1 when there is any."""
    from checks.lint import lint_contracts

    found = lint_contracts(folder or settings().contracts)
    for fault in found:
        click.echo(f"{fault.file}:{fault.line}: {fault.reason_vi} / {fault.reason_en}")
    if found:
        click.echo(f"{len(found)} lỗi / faults", err=True)
        sys.exit(1)


@command.command("list")
@click.argument("folder", type=_FOLDER, required=False)
def list_datasets(folder: Path | None) -> None:
    """Liệt kê bộ dữ liệu / list the datasets: id, owner, cadence, title."""
    from data.contract import load_contracts

    contracts = load_contracts(folder or settings().contracts).values()
    wide = max((len(c.id) for c in contracts), default=0)
    for contract in contracts:
        click.echo(f"{contract.id:<{wide}}  {contract.owner:<8} {contract.cadence.unit:<8} {contract.title}")
