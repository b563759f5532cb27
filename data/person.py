"""Who is asking, and what their role lets them do: the one answer that pages, API and commands share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import yaml

from data.contract_model import Contract
from data.obligation import full_code
from data.settings import settings

__all__ = ["HUB", "PERMISSIONS", "Permission", "Person", "Role", "roles"]

Permission = Literal[
    "read.own",  # the submissions and obligations of the person's unit and of those it reports for
    "read.all",  # every page of the operations centre, every submission
    "submit",  # send, correct, withdraw, explain, ask for an extension, for the unit
    "approve",  # approve or return what the unit prepared
    "operate",  # grant extensions, decide on explanations, close and reopen periods, act on alerts
    "unmask.own",  # see personal data in what the own unit sent
    "unmask.all",  # see personal data anywhere; each look is recorded
    "engineer",  # replay, technical pages
    "administer",  # accounts, audit, purge
]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)


@dataclass(frozen=True, slots=True)
class Role:
    """One role: its names, and what it allows."""

    code: str
    vi: str
    en: str
    may: frozenset[str]


@cache
def roles() -> Mapping[str, Role]:
    """The roles by their code. Raises ValueError for a permission that nothing asks for."""
    read = yaml.safe_load((Path(__file__).parent / "roles.yaml").read_text(encoding="utf-8"))
    made = {code: Role(code, r["vi"], r["en"], frozenset(r["may"])) for code, r in read.items()}
    for role in made.values():
        if unknown := role.may - set(PERMISSIONS):
            raise ValueError(f"roles.yaml: {role.code}: unknown permissions {sorted(unknown)}")
    return made


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in, or whom a token speaks for.

    unit: code of the unit they act for, "" for those who act for none.
    scope: permissions left by a token that carries fewer than its owner; None leaves all.
    """

    account_id: int
    login: str
    name: str
    role: str
    unit: str = ""
    scope: frozenset[str] | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the role, and the token where there is one, carries the permission."""
        allowed = roles()[self.role].may if self.role in roles() else frozenset()
        return permission in allowed and (self.scope is None or permission in self.scope)

    def acts_for(self, contract: Contract, reporter: str) -> bool:
        """Whether the person's unit answers for that reporter's data: its own, or, where the contract lets the owner
        report on behalf of others (`onBehalf`), theirs too."""
        if not self.unit:
            return False
        owner = full_code(contract.owner, settings().province)
        return self.unit == reporter or (contract.reporting.on_behalf and self.unit == owner)

    def may_read(self, contract: Contract, reporter: str) -> bool:
        """Whether the person may see what that reporter sent of the dataset."""
        return self.may("read.all") or (self.may("read.own") and self.acts_for(contract, reporter))

    def may_send(self, contract: Contract, reporter: str) -> bool:
        """Whether the person may send, correct or withdraw that reporter's data."""
        return self.may("submit") and self.acts_for(contract, reporter)

    def may_approve(self, contract: Contract, reporter: str) -> bool:
        """Whether the person may approve or return what was prepared for that reporter."""
        return self.may("approve") and self.acts_for(contract, reporter)

    def may_unmask(self, contract: Contract, reporter: str) -> bool:
        """Whether the person may see personal data of that reporter; each look is recorded by who shows it."""
        return self.may("unmask.all") or (self.may("unmask.own") and self.acts_for(contract, reporter))


HUB = Person(0, "hub", "Hệ thống", "administrator")
"""The hub itself: commands given on the server, the worker, schedules."""
