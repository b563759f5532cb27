"""Compares two versions of a submission cell by cell: by the contract's key where it has one, else row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from checks.staged import Staged
from data.contract import Contract

__all__ = ["CellChange", "Comparison", "RowChange", "compare"]

_PLACE, _TIMES, _KEY, _WHERE = "_place", "_times", "_key_", "_where"


@dataclass(frozen=True, slots=True)
class CellChange:
    """One value that differs. Values in canonical form (1234.5, 2026-10-31, a code), None where empty.

    key: the row's key values in the order of the contract's key; () where rows are compared by their order.
    """

    key: tuple[str | None, ...]
    column: str
    before: str | None
    after: str | None
    sheet_before: str | None
    row_before: int
    cell_before: str | None
    sheet_after: str | None
    row_after: int
    cell_after: str | None


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that only one version has: where it stands there, and its values by contract column."""

    key: tuple[str | None, ...]
    sheet: str | None
    row: int
    values: dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the later version differs from the earlier.

    columns: contract columns that were compared. changed: cells in the order of the later version's rows;
    changed_rows: how many rows hold them; unchanged: rows alike in every column. lost_columns, new_columns: those that
    only the earlier, or only the later, file has.
    """

    by: Literal["key", "row"]
    columns: tuple[str, ...]
    rows_before: int
    rows_after: int
    added: tuple[RowChange, ...]
    removed: tuple[RowChange, ...]
    changed: tuple[CellChange, ...]
    changed_rows: int
    unchanged: int
    lost_columns: tuple[str, ...] = ()
    new_columns: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.removed or self.changed)


def compare(before: Staged, after: Staged, contract: Contract) -> Comparison:
    """Compare two versions of one item. Rows with the same key are matched in their order.

    A column that neither file has is left out; values are compared as text in canonical form, so that "1.234" and 1234
    are the same number.
    """
    columns = [c.name for c in contract.columns if c.name in before.mapping or c.name in after.mapping]
    key = [name for name in contract.key if name in columns]
    by: Literal["key", "row"] = "key" if key and len(key) == len(contract.key) else "row"
    old, new = (_numbered(staged, columns, key if by == "key" else []) for staged in (before, after))
    on = [_KEY, _TIMES] if by == "key" else [_TIMES]
    both = old.join(new, on=on, how="inner", suffix="_new", maintain_order="right")
    changes = _changes(both, columns, key, before, after)
    changed_rows = len({change.row_after for change in changes})
    return Comparison(
        by=by,
        columns=tuple(columns),
        rows_before=old.height,
        rows_after=new.height,
        added=_only(new.join(old, on=on, how="anti", maintain_order="left"), columns, key),
        removed=_only(old.join(new, on=on, how="anti", maintain_order="left"), columns, key),
        changed=changes,
        changed_rows=changed_rows,
        unchanged=both.height - changed_rows,
        lost_columns=tuple(c for c in columns if c not in after.mapping),
        new_columns=tuple(c for c in columns if c not in before.mapping),
    )


def _rows(staged: Staged, columns: Sequence[str]) -> pl.DataFrame:
    """The rows in the file's order, clean ones of a large file among them, each value as text."""
    wanted = [*(pl.col(c).cast(pl.String) for c in columns), pl.col("_sheet"), pl.col("_row").cast(pl.Int64)]
    frames = [staged.frame.select(wanted)]
    if staged.clean is not None:
        frames += [pl.read_parquet(part.path).select(wanted) for part in staged.clean.parts if part.rows]
    return pl.concat(frames).sort("_row", maintain_order=True) if len(frames) > 1 else frames[0]


def _numbered(staged: Staged, columns: Sequence[str], key: Sequence[str]) -> pl.DataFrame:
    """The rows with what they are matched by: their key and how often it stood before, or their number."""
    rows = _rows(staged, columns)
    if not key:
        return rows.with_columns(pl.int_range(pl.len()).alias(_TIMES))
    joined = pl.concat_str([pl.col(c).fill_null("\x00") for c in key], separator="\x1f").alias(_KEY)
    return rows.with_columns(joined).with_columns(pl.int_range(pl.len()).over(_KEY).alias(_TIMES))


def _changes(
    both: pl.DataFrame, columns: Sequence[str], key: Sequence[str], before: Staged, after: Staged
) -> tuple[CellChange, ...]:
    found: list[tuple[int, int, CellChange]] = []
    numbered = both.with_row_index(_PLACE)
    for order, column in enumerate(columns):
        if column in key:
            continue
        differing = numbered.filter(pl.col(column).ne_missing(pl.col(f"{column}_new")))
        if differing.is_empty():
            continue
        taken = differing.select(
            _PLACE, column, f"{column}_new", "_sheet", "_row", "_sheet_new", "_row_new",
            _key_of(key).alias(_WHERE),
        )  # fmt: skip
        for place, old, new, sheet, row, sheet_new, row_new, names in taken.iter_rows():
            change = CellChange(
                tuple(names), column, old, new, sheet, row, before.address(row, column), sheet_new, row_new,
                after.address(row_new, column),
            )  # fmt: skip
            found.append((place, order, change))
    return tuple(change for _, _, change in sorted(found, key=lambda f: f[:2]))


def _key_of(key: Sequence[str]) -> pl.Expr:
    return pl.concat_list([pl.col(c) for c in key]) if key else pl.lit([], dtype=pl.List(pl.String))


def _only(rows: pl.DataFrame, columns: Sequence[str], key: Sequence[str]) -> tuple[RowChange, ...]:
    return tuple(
        RowChange(tuple(row[c] for c in key), row["_sheet"], row["_row"], {c: row[c] for c in columns})
        for row in rows.iter_rows(named=True)
    )
