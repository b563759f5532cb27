"""What a contract says, as frozen models: columns, rules, cadence, who owes it; data/contract.py reads the files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from data.period import Cutoff

__all__ = ["Cadence", "Column", "Contract", "EnumLabel", "ExpectedKeys", "IndicatorFeed", "Reporting", "RuleSpec"]

LogicalType = Literal["string", "integer", "number", "boolean", "date", "timestamp"]
Layout = Literal["flat", "hierarchical"]


@dataclass(frozen=True, slots=True)
class EnumLabel:
    """One entry of a code list: the stored code and the words files carry."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a dataset."""

    name: str
    title: str
    type: LogicalType
    required: bool = False
    key: bool = False
    unique: bool = False
    description: str = ""
    enum: tuple[EnumLabel, ...] = ()
    reference: str | None = None
    """Table and column that its values must be found in, "communes.code"."""
    synonyms: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: float | None = None
    exclusive_maximum: float | None = None
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    personal: bool = False
    measure: str | None = None
    """flow | stock | cumulative | ratio | rank | index, for measure columns."""
    unit: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    derived: str | None = None
    """What the hub works out for it where the file has no such column: parent_row, depth, path, adds …"""
    facet: str | None = None
    """Which side of a plan and its settlement a measure shows: plan | settlement."""

    @property
    def resolves_unit(self) -> bool:
        """Whether its values name a commune or an agency, in any spelling."""
        return self.reference in {"communes.code", "units.code"}

    @property
    def titles(self) -> tuple[str, ...]:
        """Every spelling of the header: title, synonyms and the column's own name."""
        return (self.title, *self.synonyms, self.name)


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """A rule as a contract writes it (ODCS `quality`); checks/compile makes it runnable."""

    id: str
    name: str
    type: str
    kind: str
    principle: str
    dimension: str
    severity: str
    query: str | None = None
    metric: str | None = None
    column: str | None = None
    message_vi: str = ""
    message_en: str = ""
    expected: str | None = None
    comparator: str | None = None
    suggestion: str | None = None
    must: tuple[tuple[str, Any], ...] = ()
    """The ODCS mustBe… operators as (operator, value)."""


@dataclass(frozen=True, slots=True)
class Reporting:
    """Who owes the dataset."""

    units: tuple[str, ...] = ()
    """Short codes of units, or "owner"."""
    each: tuple[str, ...] = ()
    """Kinds of unit of which each one reports: commune, so, board …"""
    on_behalf: bool = False


@dataclass(frozen=True, slots=True)
class ExpectedKeys:
    """Values that one submission must hold in a column: each commune, each station …"""

    column: str
    each: str


@dataclass(frozen=True, slots=True)
class IndicatorFeed:
    """How a dataset feeds an indicator: a sum, a ratio of sums or a single value (SQL over its core table)."""

    indicator: str
    sum: str | None = None
    value: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    scale: float = 1.0
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often the dataset is owed and when, as the contract writes it; data/deadline.py makes moments of it."""

    frequency: int
    unit: str
    due: str
    grace_days: int = 0
    cutoff: Cutoff = "calendar"


@dataclass(frozen=True)
class Contract:
    """One dataset and everything that is asked of it."""

    id: str
    version: str
    title: str
    title_en: str
    status: str
    sector: str
    product: str
    purpose: str
    usage: str
    grain: str
    owner: str
    """Short code of the department answerable for it ("SVHTTDL"); the province's code is put before it."""
    owner_name: str
    licence: str | None
    columns: tuple[Column, ...]
    rules: tuple[RuleSpec, ...]
    cadence: Cadence
    reporting: Reporting
    valid_from: str
    subject: str | None = None
    expected_keys: ExpectedKeys | None = None
    max_failed_share: float = 0.2
    all_or_nothing: bool = False
    approval: bool = False
    blocking: bool = False
    layout: Layout = "flat"
    headline: tuple[str, ...] = ()
    indicators: tuple[IndicatorFeed, ...] = ()
    extra: tuple[tuple[str, Any], ...] = ()
    path: Path | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the key columns, in order."""
        return tuple(c.name for c in self.columns if c.key)

    @property
    def measures(self) -> tuple[Column, ...]:
        """Columns that are counted, averaged or ranked."""
        return tuple(c for c in self.columns if c.measure)

    @property
    def forms(self) -> tuple[str, ...]:
        """Published forms (data/reference/published_forms.yaml) that are this dataset; () where any table may be."""
        return tuple(dict(self.extra).get("publishedForms") or ())

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.id} has no column {name!r}")
