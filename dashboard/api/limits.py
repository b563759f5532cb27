"""Rate limits: how often one account may ask and send, told in every answer (draft-ietf-httpapi-ratelimit-headers)."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from functools import lru_cache

from dashboard.api.problem import problem
from data.person import Person
from data.settings import settings

__all__ = ["count"]


@lru_cache(maxsize=4)
def _limiter(storage: str) -> object:
    from limits.storage import storage_from_string
    from limits.strategies import MovingWindowRateLimiter

    return MovingWindowRateLimiter(storage_from_string(storage))


def count(person: Person, *, writes: bool) -> Mapping[str, str]:
    """Count one request of that account; gives the headers that tell what is left.

    All tokens of an account count together. Raises ProblemError 429 with Retry-After where nothing is left.
    """
    from limits import parse
    from limits.strategies import MovingWindowRateLimiter

    chosen = settings()
    name, text = ("send", chosen.api_send_limit) if writes else ("read", chosen.api_limit)
    limit, limiter = parse(text), _limiter(chosen.api_limit_storage)
    assert isinstance(limiter, MovingWindowRateLimiter)
    allowed = limiter.hit(limit, name, str(person.account_id))
    stats = limiter.get_window_stats(limit, name, str(person.account_id))
    wait = max(1, math.ceil(stats.reset_time - time.time()))
    headers = {
        "RateLimit-Policy": f'"{name}";q={limit.amount};w={limit.get_expiry()}',
        "RateLimit": f'"{name}";r={stats.remaining};t={wait}',
    }
    if not allowed:
        raise problem(
            429, "too_many", headers={**headers, "Retry-After": str(wait)}, limit=limit.amount,
            seconds=limit.get_expiry(), wait=wait,
        )  # fmt: skip
    return headers
