"""Running the hub: its home made ready, the demonstration loaded where it is empty, its processes watched."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable

import click

from data.settings import settings
from pipelines.supervisor import AlreadyRunningError, PortBusyError, Supervisor, check_port, only_one

__all__ = ["run_hub"]

_HEALTHY_SECONDS = 120.0
_UNAVAILABLE = 69
"""Exit code where a port or the home is taken (sysexits: EX_UNAVAILABLE)."""


def run_hub(*, demonstration: bool, check: bool = False) -> None:
    """Make ready, start, watch until told to stop. Ends with code 69 where a port or the home is taken."""
    began = time.monotonic()
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: _ask_to_stop(asked, received))
    try:
        with only_one():
            check_port(settings().host, settings().port, "HUB_PORT")
            check_port(settings().host, settings().dagster_port, "HUB_DAGSTER_PORT")
            _prepare(demonstration)
            _serve(lambda: bool(asked), began, check=check)
    except (AlreadyRunningError, PortBusyError) as error:
        click.echo(str(error), err=True)
        sys.exit(_UNAVAILABLE)
    except KeyboardInterrupt:
        # Stopped while the demonstration was loading: what is committed stays, the rest is loaded next time.
        click.echo("\nĐã dừng / stopped")
        sys.exit(130)


def _ask_to_stop(asked: list[int], number: int) -> None:
    """The first signal asks; while nothing looks (loading), it interrupts."""
    asked.append(number)
    if not _serving:
        raise KeyboardInterrupt


_serving: list[bool] = []


def _prepare(demonstration: bool) -> None:
    """Folders, ledger and Dagster's instance; the demonstration where nothing was ever received."""
    from assets.lake_schema import ensure_tables
    from data.ledger import open_ledger
    from data.warehouse import open_warehouse
    from pipelines.demonstration_accounts import make_demonstration_accounts
    from pipelines.instance import initialise_instance

    home = settings().home
    (home / "logs").mkdir(parents=True, exist_ok=True)
    initialise_instance()
    with open_ledger() as ledger:
        empty = ledger.position() == 0
    with open_warehouse() as con:
        # A lake of an earlier version gains the tables that pages read before anything is sent to it.
        ensure_tables(con, [])
    if demonstration and (empty or _half_loaded()):
        click.echo("Nạp tỉnh minh họa / loading the demonstration province …")
        _load_demonstration()
    elif demonstration:
        # A demonstration of the time before sign-in gets its accounts now.
        with open_ledger() as ledger:
            make_demonstration_accounts(ledger)


def _half_loaded() -> bool:
    """Whether a demonstration was begun and not finished: its files are there, its mark is not."""
    folder = settings().home / "demo"
    return folder.exists() and not (folder / "loaded.json").exists()


def _load_demonstration() -> None:
    from pipelines.verbs.demo import command as demo

    demo.main(args=[], standalone_mode=False)


def _ways_in() -> str:
    """Who may sign in, as lines: the demonstration's accounts, or how to make the first one."""
    from data.accounts import accounts
    from data.ledger import open_ledger
    from pipelines.demonstration_accounts import accounts_file

    path = accounts_file()
    with open_ledger() as ledger:
        nobody = not accounts(ledger)
    if nobody:
        lines = ["Chưa có tài khoản nào / no account yet:", "hub account add quantri --name … --role administrator"]
    elif path.exists():
        lines = ["Tài khoản minh họa / demonstration accounts", *path.read_text(encoding="utf-8").splitlines()]
        lines.append(f"({path})")
    else:
        return ""
    return "\n\n  " + "\n    ".join(lines) + "\n"


def _serve(stop: Callable[[], bool], began: float, *, check: bool) -> None:
    from pipelines.processes import centre_url, dagster_url, hub_processes

    _serving.append(True)
    supervisor = Supervisor(hub_processes(), click.echo)
    try:
        supervisor.start()
        ill = supervisor.wait_until_healthy(_HEALTHY_SECONDS, stop)
        if stop():
            return
        if ill:
            click.echo(f"Chưa trả lời / not answering yet: {', '.join(ill)} · {settings().home / 'logs'}", err=True)
        click.echo(
            f"\n  Trang điều hành      {centre_url()}\n  Operations centre    {centre_url()}/?lang=en"
            f"\n  Dagster              {dagster_url()}"
            f"{_ways_in()}"
            f"\n  Sẵn sàng sau {time.monotonic() - began:.0f} giây; Ctrl-C để dừng / ready, Ctrl-C stops\n"
        )
        while not stop() and not check:
            supervisor.watch()
            time.sleep(0.3)
    finally:
        click.echo("Đang dừng / stopping …")
        supervisor.stop()
        _serving.clear()
