"""Dagster's log written in bulk tells what Dagster's own class would have told."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster import (
    AssetCheckKey,
    AssetCheckResult,
    AssetCheckSpec,
    AssetKey,
    AssetSpec,
    DagsterEventType,
    DagsterInstance,
    Definitions,
    MaterializeResult,
    RunsFilter,
    multi_asset,
)
from dagster._core.storage.event_log.sqlite import SqliteEventLogStorage

from pipelines.event_log import WarmEventLog

CLASSES = [SqliteEventLogStorage, WarmEventLog]


@multi_asset(
    name="step",
    specs=[AssetSpec("a"), AssetSpec("b", deps=["a"])],
    check_specs=[AssetCheckSpec("good", asset="a"), AssetCheckSpec("bad", asset="b")],
)
def step() -> Iterator[MaterializeResult[object] | AssetCheckResult]:
    yield MaterializeResult("a", metadata={"rows": 3})
    yield MaterializeResult("b", metadata={"rows": 4})
    yield AssetCheckResult(passed=True, asset_key="a", check_name="good")
    yield AssetCheckResult(passed=False, asset_key="b", check_name="bad", metadata={"failed": 7})


def run(instance: DagsterInstance) -> str:
    job = Definitions(assets=[step]).resolve_implicit_global_asset_job_def()
    result = job.execute_in_process(instance=instance, raise_on_error=False)
    assert result.success
    return result.run_id


def told(instance: DagsterInstance, run_id: str) -> dict[str, object]:
    made = {k: instance.get_latest_materialization_event(AssetKey(k)) for k in ("a", "b")}
    keys = [AssetCheckKey(AssetKey("a"), "good"), AssetCheckKey(AssetKey("b"), "bad")]
    checks = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    return {
        "events": [e.dagster_event_type for e in instance.all_logs(run_id) if e.is_dagster_event],
        "rows": {
            k: e.asset_materialization.metadata["rows"].value for k, e in made.items() if e and e.asset_materialization
        },
        "checks": {key.name: (r.status.value, r.run_id == run_id) for key, r in checks.items()},
        "targets": {
            key.name: r.event.get_dagster_event().asset_check_evaluation_data.target_materialization_data is not None
            for key, r in checks.items()
            if r.event
        },
        "status": [r.status.value for r in instance.get_runs(RunsFilter([run_id]))],
    }


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    return tmp_path


def instance(home: Path, kind: type[SqliteEventLogStorage]) -> DagsterInstance:
    folder = home / kind.__name__
    folder.mkdir(exist_ok=True)
    (folder / "dagster.yaml").write_text(
        f"telemetry:\n  enabled: false\nevent_log_storage:\n  module: {kind.__module__}\n  class: {kind.__name__}\n"
        f"  config:\n    base_dir: {folder / 'history'}\n"
    )
    return DagsterInstance.from_config(str(folder))


def test_both_tell_the_same_of_a_run_and_of_the_one_after_it(home: Path) -> None:
    found = []
    for kind in CLASSES:
        with instance(home, kind) as opened:
            found.append([told(opened, run(opened)) for _ in range(2)])
    assert found[0] == found[1]
    assert found[1][0]["checks"] == {"good": ("SUCCEEDED", True), "bad": ("FAILED", True)}


def test_another_process_reads_what_was_written_and_dagsters_own_class_too(home: Path) -> None:
    with instance(home, WarmEventLog) as writing:
        run_id = run(writing)
        here = told(writing, run_id)
        with instance(home, WarmEventLog) as reading:
            assert told(reading, run_id) == here
    config = home / WarmEventLog.__name__ / "dagster.yaml"
    text = config.read_text().replace("pipelines.event_log", SqliteEventLogStorage.__module__)
    config.write_text(text.replace("WarmEventLog\n", "SqliteEventLogStorage\n"))
    with DagsterInstance.from_config(str(config.parent)) as reading:
        assert told(reading, run_id) == here


def test_an_event_is_written_a_moment_later_though_none_follows(home: Path) -> None:
    with instance(home, WarmEventLog) as writing, instance(home, WarmEventLog) as reading:
        run_id = run(writing)
        before = len(reading.all_logs(run_id))
        of_run = writing.get_run_by_id(run_id)
        assert of_run is not None
        writing.report_engine_event("noted", of_run)
        deadline = time.monotonic() + 10
        while len(reading.all_logs(run_id)) == before and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(reading.all_logs(run_id, of_type=DagsterEventType.ENGINE_EVENT)) >= 1
        assert len(reading.all_logs(run_id)) == before + 1
