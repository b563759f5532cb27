"""`hub up`: the whole hub on this machine; what `make run` calls."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command("up")
@click.option("--no-demo", is_flag=True, help="Không nạp tỉnh minh họa / leave an empty hub empty")
@click.option("--check", is_flag=True, help="Dừng ngay khi mọi tiến trình đã chạy / stop once everything runs")
def command(no_demo: bool, check: bool) -> None:
    """Chạy trung tâm: trang điều hành, Dagster, xử lý / run the hub. Ctrl-C dừng / stops it."""
    from pipelines.running import run_hub

    run_hub(demonstration=not no_demo, check=check)
