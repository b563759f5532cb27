"""The sign-in page, the change of a password, and the way out: plain pages that need no script."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dashboard.components.markup import Node, el
from dashboard.ledger_access import the_ledger
from dashboard.sign_in.form import Field, calm_page, field, inside, words_of
from dashboard.sign_in.identity import COOKIE, account_of_cookie, address_of, person_of, set_cookie
from dashboard.sign_in.oidc_client import configured
from dashboard.sign_in.permission import requires
from data.account_error import AccountError
from data.accounts import Account, account_of
from data.person import PERMISSIONS
from data.sessions import begin_session, end_session, session_key
from data.sign_in import change_password, sign_in

__all__ = ["entered", "router", "sign_in_page"]

router = APIRouter(include_in_schema=False)
_ANYBODY = [requires(*PERMISSIONS)]


def sign_in_page(
    request: Request, to: str, login: str = "", error: AccountError | None = None, status: int = 401
) -> HTMLResponse:
    """The form; with `error`, why it stands there again."""
    words = words_of(request)
    key = f"sign_in.said.{request.query_params.get('said', '')}"
    elsewhere: Node = None
    if configured():
        elsewhere = [
            el("p", el("span", words("sign_in.or")), class_="sign-in-or"),
            el("a", words("sign_in.oidc"), href=f"/sign-in/oidc?next={quote(to, safe='')}", class_="button wide"),
        ]
    return calm_page(
        request,
        words("sign_in.title"),
        el(
            "form",
            field(words, "login", "login", "text", "username", login, first=not login),
            field(words, "password", "password", "password", "current-password", first=bool(login)),
            el("input", type="hidden", name="next", value=to),
            el("button", words("sign_in.enter"), type="submit", class_="button main wide"),
            method="post",
            action="/sign-in",
        ),
        elsewhere,
        error=error,
        said=words(key) if words.has(key) else "",
        foot=el("p", words("sign_in.forgotten")),
        status=status if error else 200,
    )


def entered(request: Request, account: Account, to: str) -> Response:
    """The way on for somebody who just signed in, with a session of their own."""
    agent = request.headers.get("user-agent", "")
    secret = begin_session(the_ledger(), account, address=address_of(request), agent=agent)
    answer = RedirectResponse(inside(to), status_code=303)
    set_cookie(answer, secret)
    return answer


@router.get("/sign-in")
def show_sign_in(request: Request, next: str = "/") -> Response:
    """The form; whoever is signed in already goes on."""
    if account_of_cookie(request.cookies.get(COOKIE)) is not None:
        return RedirectResponse(inside(next), status_code=303)
    return sign_in_page(request, inside(next))


@router.post("/sign-in")
async def enter(request: Request, login: Field, password: Field, next: Field = "/") -> Response:
    """Sign in and go to where the reader was going."""
    try:
        account = await run_in_threadpool(sign_in, the_ledger(), login, password, address=address_of(request))
    except AccountError as error:
        return sign_in_page(request, inside(next), login, error)
    return await run_in_threadpool(entered, request, account, next)


@router.post("/sign-out", dependencies=_ANYBODY)
def leave(request: Request) -> Response:
    """End the session."""
    answer = RedirectResponse("/sign-in?said=left", status_code=303)
    answer.delete_cookie(COOKIE, path="/")
    try:
        key = session_key(request.cookies.get(COOKIE, ""))
        end_session(the_ledger(), person_of(request), key, address=address_of(request))
    except AccountError:
        pass  # ended meanwhile, in another window
    return answer


def _password_page(request: Request, error: AccountError | None = None) -> HTMLResponse:
    words = words_of(request)
    account = account_of_cookie(request.cookies.get(COOKIE))
    first = account is not None and account.must_change
    return calm_page(
        request,
        words("sign_in.change"),
        el(
            "form",
            field(words, "old", "old", "password", "current-password", first=True),
            field(words, "new", "new", "password", "new-password"),
            field(words, "again", "again", "password", "new-password"),
            el("button", words("sign_in.save"), type="submit", class_="button main wide"),
            method="post",
            action="/account/password",
        ),
        error=error,
        said=words("sign_in.first_use") if first else words("sign_in.advice"),
        foot=el("form", el("button", words("sign_in.leave"), class_="link"), method="post", action="/sign-out")
        if first
        else el("p", el("a", words("nav.account"), href="/account")),
        status=400 if error else 200,
    )


@router.get("/account/signed-in", dependencies=_ANYBODY, status_code=204)
def signed_in() -> Response:
    """Whether the session still lives: asked by pages that lost their connection."""
    return Response(status_code=204)


@router.get("/account/password", dependencies=_ANYBODY)
def show_change(request: Request) -> Response:
    """The form for a new password."""
    return _password_page(request)


@router.post("/account/password", dependencies=_ANYBODY)
def change(request: Request, old: Field, new: Field, again: Field) -> Response:
    """Take the new password; every session ends, and a new one begins here."""
    person, where = person_of(request), address_of(request)
    if new != again:
        return _password_page(request, AccountError("again", "Hai lần nhập không giống nhau", "the two differ"))
    try:
        change_password(the_ledger(), person, old, new, address=where)
    except AccountError as error:
        return _password_page(request, error)
    account = account_of(the_ledger(), login=person.login)
    return entered(request, account, "/") if account else RedirectResponse("/sign-in", status_code=303)
