"""Map of the communes as SVG: sharp at every size, coloured by class, the far archipelago in its inset."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import median
from typing import Any

from dashboard.components.markup import NOTHING, Node, Safe, el
from dashboard.language import Language
from dashboard.models import CommuneValue
from data.settings import settings

__all__ = ["MapShapes", "commune_map", "load_shapes", "scale_class"]

_HEIGHT = 520.0
_INSET_WIDTH, _INSET_HEIGHT = 150.0, 108.0
_FAR_DEGREES = 1.5
"""A commune this much further east or west than the middle one is drawn in the inset, or the rest becomes a dot."""

Ring = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class MapShapes:
    """Outlines ready to draw: commune code → SVG path, dots of the inset, and the drawing's width (height is 520)."""

    width: float
    paths: Mapping[str, str]
    names: Mapping[str, str]
    inset: Mapping[str, tuple[tuple[float, float], ...]]


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind == "Point":
        yield [tuple(coordinates[:2])]
    elif kind == "MultiPoint":
        yield from ([tuple(c[:2])] for c in coordinates)
    elif kind == "Polygon":
        yield from ([tuple(c[:2]) for c in ring] for ring in coordinates)
    elif kind == "MultiPolygon":
        yield from ([tuple(c[:2]) for c in ring] for polygon in coordinates for ring in polygon)
    elif kind == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _rings(part)


def _middle(rings: list[Ring]) -> tuple[float, float]:
    xs = [x for ring in rings for x, _ in ring]
    ys = [y for ring in rings for _, y in ring]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _draw(features: list[Mapping[str, Any]]) -> MapShapes:
    outlines = {str(f["properties"]["code"]): list(_rings(f["geometry"])) for f in features if f.get("geometry")}
    names = {str(f["properties"]["code"]): str(f["properties"].get("name", "")) for f in features}
    outlines = {code: rings for code, rings in outlines.items() if rings}
    middles = {code: _middle(rings) for code, rings in outlines.items()}
    centre = median(x for x, _ in middles.values())
    far = {code for code, (x, _) in middles.items() if abs(x - centre) > _FAR_DEGREES}
    near = [p for code, rings in outlines.items() if code not in far for ring in rings for p in ring]
    west, east = min(x for x, _ in near), max(x for x, _ in near)
    south, north = min(y for _, y in near), max(y for _, y in near)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = (_HEIGHT - 8) / (north - south)

    def place(lon: float, lat: float) -> str:
        return f"{4 + (lon - west) * squeeze * scale:.1f} {4 + (north - lat) * scale:.1f}"

    paths = {
        code: "".join("M" + "L".join(place(*p) for p in ring) + "Z" for ring in rings if len(ring) > 2)
        for code, rings in outlines.items()
        if code not in far
    }
    return MapShapes(
        width=round((east - west) * squeeze * scale + 8, 1),
        paths=paths,
        names=names,
        inset={code: _dots(outlines[code]) for code in sorted(far)},
    )


def _dots(rings: list[Ring]) -> tuple[tuple[float, float], ...]:
    """The middles of islands, spread over the inset's own box and thinned so that dots stay apart."""
    middles = [_middle([ring]) for ring in rings]
    west, east = min(x for x, _ in middles), max(x for x, _ in middles)
    south, north = min(y for _, y in middles), max(y for _, y in middles)
    wide, high = (east - west) or 1.0, (north - south) or 1.0
    kept: list[tuple[float, float]] = []
    for x, y in middles:
        dot = (
            round(16 + (x - west) / wide * (_INSET_WIDTH - 32), 1),
            round(16 + (north - y) / high * (_INSET_HEIGHT - 32), 1),
        )
        if all(math.hypot(dot[0] - a, dot[1] - b) > 9 for a, b in kept):
            kept.append(dot)
    return tuple(kept)


@lru_cache(maxsize=4)
def _load(path: Path, _stamp: int) -> MapShapes | None:
    document = json.loads(path.read_text(encoding="utf-8"))
    return _draw(document["features"]) if document.get("features") else None


def load_shapes(path: Path) -> MapShapes | None:
    """The outlines of a GeoJSON file whose features carry `code` and `name`; None where there is no file."""
    return _load(path, path.stat().st_mtime_ns) if path.is_file() else None


def scale_class(value: float | None) -> str:
    """CSS class of a share 0–100: c0 (red) … c5 (deep green), none where undefined.

    The classes above the green threshold are two, as are those between the thresholds and those below.
    """
    if value is None:
        return "none"
    amber, green = settings().amber_from, settings().green_from
    edges = (amber * 0.4, amber * 0.75, amber, (amber + green) / 2, green)
    return f"c{sum(value >= edge for edge in edges)}"


def amount_class(value: float | None, values: list[float]) -> str:
    """CSS class of an amount by its rank among all: q0 (least) … q4 (most), none where undefined."""
    if value is None or not values:
        return "none"
    below = sum(v < value for v in values)
    return f"q{min(4, below * 5 // len(values))}"


def commune_map(
    shapes: MapShapes | None,
    communes: tuple[CommuneValue, ...],
    words: Language,
    *,
    side: Node = None,
    unit: str = "%",
    amounts: bool = False,
    legend: str = "",
) -> Safe:
    """The map with its legend and inset; `side` (a ranking, say) stands beside it.

    amounts: colour by rank among the communes (for measures) instead of by the thresholds (for shares).
    """
    if shapes is None:
        return el("div", side, class_="map") if side else NOTHING
    values = {c.code: c for c in communes}
    known = sorted(c.value for c in communes if c.value is not None)

    def of(code: str) -> str:
        value = values[code].value if code in values else None
        return amount_class(value, known) if amounts else scale_class(value)

    def said(code: str) -> str:
        commune = values.get(code)
        shown = words.number(commune.value if commune else None, None if amounts else 0)
        name = commune.name if commune else shapes.names.get(code, code)
        return f"{name}: {shown} {unit if commune and commune.value is not None else ''}".strip()

    outlines = []
    for code, path in shapes.paths.items():
        area = el("path", el("title", said(code)), d=path, class_=f"commune {of(code)}", data_code=code)
        href = values[code].href if code in values else None
        outlines.append(el("a", area, href=href, tabindex="-1") if href else area)
    return el(
        "div",
        el(
            "svg",
            outlines,
            class_="map-land",
            viewBox=f"0 0 {shapes.width:g} {_HEIGHT:g}",
            role="group",
            aria_label=words("map.label", known=len(known), communes=len(shapes.names)),
        ),
        el(
            "div",
            side,
            [_inset(shapes, code, of(code), said(code), words) for code in shapes.inset],
            _legend(words, amounts, legend),
            class_="map-side",
        ),
        class_="map",
    )


def _inset(shapes: MapShapes, code: str, colour: str, said: str, words: Language) -> Safe:
    name, _, value = said.partition(": ")
    return el(
        "div",
        el("p", name, class_="muted"),
        el(
            "div",
            el(
                "svg",
                [el("circle", cx=x, cy=y, r=4.2, class_=f"commune {colour}") for x, y in shapes.inset[code]],
                class_="map-inset",
                viewBox=f"0 0 {_INSET_WIDTH:g} {_INSET_HEIGHT:g}",
                role="img",
                aria_label=said,
            ),
            el("p", value, el("br"), words("map.sovereignty"), class_="muted"),
            class_="inset-row",
        ),
        class_="inset",
    )


def _legend(words: Language, amounts: bool, text: str) -> Safe:
    swatches = [f"q{i}" for i in range(5)] if amounts else [f"c{i}" for i in range(6)]
    return el(
        "div",
        el("span", [el("i", class_=s) for s in swatches], class_="scale", aria_hidden="true"),
        el("span", text or words("map.scale")),
        class_="legend muted",
    )
