"""The manifest: for each submission what must be found in it, and at which cell; nothing else may be found."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Entry", "Expected", "read_manifest", "write_manifest"]


@dataclass(frozen=True, slots=True, order=True)
class Expected:
    """One finding that must be made. `about` names what is missing where the rule has no cell (a commune's code)."""

    rule: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    cell: str | None = None
    about: str | None = None


@dataclass(frozen=True)
class Entry:
    """One file as received, with its outcome and its findings."""

    file: str | None
    """Path within the demonstration's folder; None for a nil report."""
    dataset: str
    reporter: str
    period: str
    version: int
    received_at: str
    verdict: str
    planted: tuple[str, ...] = ()
    """What was done to it, in short: rule ids, and words for what concerns the whole file."""
    findings: tuple[Expected, ...] = field(default=())
    repeats: bool = False
    """The very bytes of the version before: nothing new may come of it."""


def write_manifest(path: Path, seed: int, first: str, last: str, entries: Iterable[Entry]) -> None:
    """Store the manifest; the same demonstration always gives the same bytes."""
    listed = [_small(asdict(e)) for e in entries]
    text = json.dumps({"seed": seed, "first": first, "last": last, "submissions": listed}, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")


def _small(node: dict[str, Any]) -> dict[str, Any]:
    node["findings"] = [{k: v for k, v in f.items() if v is not None} for f in node["findings"]]
    return {k: v for k, v in node.items() if v not in (False, [], ())}


def read_manifest(path: Path) -> list[Entry]:
    """All entries in the order of receipt."""
    loaded = json.loads(path.read_text(encoding="utf-8"))
    return [
        Entry(
            **{k: v for k, v in node.items() if k not in {"planted", "findings"}},
            planted=tuple(node.get("planted", ())),
            findings=tuple(Expected(**f) for f in node.get("findings", ())),
        )
        for node in loaded["submissions"]
    ]
