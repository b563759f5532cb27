"""The ledger: the authority on what was received and what became of it; the only place that opens its database.

Events are only ever appended. A submission's state is the newest of its events, never a column that is overwritten.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, create_engine, func, insert, select, text, update
from sqlalchemy import event as engine_event
from sqlalchemy.engine import RowMapping

from data import ledger_schema as schema
from data.clock import LOCAL_TIME, now
from data.settings import settings
from data.submission import FINAL, Event, Extension, NewSubmission, Submission
from data.submission_events import add_events, events_of, given_up

__all__ = ["Ledger", "open_ledger"]


def _stamp(moment: datetime | None) -> str:
    return (moment or now()).astimezone(LOCAL_TIME).isoformat()


def _submission(row: RowMapping) -> Submission:
    fields = dict(row)
    fields["received_at"] = datetime.fromisoformat(fields["received_at"])
    return Submission(**fields)


_Item = tuple[str, str, str]
"""Dataset, reporter, period: what is owed once, in one version or several."""


def _item(arrival: NewSubmission) -> _Item:
    return arrival.dataset, arrival.reporter, arrival.period


def _apart(arrivals: Sequence[NewSubmission]) -> Iterator[list[NewSubmission]]:
    """The arrivals in their order, in groups in which no item stands twice: a version follows the one before it."""
    group: dict[_Item, NewSubmission] = {}
    for arrival in arrivals:
        if _item(arrival) in group:
            yield list(group.values())
            group = {}
        group[_item(arrival)] = arrival
    if group:
        yield list(group.values())


class Ledger:
    """Everything that is written to or asked of the operational database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to ask with, for the stores of this folder that keep their tables beside the ledger's."""
        with self._engine.connect() as con:
            yield con

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction to write in: all of it stands at the end, or, where anything is raised, nothing."""
        with self._engine.execution_options(write=True).begin() as con:
            yield con

    def receive(
        self, arrivals: Sequence[NewSubmission], also: Callable[[Connection, Submission], None] | None = None
    ) -> list[Submission]:
        """Enter arrivals, all or none, each with its version number and receipt; `also` is written with each.

        The same bytes sent again for the same item give back the earlier entry, marked `duplicate`, unless it was
        withdrawn or returned.
        """
        with self.writing() as con:
            received = [entered for group in _apart(arrivals) for entered in self._receive(con, group)]
            if also is not None:
                for entered in received:
                    also(con, entered)
            return received

    def _receive(self, con: Connection, arrivals: Sequence[NewSubmission]) -> list[Submission]:
        """Enter arrivals of different items together: a few statements, however many there are."""
        newest = self._newest(con, arrivals)
        same = {_item(a): n for a in arrivals if (n := newest.get(_item(a))) is not None and n.sha256 == a.sha256}
        gone = given_up(con, [known.submission_id for known in same.values()])
        fresh = [a for a in arrivals if (known := same.get(_item(a))) is None or known.submission_id in gone]
        made = dict(zip(map(_item, fresh), self._enter(con, fresh, newest), strict=True))
        return [made.get(_item(a)) or replace(newest[_item(a)], duplicate=True) for a in arrivals]

    @staticmethod
    def _newest(con: Connection, arrivals: Sequence[NewSubmission]) -> dict[_Item, Submission]:
        """The newest version of each arrival's item that was sent before."""
        table = schema.submission
        newest: dict[_Item, Submission] = {}
        reporters_of: dict[tuple[str, str], list[str]] = {}
        for arrival in arrivals:
            reporters_of.setdefault((arrival.dataset, arrival.period), []).append(arrival.reporter)
        for (dataset, period), reporters in reporters_of.items():
            known = con.execute(
                select(table)
                .where(table.c.dataset == dataset, table.c.period == period, table.c.reporter.in_(reporters))
                .order_by(table.c.version)
            )
            for row in known.mappings():
                newest[dataset, row["reporter"], period] = _submission(row)
        return newest

    def _enter(
        self, con: Connection, fresh: Sequence[NewSubmission], newest: Mapping[_Item, Submission]
    ) -> list[Submission]:
        if not fresh:
            return []
        table = schema.submission
        moments = [a.received_at or now() for a in fresh]
        rows: list[dict[str, Any]] = [
            {
                # Unique until the submission has its number.
                "receipt": uuid.uuid4().hex, "dataset": a.dataset, "reporter": a.reporter, "period": a.period,
                "version": newest[_item(a)].version + 1 if _item(a) in newest else 1, "sha256": a.sha256,
                "filename": a.filename, "size": a.size, "received_at": _stamp(at), "channel": a.channel,
                "sender": a.sender, "nil": a.nil,
            }
            for a, at in zip(fresh, moments, strict=True)
        ]  # fmt: skip
        numbers = con.scalars(insert(table).returning(table.c.submission_id, sort_by_parameter_order=True), rows).all()
        receipts = [f"{at.astimezone(LOCAL_TIME):%Y-%m}-{n:06d}" for at, n in zip(moments, numbers, strict=True)]
        con.execute(
            update(table).where(table.c.submission_id == bindparam("number")).values(receipt=bindparam("given")),
            [{"number": n, "given": receipt} for n, receipt in zip(numbers, receipts, strict=True)],
        )
        add_events(
            con,
            [
                Event(n, "received", a.sender, {"filename": a.filename}, at)
                for n, a, at in zip(numbers, fresh, moments, strict=True)
            ],
        )
        return [
            Submission(n, **{**row, "receipt": receipt, "received_at": datetime.fromisoformat(row["received_at"])})
            for n, row, receipt in zip(numbers, rows, receipts, strict=True)
        ]

    def append(self, events: Iterable[Event]) -> None:
        """Add events, all or none."""
        with self.writing() as con:
            add_events(con, events)

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
        with self.reading() as con:
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
        with self.reading() as con:
            return [_submission(row) for row in con.execute(query).mappings()]

    def events(self, submission_id: int) -> list[Event]:
        """What happened to one submission, in order."""
        with self.reading() as con:
            return events_of(con, [submission_id])[submission_id]

    def position(self) -> int:
        """Number of the newest event: changes whenever anything happened."""
        with self.reading() as con:
            return int(con.execute(select(func.max(schema.event.c.event_id))).scalar() or 0)

    def extensions(self) -> list[Extension]:
        """All granted extensions, oldest first."""
        table = schema.extension
        with self.reading() as con:
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
        with self.writing() as con:
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
        with self.reading() as con:
            con.execute(text("SELECT 1"))


_MIGRATING = Lock()


def migrate(engine: Engine) -> None:
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
    # Alembic keeps what it works on in module globals; and two processes may start on the same empty home.
    with _MIGRATING, engine.connect().execution_options(write=True) as con, con.begin():
        config.attributes["connection"] = con
        command.upgrade(config, "head")


made_ready = migrate
"""What brings a ledger to this code's revision before it is used."""


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
        made_ready(engine)
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
