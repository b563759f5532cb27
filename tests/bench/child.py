"""A side's own process: `python -m tests.bench.child MODULE FUNCTION KEYWORDS` prepares, does the work and tells of it.

The last line of its output is JSON: seconds of the work alone (imports and preparation left out), processor seconds,
and what the work answered.
"""

from __future__ import annotations

import gc
import importlib
import json
import resource
import sys
import time

__all__ = ["main"]


def _processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def main() -> None:
    """Prepare, work, print."""
    module, function, keywords = sys.argv[1:4]
    work = getattr(importlib.import_module(module), function)(**json.loads(keywords))
    gc.collect()
    before, started = _processor_seconds(), time.perf_counter()
    answer = work()
    seconds = time.perf_counter() - started
    told = {
        "seconds": seconds,
        "processor_seconds": _processor_seconds() - before,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "answer": answer,
    }
    print("\n" + json.dumps(told, ensure_ascii=False, default=str), flush=True)


if __name__ == "__main__":
    main()
