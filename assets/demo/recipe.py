"""Recipes: what a dataset's figures look like in the demonstration province and how they can go wrong, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["FOLDER", "Consequence", "Defect", "Habits", "Recipe", "load_recipe", "settings_of"]

FOLDER = Path(__file__).parent / "recipes"


@dataclass(frozen=True, slots=True)
class Consequence:
    """A finding that a planted defect brings with it.

    on: which rows are found: row (the planted one), twin (its duplicate), group (every row with the same `by`).
    """

    rule: str
    column: str | None
    on: str = "row"
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Defect:
    """One way in which a hand-written rule is broken: new values (SQL over the clean row) and what must be found.

    where: SQL condition a clean row must fulfil. looks_back: the item before must stand in force, unspoilt.
    lasting: nothing that comes later compares with the changed values, so no corrected version is needed.
    """

    rule: str
    column: str | None
    change: tuple[tuple[str, str], ...]
    where: str = "true"
    looks_back: bool = False
    lasting: bool = False
    also: tuple[Consequence, ...] = ()
    times: int = 1


@dataclass(frozen=True, slots=True)
class Habits:
    """How units form the dataset's files: weights of formats, words for titles, groups of header columns."""

    formats: tuple[tuple[str, float], ...] = ()
    title: str = ""
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    corner_unit: str = ""
    totals: bool = True


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one dataset is made up.

    rows: SQL that gives reporter, period, the contract's columns and perhaps `_place` (order within the file), from
        the tables `item`, `commune` and `reference.*`; empty where the contract alone decides.
    spared: derived rules that are not planted by themselves, "rule id" or "kind:column".
    """

    dataset: str
    rows: str = ""
    habits: Habits = field(default_factory=Habits)
    defects: tuple[Defect, ...] = ()
    spared: tuple[str, ...] = ()
    duplicate_also: tuple[Consequence, ...] = ()
    derived_also: tuple[tuple[str, tuple[Consequence, ...]], ...] = ()


def _read(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


@cache
def settings_of(name: str) -> dict[str, Any]:
    """A file of the recipes' folder that speaks of the whole province: `world`, `discipline`, `people`."""
    return _read(FOLDER / f"_{name}.yaml")


def _consequences(nodes: list[dict[str, Any]] | None) -> tuple[Consequence, ...]:
    return tuple(Consequence(n["rule"], n.get("column"), n.get("on", "row"), n.get("by")) for n in nodes or [])


def _defect(node: dict[str, Any]) -> Defect:
    return Defect(
        rule=node["rule"],
        column=node.get("column"),
        change=tuple((column, str(value)) for column, value in (node.get("set") or {}).items()),
        where=str(node.get("where", "true")),
        looks_back=bool(node.get("looks_back")),
        lasting=bool(node.get("lasting")),
        also=_consequences(node.get("also")),
        times=int(node.get("times", 1)),
    )


@cache
def load_recipe(dataset: str, folder: Path = FOLDER) -> Recipe:
    """The recipe of a dataset; an empty one where nobody wrote one: the contract alone decides then."""
    path = folder / f"{dataset}.yaml"
    if not path.exists():
        return Recipe(dataset)
    node = _read(path)
    habits = node.get("habits") or {}
    return Recipe(
        dataset=dataset,
        rows=node.get("rows") or "",
        habits=Habits(
            formats=tuple((habits.get("formats") or {}).items()),
            title=habits.get("title") or "",
            groups=tuple((g["title"], tuple(g["columns"])) for g in habits.get("groups") or []),
            corner_unit=habits.get("corner_unit") or "",
            totals=bool(habits.get("totals", True)),
        ),
        defects=tuple(_defect(d) for d in node.get("defects") or []),
        spared=tuple(node.get("spared") or ()),
        duplicate_also=_consequences(node.get("duplicate_also")),
        derived_also=tuple((rule, _consequences(found)) for rule, found in (node.get("derived_also") or {}).items()),
    )
