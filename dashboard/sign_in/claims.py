"""What an OpenID Connect server says of somebody, read as a login, a name, a role and a unit of the hub."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from data.account_error import AccountError
from data.person import roles
from data.settings import settings

__all__ = ["Claimed", "claimed"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """Whom the server vouches for; `subject` (issuer and sub) names the person for ever."""

    subject: str
    login: str
    name: str
    email: str
    role: str
    unit: str


def claimed(claims: Mapping[str, Any]) -> Claimed:
    """The claims in the hub's words. Raises AccountError where they name no role."""
    mapping = _mapping(settings().oidc_mapping)
    login = str(claims.get("preferred_username") or claims.get("email") or claims["sub"]).strip()
    own: Mapping[str, str] = next(
        (p for key in ("sub", "preferred_username", "email") if (p := mapping["people"].get(str(claims.get(key))))), {}
    )
    role = own.get("role") or _first(claims.get(settings().oidc_role_claim), mapping["roles"], known=roles())
    if not role:
        raise AccountError(
            "no_place",
            f"Đã nhận ra “{login}”, nhưng tài khoản này chưa được cấp vai trò ở đây; hãy nhờ quản trị của tỉnh",
            f"{login!r} is known, but has no role here yet; ask the province's administrator",
        )
    return Claimed(
        subject=f"{claims['iss']} {claims['sub']}",
        login=login,
        name=str(claims.get("name") or login),
        email=str(claims.get("email") or ""),
        role=role,
        unit=own.get("unit") or _first(claims.get(settings().oidc_unit_claim), mapping["units"]),
    )


def _first(said: Any, names: Mapping[str, str], known: Mapping[str, object] | None = None) -> str:
    """The first of a claim's values that the mapping translates, or that is a code of ours as it stands."""
    for value in said if isinstance(said, list) else [said]:
        code = names.get(str(value)) or str(value or "")
        if code and (known is None or code in known):
            return code
    return ""


def _mapping(path: Path | None) -> dict[str, dict[str, Any]]:
    """The mapping file's three parts. Raises ValueError for one that is none."""
    read = yaml.safe_load(path.read_text(encoding="utf-8")) or {} if path else {}
    if not isinstance(read, dict) or not all(isinstance(v, dict) for v in read.values()):
        raise ValueError(f"{path}: cần ba phần roles, units, people / roles, units and people are needed")
    return {part: dict(read.get(part, {})) for part in ("roles", "units", "people")}
