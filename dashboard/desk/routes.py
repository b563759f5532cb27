"""The desk's routes together."""

from __future__ import annotations

from fastapi import APIRouter

from dashboard.desk import asking, deciding, filling, uploading

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
for part in (asking, deciding, filling, uploading):
    router.include_router(part.router)
