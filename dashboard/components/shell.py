"""What stands around every page: the header with its clock and connection, and the way to the other pages."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from dashboard.components.markup import Node, Safe, el, join
from dashboard.language import LANGUAGES, Language

__all__ = ["PLACES", "header", "sidebar", "skeleton"]

PLACES = (
    ("overview", "/"),
    ("reporting", "/reporting"),
    ("quality", "/quality"),
    ("budget", "/budget"),
    ("datasets", "/datasets"),
)


def header(
    words: Language, *, province: str, now: datetime, data_until: Node = None, crumbs: tuple[tuple[str, str], ...] = ()
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
            _places(words, ""),
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


def _places(words: Language, here: str, counts: dict[str, tuple[str, str]] | None = None) -> Safe:
    counted = counts or {}
    items = []
    for name, href in PLACES:
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


def sidebar(words: Language, here: str, counts: dict[str, tuple[str, str]] | None = None) -> Safe:
    """The places, the present one marked; counts of open things as (number, status) beside a place."""
    return el("aside", _places(words, here, counts), class_="side")


def skeleton(words: Language) -> Safe:
    """What shows before the first answer: the shape of a page, still."""
    return el(
        "div",
        el("div", class_="top"),
        el("div", [el("div", class_="ghost") for _ in range(5)], class_="ghosts"),
        el("p", words("loading"), class_="sr", role="status"),
        class_="skeleton",
    )
