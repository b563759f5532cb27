"""Outlines in tables: which row belongs under which (A, I, 1, 1.1, a, -, +), and which rows add up to their parent.

Budget tables of circular 343/2016/TT-BTC and its predecessors write the outline in the column STT or as a bullet
before the name; lines after “trong đó” (of which) show only a part of their parent and are not added up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from checks.outline import Outline, Style, outline_of
from data.vietnamese_text import fold

__all__ = ["Line", "Place", "places_of", "sum_query"]

_OF_WHICH = re.compile(r"^(?:trong do|of which|trong so do|mot so (?:co quan|don vi|du an|chuong trinh|nhiem vu))\b")
_BREAKDOWN = re.compile(r"^(?:bao gom|gom|chia ra|include|including|phan theo|chia theo)\b")
_TOTAL = re.compile(
    r"^(?:tong\b(?! (?:cong ty|cuc|kho|dai|doi|hop|lien doan))|cong(?: (?:so|lai))?$|total\b|grand total\b)"
)
_FORMULA = re.compile(
    r"[(=]\s*((?:[A-ZĐ]|[IVX]+|\d{1,2}|[a-zđ])(?:\s*[+;,]\s*(?:[A-ZĐ]|[IVX]+|\d{1,2}|[a-zđ]))+)\s*\)?"
)

Values = Sequence[Decimal | None]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of an outlined table: its code (STT), its name and its figures, one a measure column."""

    code: str | None
    name: str | None
    values: tuple[Decimal | None, ...]
    total: bool = False
    """Whether the reader already took it for a total row."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands: its parent's index (None at the top), depth from 0, path (“B.I.2.-1”) and whether it counts
    towards its parent's sum."""

    parent: int | None
    depth: int
    path: str
    adds: bool


@dataclass
class _Node:
    index: int
    rank: float
    outline: Outline
    valued: bool
    marker: bool
    of_which: bool
    children: list[_Node] = field(default_factory=list)
    parent: _Node | None = None


def places_of(lines: Sequence[Line], tolerance: Decimal = Decimal("0.5")) -> list[Place]:
    """The place of every line.

    tolerance: what rounding may take from or add to one figure, in the unit of the figures. The outline decides who is
    whose parent; where a parent has more than one set of children (“trong đó” beside a full list, two ways to divide),
    the figures decide which of them is the full one.
    """
    nodes = [_node(index, line) for index, line in enumerate(lines)]
    _raise_headings(nodes)
    roots = _tree(nodes)
    added = {child for node in nodes for child in _full_set(node, lines, tolerance)}
    places: dict[int, Place] = {}
    _place(roots, None, places, added, set())
    return [places[index] for index in range(len(lines))]


def _node(index: int, line: Line) -> _Node:
    outline = outline_of(line.code, line.name)
    words = fold(line.name or "").lstrip("- +*")
    valued = any(v is not None for v in line.values)
    total = outline.style is Style.NONE and (line.total or bool(_TOTAL.match(words))) and (valued or line.total)
    coded = outline.style not in (Style.NONE, Style.BULLET)
    marker = not valued and not coded and bool(_OF_WHICH.match(words) or _BREAKDOWN.match(words))
    rank = 0.0 if total else outline.rank
    return _Node(index, rank, outline, valued, marker, bool(_OF_WHICH.match(words)))


def _raise_headings(nodes: list[_Node]) -> None:
    """A valued line without a code right before a list that begins anew (A or I a second time) heads that list."""
    seen: set[Style] = set()
    coded = [n for n in nodes if n.outline.ordinal is not None]
    following = {n.index: after for n, after in zip(nodes, _next_coded(nodes), strict=True)}
    for node in nodes:
        after = following[node.index]
        if (
            node.rank > 0
            and node.outline.style is Style.NONE
            and node.valued
            and after is not None
            and after.outline.ordinal == 1
            and after.outline.style in (Style.ALPHA, Style.ROMAN)
            and (after.outline.style in seen or after is coded[0])
            and not any(n.outline.style.value < after.outline.style.value for n in coded if n.index < node.index)
        ):
            node.rank = 0.0
        if node.outline.ordinal is not None:
            seen.add(node.outline.style)


def _next_coded(nodes: list[_Node]) -> list[_Node | None]:
    """For each node the line that follows it, where that carries a code; lines without figures are looked through."""
    found: list[_Node | None] = []
    for node in nodes:
        after = next((n for n in nodes[node.index + 1 :] if n.valued or n.outline.ordinal is not None), None)
        found.append(after if after is not None and after.outline.ordinal is not None else None)
    return found


def _tree(nodes: list[_Node]) -> list[_Node]:
    roots: list[_Node] = []
    open_nodes: list[_Node] = []
    for node in nodes:
        while open_nodes and open_nodes[-1].rank >= node.rank:
            open_nodes.pop()
        if open_nodes:
            node.parent = open_nodes[-1]
            node.parent.children.append(node)
        else:
            if node.rank == 0 and node is nodes[-1]:
                _adopt(node, roots)
            roots.append(node)
        if node.valued or node.outline.ordinal is not None:
            open_nodes.append(node)
    return roots


def _adopt(total: _Node, roots: list[_Node]) -> None:
    """A total that closes a table takes the lines over it that no other total holds."""
    loose = [n for n in roots if n.rank > 0]
    if loose and not any(n.rank == 0 for n in roots):
        total.children.extend(loose)
        for node in loose:
            node.parent = total
        roots[:] = [n for n in roots if n.rank == 0]


def _place(
    nodes: list[_Node], parent: _Node | None, places: dict[int, Place], added: set[int], taken: set[str]
) -> None:
    above = places[parent.index] if parent is not None else None
    counts: dict[str, int] = {}
    for node in nodes:
        code = node.outline.label
        if parent is not None:
            code = code.removeprefix(f"{parent.outline.label}.")
        counts[code] = counts.get(code, 0) + 1
        own = code if node.outline.ordinal is not None and counts[code] == 1 else f"{code}{counts[code]}"
        path = f"{above.path}.{own}" if above is not None else own
        while path in taken:
            path += "~"
        taken.add(path)
        places[node.index] = Place(
            parent.index if parent is not None else None, above.depth + 1 if above else 0, path, node.index in added
        )
        _place(node.children, node, places, added, taken)


def _sums(children: Sequence[_Node], node: _Node, lines: Sequence[Line], tolerance: Decimal) -> int:
    """In how many measure columns these children give the parent's figure, to within rounding."""
    hits = 0
    for column, value in enumerate(lines[node.index].values):
        parts = [v for c in children if (v := lines[c.index].values[column]) is not None]
        if value is not None and value != 0 and parts:
            hits += abs(sum(parts) - value) <= tolerance * (len(parts) + 1)
    return hits


def _full_set(node: _Node, lines: Sequence[Line], tolerance: Decimal) -> list[int]:
    """Indices of the children that are to add up to a node; none where only parts of it are shown."""
    children = [c for c in node.children if c.valued]
    if not children or not node.valued:
        return []
    best: tuple[int, list[_Node]] | None = None
    candidates = _candidates(node, children, lines)
    for candidate in candidates:
        hits = _sums(candidate, node, lines, tolerance) if candidate else 0
        if hits and (best is None or hits > best[0]):
            best = (hits, candidate)
    if best is not None:
        return [c.index for c in best[1]]
    # Nothing adds up: the plain list is held against its parent, unless it shows but one part of it.
    plain = candidates[0]
    return [c.index for c in plain] if len(plain) > 1 else []


def _candidates(node: _Node, children: list[_Node], lines: Sequence[Line]) -> list[list[_Node]]:
    """Sets of children that may be the full list, the most natural first."""
    partial = _after_of_which(node)
    plain = [c for c in children if c.index not in partial]
    found = [plain]
    formula = _FORMULA.search(lines[node.index].name or "")
    if formula:
        wanted = {part.strip() for part in re.split(r"[+;,]", formula[1])}
        named = [c for c in children if c.outline.label in wanted]
        if {c.outline.label for c in named} == wanted:
            found.insert(0, named)
    for style in dict.fromkeys(c.outline.style for c in children):
        group = [c for c in children if c.outline.style is style]
        found.append([c for c in group if c.index not in partial])
        if len(group) > 1:
            found.append(group)
    # A few lines “of which”, then the full list with the same bullets: what follows them may be it.
    for start in [place for place, c in enumerate(children) if c.of_which]:
        found += [children[end:] for end in range(start + 1, len(children) - 1)]
    for run in _runs(node, partial):
        found.append(run)
    return found


def _after_of_which(node: _Node) -> set[int]:
    """Children from an “of which” on, as long as the outline keeps its style."""
    partial: set[int] = set()
    style: Style | None = None
    active = False
    for child in node.children:
        if child.of_which:
            active, style = True, None if child.marker else child.outline.style
            if not child.marker:
                partial.add(child.index)
            continue
        if child.marker:
            active = False
            continue
        if not active or (not child.valued and child.outline.ordinal is None):
            continue
        if style is None:
            style = child.outline.style
        if child.outline.style is style or (child.outline.style is Style.BULLET and style is Style.NONE):
            partial.add(child.index)
        else:
            active = False
    return partial


def _runs(node: _Node, partial: set[int]) -> list[list[_Node]]:
    """Each stretch of lines between two “of which”: one of several ways to divide the parent."""
    runs: list[list[_Node]] = [[]]
    for child in node.children:
        if child.marker or child.of_which:
            runs.append([])
        if child.valued and child.index in partial:
            runs[-1].append(child)
    return [run for run in runs if len(run) > 1]


def sum_query(dataset: str, column: str, *, parent: str, adds: str, factor: str) -> str:
    """SQL of the rule that a parent is the sum of its children in one measure column, within rounding.

    Gives the failing parent's _submission_id and _row, `_expected` (the sum) and `difference`. `factor` is the column
    that says what one of the sheet's own unit is in the stored one: half of it for each figure is rounding.
    """
    return f"""
        SELECT p._submission_id, p._row, c.total AS _expected, round(p."{column}" - c.total, 6) AS difference,
               p."{column}" AS stated, c.total AS total
        FROM "{dataset}" p JOIN (
            SELECT _submission_id, "{parent}" AS _parent, sum("{column}") AS total, count("{column}") AS parts,
                   coalesce(max("{factor}"), 1) AS factor
            FROM "{dataset}" WHERE "{adds}" AND "{column}" IS NOT NULL GROUP BY ALL
        ) c ON c._submission_id = p._submission_id AND c._parent = p._row
        WHERE abs(p."{column}" - c.total) > 0.5 * (c.parts + 1) * c.factor + 1e-9
    """
