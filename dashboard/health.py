"""Health routes: /healthz says that the process answers, /readyz whether it can show true figures, and why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

__all__ = ["add_health_routes", "ledger_reachable"]

Check = Callable[[], object]


def ledger_reachable() -> None:
    """Open the ledger and ask it something. Raises where that fails."""
    from data.ledger import open_ledger
    from data.settings import settings

    url = settings().ledger_url
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        raise FileNotFoundError("sổ cái chưa có / the ledger is not there yet")

    with open_ledger() as ledger:
        ledger.check()


def _reason(check: Check) -> str:
    try:
        check()
    except Exception as error:
        # Any failure at all means "not ready"; its first line is the reason.
        return (str(error).splitlines() or [type(error).__name__])[0][:300]
    return ""


def add_health_routes(server: FastAPI, checks: Mapping[str, Check]) -> None:
    """Add both routes; `checks` are named questions that raise where the answer is no."""

    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def readyz() -> JSONResponse:
        reasons = {name: await run_in_threadpool(_reason, check) for name, check in checks.items()}
        ready = not any(reasons.values())
        return JSONResponse(
            {"status": "ready" if ready else "not_ready", "checks": {n: r or "ok" for n, r in reasons.items()}},
            status_code=200 if ready else 503,
        )

    server.add_api_route("/healthz", healthz, methods=["GET", "HEAD"], include_in_schema=False)
    server.add_api_route("/readyz", readyz, methods=["GET", "HEAD"], include_in_schema=False)
