"""Which province the hub serves: its name, and the file of its communes' outlines."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

from data.reference_tables import FOLDER, reference_files
from data.settings import settings

__all__ = ["province_name", "shapes_file"]


@lru_cache(maxsize=4)
def _name(code: str) -> str:
    path = reference_files(code).get("units")
    if path is not None:
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                if row.get("level") == "province":
                    return row["name"]
    return f"Tỉnh {code}"


def province_name() -> str:
    """"Tỉnh Khánh Hòa"."""
    return _name(settings().province)


def shapes_file() -> Path:
    """GeoJSON of the communes' outlines; it may not be there, and pages do without."""
    return FOLDER / f"communes_{settings().province}.geojson"
