"""What is answered where the hub could not do what was asked: no room left, the ledger busy, a fault nobody foresaw."""

from __future__ import annotations

import errno
import logging
from html import escape

from fastapi import FastAPI, Request
from sqlalchemy.exc import OperationalError
from starlette.responses import HTMLResponse, JSONResponse, Response

from dashboard.language import choose, language

__all__ = ["add_not_done", "no_room"]

log = logging.getLogger(__name__)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def no_room(error: BaseException) -> bool:
    """Whether an error means that the disk is full, be it a file or the ledger that found no room."""
    if isinstance(error, OperationalError):
        return "full" in str(error.orig)
    return isinstance(error, OSError) and error.errno in _FULL


def _stands_for(error: Exception) -> tuple[int, str]:
    if no_room(error):
        return 507, "no_room"
    if isinstance(error, OperationalError):
        return 503, "busy"
    return 500, "failed"


async def _answer(request: Request, error: Exception) -> Response:
    """A page for people and words for programs; nothing of it says what the fault was, the log does."""
    status, key = _stands_for(error)
    log.error("%s %s: %s", request.method, request.url.path, error, exc_info=error if status == 500 else None)
    if "text/html" not in request.headers.get("accept", ""):
        said = {code: language(code)(f"not_done.{key}") for code in ("vi", "en")}
        return JSONResponse(said, status)
    words = choose(None, request.cookies.get("hub_language"))
    lines = "".join(f"<p>{escape(language(code)(f'not_done.{key}'))}</p>" for code in ("vi", "en"))
    page = (
        f'<!DOCTYPE html><html lang="{words.code}"><head><meta charset="utf-8">'
        f"<title>{escape(words('title'))}</title></head><body>{lines}"
        f'<p><a href="/">{escape(words("not_done.home"))}</a></p></body></html>'
    )
    return HTMLResponse(page, status)


def add_not_done(server: FastAPI) -> None:
    """Answer every fault of a route, and of what stands before the routes."""
    for kind in (OperationalError, OSError, Exception):
        server.add_exception_handler(kind, _answer)
