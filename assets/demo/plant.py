"""Planting: which rows and files are spoilt, with everything that must then be found in them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from assets.demo.derived_defects import CellDefect, cell_defects, spoil_text
from assets.demo.items import Item
from assets.demo.layout import Style
from assets.demo.recipe import Consequence, Defect, Recipe
from assets.demo.sheet import DemoRow
from assets.demo.world import World
from data.contract import Contract

__all__ = ["Fate", "Key", "Planter"]

Key = tuple[str, str]
"""(reporter, period)"""


@dataclass
class Fate:
    """What was done to one file. `whole` names a defect of the file itself: wrong_period, empty, damaged …"""

    planted: list[str] = field(default_factory=list)
    whole: str | None = None
    left_out: frozenset[str] = frozenset()
    absent: tuple[str, ...] = ()
    """Expected keys that are not in the file."""
    errors: int = 0
    must_correct: bool = False
    """Later periods would look back on its wrong values: a corrected version must follow."""


class Planter:
    """Spoils the clean rows of one dataset."""

    def __init__(
        self, world: World, contract: Contract, recipe: Recipe, seed: int, province: str,
        items: Sequence[Item], rows: dict[Key, list[DemoRow]], styles: dict[str, Style],
    ) -> None:  # fmt: skip
        self.world, self.contract, self.recipe, self.seed, self.province = world, contract, recipe, seed, province
        self.items = {(i.reporter, str(i.period)): i for i in items if i.received_at is not None}
        self.rows, self.styles = rows, styles
        self.fates: dict[Key, Fate] = {}
        self._at = {row.number: (key, row) for key, listed in rows.items() for row in listed}
        self._needed: set[int] = set()
        self._severity = {r.id: r.severity for r in contract.rules}
        self._last_of = {}
        for key in sorted(self.items, key=lambda k: self.items[k].period.start()):
            self._last_of[key[0]] = key

    def fate(self, key: Key) -> Fate:
        """What was done to a file so far."""
        return self.fates.setdefault(key, Fate())

    def clean_row(self, number: int) -> DemoRow | None:
        """A fresh copy of a row that nothing was done to."""
        found = self._at.get(number)
        return None if found is None or found[1].spoilt else DemoRow(dict(found[1].values), number=number)

    def plant(self) -> dict[Key, Fate]:
        """Plant everything the contract and the recipe offer."""
        self._whole_files()
        self._natural()
        often = max(1, len(self.items) // 150)
        for defect in self.recipe.defects:
            self._hand_written(defect, defect.times * often)
        for cell in cell_defects(self.contract, self.recipe, self.seed):
            self._cell(cell)
        self._duplicate()
        return self.fates

    # Rows.

    def _room(self, key: Key, error: bool) -> bool:
        """Whether another row of the file may be spoilt: the file shall mostly stay acceptable."""
        if key not in self.items or self.fate(key).whole:
            return False
        fate, count = self.fate(key), len(self.rows[key])
        if len(fate.planted) >= max(1, count // 4, 2 if count > 5 else 1):
            return False
        if not error:
            return True
        allowed = 0 if self.contract.all_or_nothing else int(count * self.contract.max_failed_share * 0.8)
        return fate.errors < allowed or (fate.errors == 0 and not fate.planted and count <= 6)

    def _free(self, number: int | None, before: int | None, looks_back: bool) -> bool:
        if number is None or number not in self._at or number in self._needed:
            return False
        key, row = self._at[number]
        if row.spoilt or key not in self.items:
            return False
        if not looks_back:
            return True
        if before is None or before not in self._at:
            return False
        earlier, old = self._at[before]
        return earlier in self.items and not old.spoilt and not self.fate(earlier).whole and self._fits(earlier)

    def _fits(self, key: Key) -> bool:
        """Whether the file as planted so far still takes force."""
        fate, count = self.fate(key), len(self.rows[key])
        allowed = 0 if self.contract.all_or_nothing else count * self.contract.max_failed_share
        return fate.errors <= allowed

    def _spoil(self, key: Key, row: DemoRow, name: str, *, error: bool, lasting: bool) -> Fate:
        fate = self.fate(key)
        row.spoilt = True
        fate.planted.append(name)
        fate.errors += error
        if not error and not lasting and self._last_of[key[0]] != key:
            fate.must_correct = True
        return fate

    def _hand_written(self, defect: Defect, times: int) -> None:
        """Plant one kind of defect in so many different rows, as far as there are fitting ones."""
        error = self._severity.get(defect.rule, "error") == "error"
        error = error or any(self._severity.get(c.rule) == "error" for c in defect.also)
        looks_back = defect.looks_back or bool(defect.needs)
        salt = f"{self.contract.id}:{defect.rule}"
        for candidate in self.world.candidates(
            defect.change, defect.where, salt, needs=defect.needs, limit=300 * times
        ):
            if times == 0:
                return
            if not self._free(candidate.number, candidate.before, looks_back):
                continue
            key, row = self._at[candidate.number]
            if not self._room(key, error):
                continue
            row.values.update(candidate.changes)
            row.expects.append((defect.rule, defect.column))
            self._follow(defect.also, key, row, None)
            fate = self._spoil(key, row, defect.rule, error=error, lasting=defect.lasting)
            fate.must_correct = fate.must_correct or defect.corrected
            if looks_back and candidate.before is not None:
                self._needed.add(candidate.before)
            times -= 1

    def _natural(self) -> None:
        """Findings that the clean rows bring with them, in every file that holds them."""
        for defect in self.recipe.natural:
            for candidate in self.world.candidates((), defect.where, "natural", limit=1_000_000):
                _, row = self._at[candidate.number]
                row.expects.append((defect.rule, defect.column))
                row.natural.append((defect.rule, defect.column))
                row.spoilt = True

    def _follow(self, also: Iterable[Consequence], key: Key, row: DemoRow, twin: DemoRow | None) -> None:
        for consequence in also:
            found = [row]
            if consequence.at == "twin" and twin is not None:
                found = [twin]
            elif consequence.at == "both" and twin is not None:
                found = [row, twin]
            elif consequence.at in {"group", "others"}:
                by = consequence.by or ""
                found = [r for r in self.rows[key] if r.values.get(by) == row.values.get(by)]
                found = found if consequence.at == "group" else [r for r in found if r is not row]
            for each in found:
                each.expects.append((consequence.rule, consequence.column))
                each.spoilt = True

    def _cell(self, defect: CellDefect) -> None:
        name = defect.column.name
        salt = f"{self.contract.id}:{defect.kind}:{name}"
        chance = random.Random(f"{self.seed}:{salt}")
        fitting = f'c."{name}" >= 10000' if defect.kind == "number_as_text" else f'c."{name}" IS NOT NULL'
        for candidate in self.world.candidates((), fitting, salt):
            if not self._free(candidate.number, None, False):
                continue
            key, row = self._at[candidate.number]
            if not self._room(key, defect.error) or not self._writes(key[0], defect, len(self.rows[key])):
                continue
            text = spoil_text(defect, row, self.province, chance)
            if text is None:
                continue
            row.raw[name] = None if text == "" else text
            row.expects.append((defect.rule, name))
            expected = self.contract.expected_keys
            if defect.error and expected is not None and expected.column == name:
                same = [r for r in self.rows[key] if r.values[name] == row.values[name]]
                fate = self.fate(key)
                fate.absent = (*fate.absent, *([str(row.values[name])] if len(same) == 1 else []))
            self._follow(defect.also, key, row, None)
            self._spoil(key, row, defect.rule, error=defect.error, lasting=True)
            return

    def _writes(self, reporter: str, defect: CellDefect, rows: int) -> bool:
        form = self.styles[reporter].form
        if form.startswith(("json", "ndjson", "parquet")):
            return defect.kind in {"type", "required", "below", "above", "enum", "unknown"}
        if defect.typed:
            return form in {"xlsx", "xls", "ods"} and rows > 3
        if defect.kind in {"unicode_form", "legacy_font", "double_encoded", "stray_spaces", "tone_placement"}:
            return form in {"xlsx", "xls", "ods", "csv:utf-8-sig", "csv:utf-8", "csv:utf-16", "zip:csv"}
        return True

    def _duplicate(self) -> None:
        """One row pasted twice."""
        if not self.contract.key or self.contract.layout != "flat":
            return
        for candidate in self.world.candidates((), "true", f"{self.contract.id}:duplicate"):
            if not self._free(candidate.number, None, False):
                continue
            key, row = self._at[candidate.number]
            if not self._room(key, True) or len(self.rows[key]) < 6:
                continue
            twin = row.copy()
            self.rows[key].insert(self.rows[key].index(row) + 1, twin)
            twin.expects.append(("key.unique", self.contract.key[0]))
            self._follow(self.recipe.duplicate_also, key, row, twin)
            self._spoil(key, row, "key.unique", error=True, lasting=True)
            return

    # Whole files.

    def _whole_files(self) -> None:
        """Defects of a file itself, each in another file: wrong period, forgotten column, nothing in it, unreadable."""
        chance = random.Random(f"{self.seed}:whole:{self.contract.id}")
        kinds = ["missing_column", "wrong_period", "empty", "unreadable", "absent"]
        chance.shuffle(kinds)
        keys = [k for k in self.items if self.rows.get(k)]
        chance.shuffle(keys)
        wanted = min(len(kinds), len(keys) // 3)
        for kind in kinds:
            if wanted == 0:
                return
            for key in keys:
                if key in self.fates or not self._whole(kind, key, chance):
                    continue
                wanted -= 1
                break

    def _whole(self, kind: str, key: Key, chance: random.Random) -> bool:
        form = self.styles[key[0]].form
        if kind == "absent":
            return self._leave_out_keys(key, chance)
        if kind == "missing_column":
            choices = [c.name for c in self.contract.columns if c.required and not c.key and not self._asked_of(c.name)]
            if not choices or form.startswith(("json", "ndjson", "parquet")):
                return False
            name = chance.choice(choices)
            fate = self.fate(key)
            fate.left_out, fate.whole = frozenset({name}), "structure.columns"
        elif kind == "wrong_period":
            if form not in {"xlsx", "xls", "ods"}:
                return False
            self.fate(key).whole = "structure.period"
        elif kind == "empty":
            if form not in {"xlsx", "xls"}:
                return False
            self.fate(key).whole = "volume"
        else:
            self.fate(key).whole = chance.choice(("encrypted", "damaged", "pdf"))
        fate = self.fate(key)
        fate.planted.append(fate.whole or kind)
        fate.must_correct = True
        return True

    def _asked_of(self, column: str) -> bool:
        """Whether a rule about the whole file, a comparison or a natural finding needs the column."""
        texts = [r.query or "" for r in self.contract.rules if r.kind in {"dataset", "set", "cross"}]
        texts += [d.where for d in self.recipe.natural]
        texts += [r.query or "" for r in self.contract.rules if "coalesce" in (r.query or "").lower()]
        return any(re.search(rf"\b{column}\b", text) for text in texts)

    def _leave_out_keys(self, key: Key, chance: random.Random) -> bool:
        expected, rows = self.contract.expected_keys, self.rows[key]
        if expected is None or len(rows) < 10:
            return False
        codes = sorted({str(r.values[expected.column]) for r in rows})
        gone = chance.sample(codes, min(3, len(codes) // 6 or 1))
        for row in [r for r in rows if r.values[expected.column] in gone]:
            rows.remove(row)
            row.spoilt = True
        fate = self.fate(key)
        fate.absent = (*fate.absent, *gone)
        fate.planted.append(f"coverage.{expected.column}")
        return True
