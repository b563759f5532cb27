"""Which marts lag behind core: told from the lake's own commits, so that a crash between the two is always mended."""

from __future__ import annotations

import json

import duckdb

from data.contract import ContractRegistry
from data.settings import settings
from data.warehouse import LAKE, data_version

__all__ = ["newest_commits", "stale_datasets"]


_known: dict[tuple[object, ...], tuple[dict[str, int], dict[str, int]]] = {}


def newest_commits(con: duckdb.DuckDBPyConnection) -> tuple[dict[str, int], dict[str, int]]:
    """Dataset → snapshot of its newest commit, and dataset → snapshot of the newest refresh of its marts.

    Read once for each state of the lake: it has a commit for every burst of weeks.
    """
    key = (settings().home, settings().catalog, data_version(con))
    if key not in _known:
        written: dict[str, int] = {}
        refreshed: dict[str, int] = {}
        for snapshot, extra in con.execute(
            f"SELECT snapshot_id, commit_extra_info FROM __ducklake_metadata_{LAKE}.ducklake_snapshot_changes "
            "WHERE commit_extra_info IS NOT NULL AND commit_extra_info <> '' ORDER BY snapshot_id"
        ).fetchall():
            said = json.loads(extra)
            if "dataset" in said:
                written[said["dataset"]] = snapshot
            for dataset in said.get("marts", ()):
                refreshed[dataset] = snapshot
        _known.clear()
        _known[key] = written, refreshed
    return _known[key]


def stale_datasets(con: duckdb.DuckDBPyConnection, registry: ContractRegistry) -> list[str]:
    """Datasets of the registry whose newest commit came after the newest refresh of their marts."""
    written, refreshed = newest_commits(con)
    return [d for d in registry if d in written and written[d] > refreshed.get(d, -1)]
