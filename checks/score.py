"""Scores and reporting status, read through the one SQL definition in score.sql."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import duckdb

from checks.finding import PRINCIPLES
from data.settings import settings
from data.warehouse import LAKE, lake_tables

__all__ = ["GroupScore", "colour", "define_scores", "scores"]

Grouping = Literal["province", "dataset", "unit"]


_MOMENTS = ("confirmed_at", "approved_at", "returned_at", "withdrawn_at", "held_from", "held_until")
_NOTHING_DECIDED = {
    "standing": "SELECT 0::BIGINT AS submission_id, false AS needs_confirmation, false AS needs_approval, "
    + ", ".join(f"NULL::TIMESTAMPTZ AS {moment}" for moment in _MOMENTS)
    + " WHERE false",
    "explained": "SELECT 0::BIGINT AS submission_id, '' AS rule, NULL::TIMESTAMPTZ AS accepted_at WHERE false",
}
"""What stands for a table that a lake does not have yet: one that was made before people could decide anything."""


@dataclass(frozen=True, slots=True)
class GroupScore:
    """Scores of a group: principle → mean (0 to 100, None where undefined) and on how many items it stands."""

    group: str
    scores: dict[str, float | None]
    items: dict[str, int]
    expected: int


def define_scores(con: duckdb.DuckDBPyConnection) -> None:
    """Define in_force, reporting_status, score_items and score_summary in a session that has the lake."""
    text = Path(__file__).with_name("score.sql").read_text(encoding="utf-8")
    known = lake_tables(con)
    for name, absent in _NOTHING_DECIDED.items():
        table = f"{LAKE}.quality.{name}" if f"quality.{name}" in known else f"({absent})"
        text = text.replace(f"${name}", table)
    con.execute(text.replace("$lake", LAKE))


def scores(
    con: duckdb.DuckDBPyConnection,
    as_of: datetime,
    *,
    by: Grouping = "province",
    unit: str | None = None,
    dataset: str | None = None,
) -> list[GroupScore]:
    """Plain means over expected items (definitions: Scores), one for each group, worst đủ first within a grouping."""
    key = {"province": "'province'", "dataset": "dataset", "unit": "reporter"}[by]
    sums = ", ".join(f"avg({p}), count({p})" for p in PRINCIPLES)
    rows = con.execute(
        f"SELECT {key} AS grp, count(*), {sums} FROM score_items($as_of) "
        "WHERE ($unit IS NULL OR reporter = $unit) AND ($dataset IS NULL OR dataset = $dataset) "
        "GROUP BY grp ORDER BY avg(du) + avg(song), grp",
        {"as_of": as_of, "unit": unit, "dataset": dataset},
    ).fetchall()
    return [
        GroupScore(
            group,
            dict(zip(PRINCIPLES, figures[0::2], strict=True)),
            dict(zip(PRINCIPLES, figures[1::2], strict=True)),
            expected,
        )
        for group, expected, *figures in rows
    ]


def colour(score: float | None) -> str:
    """xanh, vàng, đỏ or xám for a score from 0 to 100; thresholds are settings."""
    if score is None:
        return "xám"
    if score >= settings().green_from:
        return "xanh"
    return "vàng" if score >= settings().amber_from else "đỏ"
