"""Which page answers which address."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module

from dashboard.view import Ask, View

__all__ = ["ROUTES", "find"]

Builder = Callable[[Ask], View]

ROUTES: tuple[tuple[str, str], ...] = (
    ("/", "overview"),
    ("/reporting", "reporting"),
    ("/quality", "quality"),
    ("/budget", "budget"),
    ("/datasets", "datasets"),
    ("/datasets/<id>", "dataset"),
    ("/trace", "trace"),
    ("/submissions/<receipt>", "submission"),
)


def _pattern(route: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", route.rstrip("/")) + "/?")


_PATTERNS = tuple((_pattern(route), module) for route, module in ROUTES)


def find(path: str) -> tuple[Builder, dict[str, str]]:
    """The page for a path and the path's named parts; the page "not found" for any other."""
    for pattern, module in _PATTERNS:
        if match := pattern.fullmatch(path):
            return _builder(module), match.groupdict()
    return _builder("missing"), {}


def _builder(module: str) -> Builder:
    build: Builder = import_module(f"dashboard.pages.{module}").build
    return build
