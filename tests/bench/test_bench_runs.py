"""The harness works at a tiny size: sides run in turn, ratios stand in table and JSON; no time is asserted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.__main__ import main
from tests.bench.dossiers import COLUMNS, RULES
from tests.bench.report import Measure

ROOT = Path(__file__).resolve().parent.parent.parent


def test_ingest_and_rules_at_a_tiny_size_find_what_was_planted_and_write_their_ratios(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = tmp_path / "bench.json"
    asked = ["--only", "ingest", "--scale", "0.0002", "--repeats", "1", "--json", str(told), "--keep", str(tmp_path)]
    assert main(asked) == 0
    written = json.loads(told.read_text(encoding="utf-8"))
    to_lake = [m for m in written["measures"] if m["name"].endswith("file to lake")]
    assert to_lake and all(m["ratio"] > 0 for m in to_lake)
    assert all("rules found what was planted" in m["note"] for m in to_lake)
    assert {run["side"] for run in written["runs"]} == {"ours", "floor"}
    assert written["machine"]["cores"] >= 1
    assert written["versions"]["duckdb"]
    assert "DuckDB to Parquet" in capsys.readouterr().out


def test_a_side_that_fails_is_said_and_the_others_go_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--only", "peers", "--scale", "0.0001", "--repeats", "1", "--keep", str(tmp_path), "--peers"]
    assert main([*asked, str(tmp_path / "absent")]) == 0
    assert "peers: not measured: no environment" in capsys.readouterr().out


def test_a_goal_holds_for_the_ratio_or_for_the_figure() -> None:
    assert Measure("b", "m", 3.0, other_name="floor", other=2.0, goal=1.5).met is True
    assert Measure("b", "m", 3.1, other_name="floor", other=2.0, goal=1.5).met is False
    assert Measure("b", "m", 299.0, "ms", goal=300, goal_of="ours").met is True
    assert Measure("b", "m", 3.0, other_name="peer", other=2.0).met is None


def test_the_measured_dataset_has_twenty_columns_and_thirty_rules() -> None:
    assert (len(COLUMNS), len(RULES), len(set(RULES))) == (20, 30, 30)


def test_the_measured_contract_is_one_that_the_hub_takes(tmp_path: Path) -> None:
    from checks.compile import compile_rules
    from data.contract import load_contracts
    from tests.bench.contract import write_contract
    from tests.bench.dossiers import DATASET

    contract = load_contracts(write_contract(tmp_path, more_rules=170))[DATASET]
    row_rules = {rule.id for rule in compile_rules(contract) if rule.kind == "row"}
    assert set(RULES) <= row_rules
    assert len(row_rules) > 200


def test_nothing_large_is_loaded_where_memory_is_measured() -> None:
    code = "import sys, tests.bench.__main__; print([m for m in ('duckdb', 'polars', 'pyarrow') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
