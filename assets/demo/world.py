"""The demonstration province's clean figures: every recipe's SQL over one small in-memory database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from assets.demo.generic import generic_rows
from assets.demo.items import Item
from assets.demo.recipe import Recipe, load_recipe, settings_of
from checks.rule import SQL_TYPES
from data.contract import Contract
from data.deadline import HANOI
from data.obligation import deadline_rule
from data.warehouse import literal, open_session, quoted

__all__ = ["Candidate", "World"]

_EPOCH = date(2025, 1, 6)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clean row that a defect could be planted in: its number, that of the same key a period before, new values."""

    number: int
    before: int | None
    changes: dict[str, Any]


class World:
    """An in-memory database with the reference tables, the communes' sizes and chance that depends on a seed alone."""

    def __init__(self, seed: int) -> None:
        self.con = open_session(threads=2)
        self._types: dict[str, str] = {}
        self._prepare(seed)

    def _prepare(self, seed: int) -> None:
        given = settings_of("world")
        listed = ", ".join(
            f"(s, {keys}) AS (hash({int(seed)}, s, {keys}) % 999983) / 999983.0"
            for keys in ("a", "a, b", "a, b, c", "a, b, c, d")
        )
        self.con.execute(f"CREATE OR REPLACE MACRO u{listed}")
        for name, value in (("people", "population"), ("weight", "tourism")):
            frame = pl.DataFrame(
                list(given[value].items()), schema={"code": pl.String, name: pl.Float64}, orient="row", strict=False
            )
            self.con.register("_given", frame)
            self.con.execute(f"CREATE TABLE given_{name} AS SELECT * FROM _given")
            self.con.unregister("_given")
        for statement in (*given["macros"], *given["tables"]):
            self.con.execute(statement)

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        self.con.close()

    def clean_rows(self, contract: Contract, items: Sequence[Item]) -> pl.DataFrame:
        """All rows of a dataset as they really are: `_reporter`, `_period` and the contract's columns, in file order.

        The table `clean` holds the same with `_id`, a number for each row, for whoever plants defects.
        """
        recipe = load_recipe(contract.id)
        self._types = {c.name: SQL_TYPES[c.type] for c in contract.columns}
        self._items(contract, items)
        query = recipe.rows or generic_rows(contract)
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE made AS {query}")
        made = {row[0] for row in self.con.execute("SELECT column_name FROM (DESCRIBE made)").fetchall()}
        columns = ", ".join(
            f"CAST({quoted(c.name) if c.name in made else 'NULL'} AS {SQL_TYPES[c.type]}) AS {quoted(c.name)}"
            for c in contract.columns
        )
        order = ", ".join(["period", "reporter", *(["_place"] if "_place" in made else []), *map(quoted, contract.key)])
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE clean AS SELECT row_number() OVER () - 1 AS _id, * FROM ("
            f"SELECT reporter AS _reporter, period AS _period, {columns} FROM made "
            f"ORDER BY {order})"
        )
        self._neighbours(contract)
        return self.con.execute("SELECT * FROM clean ORDER BY _id").pl()

    def _neighbours(self, contract: Contract) -> None:
        """The table `near`: each clean row's item, and the rows of the same key one period and one year before."""
        same = " AND ".join(f"p.{quoted(k)} = c.{quoted(k)}" for k in contract.key) or "false"
        joined = " ".join(
            f"LEFT JOIN clean {p} ON {p}._reporter = c._reporter AND {p}._period = i.{period} AND "
            f"{same.replace('p.', p + '.')}"
            for p, period in (("p", "before"), ("q", "year_before"))
        )
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE near AS SELECT c._id, any_value(p._id) AS _prev_id, "
            f"any_value(q._id) AS _year_id FROM clean c JOIN item i ON i.reporter = c._reporter "
            f"AND i.period = c._period {joined} GROUP BY c._id"
        )

    def candidates(
        self, change: Sequence[tuple[str, str]], where: str, salt: str, *, needs: str = "", limit: int = 400
    ) -> list[Candidate]:
        """Clean rows that fulfil a condition, in an order that depends on the seed, with their changed values.

        Expressions see the row's columns, those of its item (days, m, age …), `prev` and `last` (the same key one
        period and one year before, as structs).
        """
        values = (
            ", ".join(
                f"CAST(({sql}) AS {self._types[column]}) AS {quoted('n' + str(i))}"
                for i, (column, sql) in enumerate(change)
            )
            or "1"
        )
        before = f"({needs})" if needs else "near._prev_id"
        rows = self.con.execute(
            f"SELECT c._id, {before} AS _needed, {values or 1} FROM clean c JOIN near USING (_id) "
            "JOIN item i ON i.reporter = c._reporter AND i.period = c._period "
            "LEFT JOIN (SELECT _id AS _pid, p AS prev FROM clean p) ON _pid = near._prev_id "
            "LEFT JOIN (SELECT _id AS _qid, q AS last FROM clean q) ON _qid = near._year_id "
            f"WHERE {where} ORDER BY u('plant', {literal(salt)}, c._id), c._id LIMIT {limit}"
        ).fetchall()
        names = [name for name, _ in change]
        return [Candidate(number, before, dict(zip(names, found, strict=False))) for number, before, *found in rows]

    def _items(self, contract: Contract, items: Iterable[Item]) -> None:
        """The table `item`: reporter, period, its days, how far it lies from the start of 2025, and when it was sent.

        t counts periods, age is in years, m is the month (1 to 12) of the period's last day.
        """
        rule = deadline_rule(contract)
        rows = [
            {
                "reporter": i.reporter,
                "period": str(i.period),
                "sent": i.received_at is not None,
                "started": i.period.start(rule.cutoff),
                "ended": i.period.end(rule.cutoff),
                "received_on": (i.received_at or i.due_at).astimezone(HANOI).date(),
                "before": str(i.period.previous()),
                "year_before": str(i.period.same_last_year()),
                "t": _index(i),
                "y": i.period.year,
            }
            for i in items
        ]
        frame = pl.DataFrame(rows, schema_overrides={"t": pl.Int64, "y": pl.Int64}, infer_schema_length=None)
        self.con.register("_items", frame)
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE item AS SELECT *, month(ended) AS m, "
            "(ended - started + 1)::INTEGER AS days, date_diff('day', DATE '2025-01-01', ended) / 365.25 AS age, "
            "split_part(reporter, '-', 2) AS unit FROM _items"
        )
        self.con.unregister("_items")

    def recipe(self, contract: Contract) -> Recipe:
        """The recipe of a dataset."""
        return load_recipe(contract.id)


def _index(item: Item) -> int:
    period = item.period
    if period.kind == "day":
        return (period.start() - _EPOCH).days
    if period.kind == "week":
        return (period.start() - _EPOCH).days // 7
    return {"month": 12, "quarter": 4, "half": 2, "term": 2}.get(period.kind, 1) * (period.year - 2025) + period.number
