"""What people do with their own account: end a session, make and revoke tokens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from dashboard.ledger_access import the_ledger
from dashboard.sign_in.form import Field, refused_page, secret_page, words_of
from dashboard.sign_in.identity import address_of, person_of
from dashboard.sign_in.permission import requires
from data.account_error import AccountError
from data.person import PERMISSIONS
from data.sessions import end_session
from data.tokens import create_token, revoke_token

__all__ = ["router"]

router = APIRouter(include_in_schema=False, prefix="/account", dependencies=[requires(*PERMISSIONS)])
_HOME = "/account"


@router.post("/sessions/end")
def end(request: Request, key: Field) -> Response:
    """Sign out at one place."""
    try:
        end_session(the_ledger(), person_of(request), key, address=address_of(request))
    except AccountError as error:
        return refused_page(request, error, _HOME)
    return RedirectResponse(f"{_HOME}?said=session", status_code=303)


@router.post("/tokens/create")
def create(
    request: Request, name: Field, days: Annotated[int, Form()], scope: Annotated[tuple[str, ...], Form()] = ()
) -> Response:
    """Make a token and show its secret, once."""
    try:
        secret = create_token(the_ledger(), person_of(request), name, scope, days, address=address_of(request))
    except AccountError as error:
        return refused_page(request, error, _HOME)
    words = words_of(request)
    return secret_page(request, words("account.token_made", name=name.strip()), secret, _HOME)


@router.post("/tokens/revoke")
def revoke(request: Request, token: Annotated[int, Form()]) -> Response:
    """End a token."""
    try:
        revoke_token(the_ledger(), person_of(request), token, address=address_of(request))
    except AccountError as error:
        return refused_page(request, error, _HOME)
    return RedirectResponse(f"{_HOME}?said=revoked", status_code=303)
