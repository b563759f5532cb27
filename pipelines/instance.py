"""Dagster's instance: its folder under the hub's home, set to keep little, tell nobody and need no network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from data.settings import settings

if TYPE_CHECKING:
    from dagster import DagsterInstance

__all__ = ["dagster_environment", "open_instance", "prepare_instance"]

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


@contextmanager
def open_instance() -> Iterator[DagsterInstance]:
    """The hub's instance, for a process that runs the graph itself."""
    prepare_instance()
    os.environ.update(dagster_environment())
    from dagster import DagsterInstance

    with DagsterInstance.get() as instance:
        yield instance
