"""A file that takes long shows a line on a terminal, ends at once on Ctrl-C, and leaves nothing behind."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data.settings import REPOSITORY, settings
from pipelines.queue_worker import work_once
from tests.workbooks import lodging_workbook

SLOW = (
    "import sys, time\n"
    "import assets.read, assets.read.door as door\n"
    "read = door._opened\n"
    "def slow(*given):\n"
    "    time.sleep({seconds})\n"
    "    {then}\n"
    "    return read(*given)\n"
    "door._opened = slow\n"
    "from pipelines.cli import main\n"
    "sys.argv = ['hub', *sys.argv[1:]]\n"
    "main()\n"
)
CHECK = ("--dataset", "lodging_guests", "--unit", "Sở VHTTDL", "--period", "2026-10")


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "so lieu.csv"
    path.write_text("xa;so\nNha Trang;1\nCam Ranh;2\n", encoding="utf-8")
    return path


class Hub:
    """`hub` with its output on a terminal, its reading slowed down."""

    def __init__(self, home: Path, *arguments: str, seconds: float, then: str = "pass", **settings: str) -> None:
        self.home = home
        code = SLOW.format(seconds=seconds, then=then)
        self.terminal, other = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            cwd=REPOSITORY,
            env={**os.environ, "HUB_HOME": str(home), "TMPDIR": str(home.parent), **settings},
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
        )
        os.close(other)
        self.said = ""

    def until(self, reached: Callable[[str], bool], seconds: float = 40.0) -> str:
        end = time.monotonic() + seconds
        while not reached(self.said) and time.monotonic() < end:
            if select.select([self.terminal], [], [], 0.1)[0]:
                try:
                    self.said += os.read(self.terminal, 65536).decode("utf-8", "replace")
                except OSError:
                    break
            elif self.process.poll() is not None:
                break
        return self.said

    def children(self) -> list[int]:
        found = subprocess.run(["ps", "-o", "pid=", "-g", str(self.process.pid)], capture_output=True, text=True)
        return [int(pid) for pid in found.stdout.split()]

    def alone(self, seconds: float = 5.0) -> bool:
        """Whether nothing of the group is left, a moment after its end."""
        end = time.monotonic() + seconds
        while self.children() and time.monotonic() < end:
            time.sleep(0.05)
        return not self.children()

    def readers(self) -> list[int]:
        """The children that read files."""
        call = ["ps", "-ww", "-o", "pid=", "-o", "args=", "-g", str(self.process.pid)]
        lines = subprocess.run(call, capture_output=True, text=True, check=False).stdout.splitlines()
        return [int(line.split()[0]) for line in lines if "spawn_main" in line]

    def interrupt(self) -> None:
        """Ctrl-C: the terminal tells every process of the group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def ended(self, seconds: float = 10.0) -> int:
        self.until(lambda _: self.process.poll() is not None, seconds)
        return self.process.wait(1)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Callable[..., Hub]]:
    started: list[Hub] = []

    def start(*arguments: str, **how: object) -> Hub:
        started.append(Hub(tmp_path / "hub", *arguments, **how))  # type: ignore[arg-type]
        return started[-1]

    yield start
    for one in started:
        if one.children():
            os.killpg(one.process.pid, signal.SIGKILL)
        one.process.wait()
        os.close(one.terminal)


@pytest.mark.parametrize("verb", ["read", "check"])
def test_a_file_that_takes_long_is_named_with_its_time(hub: Callable[..., Hub], csv: Path, verb: str) -> None:
    run = hub(verb, str(csv), *(CHECK if verb == "check" else ()), seconds=2.5)
    said = run.until(lambda text: "Đang đọc / reading so lieu.csv" in text and " s" in text)
    assert "Ctrl-C" in said and run.ended(30) in (0, 1)
    assert run.said.rpartition("\x1b[K")[2].strip(), "what was found stands where the line stood"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_reading_at_once_and_leaves_nothing(hub: Callable[..., Hub], csv: Path, number: int) -> None:
    before = set(csv.parent.iterdir())
    run = hub("read", str(csv), seconds=60)
    run.until(lambda text: "Đang đọc" in text)
    begun = time.monotonic()
    run.interrupt() if number == signal.SIGINT else run.process.send_signal(number)
    assert run.ended() == 130 and time.monotonic() - begun < 3
    assert "so lieu.csv: stopped as asked" in run.said and "Traceback" not in run.said
    assert run.alone() and set(csv.parent.iterdir()) == before


def test_a_parent_that_is_killed_takes_its_child_along(hub: Callable[..., Hub], csv: Path) -> None:
    run = hub("read", str(csv), seconds=60)
    run.until(lambda text: "Đang đọc" in text)
    run.process.kill()
    run.process.wait()
    assert run.alone()


def test_reading_has_a_longest_time(hub: Callable[..., Hub], csv: Path) -> None:
    run = hub("read", str(csv), seconds=60, HUB_READ_SECONDS="2")
    assert run.ended(30) == 2 and "took more than 2 seconds" in run.said and run.alone()


@pytest.mark.parametrize("verb", ["read", "check"])
def test_reading_has_a_most_memory(hub: Callable[..., Hub], csv: Path, verb: str) -> None:
    arguments = CHECK if verb == "check" else ()
    run = hub(verb, str(csv), *arguments, seconds=0, then="bytearray(3 * 1024**3)", HUB_READ_MEMORY_MB="2000")
    assert run.ended(30) == 2 and "bộ nhớ" in run.said and "Traceback" not in run.said


def test_a_parser_that_aborts_is_one_line(hub: Callable[..., Hub], csv: Path) -> None:
    run = hub("read", str(csv), seconds=0, then="import os; os.abort()")
    assert run.ended(30) == 2 and "brought the reader down" in run.said and "Traceback" not in run.said


def test_nothing_is_shown_where_nobody_looks(csv: Path) -> None:
    call = [sys.executable, "-c", SLOW.format(seconds=2, then="pass"), "read", str(csv)]
    done = subprocess.run(call, capture_output=True, text=True, cwd=REPOSITORY, timeout=60, check=False)
    assert done.returncode == 0 and done.stderr == ""


def test_ctrl_c_while_a_submission_is_read_loses_nothing(
    hub: Callable[..., Hub], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = lodging_workbook(tmp_path / "luu tru.xlsx")
    run = hub("submit", str(file), *CHECK, seconds=0)
    run.until(lambda _: len(run.readers()) == 1)
    assert run.readers(), run.said
    (reader,) = run.readers()
    os.kill(reader, signal.SIGSTOP)
    run.until(lambda text: "Đang đọc / reading luu tru.xlsx" in text)
    begun = time.monotonic()
    run.interrupt()
    assert run.ended() == 130 and time.monotonic() - begun < 5
    assert "will be worked off later" in run.said
    assert "Traceback" not in run.said, run.said
    assert run.alone()

    monkeypatch.setenv("HUB_HOME", str(run.home))
    settings.cache_clear()
    try:
        assert work_once() == 1 and work_once() == 0
    finally:
        settings.cache_clear()
