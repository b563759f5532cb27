"""Freshness policies from contracts: by each usual due moment, data must have come since the one before."""

from __future__ import annotations

from datetime import timedelta

from dagster import FreshnessPolicy

from data.contract import Contract
from data.deadline import DeadlineRule
from data.obligation import deadline_rule

__all__ = ["due_cron", "freshness_of"]

_LONGEST = {"day": 1, "week": 7, "month": 31, "quarter": 92, "half": 184, "nine_months": 366, "year": 366, "term": 245}
_SHORTEST = {"day": 1, "week": 7, "month": 28, "quarter": 90, "half": 181, "nine_months": 365, "year": 365}
"""Days between two due moments of a kind of period; Dagster takes no window longer than the shortest."""

_LAST_MONTHS = {"month": "*", "quarter": "3,6,9,12", "half": "6,12", "nine_months": "9", "year": "12"}
_NEXT_MONTHS = {"month": "*", "quarter": "1,4,7,10", "half": "1,7", "nine_months": "10", "year": "1"}


def due_cron(rule: DeadlineRule) -> str | None:
    """The usual due moments as a cron line; None where they fit none (a term's). Holidays are not in it."""
    at = f"{rule.at.minute} {rule.at.hour}"
    if rule.weekday is not None:
        return f"{at} * * {(rule.weekday + 1) % 7}" if rule.frequency == "week" else None
    if rule.days_after is not None:
        return f"{at} * * *" if rule.frequency == "day" else None
    months = (_LAST_MONTHS if rule.cutoff == "decree-09-2019" else _NEXT_MONTHS).get(rule.frequency)
    if months is None or rule.day is None:
        return None
    return f"{at} {min(rule.day, 28)} {months} *"


def freshness_of(contract: Contract) -> FreshnessPolicy:
    """The dataset's policy: by the cron line of its due moments, else by the longest time between two of them."""
    rule = deadline_rule(contract)
    cron = due_cron(rule)
    if cron is None or rule.grace_days:
        between = timedelta(days=_LONGEST[rule.frequency] + rule.grace_days)
        return FreshnessPolicy.time_window(fail_window=2 * between, warn_window=between)
    within = timedelta(days=_SHORTEST[rule.frequency])
    return FreshnessPolicy.cron(deadline_cron=cron, lower_bound_delta=within, timezone="Asia/Ho_Chi_Minh")
