"""`hub worker`: the process that takes what waits to the wall; `hub up` starts it."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command("worker")
def command() -> None:
    """Xử lý các lần nộp đang chờ cho đến khi dừng / work off the queue until stopped."""
    import logging
    import signal

    from pipelines.worker import work

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: asked.append(received))
    work(lambda: bool(asked))
