"""A verb's own child, watched: it reads within limits, a line says how far it is, and Ctrl-C ends it at once."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import NoReturn

import click

__all__ = ["STOPPED", "ProgressLine", "file_reading", "shown_progress", "watch_over_child"]

STOPPED = 130
"""Exit code after Ctrl-C, as shells have it."""
_UNREADABLE = 2
_FIRST_SHOWN = 1.0
_EVERY = 0.5
_child_end: tuple[int, int] | None = None
"""In the child: where it tells the parent that the file is read, and where it hears that the line is cleared."""


class ProgressLine:
    """One line on a terminal that says what is being read, how large it is and for how long already."""

    def __init__(self, file: Path) -> None:
        self._name, self._begun, self._shown = " ".join(file.name.split()), time.monotonic(), 0.0
        try:
            self._megabytes = file.stat().st_size / 1024**2
        except OSError:
            self._megabytes = 0.0
        self._terminal = sys.stderr.isatty()

    @property
    def seconds(self) -> float:
        """Time since the line was made."""
        return time.monotonic() - self._begun

    def show(self, memory: int | None = None) -> None:
        """Write the line anew where it is due; `memory` in megabytes. Nothing is shown in the first second."""
        now = time.monotonic()
        if not self._terminal or self.seconds < _FIRST_SHOWN or now - self._shown < _EVERY:
            return
        self._shown = now
        taken = f", {memory} MB RAM" if memory else ""
        size = f"{self._name} ({self._megabytes:.1f} MB)"
        said = f"Đang đọc / reading {size}: {self.seconds:.0f} s{taken} · Ctrl-C: dừng / stop"
        sys.stderr.write(f"\r\x1b[K{said}")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = 0.0


@contextmanager
def shown_progress(file: Path) -> Iterator[None]:
    """Show the line while something else in this process waits for a file to be read."""
    line, over = ProgressLine(file), Event()

    def keep_showing() -> None:
        while not over.wait(_EVERY):
            line.show()

    thread = Thread(target=keep_showing, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        line.clear()


def watch_over_child(file: Path) -> None:
    """Go on in a forked child; the parent shows progress and says in one line where the child cannot go on.

    A damaged workbook can make a parser claim more memory than there is, which ends a process on the spot; another
    may keep it busy for ever. Ctrl-C (or a termination signal) ends the child wherever it is. Nothing heavy is loaded
    yet, so that the fork costs next to nothing.
    """
    global _child_end
    if not hasattr(os, "fork"):
        return
    told, tell = os.pipe()
    hear, answer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        os.close(answer)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _die_with_parent()
        _child_end = tell, hear
        return
    os.close(tell)
    os.close(hear)
    _watch(file, child, told, answer)


def _die_with_parent() -> None:
    """On Linux: a parent that is killed takes its child along."""
    if sys.platform == "linux":
        import ctypes

        death_signal = 1  # PR_SET_PDEATHSIG, prctl(2)
        ctypes.CDLL(None).prctl(death_signal, int(signal.SIGKILL))


def _watch(file: Path, child: int, told: int, answer: int) -> NoReturn:
    line = ProgressLine(file)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        most = _read_seconds(file)
        while not select.select([told], [], [], _EVERY / 2)[0]:
            line.show(_memory(child))
            if line.seconds > most:
                _end(child)
                line.clear()
                vi = f"đọc quá {most:.0f} giây, đã dừng; hãy chia nhỏ tệp rồi gửi lại"
                _leave(
                    file, vi, f"reading took more than {most:.0f} seconds and was stopped; split the file", _UNREADABLE
                )
        line.clear()
        os.close(answer)
        _, status = os.waitpid(child, 0)
    except KeyboardInterrupt:
        _end(child)
        line.clear()
        _leave(file, "đã dừng theo yêu cầu, không có gì được lưu", "stopped as asked, nothing was kept", STOPPED)
    if os.WIFSIGNALED(status):
        vi = "tệp hỏng hoặc quá lớn, bộ đọc dừng đột ngột; hãy mở và lưu lại bằng phần mềm bảng tính hoặc chia nhỏ"
        en = "the file is damaged or too large and brought the reader down; open it and save it again, or split it"
        _leave(file, vi, en, _UNREADABLE)
    os._exit(os.WEXITSTATUS(status))


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _read_seconds(file: Path) -> float:
    from data.settings import settings

    return settings().patience(file.stat().st_size if file.is_file() else 0)


def _memory(process: int) -> int | None:
    """Megabytes that a process holds, where the system says so."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    except (OSError, IndexError):
        return None
    return int(pages) * os.sysconf("SC_PAGE_SIZE") // 1024**2


def _end(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _leave(file: Path, vi: str, en: str, code: int) -> NoReturn:
    name = " ".join(file.name.split())
    click.echo(f"{name}: {vi} / {name}: {en}", err=True)
    os._exit(code)


@contextmanager
def file_reading() -> Iterator[None]:
    """The part of a watched verb in which a file's own bytes are read.

    The memory that it may take is bounded, what a parser's crash writes to stderr is kept away from the reader of the
    one clear line, and the parent is told when it is over.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    silent = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(silent, 2)
        with _bounded_memory():
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(silent)
        _tell_parent()


@contextmanager
def _bounded_memory() -> Iterator[None]:
    """Take no more memory than a file may; only in a child of our own, and only until the file is read."""
    if _child_end is None:
        yield
        return
    import resource

    from data.settings import settings

    before, hard = resource.getrlimit(resource.RLIMIT_AS)
    allowed = settings().read_memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, hard))


def _tell_parent() -> None:
    """Say that the file is read, and wait until the progress line is gone: what follows is printed in its place."""
    global _child_end
    if _child_end is not None:
        tell, hear = _child_end
        _child_end = None
        os.close(tell)
        os.read(hear, 1)
        os.close(hear)
