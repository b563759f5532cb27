"""Names of the people that events and entries name by their login."""

from __future__ import annotations

from dashboard.ledger_access import the_ledger
from data.accounts import account_of

__all__ = ["name_of"]


def name_of(login: str) -> str:
    """The person's name; the login itself where no account has it (commands on the server, accounts of old)."""
    found = account_of(the_ledger(), login=login) if login else None
    return found.name if found else login
