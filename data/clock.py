"""The province's time: one zone for every moment that the hub stores, compares or shows."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

__all__ = ["LOCAL_TIME", "now"]

LOCAL_TIME = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """This moment in the province's time."""
    return datetime.now(LOCAL_TIME)
