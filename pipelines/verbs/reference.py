"""`hub reference`: what the hub knows of units and communes, and outlines that an operator brings."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["command"]


@click.group("reference")
def command() -> None:
    """Dữ liệu tham chiếu / reference data."""


@command.command("resolve")
@click.argument("names", nargs=-1, required=True)
def resolve(names: tuple[str, ...]) -> None:
    """Tìm mã của tên đơn vị, xã, phường / codes of unit and commune names."""
    from data.settings import settings
    from data.unit_resolver import get_resolver

    resolver = get_resolver(settings().province)
    for name in names:
        match = resolver.resolve(name)
        click.echo(f"{name} → {match.code or '—'} · {match.how} · {match.reason_vi or match.name} / {match.reason_en}")


@command.command("load-boundaries")
@click.argument("file", type=click.Path(path_type=Path))
def load_boundaries(file: Path) -> None:
    """Nạp ranh giới xã từ GeoJSON / load commune outlines, matched by properties.code."""
    from data.boundaries import install_boundaries
    from data.settings import settings
    from data.units import load_units
    from pipelines import usage

    usage.the_file(file)
    province = settings().province
    try:
        target = install_boundaries(file, province, [u.code for u in load_units(province).communes()])
    except (ValueError, KeyError) as error:
        usage.wrong(f"{file.name}: {error}", "the outlines were not taken", usage.UNREADABLE)
    click.echo(f"● Đã nạp ranh giới vào {target} / outlines loaded")
