"""The frame of the plain pages of signing in: one calm panel under the province's name, fields, where to go next."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlparse

from fastapi import Form, Request
from starlette.responses import HTMLResponse

from dashboard.components.markup import Node, Safe, el, join
from dashboard.language import LANGUAGES, Language, choose
from dashboard.static_files import plain_page, static_address
from dashboard.views.province import province_name
from data.account_error import AccountError

__all__ = ["Field", "calm_page", "field", "inside", "refused_page", "secret_page", "words_of"]

Field = Annotated[str, Form(max_length=1000)]
_YEAR = 31_536_000


def words_of(request: Request) -> Language:
    """The language of the address, else of the cookie."""
    return choose(request.query_params.get("lang"), request.cookies.get("hub_language"))


def inside(address: str) -> str:
    """Where to go afterwards: a page of this host, nothing else."""
    to = urlparse(address)
    plain = address.isprintable() and not to.netloc and not to.scheme
    fine = plain and address.startswith("/") and not address.startswith(("//", "/\\", "/sign-in", "/sign-out"))
    return address if fine else "/"


def field(
    words: Language, key: str, name: str, kind: str, complete: str, value: str = "", *, first: bool = False
) -> Safe:
    """One labelled input; a password can be looked at (static/sign_in.js)."""
    secret = kind == "password"
    return el(
        "label",
        el("span", words(f"sign_in.{key}")),
        el(
            "input",
            type=kind,
            name=name,
            value=value or None,
            autocomplete=complete,
            autocapitalize="none",
            spellcheck="false",
            autofocus=first,
            required=True,
            data_show=words("sign_in.show") if secret else None,
            data_hide=words("sign_in.hide") if secret else None,
            data_what=words("sign_in.peek") if secret else None,
        ),
    )


def calm_page(
    request: Request,
    title: str,
    *body: Node,
    error: AccountError | None = None,
    said: str = "",
    foot: Node = None,
    status: int = 200,
) -> HTMLResponse:
    """A page of one panel; `error` or `said` stand above the body, `foot` beneath the panel."""
    words = words_of(request)
    notice: Node = None
    if error is not None:
        notice = el("p", words.pick(error.vi, error.en), class_="notice bad", role="alert")
    elif said:
        notice = el("p", said, class_="notice", role="status")
    page = el(
        "main",
        el(
            "div",
            el("img", src=static_address("icon.svg"), alt="", class_="sign-in-mark"),
            el("p", province_name(), class_="brand"),
            el("p", words("header.centre"), class_="muted"),
            class_="sign-in-head",
        ),
        el("div", el("h1", title), notice, *body, class_="panel sign-in-panel"),
        el("div", foot, _languages(request, words), class_="sign-in-foot muted"),
        class_="sign-in",
    )
    script = el("script", src=static_address("sign_in.js"))
    answer = HTMLResponse(plain_page(words, f"{title} · {province_name()}", page, script), status)
    answer.headers["Cache-Control"] = "no-store"
    if request.query_params.get("lang") in LANGUAGES:
        answer.set_cookie("hub_language", words.code, max_age=_YEAR, samesite="lax", path="/")
    return answer


def _languages(request: Request, words: Language) -> Safe:
    to = request.query_params.get("next", "")
    rest = f"&next={quote(to, safe='')}" if to else ""
    links = [
        el("strong", code.upper(), lang=code)
        if code == words.code
        else el("a", code.upper(), href=f"?lang={code}{rest}", lang=code, title=words(f"language.{code}"))
        for code in LANGUAGES
    ]
    return el("p", join(" | ", links), class_="sign-in-languages")


def refused_page(request: Request, error: AccountError, back: str) -> HTMLResponse:
    """Why something was not done, with the way back."""
    words = words_of(request)
    link = el("a", words("sign_in.back"), href=back, class_="button main wide")
    return calm_page(request, words("sign_in.refused"), link, error=error, status=400)


def secret_page(
    request: Request, title: str, secret: str, back: str, *, above: Node = None, below: Node = None
) -> HTMLResponse:
    """A secret that is shown this once."""
    words = words_of(request)
    return calm_page(
        request,
        title,
        above,
        el("code", secret, class_="secret", id="secret"),
        below,
        el(
            "div",
            el(
                "button",
                words("sign_in.copy"),
                type="button",
                class_="button",
                data_copy_secret=words("sign_in.copied"),
            ),
            el("a", words("sign_in.back"), href=back, class_="button main"),
            class_="account-acts",
        ),
        said=words("sign_in.once"),
    )
