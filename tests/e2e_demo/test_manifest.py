"""The demonstration province against its manifest: everything planted is found at its cell, and nothing else."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from assets.demo import Generated, Span, generate
from assets.demo.manifest import Entry, Expected
from data.contract import ContractRegistry, load_contracts
from data.ledger import open_ledger
from data.period import Period
from data.settings import settings
from data.warehouse import data_version, open_warehouse
from pipelines.demonstration import demonstrate, load_demonstration

pytestmark = pytest.mark.slow

SPAN = Span(Period.parse("2026-09"), Period.parse("2026-10"), days=4, weeks=2)
Item = tuple[str, str, str, int]


@dataclass(frozen=True)
class Province:
    """What was sent, and what the hub made of it."""

    made: Generated
    registry: ContractRegistry
    verdicts: dict[Item, str]
    findings: dict[Item, Counter[Expected]]
    words: dict[tuple[Item, Expected], str]


def _about(rule: str, cell: str | None, expected: str | None) -> str | None:
    if rule.startswith("coverage.") and expected:
        return expected.rsplit("(", 1)[1].rstrip(")")
    return expected if rule == "structure.columns" else None


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("province")
        patch.setenv("HUB_HOME", str(home))
        settings.cache_clear()
        registry = load_contracts(settings().contracts)
        made = generate(list(registry.values()), settings().province, 57, SPAN, home / "demo")
        load_demonstration(registry, made)
        yield _observed(made, registry)
        settings.cache_clear()


def _observed(made: Generated, registry: ContractRegistry) -> Province:
    with open_warehouse(read_only=True) as con:
        items = {
            number: (dataset, reporter, period, version, verdict)
            for number, dataset, reporter, period, version, verdict in con.execute(
                "SELECT submission_id, dataset, reporter, period, version, verdict FROM lake.quality.verdict"
            ).fetchall()
        }
        rows = con.execute(
            'SELECT submission_id, rule, sheet, row, "column", cell, expected, message_vi FROM lake.quality.finding'
        ).fetchall()
    findings: dict[Item, Counter[Expected]] = {item[:4]: Counter() for item in items.values()}
    words: dict[tuple[Item, Expected], str] = {}
    for number, rule, sheet, row, column, cell, expected, message in rows:
        found = Expected(rule, sheet, row, column, cell, _about(rule, cell, expected))
        findings[items[number][:4]][found] += 1
        words[items[number][:4], found] = message
    return Province(made, registry, {i[:4]: i[4] for i in items.values()}, findings, words)


def _item(entry: Entry) -> Item:
    return entry.dataset, entry.reporter, entry.period, entry.version


def _sent(province: Province) -> list[Entry]:
    return [e for e in province.made.entries if not e.repeats]


def test_every_submission_gets_the_verdict_that_the_manifest_says(province: Province) -> None:
    wrong = [
        f"{e.file or _item(e)}: {e.verdict} expected, {province.verdicts.get(_item(e))} given ({', '.join(e.planted)})"
        for e in _sent(province)
        if province.verdicts.get(_item(e)) != e.verdict
    ]
    assert not wrong, "\n".join(wrong[:20])


def test_every_planted_defect_is_found_at_its_cell_and_nothing_else(province: Province) -> None:
    wrong = []
    for entry in _sent(province):
        if entry.verdict == "unreadable":
            continue
        planted, found = Counter(entry.findings), province.findings[_item(entry)]
        wrong += [f"{entry.file}: not found: {f} ({', '.join(entry.planted)})" for f in planted - found]
        wrong += [
            f"{entry.file}: found beside what was planted: {f}: {province.words[_item(entry), f]}"
            for f in found - planted
        ]
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong[:20])


def test_every_kind_of_rule_and_of_file_is_planted(province: Province) -> None:
    rules = {f.rule for e in province.made.entries for f in e.findings}
    families = {rule.rpartition(".")[2] for rule in rules if "." in rule}
    assert families >= {
        "type", "required", "range", "enum", "pattern", "reference", "reference_fuzzy", "unique", "columns", "period",
        "unicode_form", "tone_placement", "legacy_font", "double_encoded", "stray_spaces", "number_as_text",
        "date_as_text", "total_row",
    }  # fmt: skip
    assert {"timeliness", "volume"} <= rules
    assert any(rule.startswith("coverage.") for rule in rules)
    done = {word for e in province.made.entries for word in e.planted}
    assert {"encrypted", "damaged", "pdf", "nil", "two_reporters", "repeat"} <= done
    assert any(e.version == 2 for e in province.made.entries)
    planted = {
        rule.kind
        for e in province.made.entries
        for rule in province.registry[e.dataset].rules
        if rule.id in {f.rule for f in e.findings}
    }
    assert planted == {"row", "set", "history", "cross", "dataset"}


def test_a_duplicate_also_breaks_the_sum(province: Province) -> None:
    sums = [
        e for e in province.made.entries if e.dataset == "unit_kpi" and {"key.unique"} & {f.rule for f in e.findings}
    ]
    assert sums
    assert all("weights_sum_to_100" in {f.rule for f in e.findings} for e in sums)


def test_two_reporters_on_one_subject_are_a_contradiction(province: Province) -> None:
    second = next(e for e in province.made.entries if "two_reporters" in e.planted)
    with open_warehouse(read_only=True) as con:
        found = con.execute(
            "SELECT count(*) FROM lake.marts.contradiction WHERE dataset_a = $d AND dataset_b = $d AND period = $p",
            {"d": second.dataset, "p": second.period},
        ).fetchone()
    assert found is not None
    assert found[0] >= 1


def test_loading_the_demonstration_again_changes_nothing(province: Province) -> None:
    def state() -> tuple[int, int]:
        with open_ledger() as ledger, open_warehouse(read_only=True) as con:
            return ledger.position(), data_version(con)

    before = state()
    load_demonstration(province.registry, province.made)
    assert state()[0] == before[0]


def test_hub_demo_twice_is_a_matter_of_seconds_and_changes_nothing(
    hub_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run() -> None:
        demonstrate(until="2026-10", seed=5, full=False, folder=None, load=True, datasets=["lodging_guests"])

    def state() -> tuple[int, int, dict[str, bytes]]:
        files = {p.name: p.read_bytes() for p in sorted((hub_home / "demo").rglob("*")) if p.is_file()}
        with open_ledger() as ledger, open_warehouse(read_only=True) as con:
            return ledger.position(), data_version(con), files

    run()
    before, began = state(), time.monotonic()
    capsys.readouterr()
    run()
    assert time.monotonic() - began < 3
    assert "already there" in capsys.readouterr().out
    assert state() == before
