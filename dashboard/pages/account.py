"""The reader's own account: who they are here, where they are signed in, which programs may act for them."""

from __future__ import annotations

import re

from dashboard.components.account_parts import act, facts, notice, two_lines, unit_text
from dashboard.components.markup import Node, Safe, el, join
from dashboard.components.panel import panel
from dashboard.components.table import Column, table
from dashboard.ledger_access import the_ledger
from dashboard.pages.frame import desk
from dashboard.view import Ask, View
from data.accounts import account_of
from data.clock import now
from data.person import PERMISSIONS, roles
from data.sessions import session_key, sessions
from data.tokens import Token, tokens

__all__ = ["build"]

_DAYS = (30, 90, 180, 366)
_DEVICES = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc", "Cốc Cốc"),
    ("Chrome/", "Chrome"),
    ("Firefox/", "Firefox"),
    ("Safari/", "Safari"),
)
_SYSTEMS = ("Windows", "Android", "iPhone", "iPad", "Mac OS X", "Linux")


def build(ask: Ask) -> View:
    """The reader's account."""
    words = ask.words
    return desk(
        ask,
        "account",
        words("nav.account"),
        {
            **notice(words, f"account.said.{ask.get('said')}"),
            "me": lambda: _me(ask),
            "sessions": lambda: _sessions(ask),
            "tokens": lambda: _tokens(ask),
            "new_token": lambda: _new_token(ask),
        },
        widths={"me": "five", "sessions": "seven", "tokens": "seven", "new_token": "five"},
    )


def _me(ask: Ask) -> Safe:
    words, person, role = ask.words, ask.person, roles()[ask.person.role]
    account = account_of(the_ledger(), login=person.login)
    external = account is not None and account.external
    return panel(
        person.name,
        facts(
            (
                (words("account.login"), person.login),
                (words("account.role"), words.pick(role.vi, role.en)),
                (words("account.unit"), unit_text(person.unit) if person.unit else words("account.no_unit")),
                (words("account.may"), join(" · ", [words(f"permission.{p}") for p in PERMISSIONS if person.may(p)])),
            )
        ),
        el(
            "div",
            words("account.external")
            if external
            else el("a", words("sign_in.change"), href="/account/password", target="_self", class_="button"),
            class_="account-part",
        ),
    )


def _sessions(ask: Ask) -> Safe:
    words, here = ask.words, session_key(ask.session) if ask.session else ""
    mine = sessions(the_ledger(), ask.person)
    columns = [Column(words(f"account.{name}")) for name in ("device", "seen", "until")]
    rows: list[list[Node]] = [
        [
            two_lines(
                [
                    _device(words("account.other_device"), s.agent),
                    el("span", " · ", words("account.here"), class_="accent") if s.key == here else None,
                ],
                s.address,
            ),
            two_lines(words.clock(s.seen_at), words.day(s.seen_at.date())),
            two_lines(words.clock(s.expires_at), words.day(s.expires_at.date())),
            act("/account/sessions/end", words("account.end"), link=True, key=s.key),
        ]
        for s in mine
    ]
    title = words("account.sessions")
    return panel(
        title,
        table([*columns, Column("")], rows, caption=title),
        note=words("account.sessions_note", count=len(mine)),
        class_="flush",
    )


def _device(other: str, agent: str) -> str:
    """ "Chrome · Windows" from a browser's long account of itself."""
    browser = next((name for sign, name in _DEVICES if re.search(re.escape(sign), agent)), "")
    system = next((name for name in _SYSTEMS if name in agent), "").replace("Mac OS X", "macOS")
    return " · ".join(part for part in (browser, system) if part) or other


def _tokens(ask: Ask) -> Safe:
    words, mine = ask.words, tokens(the_ledger(), ask.person)
    title, note = words("account.tokens"), words("account.tokens_note")
    if not mine:
        return panel(title, el("p", words("account.no_tokens"), class_="muted"), note=note)
    columns = [Column(words(f"account.{name}")) for name in ("token", "used", "until")]
    rows: list[list[Node]] = [
        [
            two_lines(el("strong", t.name), join(" · ", [words(f"permission.{p}") for p in sorted(t.scope)])),
            two_lines(words.clock(t.used_at), words.day(t.used_at.date())) if t.used_at else words("account.never"),
            words.day(t.expires_at.date()),
            _ending(ask, t),
        ]
        for t in mine
    ]
    return panel(title, table([*columns, Column("")], rows, caption=title), note=note, class_="flush")


def _ending(ask: Ask, token: Token) -> Safe:
    words = ask.words
    if token.valid(now()):
        return act("/account/tokens/revoke", words("account.revoke"), link=True, token=token.token_id)
    return el("span", words("account.revoked" if token.revoked_at else "account.expired"), class_="account-gone")


def _new_token(ask: Ask) -> Safe:
    words = ask.words
    scopes = [
        el(
            "label",
            el("input", type="checkbox", name="scope", value=p, checked=p in {"read.own", "read.all", "submit"}),
            words(f"permission.{p}"),
            class_="tick",
        )
        for p in PERMISSIONS
        if ask.person.may(p)
    ]
    form = el(
        "form",
        el(
            "label",
            el("span", words("account.token_for")),
            el("input", name="name", required=True, maxlength=80, placeholder=words("account.token_hint")),
        ),
        el("fieldset", el("legend", words("account.scope")), scopes),
        el(
            "label",
            el("span", words("account.days")),
            el(
                "select",
                [el("option", words("account.days_count", count=d), value=d, selected=d == _DAYS[1]) for d in _DAYS],
                name="days",
            ),
        ),
        el("button", words("account.create_token"), type="submit", class_="button main"),
        method="post",
        action="/account/tokens/create",
        class_="account-form",
    )
    return panel(words("account.new_token"), form)
