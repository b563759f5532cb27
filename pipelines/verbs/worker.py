"""`hub worker`: the process that takes what waits to the wall, and the one that checks it afterwards."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command("worker")
@click.option("--checks", is_flag=True, help="Chỉ chạy kiểm tra sau khi ghi / only the checks that follow")
def command(checks: bool) -> None:
    """Xử lý các lần nộp đang chờ cho đến khi dừng / work off the queue until stopped; `hub up` starts it."""
    import logging
    import signal

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    asked: list[int] = []

    def ask(number: int, _frame: object) -> None:
        asked.append(number)
        if checks:
            # Checks change nothing that stays: they may be left at any point.
            raise SystemExit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    if checks:
        from pipelines.examiner import examine

        examine(lambda: bool(asked))
    else:
        from pipelines.worker import work

        work(lambda: bool(asked))
