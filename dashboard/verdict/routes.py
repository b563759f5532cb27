"""The verdict's routes together: what can be downloaded, and what can be done with a submission."""

from __future__ import annotations

from fastapi import APIRouter

from dashboard.verdict.attaching import router as attaching
from dashboard.verdict.deeds import router as deeds
from dashboard.verdict.downloads import router as downloads
from dashboard.verdict.grid import register_grid

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
for part in (deeds, downloads, attaching):
    router.include_router(part)
register_grid()
