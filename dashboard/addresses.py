"""Addresses of our own pages: every view is one, so that it can be sent to somebody."""

from __future__ import annotations

from urllib.parse import quote, urlencode

__all__ = ["address", "submission_address"]


def address(path: str, **query: str | int | None) -> str:
    """An address with its query parameters; empty ones are left out."""
    given = {k: str(v) for k, v in query.items() if v not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path


def submission_address(receipt: str, **query: str | int | None) -> str:
    """The page of one submission."""
    return address(f"/submissions/{quote(receipt)}", **query)
