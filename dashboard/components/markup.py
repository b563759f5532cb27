"""Markup built in Python: escaped by default, drawn by the browser as HTML and SVG that follow the page's theme.

Charts of this hub are small drawings (lines, bars, a map). As SVG they weigh a few kilobytes, are sharp on a 4K wall
and in print, and take their colours from CSS, so that a change of theme needs no new drawing.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

__all__ = ["NOTHING", "Node", "Safe", "el", "join"]


class Safe(str):
    """Markup that is already escaped; a plain str is text and will be escaped."""

    __slots__ = ()


Node = str | int | float | None | Iterable["Node"]
NOTHING = Safe("")

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "path", "rect", "circle", "line", "polyline", "use"})
_SVG_EMPTY = frozenset({"path", "rect", "circle", "line", "polyline", "use"})


def _text(node: Node) -> str:
    if node is None:
        return ""
    if isinstance(node, Safe):
        return str(node)
    if isinstance(node, str):
        return escape(node, quote=False)
    if isinstance(node, (int, float)):
        return str(node)
    return "".join(_text(part) for part in node)


def _attribute(name: str, value: Any) -> str:
    # `class_`, `for_` → class, for; `data_x` → data-x. SVG names with capitals (viewBox) stay as they are.
    name = name.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    if isinstance(value, float):
        value = f"{value:.6g}"
    return f' {name}="{escape(str(value))}"'


def el(tag: str, *children: Node, **attributes: Any) -> Safe:
    """One element: children escaped unless Safe; attributes None or False are left out, True stands bare."""
    head = tag + "".join(_attribute(k, v) for k, v in attributes.items())
    if tag in _VOID and not children:
        return Safe(f"<{head}/>" if tag in _SVG_EMPTY else f"<{head}>")
    return Safe(f"<{head}>{_text(children)}</{tag}>")


def join(separator: Node, parts: Iterable[Node]) -> Safe:
    """Parts with a separator between, each escaped unless Safe."""
    return Safe(_text(separator).join(_text(p) for p in parts))
