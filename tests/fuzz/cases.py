"""One case of the fuzzer: a broken file, and whether reading it kept its promise."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from random import Random

from tests.fuzz.mutate import mutated
from tests.fuzz.seeds import seeds

__all__ = ["Outcome", "case", "judge"]

SECONDS = 10.0
"""No file of a few megabytes may take longer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What reading gave: a format or a code, the fault where there is one, the seconds of processor time it took."""

    what: str
    fault: str | None
    seconds: float


def case(seed: int, number: int) -> tuple[str, bytes]:
    """Name and bytes of a case; the same two numbers always give the same file."""
    random = Random(f"{seed}/{number}")
    ending, raw = random.choice(seeds())
    named = ending if random.random() < 0.95 else random.choice(("xlsx", "xls", "csv", "json", "txt"))
    return f"tep-{seed}-{number}.{named}", mutated(raw, ending, random)


class _Faults(logging.Handler):
    """Faults of the reader that its way in turned into a refusal: they are findings here."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.last: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.last = f"{type(error).__name__}: {error}"[:200]


def judge(raw: bytes, name: str) -> Outcome:
    """Read a case. A fault is anything but tables that can be written out, or one clear line in two languages."""
    from assets.read import read_bytes
    from data.table import UnreadableError

    faults = _Faults()
    logger = logging.getLogger("assets.read")
    logger.addHandler(faults)
    logger.propagate = False
    begun = time.process_time()
    fault = None
    try:
        reading = read_bytes(raw, name)
        what = reading.format
        for table in reading.tables:
            fault = fault or _fault_of(table)
    except UnreadableError as error:
        what = error.code
        if name not in error.vi or name not in error.en or "\n" in str(error):
            fault = f"unclear line: {error}"[:200]
    except BaseException as error:
        what, fault = "raised", f"{type(error).__name__}: {error}"[:200]
    finally:
        logger.removeHandler(faults)
    seconds = time.process_time() - begun
    if seconds > SECONDS:
        fault = fault or f"took {seconds:.1f} s"
    return Outcome(what, fault or faults.last, seconds)


def _fault_of(table: object) -> str | None:
    from data.table import Table

    assert isinstance(table, Table)
    if not table.frame.height == len(table.rows) == len(table.row_roles) or table.frame.width != len(table.columns):
        return "rows or columns without a number"
    if table.header and len(table.header) != table.frame.width:
        return "header of another width"
    for text in (table.sheet, *table.header, *table.titles, *table.notes):
        try:
            text.encode()
        except UnicodeEncodeError:
            return "text that cannot be written"
    return None
