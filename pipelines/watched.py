"""A verb's own child: a parser that a damaged file brings down ends the child, and the parent says so in one line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

__all__ = ["silent_parsers", "watch_over_child"]


def watch_over_child(name: str) -> None:
    """Go on in a forked child; the parent only waits, and says so where a parser brings the child down.

    A damaged workbook can make a parser claim more memory than there is, which ends a process on the spot. Nothing
    heavy is loaded yet, so that the fork costs next to nothing.
    """
    if not hasattr(os, "fork"):
        return
    child = os.fork()
    if child == 0:
        return
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        vi = "tệp bị hỏng, bộ đọc dừng đột ngột; hãy mở và lưu lại bằng phần mềm bảng tính"
        en = "the file is damaged and brought the reader down; open it, save it again and send that copy"
        click.echo(f"{name}: {vi} / {name}: {en}", err=True)
        os._exit(2)
    os._exit(os.WEXITSTATUS(status))


@contextmanager
def silent_parsers() -> Iterator[None]:
    """Keep what a parser's crash writes to stderr away from the reader of the one clear line."""
    sys.stderr.flush()
    kept = os.dup(2)
    silent = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(silent, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(silent)
