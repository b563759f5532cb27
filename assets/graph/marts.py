"""What people read, in the graph: obligations, the marts made from core, and the scores over them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, AssetSpec, MaterializeResult, multi_asset

from assets.graph.dataset import RETRY
from assets.graph.describe import code_references
from assets.graph.facts import scores_of
from assets.graph.lake import open_lake
from assets.graph.names import core_key, marts_key, reference_key
from assets.graph.stale import stale_datasets
from assets.lake_schema import ensure_tables
from assets.marts import refresh_marts, refresh_obligations
from checks.score import define_scores
from data.clock import now
from data.contract import ContractRegistry
from data.lake_lock import lake_lock
from data.ledger import open_ledger
from data.warehouse import LAKE

__all__ = ["LAGGING_TAG", "MARTS", "marts_assets"]

LAGGING_TAG = "hub/lagging"
"""Tag of a run that only brings up to date what lags behind."""
MARTS = {
    "measure_value": "Số liệu theo đơn vị và toàn tỉnh / measures by subject and for the province",
    "indicator_value": "Chỉ tiêu của chương trình / the programme's indicators",
    "contradiction": "Hai nguồn nói khác nhau / one fact with two values",
}
_SCORES = {
    "reporting_status": "Ai đã nộp, ai trễ / who has reported and who is late",
    "score": "Điểm sáu nguyên tắc / the six scores",
}
_HERE = Path(__file__).resolve().parent.parent


def _spec(name: str, description: str, deps: list[AssetKey], source: Path) -> AssetSpec:
    return AssetSpec(
        marts_key(name),
        description=description,
        deps=deps,
        group_name="marts",
        kinds={"duckdb"},
        metadata={**code_references((source, source.name)), "dagster/table_name": f"marts.{name}"},
    )


def _rows(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {LAKE}.marts.{table}").fetchone()
    return int(row[0]) if row else 0


def marts_assets(registry: ContractRegistry) -> list[AssetsDefinition]:
    """Three steps: what is owed, what core adds up to, and how good it is."""
    cores = [core_key(dataset) for dataset in registry]
    return [_obligations(registry), _figures(registry, cores), _scores(registry, cores)]


def _obligations(registry: ContractRegistry) -> AssetsDefinition:
    spec = _spec("obligation", "Ai phải nộp gì, khi nào / what is owed, by whom, when", [reference_key("units")],
                 _HERE / "marts.py")  # fmt: skip

    @multi_asset(name="obligations", specs=[spec], retry_policy=RETRY)
    def obligations(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any]]:
        with lake_lock(), open_ledger() as ledger, open_lake() as con:
            owed = refresh_obligations(con, registry, ledger.extensions())
        yield MaterializeResult(spec.key, metadata={"dagster/row_count": owed})

    return obligations


def _figures(registry: ContractRegistry, cores: list[AssetKey]) -> AssetsDefinition:
    specs = [_spec(name, said, cores, _HERE / "marts.py") for name, said in MARTS.items()]

    @multi_asset(name="marts", specs=specs, retry_policy=RETRY)
    def marts(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any]]:
        with lake_lock(), open_lake() as con:
            ensure_tables(con, registry.values())
            lagging = list(registry) if _asked_alone(context) else stale_datasets(con, registry)
            refresh_marts(con, registry, lagging)
            counts: Mapping[str, int] = {name: _rows(con, name) for name in MARTS}
        said = ", ".join(lagging) or "—"
        for name, count in counts.items():
            yield MaterializeResult(marts_key(name), metadata={"dagster/row_count": count, "datasets_refreshed": said})

    return marts


def _asked_alone(context: AssetExecutionContext) -> bool:
    """Whether the run was started for the marts only, by hand: then all are made anew, whatever the commits say."""
    return LAGGING_TAG not in context.run.tags and not any(
        key.path[0] == "core" for key in context.job_def.asset_layer.selected_asset_keys
    )


def _scores(registry: ContractRegistry, cores: list[AssetKey]) -> AssetsDefinition:
    deps = [*cores, marts_key("obligation")]
    specs = [_spec(name, said, deps, _HERE.parent / "checks" / "score.sql") for name, said in _SCORES.items()]

    @multi_asset(name="scores", specs=specs, retry_policy=RETRY)
    def scores(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any]]:
        with open_lake() as con:
            ensure_tables(con, registry.values())
            define_scores(con)
            status = con.execute(
                "SELECT status, count(*) FROM reporting_status($as_of) WHERE due_at <= $as_of GROUP BY status",
                {"as_of": now()},
            ).fetchall()
            found = scores_of(con)
        yield MaterializeResult(marts_key("reporting_status"), metadata=dict(status))
        yield MaterializeResult(marts_key("score"), metadata=found)

    return scores
