"""The one React component of ours (static/hub.js): a page of panels, each redrawn only where its markup changed."""

# Dash reads these names from the class itself, as lists.
# ruff: noqa: RUF012

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

__all__ = ["Page"]


class Page(Component):
    """The page in view: panels of markup by name, their order with widths, the browser's title."""

    _children_props = []
    _base_nodes = ["children"]
    _namespace = "hub_parts"
    _type = "Page"
    _prop_names = ["id", "kind", "title", "panels", "order", "address"]
    _valid_wildcard_attributes = []
    available_properties = _prop_names
    available_wildcard_properties = []

    def __init__(
        self,
        id: str,
        kind: str = "",
        title: str = "",
        panels: Mapping[str, str] | None = None,
        order: list[str] | None = None,
        address: str = "",
    ) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            id=id, kind=kind, title=title, panels=dict(panels or {}), order=list(order or []), address=address
        )
