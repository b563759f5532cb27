"""How one version differs from another, as far as a page shows it: worked out in a child, remembered for a while."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from dashboard.verdict.judging import Task, staged_of
from dashboard.verdict.quick import in_child, task_of
from data.submission import Submission

if TYPE_CHECKING:
    from assets.compare import Comparison

__all__ = ["Compared", "compared"]

_MOST = 5_000
"""Changes of each kind that are shown; their number is of all."""


@dataclass(frozen=True)
class Compared:
    """The first changes of each kind, and how many there are in all."""

    first: Comparison
    changed: int
    added: int
    removed: int


@lru_cache(maxsize=16)
def compared(before: Submission, after: Submission) -> Compared:
    """The later version against the earlier. Raises UnreadableError where one of them is no table."""
    return in_child(before.size + after.size, _compared, task_of(before), task_of(after))


def _compared(before: Task, after: Task) -> Compared:
    from assets.compare import compare
    from checks.staged import Staged

    contract, old = staged_of(before)
    _, new = staged_of(after)
    try:
        if not isinstance(old, Staged):
            raise old
        if not isinstance(new, Staged):
            raise new
        found = compare(old, new, contract)
    finally:
        for staged in (old, new):
            if isinstance(staged, Staged) and staged.clean is not None:
                staged.clean.discard()
    cut = replace(found, changed=found.changed[:_MOST], added=found.added[:_MOST], removed=found.removed[:_MOST])
    return Compared(cut, len(found.changed), len(found.added), len(found.removed))
