"""What stands around every page: the header with its clock and connection, and the way to the other pages."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from dashboard.components.markup import Node, Safe, el, join
from dashboard.language import LANGUAGES, Language
from data.person import Permission, Person, roles

__all__ = ["PLACES", "READER", "header", "sidebar", "skeleton"]

READER = "\ue000"
"""Stands for the reader's name in a page that readers of one role share; filled in for each of them."""

PLACES: tuple[tuple[str, str, tuple[Permission, ...]], ...] = (
    ("overview", "/", ("read.all",)),
    ("desk", "/desk", ("submit", "approve")),
    ("send", "/desk/send", ("submit",)),
    ("reporting", "/reporting", ("read.all",)),
    ("quality", "/quality", ("read.all",)),
    ("budget", "/budget", ("read.all",)),
    ("datasets", "/datasets", ("read.all",)),
    ("directives", "/directives", ("read.all",)),
    ("inbox", "/inbox", ("operate", "approve")),
    ("accounts", "/admin/accounts", ("administer",)),
    ("audit", "/admin/audit", ("administer",)),
)
"""Name, address, and the permissions of which one is enough to be shown the way there."""


def header(
    words: Language,
    *,
    province: str,
    now: datetime,
    person: Person,
    data_until: Node = None,
    crumbs: tuple[tuple[str, str], ...] = (),
) -> Safe:
    """The header; `crumbs` (text, address) name the way to this page, none of them on the wall."""
    way: Node = (
        el(
            "nav",
            join(
                el("span", " › ", aria_hidden="true"),
                [el("a", text, href=href) if href else el("span", text, aria_current="page") for text, href in crumbs],
            ),
            class_="crumbs muted",
            aria_label=words("nav.crumbs"),
        )
        if crumbs
        else el("span", words("header.centre"), class_="muted centre")
    )
    return el(
        "header",
        el(
            "details",
            el("summary", el("span", "☰", aria_hidden="true"), el("span", words("nav.label"), class_="sr")),
            _places(words, "", person),
            class_="menu",
        ),
        el("a", province, href="/", class_="brand"),
        way,
        el("span", class_="space"),
        el("span", words("header.until"), " ", el("strong", data_until), class_="muted until") if data_until else None,
        el(
            "span",
            el("span", "●", class_="live-dot", aria_hidden="true"),
            " ",
            el("span", words("live.connecting"), class_="live-text"),
            id="live",
            class_="muted live",
            data_state="connecting",
            data_live=words("live.live"),
            data_lost=words("live.lost"),
            data_updated=words("live.updated"),
            role="status",
        ),
        el("span", words.weekday(now.date()), class_="muted today"),
        el("strong", words.clock(now), id="clock", class_="clock"),
        _switches(words),
        _me(words, person),
        class_="top",
    )


def _switches(words: Language) -> Safe:
    return el(
        "span",
        join(
            el("span", " | ", aria_hidden="true"),
            [
                el(
                    "a",
                    code.upper(),
                    href=f"?{urlencode({'lang': code})}",
                    hreflang=code,
                    lang=code,
                    data_lang=code,
                    title=words(f"language.{code}"),
                    aria_current="true" if code == words.code else None,
                )
                for code in LANGUAGES
            ],
        ),
        el(
            "button",
            "◐",
            type="button",
            data_theme_switch="true",
            aria_label=words("theme.switch"),
            title=words("theme.switch"),
        ),
        class_="switches muted",
    )


_SIGN = el(
    "svg",
    el("circle", cx="12", cy="8", r="4"),
    el("path", d="M4 20c1-4 4.5-5.5 8-5.5s7 1.5 8 5.5"),
    viewBox="0 0 24 24",
    class_="me-sign",
    aria_hidden="true",
)


def _me(words: Language, person: Person) -> Safe:
    """Who is signed in, with the way to the account and out."""
    role = roles()[person.role]
    return el(
        "details",
        el("summary", _SIGN, el("span", READER, class_="me-name")),
        el(
            "div",
            el("p", words.pick(role.vi, role.en), f" · {person.unit}" if person.unit else "", class_="muted"),
            el("a", words("nav.account"), href="/account"),
            el("form", el("button", words("sign_in.leave"), class_="link"), method="post", action="/sign-out"),
            class_="me-card",
        ),
        class_="menu me",
    )


def _places(words: Language, here: str, person: Person, counts: dict[str, tuple[str, str]] | None = None) -> Safe:
    counted = counts or {}
    items = []
    for name, href, asks in PLACES:
        if not any(person.may(permission) for permission in asks):
            continue
        number = counted.get(name)
        items.append(
            el(
                "a",
                words(f"nav.{name}"),
                el("span", " ", number[0], class_=f"count text-{number[1]}") if number else None,
                href=href,
                aria_current="page" if name == here else None,
            )
        )
    return el("nav", items, class_="places", aria_label=words("nav.label"))


def sidebar(words: Language, here: str, person: Person, counts: dict[str, tuple[str, str]] | None = None) -> Safe:
    """The places, the present one marked; counts of open things as (number, status) beside a place."""
    return el("aside", _places(words, here, person, counts), class_="side")


def skeleton(words: Language) -> Safe:
    """What shows before the first answer: the shape of a page, still."""
    return el(
        "div",
        el("div", class_="top"),
        el("div", [el("div", class_="ghost") for _ in range(5)], class_="ghosts"),
        el("p", words("loading"), class_="sr", role="status"),
        class_="skeleton",
    )
