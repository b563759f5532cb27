"""Who is asking: every request is somebody's, or goes to the sign-in page; nothing else is reached without."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, urlparse

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.ledger_access import the_ledger
from data.accounts import Account, person_of_session
from data.person import Person
from data.settings import settings

__all__ = ["COOKIE", "OPEN", "IdentityMiddleware", "account_of_cookie", "address_of", "person_of", "set_cookie"]

COOKIE = "hub_session"

OPEN = (
    "/sign-in",
    "/healthz",
    "/readyz",
    "/assets/",
    "/_dash-component-suites/",
    "/_favicon.ico",
    "/api/v1/openapi.json",
)
"""Beginnings of the addresses that anybody may ask for: the way in, and files that say nothing of the data."""
_WHILE_CHANGING = ("/account/password", "/sign-out")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_API = "/api/"


def account_of_cookie(secret: str | None) -> Account | None:
    """Whose session the cookie holds."""
    return person_of_session(the_ledger(), secret) if secret else None


def person_of(request: Request) -> Person:
    """Who asks; the middleware saw to it that there is somebody."""
    person: Person = request.state.person
    return person


def address_of(request: Request) -> str:
    """Where the request comes from, for the audit."""
    return request.client.host if request.client else ""


def set_cookie(answer: Response, secret: str) -> None:
    """Give the browser its session: never to scripts, never along from another site."""
    answer.set_cookie(COOKIE, secret, httponly=True, samesite="lax", secure=settings().secure_cookies, path="/")


def _cookie(headers: Mapping[str, str]) -> str | None:
    try:
        held = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return held.value if held else None


class IdentityMiddleware:
    """Puts the person into `request.state.person`; sends everybody else to the sign-in page, or tells the caller."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] not in {"http", "websocket"} or _is_open(scope["path"]):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        account = await run_in_threadpool(account_of_cookie, _cookie(headers))
        if account is None:
            await self._refuse(scope, receive, send)
            return
        scope.setdefault("state", {})["person"] = account.person
        if scope["type"] == "http":
            if account.must_change and not scope["path"].startswith(_WHILE_CHANGING):
                await _to("/account/password")(scope, receive, send)
                return
            if scope["method"] not in _SAFE and not _from_here(headers):
                await Response("cross-site request refused", 403)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4401})
            return
        wants_page = scope["method"] in _SAFE and "text/html" in Headers(scope=scope).get("accept", "")
        if wants_page and not scope["path"].startswith(_API):
            query = scope["query_string"].decode("latin-1")
            asked = scope["path"] + (f"?{query}" if query else "")
            await _to(f"/sign-in?next={quote(asked, safe='')}")(scope, receive, send)
            return
        problem = {
            "type": "about:blank",
            "status": 401,
            "title": "Cần đăng nhập / sign-in needed",
            "detail": "Phiên làm việc đã hết hoặc chưa đăng nhập / the session ended, or nobody is signed in",
        }
        await JSONResponse(problem, 401, media_type="application/problem+json")(scope, receive, send)


def _is_open(path: str) -> bool:
    return path in OPEN or any(path.startswith(begin.rstrip("/") + "/") for begin in OPEN)


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303)


def _from_here(headers: Headers) -> bool:
    """Whether a writing request comes from a page of this host: browsers say so, and scripts of others cannot lie."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site in {"same-origin", "none"}
    return origin is None or urlparse(origin).netloc == headers.get("host")
