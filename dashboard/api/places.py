"""The address of a list's next page: the one that was asked, from another place on."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request

__all__ = ["next_address"]


def next_address(request: Request, place: int | None) -> str | None:
    """None at the end of the list."""
    if place is None:
        return None
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return f"{request.url.path}?{urlencode([*kept, ('cursor', str(place))])}"
