"""pointblank on polars: one step a rule, then interrogated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pointblank as pb
import polars as pl

from tests.bench.dossiers import COLUMNS, CROSS, untyped
from tests.bench.peer_sides.polars_frame import allowed, communes_told, load

__all__ = ["validate"]


def _steps(plan: pb.Validate, communes: list[str]) -> tuple[pb.Validate, list[str]]:
    rules: list[str] = []
    for column in COLUMNS:
        name = column.name
        for kind in column.rules:
            rules.append(f"{name}.{kind}")
            if kind == "required" and column.type == "string":
                plan = plan.col_vals_not_null(columns=name)
            elif kind == "required":
                plan = plan.col_vals_expr(expr=pl.col(name).is_not_null() | pl.col(untyped(name)))
            elif kind == "type":
                plan = plan.col_vals_expr(expr=~pl.col(untyped(name)))
            elif kind == "range":
                plan = plan.col_vals_between(columns=name, left=column.minimum, right=column.maximum, na_pass=True)
            elif kind in {"enum", "reference"}:
                plan = plan.col_vals_expr(expr=pl.col(name).is_in(allowed(column, communes)).fill_null(True))
            elif kind == "pattern":
                plan = plan.col_vals_regex(columns=name, pattern=column.pattern, na_pass=True)
            elif kind == "length":
                length = pl.col(name).str.len_chars()
                within = length.is_between(column.min_length, column.max_length).fill_null(True)
                plan = plan.col_vals_expr(expr=within)
    for rule in CROSS:
        rules.append(rule.id)
        plan = plan.col_vals_expr(expr=(pl.col(rule.left) >= pl.col(rule.right)).fill_null(True))
    return plan, rules


def validate(path: str) -> Callable[[], dict[str, Any]]:
    """Side: load and interrogate."""
    communes = communes_told()

    def work() -> dict[str, Any]:
        frame = load(path)
        plan, rules = _steps(pb.Validate(data=frame), communes)
        done = plan.interrogate()
        counts = done.n_failed(scalar=False)
        return {"rows": frame.height, "failed": {r: int(counts[n]) for n, r in enumerate(rules, 1) if counts[n]}}

    return work
