"""The sign-in page, the change of a password, and the way out: plain pages that need no script."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlparse

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dashboard.components.markup import Node, Safe, el
from dashboard.language import Language, choose
from dashboard.ledger_access import the_ledger
from dashboard.sign_in.identity import COOKIE, address_of, person_of, set_cookie
from dashboard.static_files import plain_page
from data.accounts import AccountError, begin_session, change_password, end_session, sign_in

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
Field = Annotated[str, Form()]


def _words(request: Request) -> Language:
    return choose(request.query_params.get("lang"), request.cookies.get("hub_language"))


def _next(address: str) -> str:
    """Where to go afterwards: a path of this host, nothing else."""
    to = urlparse(address)
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) and not to.netloc else "/"


def _field(label: str, name: str, kind: str, complete: str, value: str = "") -> Safe:
    return el(
        "label",
        el("span", label),
        el("input", type=kind, name=name, value=value or None, autocomplete=complete, required=True),
    )


def _form(words: Language, title: str, error: AccountError | None, action: str, *parts: Node) -> Safe:
    said = el("p", words.pick(error.vi, error.en), class_="form-error", role="alert") if error else None
    return el("main", el("h1", title), said, el("form", *parts, method="post", action=action), class_="sign-in panel")


def _sign_in_page(words: Language, to: str, login: str = "", error: AccountError | None = None) -> HTMLResponse:
    form = _form(
        words,
        words("sign_in.title"),
        error,
        "/sign-in",
        _field(words("sign_in.login"), "login", "text", "username", login),
        _field(words("sign_in.password"), "password", "password", "current-password"),
        el("input", type="hidden", name="next", value=to),
        el("button", words("sign_in.enter"), type="submit", class_="button main"),
    )
    return HTMLResponse(plain_page(words, words("sign_in.title"), form), 401 if error else 200)


@router.get("/sign-in")
def show_sign_in(request: Request, next: str = "/") -> Response:
    """The form."""
    return _sign_in_page(_words(request), _next(next))


@router.post("/sign-in")
async def enter(request: Request, login: Field, password: Field, next: Field = "/") -> Response:
    """Sign in and go to where the reader was going."""
    where, agent = address_of(request), request.headers.get("user-agent", "")
    try:
        account = await run_in_threadpool(sign_in, the_ledger(), login, password, address=where)
    except AccountError as error:
        return _sign_in_page(_words(request), _next(next), login, error)
    secret = await run_in_threadpool(begin_session, the_ledger(), account, address=where, agent=agent)
    answer = RedirectResponse(_next(next), status_code=303)
    set_cookie(answer, secret)
    return answer


@router.post("/sign-out")
def leave(request: Request) -> Response:
    """End the session."""
    end_session(the_ledger(), request.cookies.get(COOKIE, ""), person_of(request), address=address_of(request))
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


def _password_page(words: Language, error: AccountError | None = None) -> HTMLResponse:
    form = _form(
        words,
        words("sign_in.change"),
        error,
        "/account/password",
        _field(words("sign_in.old"), "old", "password", "current-password"),
        _field(words("sign_in.new"), "new", "password", "new-password"),
        el("button", words("sign_in.save"), type="submit", class_="button main"),
    )
    return HTMLResponse(plain_page(words, words("sign_in.change"), form), 400 if error else 200)


@router.get("/account/password")
def show_change(request: Request) -> Response:
    """The form for a new password."""
    return _password_page(_words(request))


@router.post("/account/password")
async def change(request: Request, old: Field, new: Field) -> Response:
    """Take the new password; whoever changed it signs in anew."""
    person, where = person_of(request), address_of(request)
    try:
        await run_in_threadpool(change_password, the_ledger(), person, old, new, address=where)
    except AccountError as error:
        return _password_page(_words(request), error)
    return RedirectResponse("/sign-in", status_code=303)
