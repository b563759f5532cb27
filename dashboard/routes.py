"""Which page answers which address."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from dashboard.view import Ask, View
from data.person import PERMISSIONS, Permission

__all__ = ["ROUTES", "Route", "find"]

Builder = Callable[[Ask], View]


@dataclass(frozen=True, slots=True)
class Route:
    """A page's address, the module under dashboard/pages that builds it, and whom it is for.

    asks: permissions of which one is enough; the page itself sees to whose data it shows.
    kept: whether readers of one role and unit may share the answer until the lake changes; False for pages that show
        the ledger.
    """

    path: str
    module: str
    asks: tuple[Permission, ...] = ("read.all",)
    kept: bool = True

    @property
    def build(self) -> Builder:
        """The page's builder, imported when it is first asked for."""
        build: Builder = import_module(f"dashboard.pages.{self.module}").build
        return build


_DESK: tuple[Permission, ...] = ("submit", "approve")
_ANY_READER: tuple[Permission, ...] = ("read.all", "read.own")

ROUTES: tuple[Route, ...] = (
    Route("/", "home", _ANY_READER),
    Route("/reporting", "reporting"),
    Route("/quality", "quality"),
    Route("/budget", "budget"),
    Route("/datasets", "datasets"),
    Route("/datasets/<id>", "dataset"),
    Route("/trace", "trace"),
    Route("/submissions/<receipt>", "submission", _ANY_READER, kept=False),
    Route("/submissions/<receipt>/compare", "compare", _ANY_READER, kept=False),
    Route("/submissions/<receipt>/rows", "rows", _ANY_READER, kept=False),
    Route("/directives", "directives", kept=False),
    Route("/directives/<id>", "directive", kept=False),
    Route("/desk", "obligations", _DESK, kept=False),
    Route("/desk/send", "send", ("submit",), kept=False),
    Route("/desk/fill/<dataset>/<period>", "fill", ("submit",), kept=False),
    Route("/inbox", "inbox", ("operate", "approve"), kept=False),
    Route("/account", "account", _ANY_READER, kept=False),
    Route("/admin/accounts", "accounts", ("administer",), kept=False),
    Route("/admin/audit", "audit", ("administer",), kept=False),
)
_MISSING = Route("", "missing", PERMISSIONS)


def _pattern(route: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", route.rstrip("/")) + "/?")


_PATTERNS = tuple((_pattern(route.path), route) for route in ROUTES)


def find(path: str) -> tuple[Route, dict[str, str]]:
    """The route of a path and the path's named parts; that of the page "not found" for any other."""
    for pattern, route in _PATTERNS:
        if match := pattern.fullmatch(path):
            return route, match.groupdict()
    return _MISSING, {}
