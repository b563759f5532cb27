"""Accounts for administrators: who may sign in, found and filtered; one opened beside the list, or a new one."""

from __future__ import annotations

from dashboard.addresses import address
from dashboard.components.account_parts import act, chosen_role, chosen_unit, facts, notice, two_lines, unit_text
from dashboard.components.markup import Node, Safe, el
from dashboard.components.panel import panel
from dashboard.components.table import Column, pager, table
from dashboard.ledger_access import the_ledger
from dashboard.pages.frame import desk
from dashboard.view import Ask, View
from data.accounts import Account, account_of, accounts
from data.clock import now
from data.person import roles

__all__ = ["build"]

_STATES = ("active", "waiting", "lockedout", "disabled")
_ROWS = 25
_PAGE = "/admin/accounts"


def build(ask: Ask) -> View:
    """The list with filters; beside it the account of the address, else the form for a new one."""
    words = ask.words
    return desk(
        ask,
        "accounts",
        words("nav.accounts"),
        {
            **notice(words, f"accounts.said.{ask.get('said')}"),
            "list": lambda: _list(ask),
            "one": lambda: _one(ask),
        },
        widths={"list": "two-thirds", "one": "third"},
    )


def _state(account: Account) -> str:
    if account.disabled:
        return "disabled"
    if account.locked(now()):
        return "lockedout"
    return "waiting" if account.must_change else "active"


def _fits(ask: Ask, account: Account) -> bool:
    text = f"{account.login} {account.name} {account.unit} {unit_text(account.unit)}".lower()
    return (
        all(part in text for part in ask.get("q").lower().split())
        and ask.get("role") in ("", account.role)
        and ask.get("state") in ("", _state(account))
    )


def _list(ask: Ask) -> Safe:
    words = ask.words
    found = [a for a in accounts(the_ledger()) if _fits(ask, a)]
    pages = max(1, -(-len(found) // _ROWS))
    page = min(pages, int(ask.get("page")) if ask.get("page").isdecimal() else 1)
    shown = found[(page - 1) * _ROWS : page * _ROWS]
    kept = {name: ask.get(name) for name in ("q", "role", "state")}
    columns = [
        Column(words("accounts.name")),
        Column(words("account.role")),
        Column(words("accounts.seen")),
        Column(words("accounts.state")),
    ]
    rows: list[list[Node]] = [
        [
            two_lines(el("a", a.name, href=address(_PAGE, **kept, page=ask.get("page"), account=a.login)), a.login),
            two_lines(
                words.pick(roles()[a.role].vi, roles()[a.role].en) if a.role in roles() else a.role,
                unit_text(a.unit) if a.unit else "",
            ),
            two_lines(words.clock(a.seen_at), words.day(a.seen_at.date())) if a.seen_at else words("accounts.never"),
            _state_mark(ask, a),
        ]
        for a in shown
    ]
    opened = next((i for i, a in enumerate(shown) if a.login == ask.get("account")), None)
    title = words("accounts.list")
    body: Node = (
        table(columns, rows, caption=title, selected=opened)
        if rows
        else el("p", words("accounts.none"), class_="muted excluded")
    )
    steps = pager(
        page, pages, address(_PAGE, **kept, page=str(page - 1)), address(_PAGE, **kept, page=str(page + 1)), words
    )
    return el(
        "div",
        _find(ask),
        panel(title, body, steps, note=words("accounts.count", count=words.number(len(found), 0)), class_="flush"),
    )


def _state_mark(ask: Ask, account: Account) -> Safe:
    state = _state(account)
    colour, shape = {
        "active": ("green", "●"), "waiting": ("none", "–"), "lockedout": ("amber", "▲"), "disabled": ("red", "■"),
    }[state]  # fmt: skip
    return el(
        "span",
        el("span", shape, class_=f"mark {colour}", aria_hidden="true"),
        " ",
        ask.words(f"accounts.{state}"),
    )


def _find(ask: Ask) -> Safe:
    words, state = ask.words, ask.get("state")
    return el(
        "form",
        el(
            "label",
            el("span", words("accounts.find")),
            el("input", type="search", name="q", value=ask.get("q") or None, placeholder=words("accounts.find_hint")),
        ),
        chosen_role(words, ask.get("role"), any_text=words("accounts.any_role")),
        el(
            "label",
            el("span", words("accounts.state")),
            el(
                "select",
                el("option", words("accounts.any_state"), value=""),
                [el("option", words(f"accounts.{s}"), value=s, selected=s == state) for s in _STATES],
                name="state",
            ),
        ),
        el("button", words("accounts.find"), type="submit", class_="button"),
        method="get",
        action=_PAGE,
        class_="account-find",
    )


def _one(ask: Ask) -> Safe:
    login = ask.get("account")
    account = account_of(the_ledger(), login=login) if login else None
    return _opened(ask, account) if account else _new(ask)


def _opened(ask: Ask, account: Account) -> Safe:
    words = ask.words
    until = account.locked_until
    state = words("accounts.locked", at=words.clock(until)) if until and account.locked(now()) else None
    about = facts(
        (
            (words("account.login"), account.login),
            (words("accounts.email"), account.email or "–"),
            (words("accounts.state"), state or _state_mark(ask, account)),
            (words("accounts.seen"), words.moment(account.seen_at) if account.seen_at else words("accounts.never")),
        )
    )
    close = el("a", words("accounts.close"), href=_PAGE)
    if account.login == ask.person.login:
        return panel(account.name, about, el("p", words("accounts.own"), class_="muted account-part"), note=close)
    place: Node = (
        el("p", words("account.external"), class_="muted account-part")
        if account.external
        else el(
            "form",
            el("input", type="hidden", name="login", value=account.login),
            chosen_role(words, account.role),
            chosen_unit(words, account.unit),
            el("button", words("accounts.place"), type="submit", class_="button"),
            method="post",
            action=f"{_PAGE}/place",
            class_="account-form account-part",
        )
    )
    opens = account.disabled
    acts = el(
        "div",
        None if account.external else act(f"{_PAGE}/reset", words("accounts.reset"), login=account.login),
        act(f"{_PAGE}/unlock", words("accounts.unlock"), login=account.login) if state and not opens else None,
        act(f"{_PAGE}/enable", words("accounts.enable"), login=account.login)
        if opens
        else act(f"{_PAGE}/disable", words("accounts.disable"), login=account.login),
        class_="account-acts account-part",
    )
    return panel(account.name, about, place, acts, note=close)


def _new(ask: Ask) -> Safe:
    words = ask.words

    def text(name: str, label: str, hint: str, *, required: bool = True, kind: str = "text") -> Safe:
        return el(
            "label",
            el("span", words(label)),
            el("input", name=name, type=kind, required=required, placeholder=hint or None, autocomplete="off"),
        )

    form = el(
        "form",
        text("login", "account.login", words("accounts.login_hint")),
        text("name", "accounts.name", ""),
        chosen_role(words, "department"),
        chosen_unit(words),
        text("email", "accounts.email", words("accounts.optional"), required=False, kind="email"),
        el("button", words("accounts.create"), type="submit", class_="button main"),
        method="post",
        action=f"{_PAGE}/create",
        class_="account-form",
    )
    return panel(words("accounts.new"), form)
