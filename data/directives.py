"""Administrative documents that were read, and what people decided of them: entries only ever added."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import func, insert, select

from data.audit import record
from data.clock import LOCAL_TIME, now
from data.desk_schema import directive, directive_decision
from data.landing import store
from data.ledger import Ledger
from data.person import Person

__all__ = ["ACTIONS", "Decision", "Kept", "decide", "decisions", "keep_directive", "kept_directives", "position"]

Kind = Literal["task", "citation", "indicator"]
Action = Literal["accept", "reject", "edit", "merge", "split", "add", "reopen"]
ACTIONS: tuple[Action, ...] = ("accept", "reject", "edit", "merge", "split", "add", "reopen")


@dataclass(frozen=True, slots=True)
class Kept:
    """One document; its bytes lie in landing under their sha256."""

    directive_id: int
    sha256: str
    filename: str
    size: int
    sent_by: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided of one item. `item` names its characters in the document's text, "120-384"."""

    kind: str
    item: str
    action: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    actor: str = ""
    at: datetime | None = None


def keep_directive(ledger: Ledger, person: Person, path: Path, filename: str, *, address: str = "") -> Kept:
    """Keep a document's bytes and enter it; the same bytes are entered once."""
    sha256 = store(path)
    with ledger.writing() as con:
        known = con.scalar(select(directive.c.directive_id).where(directive.c.sha256 == sha256))
        if known is None:
            moment = now().astimezone(LOCAL_TIME).isoformat()
            con.execute(
                insert(directive).values(
                    sha256=sha256, filename=filename, size=path.stat().st_size, sent_by=person.login, sent_at=moment
                )
            )
            record(con, person, "directive.send", f"directive:{sha256[:12]}", {"filename": filename}, address=address)
    return next(kept for kept in kept_directives(ledger) if kept.sha256 == sha256)


def kept_directives(ledger: Ledger) -> Sequence[Kept]:
    """All documents, the newest first."""
    with ledger.reading() as con:
        return [
            Kept(
                row["directive_id"], row["sha256"], row["filename"], row["size"], row["sent_by"],
                datetime.fromisoformat(row["sent_at"]),
            )
            for row in con.execute(select(directive).order_by(directive.c.directive_id.desc())).mappings()
        ]  # fmt: skip


def position(ledger: Ledger) -> tuple[int, int]:
    """Numbers of the newest document and the newest decision: they grow with every change."""
    with ledger.reading() as con:
        newest = con.execute(
            select(
                select(func.max(directive.c.directive_id)).scalar_subquery(),
                select(func.max(directive_decision.c.decision_id)).scalar_subquery(),
            )
        ).one()
    return int(newest[0] or 0), int(newest[1] or 0)


def decide(ledger: Ledger, person: Person, directive_id: int, made: Sequence[Decision], *, address: str = "") -> None:
    """Enter decisions, all or none."""
    moment = now().astimezone(LOCAL_TIME).isoformat()
    with ledger.writing() as con:
        for one in made:
            con.execute(
                insert(directive_decision).values(
                    directive_id=directive_id,
                    kind=one.kind,
                    item=one.item,
                    action=one.action,
                    detail=json.dumps(dict(one.detail), ensure_ascii=False),
                    actor=person.login,
                    at=moment,
                )
            )
            what = {"kind": one.kind, "item": one.item, **one.detail}
            record(con, person, f"directive.{one.action}", f"directive:{directive_id}", what, address=address)


def decisions(ledger: Ledger, directive_id: int) -> Sequence[Decision]:
    """What was decided of a document, in order."""
    table = directive_decision
    query = select(table).where(table.c.directive_id == directive_id).order_by(table.c.decision_id)
    with ledger.reading() as con:
        return [
            Decision(
                row["kind"], row["item"], row["action"], json.loads(row["detail"]), row["actor"],
                datetime.fromisoformat(row["at"]),
            )
            for row in con.execute(query).mappings()
        ]  # fmt: skip
