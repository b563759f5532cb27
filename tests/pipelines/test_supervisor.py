"""`hub up` holds its processes: one hub a home, busy ports named, the dead started again, all ended together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.settings import REPOSITORY
from pipelines.supervisor import AlreadyRunningError, Child, PortBusyError, Supervisor, answers, check_port, only_one

pytestmark = pytest.mark.usefixtures("hub_home")

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def wait(condition: object, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


def test_a_second_hub_for_the_same_home_is_refused() -> None:
    with only_one(), pytest.raises(AlreadyRunningError, match="hub up"):
        _enter()
    _enter()


def _enter() -> None:
    # A process of its own has its own hold; the same one opens the file anew, which the lock treats alike.
    with only_one():
        pass


def test_a_busy_port_is_named_with_its_setting(taken: int) -> None:
    with pytest.raises(PortBusyError, match=f"{taken}.*HUB_PORT"):
        check_port("127.0.0.1", taken, "HUB_PORT")


def test_hub_up_says_which_port_is_busy_and_starts_nothing(taken: int, hub_home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from pipelines.cli import main; main()", "up", "--no-demo"],
        cwd=REPOSITORY,
        env={**os.environ, "HUB_PORT": str(taken)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 69
    assert str(taken) in done.stderr and "HUB_PORT" in done.stderr
    assert not (hub_home / "logs").exists() or not list((hub_home / "logs").iterdir())


def test_what_dies_is_started_again_and_all_end_together() -> None:
    said: list[str] = []
    supervisor = Supervisor([Child("sleeper", SLEEP), Child("other", SLEEP)], said.append)
    supervisor.start()
    try:
        first = supervisor.children[0].process
        assert first is not None
        first.send_signal(signal.SIGKILL)
        first.wait()

        def revived() -> bool:
            supervisor.watch()
            return supervisor.children[0].alive

        assert wait(revived)
        assert supervisor.children[0].process is not first
        assert "sleeper" in said[0]
    finally:
        supervisor.stop()
    assert not any(child.alive for child in supervisor.children)


def test_a_process_that_keeps_dying_waits_longer_each_time() -> None:
    child = Child("dying", [sys.executable, "-c", "raise SystemExit(1)"])
    supervisor = Supervisor([child], lambda _: None)
    supervisor.start()
    assert child.process is not None
    child.process.wait()
    supervisor.watch()
    assert child.again_at is not None and child.wait == 2.0
    supervisor.stop()


def test_a_server_that_is_not_there_does_not_answer(taken: int) -> None:
    assert not answers("http://127.0.0.1:9/healthz")()
