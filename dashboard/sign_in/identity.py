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
from data.accounts import Account
from data.person import Person
from data.sessions import person_of_session
from data.settings import settings
from data.tokens import person_of_token

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
        if scope["path"].startswith(_API) and "authorization" in headers:
            # No browser adds this header by itself, so that whose page asks does not matter; a cookie does not count.
            person = await run_in_threadpool(_person_of_header, headers["authorization"])
        else:
            if scope["type"] == "websocket" and not _from_here(headers):
                await send({"type": "websocket.close", "code": 4403})
                return
            account = await run_in_threadpool(account_of_cookie, _cookie(headers))
            if account is not None and (stop := _stopped(scope, headers, account)) is not None:
                await stop(scope, receive, send)
                return
            person = account.person if account else None
        if person is None:
            await self._refuse(scope, receive, send)
            return
        scope.setdefault("state", {})["person"] = person
        await self.app(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4401})
            return
        if _wants_page(scope):
            query = scope["query_string"].decode("latin-1")
            asked = scope["path"] + (f"?{query}" if query else "")
            await _to(f"/sign-in?next={quote(asked, safe='')}")(scope, receive, send)
            return
        said = _problem(
            401,
            "nobody",
            ("Cần đăng nhập", "Sign-in needed"),
            (
                "Phiên làm việc đã hết, mã truy cập không đúng hoặc chưa đăng nhập",
                "The session ended, the token is not valid, or nobody is signed in",
            ),
        )
        said.headers["WWW-Authenticate"] = "Bearer"
        await said(scope, receive, send)


def _person_of_header(header: str) -> Person | None:
    scheme, _, secret = header.partition(" ")
    return person_of_token(the_ledger(), secret.strip()) if scheme.lower() == "bearer" else None


def _stopped(scope: Scope, headers: Headers, account: Account) -> Response | None:
    """What stands between somebody who is signed in and the address: a password to change, a page of another site."""
    if scope["type"] != "http":
        return None
    if account.must_change and not scope["path"].startswith(_WHILE_CHANGING):
        if _wants_page(scope):
            return _to("/account/password")
        to = "/account/password"
        return _problem(403, "must_change", ("Cần đổi mật khẩu", "The password must be changed"), (to, to))
    if scope["method"] not in _SAFE and not _from_here(headers):
        said = ("Yêu cầu đến từ một trang khác", "The request comes from another site")
        return _problem(403, "other_site", ("Không nhận yêu cầu", "Request refused"), said)
    return None


def _problem(status: int, code: str, title: tuple[str, str], detail: tuple[str, str]) -> JSONResponse:
    """A refusal for programs, in both languages, in the API's form (RFC 9457; dashboard/api/problem.py)."""
    content = {
        "type": f"/api/v1/docs#{code}", "code": code, "status": status, "title": title[0], "title_en": title[1],
        "detail": detail[0], "detail_en": detail[1], "errors": [],
    }  # fmt: skip
    return JSONResponse(content, status, media_type="application/problem+json")


def _wants_page(scope: Scope) -> bool:
    accepted = Headers(scope=scope).get("accept", "")
    return scope["method"] in _SAFE and "text/html" in accepted and not scope["path"].startswith(_API)


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
