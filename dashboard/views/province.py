"""Which province the hub serves: its name, and the file of its communes' outlines."""

from __future__ import annotations

from pathlib import Path

from data.boundaries import boundaries_path
from data.settings import settings
from data.units import load_units

__all__ = ["province_name", "shapes_file"]


def province_name() -> str:
    """ "Tỉnh Khánh Hòa"."""
    code = settings().province
    found = load_units(code).get(code)
    return found.name if found else f"Tỉnh {code}"


def shapes_file() -> Path:
    """GeoJSON of the communes' outlines; it may not be there, and pages do without."""
    return boundaries_path(settings().province)
