"""Contracts: one ODCS 3.2 file a dataset, loaded into frozen models that everything else derives from.

Source: Open Data Contract Standard 3.2.0. What ODCS has no word for lies in its customProperties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from data.contract_model import (
    Cadence,
    Column,
    Contract,
    EnumLabel,
    ExpectedKeys,
    IndicatorFeed,
    Reporting,
    RuleSpec,
)

__all__ = [
    "Column",
    "Contract",
    "ContractError",
    "ContractRegistry",
    "EnumLabel",
    "IndicatorFeed",
    "Reporting",
    "RuleSpec",
    "load_contract",
    "load_contracts",
]

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ContractError(ValueError):
    """A contract that cannot be loaded; says which file and what is missing."""


class ContractRegistry(Mapping[str, Contract]):
    """All contracts by id; one given as a file is read when it is first asked for.

    Asking for a dataset that is not there raises ContractError and names those that are.
    """

    def __init__(self, contracts: Mapping[str, Contract | Path] | Iterable[tuple[str, Contract | Path]] = ()) -> None:
        self._contracts: dict[str, Contract | Path] = dict(contracts)

    def __getitem__(self, dataset: str) -> Contract:
        if dataset not in self._contracts:
            known = ", ".join(sorted(self._contracts))
            raise ContractError(f"Không có bộ dữ liệu “{dataset}” / no dataset {dataset!r}. Có / known: {known}")
        held = self._contracts[dataset]
        if isinstance(held, Path):
            held = load_contract(held)
            if held.id != dataset:
                raise ContractError(f"{held.path}: id “{held.id}” khác tên tệp / the id differs from the file's name")
            self._contracts[dataset] = held
        return held

    def __contains__(self, dataset: object) -> bool:
        return dataset in self._contracts

    def __iter__(self) -> Iterator[str]:
        return iter(self._contracts)

    def __len__(self) -> int:
        return len(self._contracts)


def _custom(node: dict[str, Any]) -> dict[str, Any]:
    return {p["property"]: p.get("value") for p in node.get("customProperties") or [] if "property" in p}


def _frozen(value: Any) -> Any:
    """The value with lists as tuples, so that a contract can be a cache's key."""
    if isinstance(value, list):
        return tuple(_frozen(v) for v in value)
    return tuple((k, _frozen(v)) for k, v in value.items()) if isinstance(value, dict) else value


def _column(node: dict[str, Any]) -> Column:
    custom, options = _custom(node), node.get("logicalTypeOptions") or {}
    reference = next((str(r["to"]).removeprefix("reference.") for r in node.get("relationships") or []), None)
    return Column(
        name=node["name"],
        title=node.get("businessName") or node["name"],
        type=node.get("logicalType") or "string",
        required=bool(node.get("required")) or bool(node.get("primaryKey")),
        key=bool(node.get("primaryKey")),
        unique=bool(node.get("unique")),
        description=node.get("description") or "",
        enum=tuple(EnumLabel(str(e["value"]), e.get("label") or str(e["value"])) for e in node.get("enum") or []),
        reference=reference,
        synonyms=tuple(s["synonym"] for s in node.get("synonyms") or []),
        minimum=options.get("minimum"),
        maximum=options.get("maximum"),
        exclusive_minimum=options.get("exclusiveMinimum"),
        exclusive_maximum=options.get("exclusiveMaximum"),
        pattern=options.get("pattern"),
        min_length=options.get("minLength"),
        max_length=options.get("maxLength"),
        personal=node.get("classification") == "personal",
        measure=custom.get("measure"),
        unit=custom.get("unit"),
        numerator=custom.get("numerator"),
        denominator=custom.get("denominator"),
        derived=custom.get("derived"),
        facet=custom.get("facet"),
    )


_OPERATORS = (
    "mustBe",
    "mustNotBe",
    "mustBeGreaterThan",
    "mustBeGreaterOrEqualTo",
    "mustBeLessThan",
    "mustBeLessOrEqualTo",
    "mustBeBetween",
    "mustNotBeBetween",
)


def _rule(node: dict[str, Any]) -> RuleSpec:
    custom = _custom(node)
    return RuleSpec(
        id=node.get("id") or "",
        name=node.get("name") or node.get("id") or "",
        type=node.get("type") or "library",
        kind=custom.get("kind") or ("dataset" if node.get("type") == "library" else "row"),
        principle=custom.get("principle") or "",
        dimension=node.get("dimension") or "",
        severity=node.get("severity") or "error",
        query=node.get("query"),
        metric=node.get("metric"),
        column=custom.get("column"),
        message_vi=custom.get("message_vi") or "",
        message_en=custom.get("message_en") or "",
        expected=str(custom["expected"]) if custom.get("expected") is not None else None,
        comparator=custom.get("comparator"),
        suggestion=custom.get("suggestion"),
        must=tuple((op, _frozen(node[op])) for op in _OPERATORS if node.get(op) is not None),
    )


def _feed(node: dict[str, Any]) -> IndicatorFeed:
    ratio = node.get("ratio") or {}
    return IndicatorFeed(
        indicator=node["indicator"],
        sum=node.get("sum"),
        value=node.get("value"),
        numerator=ratio.get("numerator"),
        denominator=ratio.get("denominator"),
        scale=float(ratio.get("scale", 1.0)),
        where=node.get("where"),
    )


def _cadence(document: dict[str, Any], custom: dict[str, Any]) -> Cadence:
    sla = {s["property"]: s for s in document.get("slaProperties") or []}
    frequency = sla.get("frequency") or {}
    return Cadence(
        frequency=int(frequency.get("value", 1)),
        unit=str(frequency.get("unit", "month")),
        due=str((sla.get("timeOfAvailability") or {}).get("value", "")),
        grace_days=int((sla.get("latency") or {}).get("value", 0)),
        cutoff=custom.get("cutoff") or "calendar",
    )


def parse_contract(text: str, path: Path | None = None) -> Contract:
    """A contract from its YAML text. Raises ContractError naming what is missing."""
    try:
        document = yaml.load(text, Loader=_Loader)
        table = document["schema"][0]
        custom = _custom(document)
        team = document.get("team") or {}
        description = document.get("description") or {}
        reporting = custom.get("reportingUnits") or {"units": ["owner"]}
        each = reporting.get("each") or ()
        keys = custom.get("expectedKeys")
        known = {
            "titleEn", "licence", "cutoff", "validFrom", "reportingUnits", "expectedKeys", "subject",
            "maxFailedShare", "allOrNothing", "approval", "blocking", "layout", "headline", "indicators",
        }  # fmt: skip
        return Contract(
            id=document["id"],
            version=str(document["version"]),
            title=document["name"],
            title_en=custom.get("titleEn") or document["name"],
            status=document.get("status") or "active",
            sector=document.get("domain") or "",
            product=document.get("dataProduct") or "",
            purpose=(description.get("purpose") or "").strip(),
            usage=(description.get("usage") or "").strip(),
            grain=(table.get("dataGranularityDescription") or "").strip(),
            owner=str(_custom(team).get("unit") or ""),
            owner_name=team.get("name") or "",
            licence=custom.get("licence"),
            columns=tuple(_column(c) for c in table["properties"]),
            rules=tuple(_rule(q) for q in table.get("quality") or []),
            cadence=_cadence(document, custom),
            reporting=Reporting(
                units=tuple(reporting.get("units") or ()),
                each=(each,) if isinstance(each, str) else tuple(each),
                on_behalf=bool(reporting.get("onBehalf")),
            ),
            valid_from=str(custom.get("validFrom") or ""),
            subject=custom.get("subject"),
            expected_keys=ExpectedKeys(keys["column"], keys["each"]) if keys else None,
            max_failed_share=float(custom.get("maxFailedShare", 0.2)),
            all_or_nothing=bool(custom.get("allOrNothing")),
            approval=bool(custom.get("approval")),
            blocking=bool(custom.get("blocking")),
            layout=custom.get("layout") or "flat",
            headline=tuple(custom.get("headline") or ()),
            indicators=tuple(_feed(i) for i in custom.get("indicators") or ()),
            extra=tuple((k, _frozen(v)) for k, v in custom.items() if k not in known),
            path=path,
        )
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, yaml.YAMLError) as error:
        where = path.name if path else "contract"
        raise ContractError(f"{where}: không đọc được hợp đồng / cannot load the contract: {error!r}") from error


@lru_cache(maxsize=512)
def _load(path: Path, _stamp: tuple[int, int]) -> Contract:
    return parse_contract(path.read_text(encoding="utf-8"), path)


def load_contract(path: Path) -> Contract:
    """The contract in one file, parsed once for each state of the file."""
    stat = path.stat()
    return _load(path, (stat.st_mtime_ns, stat.st_size))


def load_contracts(folder: Path) -> ContractRegistry:
    """The contracts of a folder, `<id>.odcs.yaml` each, in the order of the names; read as they are needed."""
    return ContractRegistry((p.name.removesuffix(".odcs.yaml"), p) for p in sorted(folder.glob("*.odcs.yaml")))
