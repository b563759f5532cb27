"""What a route asks of whoever calls it: declared beside the route, checked before it runs."""

from __future__ import annotations

from typing import Any

from fastapi import Depends, HTTPException, Request

from dashboard.sign_in.identity import person_of
from data.person import Permission

__all__ = ["Required", "requires"]


class Required:
    """The dependency behind `requires`; a test walks all routes and finds one on each."""

    def __init__(self, permissions: tuple[Permission, ...]) -> None:
        self.permissions = permissions

    def __call__(self, request: Request) -> None:
        """Raises HTTPException 403 where the person has none of the permissions."""
        person = person_of(request)
        if not any(person.may(permission) for permission in self.permissions):
            raise HTTPException(403, "vai trò không được phép / the role does not allow this")


def requires(*permissions: Permission) -> Any:
    """`dependencies=[requires("submit")]`: one of these permissions is enough; whose data it is, the route checks."""
    return Depends(Required(permissions))
