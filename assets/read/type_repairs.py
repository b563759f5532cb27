"""Lists numbers and dates that stand as text in a column of numbers or dates, with what they stand for."""

from __future__ import annotations

from collections.abc import Iterator

from assets.read.values import clear_number, iso_date, looks_like
from data.table import Repair, Table

__all__ = ["type_repairs"]

_READINGS = {"n": (clear_number, "number_as_text"), "d": (iso_date, "date_as_text")}


def type_repairs(table: Table) -> Iterator[Repair]:
    """Repairs of the text cells of each column most of whose cells are numbers or dates; "-" and "…" do not count."""
    for place, positions in table.text_cells.items():
        mark = table.stored[place]
        if mark not in _READINGS:
            continue
        reading, repair = _READINGS[mark]
        values = table.frame.to_series(place)
        texts = values.gather(positions).to_list()
        kinds = [looks_like(text) if text else "" for text in texts]
        counted = sum(kind in ("T", "n", "d") for kind in kinds)
        if len(values) - values.null_count() - len(texts) <= counted:
            continue
        for position, text, kind in zip(positions.to_list(), texts, kinds, strict=True):
            after = reading(text) if kind == mark else None
            if after is not None:
                yield Repair(table.rows[position], table.columns[place], text, after, repair)
