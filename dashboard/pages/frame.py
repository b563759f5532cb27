"""The frame of every page but the wall: header with the way here, places at the side, panels on a grid of twelve."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dashboard.components.markup import Safe
from dashboard.components.shell import header, sidebar
from dashboard.desk.counts import counts
from dashboard.view import Ask, View
from dashboard.views.province import province_name

__all__ = ["desk"]


def desk(
    ask: Ask,
    here: str,
    title: str,
    panels: Mapping[str, Callable[[], Safe]],
    *,
    widths: Mapping[str, str] | None = None,
    crumbs: tuple[tuple[str, str], ...] = (),
) -> View:
    """A page on the desk; panels without a width take the whole line. `crumbs` end with this page."""
    words = ask.words
    # Who reads only their own unit's data has no overview to go back to.
    first = ((words("nav.overview"), "/"),) if ask.person.may("read.all") else ()
    way = (*first, *(crumbs or ((title, ""),)))
    return View(
        kind="desk",
        title=f"{title} · {province_name()}",
        panels={
            "header": lambda: header(words, province=province_name(), now=ask.now, person=ask.person, crumbs=way),
            "side": lambda: sidebar(words, here, ask.person, counts(ask.person, ask.now)),
            **panels,
        },
        widths={name: (widths or {}).get(name, "full") for name in panels},
    )
