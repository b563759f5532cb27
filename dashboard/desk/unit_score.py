"""A unit's six scores, and where it stands among units of its kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from checks.finding import PRINCIPLES
from dashboard.models import PrincipleScore
from dashboard.shared import Shared
from dashboard.views.lake import Lake
from dashboard.views.quality import summary
from dashboard.views.units import unit_of, units
from data.settings import settings

__all__ = ["UnitScore", "unit_score"]


@dataclass(frozen=True, slots=True)
class UnitScore:
    """The six scores, their plain mean, and its rank among `among` units of the same kind that have one."""

    scores: tuple[PrincipleScore, ...]
    mean: float | None
    rank: int | None
    among: int


_kept: Shared[dict[str, float]] = Shared(size=8)


def unit_score(lake: Lake, unit: str, now: datetime) -> UnitScore:
    """The scores of the year before `now`. Equal means share a rank."""
    means = _kept.get((settings().home, lake.version(), f"{now:%Y-%m-%dT%H}"), lambda: _means(lake, now))
    known = units()
    kind = unit_of(known, unit).kind
    peers = {code: mean for code, mean in means.items() if unit_of(known, code).kind == kind}
    own = peers.get(unit)
    rank = None if own is None else 1 + sum(mean > own for mean in peers.values())
    return UnitScore(summary(lake, now, unit=unit), own, rank, len(peers))


def _means(lake: Lake, now: datetime) -> dict[str, float]:
    """Unit → mean of its defined principle scores, each the mean over its expected reports."""
    sums = " + ".join(f"coalesce({p}, 0)" for p in PRINCIPLES)
    defined = " + ".join(f"({p} IS NOT NULL)::INT" for p in PRINCIPLES)
    averages = ", ".join(f"avg({p}) AS {p}" for p in PRINCIPLES)
    # S608: the names come from a constant of ours.
    rows = lake.records(
        f"WITH m AS (SELECT reporter, {averages} FROM score_items($now) GROUP BY reporter) "
        f"SELECT reporter, round(({sums}) / nullif({defined}, 0), 6) AS mean FROM m",
        {"now": now},
    )
    return {r["reporter"]: r["mean"] for r in rows if r["mean"] is not None}
