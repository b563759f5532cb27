"""The ledger: the authority on what was received and what became of it; the only place that opens its database.

Events are only ever appended. A submission's state is the newest of its events, never a column that is overwritten.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, func, insert, select, text, update
from sqlalchemy import event as engine_event
from sqlalchemy.engine import RowMapping

from data import ledger_schema as schema
from data.clock import LOCAL_TIME, now
from data.settings import settings
from data.submission import FINAL, Event, Extension, NewSubmission, Submission

__all__ = ["Ledger", "open_ledger"]


def _stamp(moment: datetime | None) -> str:
    return (moment or now()).astimezone(LOCAL_TIME).isoformat()


def _submission(row: RowMapping) -> Submission:
    fields = dict(row)
    fields["received_at"] = datetime.fromisoformat(fields["received_at"])
    return Submission(**fields)


class Ledger:
    """Everything that is written to or asked of the operational database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def receive(self, arrivals: Sequence[NewSubmission]) -> list[Submission]:
        """Enter arrivals, all or none, each with its version number and receipt.

        The same bytes sent again for the same item give back the earlier entry, marked `duplicate`.
        """
        with self._engine.execution_options(write=True).begin() as con:
            return [self._receive_one(con, arrival) for arrival in arrivals]

    def _receive_one(self, con: Connection, new: NewSubmission) -> Submission:
        table = schema.submission
        item = (table.c.dataset == new.dataset, table.c.reporter == new.reporter, table.c.period == new.period)
        newest = con.execute(select(table).where(*item).order_by(table.c.version.desc()).limit(1)).mappings().first()
        if newest is not None and newest["sha256"] == new.sha256:
            return replace(_submission(newest), duplicate=True)
        received = new.received_at or now()
        version = (newest["version"] if newest else 0) + 1
        made = con.execute(
            insert(table).values(
                receipt=_temporary(),
                dataset=new.dataset,
                reporter=new.reporter,
                period=new.period,
                version=version,
                sha256=new.sha256,
                filename=new.filename,
                size=new.size,
                received_at=_stamp(received),
                channel=new.channel,
                sender=new.sender,
                nil=new.nil,
            )
        )
        primary = made.inserted_primary_key
        assert primary is not None
        number = int(primary[0])
        receipt = f"{received.astimezone(LOCAL_TIME):%Y-%m}-{number:06d}"
        con.execute(update(table).where(table.c.submission_id == number).values(receipt=receipt))
        self._append(con, [Event(number, "received", new.sender, {"filename": new.filename}, received)])
        row = con.execute(select(table).where(table.c.submission_id == number)).mappings().one()
        return _submission(row)

    def append(self, events: Iterable[Event]) -> None:
        """Add events, all or none."""
        with self._engine.execution_options(write=True).begin() as con:
            self._append(con, events)

    @staticmethod
    def _append(con: Connection, events: Iterable[Event]) -> None:
        rows = [
            {
                "submission_id": e.submission_id,
                "at": _stamp(e.at),
                "kind": e.kind,
                "actor": e.actor,
                "detail": json.dumps(e.detail or {}, ensure_ascii=False),
            }
            for e in events
        ]
        if rows:
            con.execute(insert(schema.event), rows)

    def submissions(
        self,
        *,
        dataset: str | None = None,
        reporter: str | None = None,
        period: str | None = None,
        ids: Sequence[int] | None = None,
        receipt: str | None = None,
    ) -> list[Submission]:
        """Submissions that fit, oldest first."""
        table = schema.submission
        query = select(table).order_by(table.c.submission_id)
        for column, wanted in ((table.c.dataset, dataset), (table.c.reporter, reporter), (table.c.period, period)):
            if wanted is not None:
                query = query.where(column == wanted)
        if receipt is not None:
            query = query.where(table.c.receipt == receipt)
        if ids is not None:
            query = query.where(table.c.submission_id.in_(ids))
        with self._engine.connect() as con:
            return [_submission(row) for row in con.execute(query).mappings()]

    def pending(self, *, dataset: str | None = None, limit: int | None = None) -> list[Submission]:
        """Submissions that the pipeline has not brought to an end, oldest first: its queue."""
        table, done = schema.submission, schema.event
        ended = select(done.c.submission_id).where(done.c.kind.in_(FINAL))
        query = select(table).where(table.c.submission_id.not_in(ended)).order_by(table.c.submission_id)
        if dataset is not None:
            query = query.where(table.c.dataset == dataset)
        if limit is not None:
            query = query.limit(limit)
        with self._engine.connect() as con:
            return [_submission(row) for row in con.execute(query).mappings()]

    def events(self, submission_id: int) -> list[Event]:
        """What happened to one submission, in order."""
        table = schema.event
        query = select(table).where(table.c.submission_id == submission_id).order_by(table.c.event_id)
        with self._engine.connect() as con:
            return [
                Event(
                    row["submission_id"],
                    row["kind"],
                    row["actor"],
                    json.loads(row["detail"]),
                    datetime.fromisoformat(row["at"]),
                )
                for row in con.execute(query).mappings()
            ]

    def position(self) -> int:
        """Number of the newest event: changes whenever anything happened."""
        with self._engine.connect() as con:
            return int(con.execute(select(func.max(schema.event.c.event_id))).scalar() or 0)

    def extensions(self) -> list[Extension]:
        """All granted extensions, oldest first."""
        table = schema.extension
        with self._engine.connect() as con:
            return [
                Extension(
                    row["dataset"],
                    row["reporter"],
                    row["period"],
                    datetime.fromisoformat(row["due_at"]),
                    row["reason"],
                    row["document"],
                    row["granted_by"],
                )
                for row in con.execute(select(table).order_by(table.c.extension_id)).mappings()
            ]

    def grant(self, extension: Extension) -> None:
        """Move one due moment; the grant stays visible."""
        with self._engine.execution_options(write=True).begin() as con:
            con.execute(
                insert(schema.extension).values(
                    dataset=extension.dataset,
                    reporter=extension.reporter,
                    period=extension.period,
                    due_at=_stamp(extension.due_at),
                    reason=extension.reason,
                    document=extension.document,
                    granted_by=extension.granted_by,
                    granted_at=_stamp(None),
                )
            )

    def check(self) -> None:
        """Ask the database for a sign of life. Raises SQLAlchemy's error where it gives none."""
        with self._engine.connect() as con:
            con.execute(text("SELECT 1"))


def _temporary() -> str:
    """A receipt that is unique until the submission has its number."""
    return uuid.uuid4().hex


def _migrate(engine: Engine) -> None:
    """Bring the database to this code's revision; Alembic is imported only where there is something to do."""
    with engine.connect() as con:
        try:
            found = con.execute(text("SELECT version_num FROM alembic_version")).scalar()
        except Exception:
            found = None
    if found == schema.HEAD:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as con:
        config.attributes["connection"] = con
        command.upgrade(config, "head")


@contextmanager
def open_ledger() -> Iterator[Ledger]:
    """The ledger of the present settings, migrated where needed; its connections are closed at the end."""
    chosen = settings()
    if chosen.ledger_url.startswith("sqlite:///"):
        Path(chosen.ledger_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(chosen.ledger_url)
    if engine.dialect.name == "sqlite":
        engine_event.listen(engine, "connect", _prepare_sqlite)
        engine_event.listen(engine, "begin", _begin)
    try:
        _migrate(engine)
        yield Ledger(engine)
    finally:
        engine.dispose()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # WAL lets pages read while the worker writes; FULL keeps what a receipt promised through a power cut.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # Two writers that both began by reading would otherwise meet in a deadlock that SQLite answers with an error.
    writes = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
