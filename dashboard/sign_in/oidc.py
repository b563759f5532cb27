"""Signing in at the province's OpenID Connect server: there, and back with somebody known."""

from __future__ import annotations

import json
from dataclasses import asdict
from hmac import compare_digest

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from dashboard.ledger_access import the_ledger
from dashboard.sign_in.claims import claimed
from dashboard.sign_in.form import inside
from dashboard.sign_in.identity import address_of
from dashboard.sign_in.oidc_client import Journey, claims_of, configured, departure
from dashboard.sign_in.page import entered, sign_in_page
from data.account_error import AccountError
from data.settings import settings
from data.sign_in import sign_in_elsewhere

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
_COOKIE, _PATH, _SECONDS = "hub_oidc", "/sign-in/oidc", 600
_LOST = AccountError(
    "oidc_lost",
    "Lần đăng nhập này không bắt đầu từ đây hoặc đã quá 10 phút; hãy đăng nhập lại",
    "this sign-in did not begin here, or more than 10 minutes ago; please sign in again",
)


def _back(request: Request) -> str:
    """The address that the server sends people back to; it is registered there."""
    return f"{(settings().public_url or str(request.base_url)).rstrip('/')}{_PATH}/back"


@router.get(_PATH)
async def depart(request: Request, next: str = "/") -> Response:
    """Send the browser to the server."""
    if not configured():
        return RedirectResponse("/sign-in", status_code=303)
    try:
        address, journey = await departure(_back(request), inside(next))
    except AccountError as error:
        return sign_in_page(request, inside(next), error=error, status=502)
    answer = RedirectResponse(address, status_code=303)
    # Kept in the browser: whoever comes back with another state did not depart from here.
    kept = json.dumps(asdict(journey)).encode().hex()
    answer.set_cookie(
        _COOKIE, kept, max_age=_SECONDS, httponly=True, samesite="lax", secure=settings().secure_cookies, path=_PATH
    )
    return answer


def _journey(request: Request, state: str) -> Journey:
    """What the browser kept, where it fits. Raises AccountError."""
    try:
        journey = Journey(**json.loads(bytes.fromhex(request.cookies.get(_COOKIE, ""))))
        if compare_digest(journey.state.encode(), state.encode()):
            return journey
    except (ValueError, TypeError, AttributeError):
        pass
    raise _LOST


@router.get(f"{_PATH}/back")
async def arrive(request: Request, state: str = "", code: str = "", error: str = "") -> Response:
    """Whoever comes back from the server, known by its word: signed in, or told why not."""
    if not configured():
        return RedirectResponse("/sign-in", status_code=303)
    to = "/"
    try:
        journey = _journey(request, state)
        to = inside(journey.next)
        if error or not code:
            raise AccountError(
                "oidc_denied",
                "Máy chủ tài khoản của tỉnh không cho đăng nhập lần này",
                "the province's account server did not let this sign-in pass",
            )
        someone = claimed(await claims_of(_back(request), journey, code))
        account = await run_in_threadpool(
            sign_in_elsewhere, the_ledger(), someone.subject, someone.login, someone.name, someone.role, someone.unit,
            email=someone.email, address=address_of(request),
        )  # fmt: skip
    except AccountError as refused:
        answer: Response = sign_in_page(request, to, error=refused, status=502 if refused.code == "oidc" else 403)
    else:
        answer = await run_in_threadpool(entered, request, account, to)
    answer.delete_cookie(_COOKIE, path=_PATH)
    return answer
