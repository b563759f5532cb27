"""The graph made from the contracts: complete, honest about the lake, and the spine's equal in its result."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from dagster import AssetCheckKey, DagsterInstance, Definitions

from assets.graph.dataset import blocking_checks
from assets.graph.freshness import due_cron
from assets.graph.lake import close_lake
from assets.graph.names import check_name, core_key, dataset_keys, landing_key, marts_key, partitions_of, staging_key
from assets.graph.reading import close_reading
from assets.receive import Incoming, receive
from checks.compile import compile_rules
from data.clock import now
from data.contract import ContractRegistry, load_contracts
from data.deadline import DeadlineRule
from data.ledger import open_ledger
from data.obligation import deadline_rule
from data.period import Period
from data.settings import settings
from data.submission import Submission
from data.warehouse import data_version, open_warehouse
from pipelines.definitions import make_definitions
from pipelines.instance import open_instance
from pipelines.partitions import keep_partitions, periods_by_kind
from pipelines.queue_worker import work_once
from pipelines.record import record_materialisations, unrecorded
from pipelines.sensors import missed
from pipelines.warm_run import Graph
from tests.workbooks import lodging_workbook, with_cell

DATASET = "lodging_guests"
REGISTRY = load_contracts(settings().contracts)


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make_definitions(REGISTRY)


@pytest.fixture
def graph(hub_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Graph]:
    """The graph of two contracts, and of those whose data their rules look at, in a hub of its own."""
    folder = tmp_path / "contracts"
    folder.mkdir()
    for name in _with_neighbours({DATASET, "task_progress"}):
        (folder / f"{name}.odcs.yaml").write_bytes((settings().contracts / f"{name}.odcs.yaml").read_bytes())
    monkeypatch.setenv("HUB_CONTRACTS", str(folder))
    monkeypatch.setenv("DAGSTER_HOME", "")
    settings.cache_clear()
    with open_instance() as instance:
        yield Graph(instance)
    close_lake()
    close_reading()


def _with_neighbours(datasets: set[str]) -> set[str]:
    """These datasets and all that their rules join, theirs included."""
    joined = {t for d in datasets for rule in compile_rules(REGISTRY[d]) for t in rule.tables if t in REGISTRY}
    return datasets if joined <= datasets else _with_neighbours(datasets | joined)


def send(path: Path, period: str = "2026-10", dataset: str = DATASET) -> Submission:
    contract = load_contracts(settings().contracts)[dataset]
    with open_ledger() as ledger:
        return receive(ledger, [Incoming(contract, f"56-{contract.owner}", Period.parse(period), path)])[0]


def through(graph: Graph) -> list[bool]:
    done: list[bool] = []
    work_once(run=lambda waiting: done.append(graph.publish(waiting[0].dataset, waiting)))
    return done


def asked(query: str) -> list[tuple[object, ...]]:
    with open_warehouse(read_only=True) as con:
        return con.execute(query).fetchall()


def test_every_contract_has_its_assets_checks_periods_and_freshness(definitions: Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    assert definitions.resolve_implicit_global_asset_job_def() is not None
    for contract in REGISTRY.values():
        for key in dataset_keys(contract.id):
            node = graph.get(key)
            assert node.partitions_def == partitions_of(contract)
            assert node.group_name == contract.sector
            assert node.owners == [f"team:56-{contract.owner}"]
        assert graph.get(core_key(contract.id)).freshness_policy is not None
        assert core_key(contract.id) in graph.get(marts_key("measure_value")).parent_keys
        for rule in compile_rules(contract):
            spec = graph.get_check_spec(AssetCheckKey(staging_key(contract.id), check_name(rule.id)))
            assert spec.metadata["principle"] == rule.principle and spec.metadata["severity"] == rule.severity


def test_only_contracts_that_ask_for_it_have_checks_that_stop_the_run(definitions: Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    stopping = {key.asset_key.path[1] for key in graph.asset_check_keys if graph.get_check_spec(key).blocking}
    assert stopping == {c.id for c in REGISTRY.values() if c.blocking}


def test_jobs_schedules_and_the_sensor_resolve(definitions: Definitions) -> None:
    names = {job.name for job in definitions.resolve_all_job_defs()}
    assert {"examine", "deadlines", "publish_month", "publish_week"} <= names
    repository = definitions.get_repository_def()
    assert {s.execution_timezone for s in repository.schedule_defs} == {"Asia/Ho_Chi_Minh"}
    assert [s.name for s in repository.sensor_defs if s.name == "new_submissions"]


@pytest.mark.parametrize(
    ("unit", "due", "cutoff", "every", "cron"),
    [
        ("month", "05 17:00", "calendar", 1, "0 17 5 * *"),
        ("month", "25 17:00", "decree-09-2019", 3, "0 17 25 3,6,9,12 *"),
        ("quarter", "10 17:00", "calendar", 1, "0 17 10 1,4,7,10 *"),
        ("week", "Fri 11:00", "calendar", 1, "0 11 * * 5"),
        ("day", "+1 09:00", "calendar", 1, "0 9 * * *"),
    ],
)
def test_due_moments_become_cron_lines(unit: str, due: str, cutoff: str, every: int, cron: str) -> None:
    assert due_cron(DeadlineRule.parse(unit, due, every=every, cutoff=cutoff)) == cron


def test_partitions_are_the_tokens_of_the_periods_begun() -> None:
    owed = replace(REGISTRY[DATASET], valid_from="2025-07")
    found = periods_by_kind([owed], date(2025, 10, 1))
    assert found == {"month": ["2025-07", "2025-08", "2025-09", "2025-10"]}
    with DagsterInstance.ephemeral() as instance:
        assert keep_partitions(instance, [owed], until=date(2025, 10, 1)) == 4
        assert keep_partitions(instance, [owed], ["2025-06"], until=date(2025, 10, 1)) == 1


def test_a_submission_through_the_graph_is_what_the_spine_makes_of_it(graph: Graph, tmp_path: Path) -> None:
    sent = send(lodging_workbook(tmp_path / "a.xlsx", with_cell(2, 3, 1537600)))
    assert through(graph) == [True]
    assert asked("SELECT verdict, rows_total, rows_quarantined FROM lake.quality.verdict") == [
        ("partly_accepted", 5, 1)
    ]
    assert asked("SELECT count(*) FROM lake.core.lodging_guests") == [(4,)]
    assert asked("SELECT count(*) > 0 FROM lake.marts.measure_value") == [(True,)]
    with open_ledger() as ledger:
        assert ledger.pending() == []
        assert [e.kind for e in ledger.events(sent.submission_id)] == ["received", "judged", "in_force", "published"]


def test_each_materialisation_says_rows_rejects_scores_and_shows_a_preview(graph: Graph, tmp_path: Path) -> None:
    send(lodging_workbook(tmp_path / "a.xlsx", with_cell(2, 3, 1537600)))
    through(graph)
    made = {}
    for layer, key in zip(("landing", "staging", "core"), dataset_keys(DATASET), strict=True):
        event = graph.instance.get_latest_materialization_event(key)
        assert event is not None and event.asset_materialization is not None
        assert event.asset_materialization.partition == "2026-10"
        made[layer] = event.asset_materialization.metadata
    assert made["landing"]["submissions"].value == 1
    assert (made["staging"]["rows"].value, made["staging"]["rejects"].value) == (5, 1)
    assert made["core"]["rows"].value == 4
    assert "22366" in str(made["core"]["preview"].value)


def test_a_burst_over_several_periods_is_one_run_and_one_commit(graph: Graph, tmp_path: Path) -> None:
    for number, period in enumerate(("2026-07", "2026-08", "2026-10")):
        title = f"BÁO CÁO THÁNG {period[5:]}/{period[:4]}"
        send(lodging_workbook(tmp_path / f"{number}.xlsx", with_cell(0, 1, 20 + number), title=title), period)
    assert through(graph) == [True]
    assert len([r for r in graph.instance.get_runs() if r.job_name == "publish_month"]) == 1
    assert graph.instance.get_materialized_partitions(core_key(DATASET)) == {"2026-07", "2026-08", "2026-10"}
    with open_warehouse() as con:
        commits = con.execute(
            "SELECT count(*) FROM lake.snapshots() WHERE commit_message LIKE 'lodging_guests:%'"
        ).fetchone()
    assert commits == (1,)
    assert asked("SELECT count(DISTINCT _period) FROM lake.core.lodging_guests") == [(3,)]


def test_a_run_repeated_changes_nothing(graph: Graph, tmp_path: Path) -> None:
    send(lodging_workbook(tmp_path / "a.xlsx"))
    through(graph)
    with open_warehouse() as con:
        before = data_version(con)
    with open_ledger() as ledger:
        events = ledger.position()
    assert graph.publish(DATASET, [])
    with open_warehouse() as con:
        assert data_version(con) == before
    with open_ledger() as ledger:
        assert ledger.position() == events


def test_checks_tell_each_rules_result_and_both_runners_agree(graph: Graph, tmp_path: Path) -> None:
    send(lodging_workbook(tmp_path / "a.xlsx", with_cell(2, 3, 1537600)))
    through(graph)
    assert graph.examine([DATASET])
    log = graph.instance.event_log_storage

    def passed(name: str, key: object = staging_key(DATASET)) -> bool:
        check = AssetCheckKey(key, name)  # type: ignore[arg-type]
        found = log.get_latest_asset_check_execution_by_key([check])[check]
        assert found.event is not None and found.event.dagster_event is not None
        return bool(found.event.dagster_event.event_specific_data.passed)  # type: ignore[union-attr]

    assert not passed("rooms_occupied_within_capacity")
    assert passed("establishments__range")
    assert not passed("great_expectations")
    assert passed("same_as_verdict")
    assert passed("great_expectations", core_key(DATASET))
    assert passed("great_expectations", marts_key("measure_value"))
    index = settings().home / "data_docs" / "index.html"
    assert f"staging.{DATASET}" in index.read_text(encoding="utf-8")


def test_data_docs_ask_no_other_server(graph: Graph, tmp_path: Path) -> None:
    send(lodging_workbook(tmp_path / "a.xlsx"))
    through(graph)
    graph.examine([DATASET])
    pages = list((settings().home / "data_docs").rglob("*.html"))
    assert len(pages) >= 3
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "http:" not in text and "https:" not in text and "<script" not in text


def test_a_blocking_check_stops_the_run_before_the_marts(graph: Graph, tmp_path: Path) -> None:
    contract = graph.registry["task_progress"]
    assert contract.blocking and blocking_checks(contract)
    wrong = lodging_workbook(tmp_path / "not-it.xlsx")
    send(wrong, dataset="task_progress")
    assert through(graph) == [False]
    assert asked("SELECT verdict FROM lake.quality.verdict") == [("rejected",)]
    assert graph.instance.get_latest_materialization_event(marts_key("measure_value")) is None
    with open_ledger() as ledger:
        assert ledger.pending() == []


def test_a_lake_loaded_without_dagster_is_recorded_once(graph: Graph, tmp_path: Path) -> None:
    send(lodging_workbook(tmp_path / "a.xlsx"), "2026-09")
    work_once()
    assert set(record_materialisations(graph)) == set(graph.registry)
    assert graph.instance.get_materialized_partitions(landing_key(DATASET)) == {"2026-09"}
    assert unrecorded(graph.instance, graph.registry) == []
    assert record_materialisations(graph) == []


def test_the_sensor_asks_only_for_what_the_worker_missed(graph: Graph, tmp_path: Path) -> None:
    contract = graph.registry[DATASET]
    old = Period.parse("2026-09")
    with open_ledger() as ledger:
        late = Incoming(contract, "56-SVHTTDL", old, lodging_workbook(tmp_path / "a.xlsx"), received_at=_long_ago())
        fresh = Incoming(contract, "56-SVHTTDL", old.next(), lodging_workbook(tmp_path / "b.xlsx"))
        sent = receive(ledger, [late, fresh])
    assert missed(graph.registry) == {DATASET: sent[:1]}
    assert missed(ContractRegistry()) == {}


def _long_ago() -> datetime:
    return now() - timedelta(minutes=5)


def test_every_cadence_has_a_job(definitions: Definitions) -> None:
    kinds = {deadline_rule(c).frequency for c in REGISTRY.values()}
    names = {job.name for job in definitions.resolve_all_job_defs()}
    assert {f"publish_{kind}" for kind in kinds} <= names


def test_what_has_not_changed_is_not_examined_again_and_what_has_is(graph: Graph, tmp_path: Path) -> None:
    def looked_at() -> dict[str, tuple[object, object]]:
        keys = [AssetCheckKey(key(DATASET), "great_expectations") for key in (staging_key, core_key)]
        known = graph.instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
        found: dict[str, tuple[object, object]] = {}
        for key, record in known.items():
            assert record.event is not None
            evaluation = record.event.get_dagster_event().asset_check_evaluation_data
            found[str(key)] = (evaluation.metadata["state"].value, evaluation.metadata["data_docs"].value)
            assert record.run_id == graph.instance.get_runs(limit=1)[0].run_id, "each run says it anew"
        return found

    send(lodging_workbook(tmp_path / "a.xlsx", with_cell(2, 3, 1537600)))
    through(graph)
    assert graph.examine([DATASET])
    first, pages = looked_at(), len(list((settings().home / "quality").rglob("*.json")))
    assert graph.examine([DATASET])
    assert looked_at() == first
    assert len(list((settings().home / "quality").rglob("*.json"))) == pages
    send(lodging_workbook(tmp_path / "b.xlsx"))
    through(graph)
    assert graph.examine([DATASET])
    assert {key: state for key, (state, _) in looked_at().items()} != {key: state for key, (state, _) in first.items()}
    assert len(list((settings().home / "quality").rglob("*.json"))) > pages


def test_a_run_of_an_unchanged_dataset_says_what_the_run_before_said(graph: Graph, tmp_path: Path) -> None:
    send(lodging_workbook(tmp_path / "a.xlsx", with_cell(2, 3, 1537600)))
    through(graph)

    def said() -> list[object]:
        assert graph.materialise([DATASET])
        events = [graph.instance.get_latest_materialization_event(key) for key in dataset_keys(DATASET)]
        made = [e.asset_materialization for e in events if e and e.asset_materialization]
        return [{k: v.value for k, v in m.metadata.items() if not k.startswith("score_")} for m in made]

    first = said()
    assert len(first) == 3 and said() == first
    send(lodging_workbook(tmp_path / "b.xlsx"))
    through(graph)
    assert said() != first
