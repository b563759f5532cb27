"""What Dagster shows of an asset before it ever ran: columns, owner, sector, freshness, where it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagster import (
    AssetSpec,
    CodeReferencesMetadataValue,
    LocalFileCodeReference,
    TableColumn,
    TableColumnConstraints,
    TableSchema,
)

from assets.graph.freshness import freshness_of
from assets.graph.names import core_key, landing_key, partitions_of, reference_key, staging_key
from checks.compile import compile_rules
from checks.rule import SQL_TYPES
from data.contract import Column, Contract
from data.settings import settings

__all__ = ["code_references", "dataset_specs", "owner_of", "reference_tables_of"]

_ASSETS = Path(__file__).resolve().parent.parent


def owner_of(contract: Contract) -> str:
    """The department as Dagster writes owners."""
    return f"team:{settings().province}-{contract.owner}"


def code_references(*places: tuple[Path | None, str]) -> dict[str, Any]:
    """Links from the asset to the files that define it."""
    found = [LocalFileCodeReference(file_path=str(p), line_number=1, label=label) for p, label in places if p]
    return {"dagster/code_references": CodeReferencesMetadataValue(code_references=list(found))}


def reference_tables_of(contract: Contract) -> tuple[str, ...]:
    """Reference tables that the dataset's columns and rules look things up in."""
    named = {rule_table for rule in compile_rules(contract) for rule_table in rule.tables}
    return tuple(sorted(name.removeprefix("reference.") for name in named if name.startswith("reference.")))


def _column(column: Column) -> TableColumn:
    limits = [
        f"{word} {bound}"
        for word, bound in (("≥", column.minimum), (">", column.exclusive_minimum), ("≤", column.maximum),
                            ("<", column.exclusive_maximum))
        if bound is not None
    ]  # fmt: skip
    if column.enum:
        limits.append(" | ".join(e.value for e in column.enum))
    if column.reference:
        limits.append(f"reference.{column.reference}")
    unit = f" ({column.unit})" if column.unit else ""
    return TableColumn(
        name=column.name,
        type=SQL_TYPES[column.type],
        description=column.title + unit,
        constraints=TableColumnConstraints(nullable=not column.required, unique=column.unique, other=limits or None),
        tags={"personal": ""} if column.personal else None,
    )


def _tags(contract: Contract) -> Mapping[str, str]:
    return {"sector": contract.sector, "product": contract.product, "cadence": contract.cadence.unit}


def dataset_specs(contract: Contract) -> tuple[AssetSpec, AssetSpec, AssetSpec]:
    """Landing, staging and core of one dataset."""
    shared: dict[str, Any] = {
        "group_name": contract.sector or "other",
        "owners": [owner_of(contract)],
        "tags": _tags(contract),
        "partitions_def": partitions_of(contract),
        "code_version": contract.version,
    }
    written = code_references((contract.path, "hợp đồng"), (_ASSETS / "publish.py", "publish.py"))
    columns = {"dagster/column_schema": TableSchema(columns=[_column(c) for c in contract.columns])}
    title = f"{contract.title} / {contract.title_en}"
    return (
        AssetSpec(
            landing_key(contract.id),
            description=f"Lần nộp đã nhận / submissions received: {title}",
            kinds={"file", "excel"},
            metadata=written,
            **shared,
        ),
        AssetSpec(
            staging_key(contract.id),
            deps=[landing_key(contract.id), *(reference_key(t) for t in reference_tables_of(contract))],
            description=f"Mọi dòng đã đọc, dòng sai được đánh dấu / every row, failing ones flagged: {title}",
            kinds={"duckdb", "parquet"},
            metadata={**written, **columns, "dagster/table_name": f"staging.{contract.id}"},
            **shared,
        ),
        AssetSpec(
            core_key(contract.id),
            deps=[staging_key(contract.id)],
            description=f"Dòng đang có hiệu lực / rows in force: {title}. {contract.purpose}",
            kinds={"duckdb", "parquet"},
            metadata={**written, **columns, "dagster/table_name": f"core.{contract.id}"},
            freshness_policy=freshness_of(contract),
            **shared,
        ),
    )
