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

    at: which rows are found: row (the planted one), twin (its duplicate), both, group (every row with the same `by`),
        others (the group without the planted one).
    """

    rule: str
    column: str | None
    at: str = "row"
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
    needs: str = ""
    """SQL for the number (`_id`) of an earlier row that must stand in force, unspoilt, for the rule to look at."""
    lasting: bool = False
    corrected: bool = False
    """Other datasets would look at the changed values: a corrected version follows even in the last period."""
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
    natural: tuple[Defect, ...] = ()
    """What clean rows show by themselves (overdue dossiers): found wherever `where` holds; such rows stay unspoilt."""
    spared: tuple[str, ...] = ()
    duplicate_also: tuple[Consequence, ...] = ()
    second_reporter: tuple[tuple[str, str], ...] = ()
    """Once, the subject of a row reports it itself, with these values (SQL): two reporters on one subject."""
    derived_also: tuple[tuple[str, tuple[Consequence, ...]], ...] = ()


def _read(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


@cache
def settings_of(name: str) -> dict[str, Any]:
    """A file of the recipes' folder that speaks of the whole province: `world`, `discipline`, `people`."""
    return _read(FOLDER / f"_{name}.yaml")


def _consequences(nodes: list[dict[str, Any]] | None) -> tuple[Consequence, ...]:
    return tuple(Consequence(n["rule"], n.get("column"), n.get("at", "row"), n.get("by")) for n in nodes or [])


def _defect(node: dict[str, Any]) -> Defect:
    return Defect(
        rule=node["rule"],
        column=node.get("column"),
        change=tuple((column, str(value)) for column, value in (node.get("set") or {}).items()),
        where=str(node.get("where", "true")),
        looks_back=bool(node.get("looks_back")),
        needs=str(node.get("needs") or ""),
        lasting=bool(node.get("lasting")),
        corrected=bool(node.get("corrected")),
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
        natural=tuple(_defect(d) for d in node.get("natural") or []),
        spared=tuple(node.get("spared") or ()),
        duplicate_also=_consequences(node.get("duplicate_also")),
        second_reporter=tuple((c, str(v)) for c, v in (node.get("second_reporter") or {}).items()),
        derived_also=tuple((rule, _consequences(found)) for rule, found in (node.get("derived_also") or {}).items()),
    )
