"""Commune outlines: read from GeoJSON, checked against the units, and simplified so that neighbours stay neighbours."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

from data.reference_tables import FOLDER
from data.settings import settings

__all__ = ["boundaries_path", "install_boundaries", "load_boundaries", "simplify_boundaries"]

Point = tuple[float, float]
Ring = list[Point]
_LOADED_TOLERANCE = 0.0005
"""Degrees, about 50 m: finer than a wall shows, coarse enough for a light page."""


def load_boundaries(path: Path, codes: Iterable[str] | None = None) -> dict[str, Any]:
    """A FeatureCollection whose features carry `properties.code`, longitude and latitude in WGS84.

    With `codes`, raises ValueError naming communes without an outline and outlines without a commune.
    """
    collection: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if collection.get("type") != "FeatureCollection":
        raise ValueError(f"{path.name}: không phải GeoJSON FeatureCollection / not a GeoJSON FeatureCollection")
    if codes is not None:
        wanted = set(codes)
        found = {str(feature["properties"].get("code")) for feature in collection["features"]}
        if wanted != found:
            raise ValueError(
                f"{path.name}: thiếu ranh giới {sorted(wanted - found)}, thừa {sorted(found - wanted)} / "
                f"outlines missing {sorted(wanted - found)}, of unknown communes {sorted(found - wanted)}"
            )
    return collection


def boundaries_path(province: str) -> Path:
    """The outlines in use: those an operator loaded, else the ones that come with the hub."""
    loaded = settings().home / "reference" / f"communes_{province}.geojson"
    return loaded if loaded.exists() else FOLDER / f"communes_{province}.geojson"


def install_boundaries(source: Path, province: str, codes: Iterable[str]) -> Path:
    """Take an operator's outlines into use, simplified; raises ValueError where they do not fit the communes."""
    collection = simplify_boundaries(load_boundaries(source, codes), _LOADED_TOLERANCE)
    target = settings().home / "reference" / f"communes_{province}.geojson"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(collection, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return target


def _polygons(geometry: dict[str, Any], decimals: int) -> list[list[Ring]]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    rounded = []
    for polygon in polygons:
        rings = []
        for ring in polygon:
            points: Ring = []
            for x, y in ring:
                point = (round(x, decimals), round(y, decimals))
                if not points or points[-1] != point:
                    points.append(point)
            if len(points) >= 4:
                rings.append(points)
        if rings:
            rounded.append(rings)
    return rounded


def _thin(line: tuple[Point, ...], tolerance: float) -> tuple[Point, ...]:
    """Douglas-Peucker: the line's ends and every point further than the tolerance (degrees) from its chord."""
    keep = {0, len(line) - 1}
    stack = [(0, len(line) - 1)]
    while stack:
        first, last = stack.pop()
        (x1, y1), (x2, y2) = line[first], line[last]
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        worst, place = 0.0, 0
        for index in range(first + 1, last):
            x, y = line[index]
            if length:
                away = abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length
            else:
                away = ((x - x1) ** 2 + (y - y1) ** 2) ** 0.5
            if away > worst:
                worst, place = away, index
        if worst > tolerance:
            keep.add(place)
            stack += [(first, place), (place, last)]
    return tuple(line[index] for index in sorted(keep))


def _area(ring: Ring) -> float:
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))) / 2


def _arcs(ring: Ring, junctions: set[Point]) -> list[tuple[Point, ...]]:
    """The ring cut at its junctions; a ring without one is cut at its lowest and its furthest point."""
    points = ring[:-1]
    cuts = [index for index, point in enumerate(points) if point in junctions]
    if len(cuts) < 2:
        start = cuts[0] if cuts else points.index(min(points))
        points = points[start:] + points[:start]
        x, y = points[0]
        far = max(range(len(points)), key=lambda i: (points[i][0] - x) ** 2 + (points[i][1] - y) ** 2)
        cuts = [0, far]
    else:
        points = points[cuts[0] :] + points[: cuts[0]]
        cuts = [index - cuts[0] for index in cuts]
    closed = [*points, points[0]]
    ends = [*cuts, len(points)]
    return [tuple(closed[first : last + 1]) for first, last in pairwise(ends)]


def simplify_boundaries(
    collection: dict[str, Any], tolerance: float, decimals: int = 4, smallest: float = 0.0
) -> dict[str, Any]:
    """Outlines with fewer points: a line shared by two communes is thinned once, so no gaps and no overlaps appear.

    tolerance: degrees; smallest: islets below this area (square degrees) go, but never a commune's largest part.
    """
    shapes = [_polygons(feature["geometry"], decimals) for feature in collection["features"]]
    neighbours: defaultdict[Point, set[Point]] = defaultdict(set)
    for shape in shapes:
        for ring in (ring for polygon in shape for ring in polygon):
            for here, there in pairwise(ring):
                neighbours[here].add(there)
                neighbours[there].add(here)
    junctions = {point for point, around in neighbours.items() if len(around) != 2}
    thinned: dict[tuple[Point, ...], tuple[Point, ...]] = {}

    def thin(arc: tuple[Point, ...]) -> tuple[Point, ...]:
        backwards = arc[::-1]
        if backwards < arc:
            return thin(backwards)[::-1]
        if arc not in thinned:
            thinned[arc] = _thin(arc, tolerance)
        return thinned[arc]

    features = []
    for feature, shape in zip(collection["features"], shapes, strict=True):
        largest = max(_area(polygon[0]) for polygon in shape)
        polygons = []
        for polygon in shape:
            if _area(polygon[0]) < min(smallest, largest):
                continue
            rings = []
            for ring in polygon:
                points = [arc for arcs in _arcs(ring, junctions) for arc in thin(arcs)[:-1]]
                if len(points) >= 3:
                    rings.append([list(point) for point in [*points, points[0]]])
            if rings:
                polygons.append(rings)
        geometry = {"type": "MultiPolygon", "coordinates": polygons}
        features.append({"type": "Feature", "properties": feature["properties"], "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}
