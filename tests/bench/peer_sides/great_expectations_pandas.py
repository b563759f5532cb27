"""Great Expectations as it comes: a pandas frame, an ephemeral context, one expectation a rule."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd

from tests.bench.dossiers import COLUMNS, CROSS, Column, untyped
from tests.bench.peer_sides.polars_frame import allowed, communes_told

__all__ = ["validate"]


def _load(path: str) -> pd.DataFrame:
    frame = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False, na_values=[""])
    frame.columns = pd.Index([c.name for c in COLUMNS])
    for column in COLUMNS:
        cell = frame[column.name].str.strip()
        if column.type == "string":
            frame[column.name] = cell
            continue
        if column.type == "date":
            value = pd.to_datetime(cell, format="%d/%m/%Y", errors="coerce")
        else:
            value = pd.to_numeric(cell.str.replace(",", ".", regex=False), errors="coerce")
        frame[untyped(column.name)] = cell.notna() & value.isna()
        if column.required:
            frame[f"{column.name}__missing"] = cell.isna()
        frame[column.name] = value
    return frame


def _expectation(column: Column, kind: str, communes: list[str]) -> Any:
    name = column.name
    if kind == "required" and column.type == "string":
        return gxe.ExpectColumnValuesToNotBeNull(column=name)
    if kind == "required":
        return gxe.ExpectColumnValuesToBeInSet(column=f"{name}__missing", value_set=[False])
    if kind == "type":
        return gxe.ExpectColumnValuesToBeInSet(column=untyped(name), value_set=[False])
    if kind == "range":
        return gxe.ExpectColumnValuesToBeBetween(column=name, min_value=column.minimum, max_value=column.maximum)
    if kind in {"enum", "reference"}:
        return gxe.ExpectColumnValuesToBeInSet(column=name, value_set=allowed(column, communes))
    if kind == "pattern":
        return gxe.ExpectColumnValuesToMatchRegex(column=name, regex=str(column.pattern))
    return gxe.ExpectColumnValueLengthsToBeBetween(
        column=name, min_value=column.min_length, max_value=column.max_length
    )


def validate(path: str) -> Callable[[], dict[str, Any]]:
    """Side: load and validate."""
    communes = communes_told()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    expectations = {f"{c.name}.{kind}": _expectation(c, kind, communes) for c in COLUMNS for kind in c.rules}
    for rule in CROSS:
        expectations[rule.id] = gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A=rule.left, column_B=rule.right, or_equal=True, ignore_row_if="either_value_is_missing"
        )
    suite = gx.ExpectationSuite(name="dossiers", expectations=list(expectations.values()))
    batch = (
        context.data_sources.add_pandas("bench")
        .add_dataframe_asset("dossiers")
        .add_batch_definition_whole_dataframe("whole")
    )

    def work() -> dict[str, Any]:
        frame = _load(path)
        found = batch.get_batch({"dataframe": frame}).validate(suite)
        failed: dict[str, int] = {}
        for rule, result in zip(expectations, found.results, strict=True):
            if count := result.result.get("unexpected_count"):
                failed[rule] = int(count)
        return {"rows": len(frame), "failed": failed}

    return work
