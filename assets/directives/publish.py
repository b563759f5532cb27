"""Documents, what stands in them and how it was decided, as tables of the lake."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from assets.directives.agencies import finder
from assets.directives.contradictions import between
from assets.directives.model import Directive
from assets.directives.readings import Reading, keep_failure, kept_reading, read_and_keep
from assets.directives.review import Item, reviewed
from data.directives import Kept, decisions, kept_directives
from data.ledger import Ledger
from data.settings import settings
from data.warehouse import LAKE, commit

__all__ = ["Counted", "publish_directives"]


_MOMENT = pl.Datetime("us", "UTC")
_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "directive": {
        "directive_id": pl.Int64, "sha256": pl.String, "filename": pl.String, "number": pl.String, "type": pl.String,
        "issuer": pl.String, "date": pl.String, "signatory": pl.String, "subject": pl.String, "sent_by": pl.String,
        "sent_at": _MOMENT, "unreadable": pl.String,
    },
    "directive_item": {
        "directive_id": pl.Int64, "kind": pl.String, "start": pl.Int64, "end": pl.Int64, "state": pl.String,
        "origin": pl.String, "actor": pl.String, "at": _MOMENT, "confidence": pl.Float64, "fields": pl.String,
        "lead_units": pl.List(pl.String), "coordinating_units": pl.List(pl.String), "deadline": pl.String,
    },
    "directive_contradiction": {
        "directive_id": pl.Int64, "other_id": pl.Int64, "kind": pl.String, "said_vi": pl.String, "said_en": pl.String,
        "first_start": pl.Int64, "first_end": pl.Int64, "second_start": pl.Int64, "second_end": pl.Int64,
    },
}  # fmt: skip

# A person may have written a date that is none.
_DATES = {
    "directive": "* REPLACE (TRY_CAST(date AS DATE) AS date)",
    "directive_item": "* REPLACE (TRY_CAST(deadline AS DATE) AS deadline)",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows written."""

    documents: int
    items: int
    contradictions: int


def publish_directives(con: duckdb.DuckDBPyConnection, ledger: Ledger) -> Counted:
    """Write marts.directive, directive_item and directive_contradiction anew, in one commit.

    The tables are small (a few hundred rows a document) and what is decided of one document may bear on another, so
    they are written whole. Documents that were not read yet are read here.
    """
    documents: list[list[object]] = []
    items: list[list[object]] = []
    conflicts: list[list[object]] = []
    readings: dict[int, Directive] = {}
    for kept in kept_directives(ledger):
        reading = kept_reading(kept.sha256)
        if reading is None:
            reading = _read(kept)
        head = reading.found.head if reading and reading.found else None
        said = [getattr(head, name, None) for name in ("number", "type", "issuer", "date", "signatory", "subject")]
        documents.append(
            [
                kept.directive_id, kept.sha256, kept.filename,
                *(word.value if word is not None else None for word in said),
                kept.sent_by, kept.sent_at, (reading.vi or None) if reading else None,
            ]
        )  # fmt: skip
        if reading is None or reading.found is None:
            continue
        readings[kept.directive_id] = reading.found
        for item in reviewed(reading.found, decisions(ledger, kept.directive_id)):
            items.append(_row(kept.directive_id, item))
    for one, found in readings.items():
        pairs = [(one, c) for c in found.contradictions]
        pairs += [(other, c) for other, theirs in readings.items() if other > one for c in between(found, theirs)]
        for other, c in pairs:
            conflicts.append([one, other, c.kind, c.vi, c.en, c.first.start, c.first.end, c.second.start, c.second.end])
    tables = {"directive": documents, "directive_item": items, "directive_contradiction": conflicts}

    def write() -> None:
        for name, rows in tables.items():
            con.execute(f"DELETE FROM {LAKE}.marts.{name}")
            frame = pl.DataFrame(rows, schema=_SCHEMAS[name], orient="row")
            con.register("directive_rows", frame)
            con.execute(f"INSERT INTO {LAKE}.marts.{name} SELECT {_DATES.get(name, '*')} FROM directive_rows")
            con.unregister("directive_rows")

    commit(con, write, message="directives")
    return Counted(len(documents), len(items), len(conflicts))


def _read(kept: Kept) -> Reading | None:
    try:
        read_and_keep(kept.sha256, kept.filename)
    except OSError:
        keep_failure(kept.sha256, "không mở được tệp gốc", "the original file cannot be opened")
    return kept_reading(kept.sha256)


def _row(directive_id: int, item: Item) -> list[object]:
    values = item.values
    return [
        directive_id, item.kind, item.start, item.end, item.state, item.origin, item.actor or None, item.at,
        item.confidence, json.dumps(dict(values), ensure_ascii=False), _units(values.get("leads", "")),
        _units(values.get("coordinating", "")), values.get("deadline") or None,
    ]  # fmt: skip


def _units(names: str) -> list[str]:
    """Codes of the units that agencies' names stand for, those of collectives ("các sở") among them."""
    found = finder(settings().province)
    named = [found.at(name.strip(), 0) for name in names.split(";") if name.strip()]
    return sorted({code for one in named if one is not None for code in one.units})
