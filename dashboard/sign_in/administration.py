"""What administrators do with accounts: add, place, reset, disable, enable, unlock."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from dashboard.components.markup import el
from dashboard.ledger_access import the_ledger
from dashboard.sign_in.form import Field, refused_page, secret_page, words_of
from dashboard.sign_in.identity import address_of, person_of
from dashboard.sign_in.permission import requires
from data.account_changes import disable_account, enable_account, place_account, reset_password, unlock_account
from data.account_error import AccountError
from data.accounts import create_account
from data.passwords import one_time_password

__all__ = ["router"]

router = APIRouter(include_in_schema=False, prefix="/admin/accounts", dependencies=[requires("administer")])


def _page(login: str = "", said: str = "") -> str:
    return f"/admin/accounts?account={quote(login)}&said={said}" if login else "/admin/accounts"


def _done(request: Request, login: str, said: str, change: Callable[[], None]) -> Response:
    try:
        change()
    except AccountError as error:
        return refused_page(request, error, _page(login))
    return RedirectResponse(_page(login, said), status_code=303)


def _handed_over(request: Request, login: str, password: str) -> Response:
    words = words_of(request)
    facts = el("dl", el("dt", words("sign_in.login")), el("dd", el("strong", login)), class_="account-facts")
    title, below = words("accounts.made", login=login), el("p", words("accounts.hand_over"), class_="once")
    return secret_page(request, title, password, _page(login), above=facts, below=below)


@router.post("/create")
def create(request: Request, login: Field, name: Field, role: Field, unit: Field = "", email: Field = "") -> Response:
    """Add an account and show its one-time password, once."""
    password = one_time_password()
    try:
        account = create_account(
            the_ledger(), login, name, role, unit=unit, email=email, password=password, by=person_of(request),
            address=address_of(request),
        )  # fmt: skip
    except AccountError as error:
        return refused_page(request, error, _page())
    return _handed_over(request, account.login, password)


@router.post("/reset")
def reset(request: Request, login: Field) -> Response:
    """Give a new one-time password and show it, once."""
    try:
        password = reset_password(the_ledger(), person_of(request), login, address=address_of(request))
    except AccountError as error:
        return refused_page(request, error, _page(login))
    return _handed_over(request, login, password)


@router.post("/place")
def place(request: Request, login: Field, role: Field, unit: Field = "") -> Response:
    """Give another role or unit."""
    by, where = person_of(request), address_of(request)
    return _done(request, login, "placed", lambda: place_account(the_ledger(), by, login, role, unit, address=where))


@router.post("/disable")
def disable(request: Request, login: Field) -> Response:
    """Shut the account."""
    by, where = person_of(request), address_of(request)
    return _done(request, login, "disabled", lambda: disable_account(the_ledger(), by, login, address=where))


@router.post("/enable")
def enable(request: Request, login: Field) -> Response:
    """Open the account again."""
    by, where = person_of(request), address_of(request)
    return _done(request, login, "enabled", lambda: enable_account(the_ledger(), by, login, address=where))


@router.post("/unlock")
def unlock(request: Request, login: Field) -> Response:
    """End the pause after repeated failures."""
    by, where = person_of(request), address_of(request)
    return _done(request, login, "unlocked", lambda: unlock_account(the_ledger(), by, login, address=where))
