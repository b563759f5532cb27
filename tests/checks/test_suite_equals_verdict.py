"""One rule, two runners: the verdict and the Great Expectations suite name the same failing rows for every rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import duckdb
import pytest

from assets.lake_schema import ensure_tables
from assets.publish import Arrival, Published, publish
from checks.compile import compile_rules
from checks.rule import CONTEXT_COLUMNS
from checks.scan import JUDGED, scan
from checks.suite.checkpoint import disagreements, examine_core, examine_marts, examine_staging
from checks.suite.runner import Examination
from data.clock import now
from data.contract import Contract, load_contracts
from data.obligation import deadline_rule, full_code
from data.period import Period
from data.settings import REPOSITORY, settings
from data.submission import Submission
from data.warehouse import LAKE, open_warehouse, quoted
from tests.checks.generated_rows import context, staged

ROWS = 70
Rows = dict[str, set[tuple[int, int | None]]]
REGISTRY = load_contracts(REPOSITORY / "data" / "contracts")
FIRED: dict[str, set[str]] = defaultdict(set)
ASKED: dict[str, set[str]] = {}


def _period(contract: Contract) -> Period:
    return Period.containing(deadline_rule(contract).frequency, now().date())


def _reporter(contract: Contract) -> str:
    return full_code(contract.owner, settings().province)


def _remember(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Rows in force for the periods that history and cross rules look at, whatever their faults."""
    period = _period(contract)
    columns = ", ".join(quoted(c) for c in [*(c.name for c in contract.columns), *CONTEXT_COLUMNS] if c != "_marks")
    for number, earlier in enumerate((period.previous(), period.same_last_year(), period), 1):
        batch = staged(contract, context(contract, 900 + number, _reporter(contract), earlier), ROWS, number)
        scan(con, contract, [batch], ())
        con.execute(f"INSERT INTO {LAKE}.core.{quoted(contract.id)} BY NAME SELECT {columns} FROM {JUDGED}")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A lake in which every dataset has earlier rows in force."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUB_HOME", str(tmp_path_factory.mktemp("hub")))
        settings.cache_clear()
        with open_warehouse() as con:
            ensure_tables(con, REGISTRY.values())
            con.execute("BEGIN")
            for contract in REGISTRY.values():
                _remember(con, contract)
            con.execute("COMMIT")
            yield con
    settings.cache_clear()


def _submission(contract: Contract, number: int, reporter: str) -> Submission:
    return Submission(
        number, f"r{number}", contract.id, reporter, str(_period(contract)), 1, "0" * 64, "generated.xlsx",
        1, now(), "test", "test", False,
    )  # fmt: skip


def _published(con: duckdb.DuckDBPyConnection, contract: Contract, first: int) -> list[Published]:
    """A submission of many rows, and another unit's of one row."""
    arrivals = []
    for number, reporter, rows in ((first, _reporter(contract), ROWS), (first + 500, "56-KHAC", 1)):
        made = staged(contract, context(contract, number, reporter, _period(contract)), rows, number)
        arrivals.append(Arrival(_submission(contract, number, reporter), made))
    return publish(con, contract, REGISTRY, arrivals)


def _rows_of_verdicts(published: list[Published]) -> Rows:
    found: Rows = defaultdict(set)
    for outcome in published:
        for finding in outcome.verdict.findings:
            found[finding.rule].add((outcome.submission.submission_id, finding.row))
    return found


def _rows_of_suite(examination: Examination) -> Rows:
    return {a.question.id: {(row[0], row[1]) for row in a.rows} for a in examination.answers}


@pytest.mark.parametrize("contract", REGISTRY.values(), ids=lambda c: c.id)
def test_both_runners_name_the_same_failing_rows(lake: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    number = 1 + list(REGISTRY).index(contract.id)
    published = _published(lake, contract, number)
    examination = examine_staging(lake, contract, REGISTRY, [number, number + 500])
    by_verdict, by_suite = _rows_of_verdicts(published), _rows_of_suite(examination)

    assert [a.question.id + ": " + a.error for a in examination.answers if a.error] == []
    asked = {r.id for r in compile_rules(contract) if r.violation or r.query} - {"repair.total_row"}
    assert set(by_suite) == asked
    ASKED[contract.id] = asked
    for rule in sorted(asked):
        assert by_suite[rule] == by_verdict.get(rule, set()), rule
        if by_suite[rule]:
            FIRED[contract.id].add(rule)
    assert disagreements(lake, examination) == []


def test_the_generated_rows_break_most_rules() -> None:
    """Two runners that both find nothing prove nothing."""
    asked = sum(len(rules) for rules in ASKED.values())
    fired = sum(len(rules) for rules in FIRED.values())
    if len(FIRED) == len(REGISTRY):
        assert fired >= 0.85 * asked, sorted((c, r) for c in ASKED for r in ASKED[c] - FIRED[c])


def test_a_broken_core_is_told_apart_from_a_sound_one(lake: duckdb.DuckDBPyConnection) -> None:
    contract = REGISTRY["lodging_guests"]
    broken = {a.question.id for a in examine_core(lake, contract).answers if not a.met}
    assert {"core.key", "core.in_force"} <= broken


def test_marts_are_asked_too(lake: duckdb.DuckDBPyConnection) -> None:
    examination = examine_marts(lake, REGISTRY)
    assert examination.met and len(examination.answers) == 5
