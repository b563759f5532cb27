"""Reference data in the graph: one asset for each table that a contract looks things up in."""

from collections.abc import Iterator
from typing import Any

from dagster import AssetExecutionContext, AssetsDefinition, AssetSpec, MaterializeResult, multi_asset

from assets.graph.describe import code_references, reference_tables_of
from assets.graph.names import reference_key
from data.contract import ContractRegistry
from data.reference_tables import reference_files
from data.settings import settings
from data.warehouse import open_session, quoted

__all__ = ["reference_assets"]


def reference_assets(registry: ContractRegistry) -> AssetsDefinition:
    """The tables, loaded from their files into each session; the step says how much they hold."""
    files = reference_files(settings().province)
    wanted = {t for c in registry.values() for t in reference_tables_of(c)} - {"units"}
    tables = ["units", *sorted(wanted)]
    specs = [
        AssetSpec(
            reference_key(table),
            description=f"Dữ liệu tham chiếu / reference data: {table}",
            group_name="reference",
            kinds={"csv"},
            deps=[reference_key("units")] if table == "communes" else [],
            metadata=code_references((files.get(table), "csv")),
        )
        for table in tables
    ]

    @multi_asset(name="reference", specs=specs)
    def reference(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any]]:
        con = open_session()
        try:
            for table in tables:
                row = con.execute(f"SELECT count(*) FROM {quoted('reference', table)}").fetchone()
                yield MaterializeResult(reference_key(table), metadata={"dagster/row_count": row[0] if row else 0})
        finally:
            con.close()

    return reference
