"""Reads a file in a process of its own, so that no file can take the memory or the time of the one that asks.

Parsers of foreign formats can be led to endless work or to huge claims of memory, which end a process on the spot.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

from assets.read.refusal import refuse
from data.table import Reading, UnreadableError

__all__ = ["read_file_apart"]

_ROOT = Path(__file__).resolve().parents[2]


def read_file_apart(
    path: Path, *, name: str | None = None, seconds: float = 120.0, memory: int = 4 * 1024**3
) -> Reading:
    """Like read_file, in a child process with at most so many seconds and bytes of memory.

    Raises UnreadableError; code timeout where the time was over, damaged where the child died.
    """
    shown = name or path.name
    call = [sys.executable, "-m", "assets.read.apart", str(path.resolve()), shown, str(memory)]
    try:
        done = subprocess.run(call, capture_output=True, timeout=seconds, cwd=_ROOT, check=False)
    except subprocess.TimeoutExpired as error:
        raise refuse("timeout", shown, f"quá {seconds:.0f} giây", f"over {seconds:.0f} seconds") from error
    if done.returncode not in (0, 2) or not done.stdout:
        raise refuse("damaged", shown, "bộ đọc dừng đột ngột", "the reader came to a sudden end")
    answer = pickle.loads(done.stdout)  # written by our own child just now
    if isinstance(answer, Reading):
        return answer
    code, vi, en = answer
    raise UnreadableError(code, vi, en)


def _main(path: str, name: str, memory: str) -> int:
    import resource

    from assets.read import read_file

    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    try:
        answer: object = read_file(Path(path), name=name)
        code = 0
    except UnreadableError as error:
        answer, code = (error.code, error.vi, error.en), 2
    sys.stdout.buffer.write(pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL))
    return code


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:4]))
