"""Which processes make a running hub: operations centre, worker, examiner, and Dagster's code, pages and daemon."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from data.settings import REPOSITORY, settings
from pipelines.instance import dagster_environment
from pipelines.queue_worker import heartbeat
from pipelines.supervisor import Child, answers

__all__ = ["centre_url", "dagster_url", "hub_processes"]

_STALE_HEARTBEAT = 600.0
"""Seconds without a sign after which the worker counts as ill: a large burst is one long turn."""


def _shown_host() -> str:
    """The address a browser on this machine uses."""
    host = settings().host
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host


def centre_url() -> str:
    """The operations centre."""
    return f"http://{_shown_host()}:{settings().port}"


def dagster_url() -> str:
    """Dagster's pages."""
    return f"http://{_shown_host()}:{settings().dagster_port}"


def _workspace() -> Path:
    """Dagster's workspace file: one code server for pages and daemon, behind a socket in the hub's home."""
    path = settings().dagster_home.absolute() / "workspace.yaml"
    path.write_text(
        f"load_from:\n  - grpc_server:\n      socket: {_socket()}\n      location_name: province-data-hub\n",
        encoding="utf-8",
    )
    return path


def _socket() -> str:
    # A socket's path may hold about a hundred letters, a home's may be longer.
    import hashlib
    import tempfile

    digest = hashlib.sha256(str(settings().home.absolute()).encode()).hexdigest()[:12]
    return str(Path(tempfile.gettempdir()) / f"hub-{digest}.sock")


def _python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def _hub(*arguments: str) -> list[str]:
    return _python("-c", "from pipelines.cli import main; main()", *arguments)


def _worker_alive() -> bool:
    path = heartbeat()
    return path.exists() and time.time() - path.stat().st_mtime < _STALE_HEARTBEAT


def hub_processes() -> list[Child]:
    """All children, in the order in which they are started."""
    chosen, workspace = settings(), str(_workspace())
    environment = dagster_environment() | {"PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"}
    Path(_socket()).unlink(missing_ok=True)
    heartbeat().unlink(missing_ok=True)
    host = ["--host", chosen.host]
    return [
        Child(
            "centre",
            _python(
                "-m",
                "uvicorn",
                "--factory",
                "dashboard.app:create_app",
                *host,
                "--port",
                str(chosen.port),
                "--no-access-log",
                "--timeout-graceful-shutdown",
                "3",
            ),
            answers(f"{centre_url()}/healthz"),
            environment,
        ),
        Child("worker", _hub("worker"), _worker_alive, environment),
        Child("examiner", _hub("worker", "--checks"), environment=environment),
        Child(
            "dagster-code",
            _python(
                "-m",
                "dagster",
                "code-server",
                "start",
                "--socket",
                _socket(),
                "--module-name",
                "pipelines.definitions",
                "--working-directory",
                str(REPOSITORY),
                "--location-name",
                "province-data-hub",
            ),
            Path(_socket()).exists,
            environment,
            # It holds nothing, and would wait a minute for those who ask it to close their lines.
            patience=1.5,
        ),
        Child(
            "dagster-pages",
            _python(
                "-m",
                "dagster_webserver",
                *host,
                "--port",
                str(chosen.dagster_port),
                "--workspace",
                workspace,
                "--log-level",
                "warning",
            ),
            answers(f"{dagster_url()}/server_info"),
            environment,
        ),
        Child(
            "dagster-daemon",
            _python("-m", "dagster._daemon", "run", "--workspace", workspace, "--log-level", "warning"),
            environment=environment,
        ),
    ]
