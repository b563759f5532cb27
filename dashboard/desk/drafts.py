"""Rows typed into the grid and not sent yet: one file an account and report, so that a closed browser loses nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from dashboard.desk.item import Item
from data.clock import now
from data.person import Person
from data.settings import settings

__all__ = ["MOST_ROWS", "Draft", "draft", "drop_draft", "keep_draft"]

MOST_ROWS = 5_000
"""Most rows that the grid takes; more go into a file."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The rows as they were typed, and when they were kept."""

    rows: tuple[Mapping[str, Any], ...]
    at: datetime


def _path(person: Person, item: Item) -> Path:
    name = f"{item.contract.id}~{item.reporter}~{item.period}.json"
    return settings().home / "drafts" / str(person.account_id) / name


def keep_draft(person: Person, item: Item, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep the rows in place of those kept before, whole or not at all. Raises OSError where the disk is full."""
    target = _path(person, item)
    target.parent.mkdir(parents=True, exist_ok=True)
    arriving = target.with_suffix(".new")
    try:
        said = {"rows": [dict(r) for r in rows], "at": now().isoformat()}
        arriving.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
        arriving.replace(target)
    except OSError:
        arriving.unlink(missing_ok=True)
        raise


def draft(person: Person, item: Item) -> Draft | None:
    """What the person kept for the report, None where nothing."""
    try:
        said = json.loads(_path(person, item).read_text(encoding="utf-8"))
        return Draft(tuple(said["rows"]), datetime.fromisoformat(said["at"]))
    except (OSError, ValueError, KeyError):
        return None


def drop_draft(person: Person, item: Item) -> None:
    """Forget it: the rows were sent, or are not wanted."""
    _path(person, item).unlink(missing_ok=True)
