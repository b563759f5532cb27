"""Dagster's instance: its folder under the hub's home, set to keep little, tell nobody and need no network."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from data.settings import REPOSITORY, settings

if TYPE_CHECKING:
    from dagster import DagsterInstance

__all__ = ["dagster_environment", "initialise_instance", "open_instance", "prepare_instance"]

_CONFIG = """\
# Written by the hub at each start; a change here is lost. It says: no telemetry, runs begin at once in processes
# of their own, ticks that did nothing are forgotten after days.
telemetry:
  enabled: false
nux:
  enabled: false
event_log_storage:
  module: pipelines.event_log
  class: WarmEventLog
  config:
    base_dir: {events}
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
run_coordinator:
  module: dagster._core.run_coordinator
  class: DefaultRunCoordinator
run_monitoring:
  enabled: false
freshness:
  enabled: true
retention:
  schedule:
    purge_after_days: {{skipped: 1, success: 7, failure: 14, started: 1}}
  sensor:
    purge_after_days: {{skipped: 1, success: 7, failure: 14, started: 1}}
"""


_READY = "databases-made"


def dagster_environment() -> dict[str, str]:
    """Environment that makes any Dagster process use the hub's instance and stay silent."""
    return {
        "DAGSTER_HOME": str(settings().dagster_home.absolute()),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "HUB_HOME": str(settings().home.absolute()),
    }


def prepare_instance() -> Path:
    """Make Dagster's folder and write its configuration; gives the folder."""
    home = settings().dagster_home.absolute()
    home.mkdir(parents=True, exist_ok=True)
    text = _CONFIG.format(events=home / "history" / "runs")
    config = home / "dagster.yaml"
    if not config.exists() or config.read_text(encoding="utf-8") != text:
        config.write_text(text, encoding="utf-8")
    return home


def initialise_instance() -> None:
    """Make the instance's databases where they are missing: several processes that did so at once would collide.

    Done in a child, so that the caller need not load dagster.
    """
    home = prepare_instance()
    if not (home / _READY).exists():
        command = "from pipelines.instance import open_instance as o\nwith o() as i: i.get_runs(limit=1)"
        subprocess.run(
            [sys.executable, "-c", command],
            check=True,
            cwd=REPOSITORY,
            env={**os.environ, **dagster_environment()},
        )
        (home / _READY).touch()


@contextmanager
def open_instance() -> Iterator[DagsterInstance]:
    """The hub's instance, for a process that runs the graph itself."""
    prepare_instance()
    os.environ.update(dagster_environment())
    from dagster import DagsterInstance

    with DagsterInstance.get() as instance:
        yield instance
