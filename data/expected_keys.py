"""Which values a dataset must hold: every commune, every coastal commune, every entry of a register."""

from __future__ import annotations

import csv
from functools import lru_cache

from data.reference_tables import reference_files
from data.units import load_units

__all__ = ["expected_keys"]


@lru_cache(maxsize=64)
def expected_keys(each: str, province: str) -> dict[str, str]:
    """Code → name of everything that `each` stands for. Raises KeyError where no such register is known."""
    if units := load_units(province).of_kind(each):
        return {u.code: u.name for u in units}
    files = reference_files(province)
    if each not in files:
        raise KeyError(f"không có danh mục {each!r} / no register {each!r}")
    with files[each].open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    column = "code" if "code" in rows[0] else next(iter(rows[0]))
    return {row[column]: row.get("name") or row[column] for row in rows}
