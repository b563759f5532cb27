"""Administrative documents in the graph: what was read of them and what people decided, for whatever follows tasks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dagster import AssetExecutionContext, AssetsDefinition, AssetSpec, MaterializeResult, multi_asset

from assets.directives.publish import publish_directives
from assets.graph.dataset import RETRY
from assets.graph.describe import code_references
from assets.graph.lake import open_lake
from assets.graph.names import marts_key, reference_key
from assets.lake_schema import ensure_tables
from data.lake_lock import lake_lock
from data.ledger import open_ledger

__all__ = ["DIRECTIVES", "directive_assets"]

DIRECTIVES = {
    "directive": "Văn bản chỉ đạo đã nhận / administrative documents received",
    "directive_item": "Nhiệm vụ, văn bản viện dẫn, chỉ tiêu trong văn bản / tasks, citations and indicators in them",
    "directive_contradiction": "Chỗ mâu thuẫn trong và giữa văn bản / contradictions within and between them",
}
_READER = Path(__file__).resolve().parent.parent / "directives" / "read.py"


def directive_assets() -> AssetsDefinition:
    """One step: every document read by the present reader, with the decisions made of it."""
    specs = [
        AssetSpec(
            marts_key(name),
            description=said,
            deps=[reference_key("units")],
            group_name="directives",
            kinds={"duckdb"},
            metadata={**code_references((_READER, "reader")), "dagster/table_name": f"marts.{name}"},
        )
        for name, said in DIRECTIVES.items()
    ]

    @multi_asset(name="directives", specs=specs, retry_policy=RETRY)
    def directives(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any]]:
        with lake_lock(), open_ledger() as ledger, open_lake() as con:
            ensure_tables(con, ())
            counted = publish_directives(con, ledger)
        rows = (counted.documents, counted.items, counted.contradictions)
        for name, count in zip(DIRECTIVES, rows, strict=True):
            yield MaterializeResult(marts_key(name), metadata={"dagster/row_count": count})

    return directives
