"""Accounts of the demonstration province: one of each role, with random passwords kept beside the demonstration."""

from __future__ import annotations

import os
from pathlib import Path

from data.accounts import accounts, create_account
from data.ledger import Ledger
from data.passwords import one_time_password
from data.person import roles
from data.settings import settings
from data.units import load_units

__all__ = ["CHANNEL", "accounts_file", "make_demonstration_accounts"]

CHANNEL = "demo"
"""How the demonstration's submissions came in; whatever came otherwise is real."""
_DEPARTMENTS = ("SVHTTDL", "SKHCN")
"""Short names of the department whose data the demonstration shows first, and of another where there is none."""


def accounts_file() -> Path:
    """Where the passwords stand; readable by the hub's own user alone."""
    return settings().home / "demonstration-accounts.txt"


def make_demonstration_accounts(ledger: Ledger) -> None:
    """Write passwords down and make the accounts; nothing where there is any account, or anything real was received."""
    if accounts(ledger) or any(sent.channel != CHANNEL for sent in ledger.submissions()):
        return
    people = [(one_time_password(), *person) for person in _people()]
    lines = [
        f"{login:<10} {password}  {roles()[role].vi}{f' · {unit}' if unit else ''}"
        for password, login, _, role, unit in people
    ]
    path = accounts_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    # Made shut, not shut afterwards: nobody reads it in between.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    for password, login, name, role, unit in people:
        create_account(ledger, login, name, role, unit=unit, password=password, must_change=False)


def _people() -> list[tuple[str, str, str, str]]:
    """Login, name, role, unit."""
    known = load_units(settings().province)
    departments = [known.expand(short) for short in _DEPARTMENTS if known.expand(short) in known]
    department = next(iter(departments), known.departments()[0].code)
    commune = known.communes()[0].code
    return [
        ("so", "Cán bộ sở", "department", department),
        ("xa", "Cán bộ xã", "department", commune),
        ("duyet", "Lãnh đạo sở", "approver", department),
        ("dieuhanh", "Điều hành viên", "operator", ""),
        ("lanhdao", "Lãnh đạo tỉnh", "leader", ""),
        ("kysu", "Kỹ sư dữ liệu", "engineer", ""),
        ("quantri", "Quản trị viên", "administrator", ""),
    ]
