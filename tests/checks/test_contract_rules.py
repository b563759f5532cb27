"""The trickier hand-written rules of the contracts: each finds the bad row, and only that one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

import duckdb
import pytest

from checks.compile import compile_rules
from checks.rule import CONTEXT_COLUMNS, SQL_TYPES
from checks.sql_rule import HISTORY_TABLES
from data.contract import Contract, load_contracts
from data.period import Period
from data.reference_tables import load_reference
from data.settings import REPOSITORY

DATASETS = load_contracts(REPOSITORY / "data" / "contracts")
Row = Mapping[str, object]


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as session:
        load_reference(session, "56")
        yield session


def fill(con: duckdb.DuckDBPyConnection, table: str, contract: Contract, rows: Sequence[Row], period: str) -> None:
    columns = {c.name: SQL_TYPES[c.type] for c in contract.columns} | CONTEXT_COLUMNS
    listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    con.execute(f'CREATE OR REPLACE TEMP TABLE "{table}" ({listed})')
    for number, row in enumerate(rows, 1):
        token = Period.parse(str(row.get("_period", period)))
        start, end = token.start(contract.cadence.cutoff), token.end(contract.cadence.cutoff)  # type: ignore[arg-type]
        values = {
            "_submission_id": 1, "_row": number, "_reporter": "56-SKHCN", "_period": str(token), "_period_start": start,
            "_period_end": end, "_period_days": (end - start).days + 1, "_received_on": end,
        } | dict(row)  # fmt: skip
        names, marks = ", ".join(f'"{n}"' for n in values), ", ".join("?" * len(values))
        con.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(values.values()))


def result(
    con: duckdb.DuckDBPyConnection,
    name: str,
    rows: Sequence[Row],
    period: str,
    before: Sequence[Row] = (),
    others: Mapping[str, tuple[Sequence[Row], str]] | None = None,
) -> list[object]:
    """Row numbers that a rule accuses; for a dataset rule its value."""
    dataset, _, rule_id = name.partition(".")
    contract = DATASETS[dataset]
    rule = next(r for r in compile_rules(contract) if r.id == rule_id)
    fill(con, dataset, contract, rows, period)
    if rule.violation is not None:
        query = f'SELECT _row FROM "{dataset}" WHERE {rule.violation}'
        return [row[0] for row in con.execute(query).fetchall()]
    fill(con, "_earlier_rows", contract, before, str(Period.parse(period).previous()))
    for other, (their_rows, their_period) in (others or {}).items():
        fill(con, other, DATASETS[other], their_rows, their_period)
    history = ", ".join(f"{table} AS (SELECT * FROM _earlier_rows)" for table in HISTORY_TABLES)
    place = 1 if rule.kind == "dataset" else "_row"
    found = con.execute(f"WITH {history} {rule.query}")
    names = [d[0] for d in found.description or []]
    position = names.index("value" if place == 1 else "_row")
    return sorted(row[position] for row in found.fetchall())


HOURS = [{"station_code": "56-QT01", "measured_at": datetime(2026, 5, 1, h), "status_code": "00"} for h in range(24)]


def with_pm25(values: Mapping[int, float], base: float = 20) -> list[Row]:
    return [row | {"pm25": values.get(h, base + h)} for h, row in enumerate(HOURS)]


CASES: dict[str, tuple[str, list[Row], str, list[object]]] = {
    "weights must add up to 100 in each unit": (
        "unit_kpi.weights_sum_to_100",
        [{"unit_code": unit, "kpi_code": kpi, "weight": weight}
         for unit, kpi, weight in (("22366", "KPI-01", 60), ("22366", "KPI-02", 40), ("22420", "KPI-01", 60),
                                   ("22420", "KPI-02", 30))],
        "2026-Q1", [3, 4],
    ),
    "a sensor that stands still for six hours": (
        "environment_station_hourly.pm25_stuck", with_pm25(dict.fromkeys(range(5, 11), 31.5)), "2026-05-01", [11],
    ),
    "five hours are not six": (
        "environment_station_hourly.pm25_stuck", with_pm25(dict.fromkeys(range(5, 10), 31.5)), "2026-05-01", [],
    ),
    "a spike within an hour": ("environment_station_hourly.pm25_spike", with_pm25({7: 400}), "2026-05-01", [8]),
    "a gap of three hours": ("environment_station_hourly.gap", [*HOURS[:5], *HOURS[8:]], "2026-05-01", [6]),
    "a copied row accuses both, a duplicate of one commune neither": (
        "civil_status_digitisation.rows_copied",
        [{"commune_code": code, "records_total": total, "digitised": 5, "births": 1, "deaths": 1, "marriages": 1}
         for code, total in (("22366", 90), ("22420", 90), ("22528", 70), ("22528", 70))],
        "2026-03", [1, 2],
    ),
    "helpers' meetings more than ten days apart": (
        "meeting_record.helpers_gap",
        [{"held_on": date(2026, 3, d), "level": "to_giup_viec"} for d in (2, 9, 23)], "2026-03", [3],
    ),
    "working days of a house permit": (
        "construction_permit.house_within_15_days",
        [{"purpose": "nha_o_rieng_le", "received_on": date(2026, 3, 2), "issued_on": date(2026, 3, 23)},
         {"purpose": "nha_o_rieng_le", "received_on": date(2026, 3, 2), "issued_on": date(2026, 3, 24)}],
        "2026-03", [2],
    ),
    "a phone number left in the text": (
        "citizen_feedback.text_masked",
        [{"text": "Gọi 0905123456 giúp"}, {"text": "Đường hỏng 12 ngày, hồ sơ 20260501"},
         {"text": "CCCD 056090001234."}],
        "2026-05-01", [1, 3],
    ),
    "names of dead zones must be as many as the zones": (
        "mobile_coverage.dead_zones_counted",
        [{"dead_zones": zones, "dead_zone_names": "Thôn A; Thôn B"} for zones in (2, 3)],
        "2026-03", [2],
    ),
    "an observation outside the park": (
        "biodiversity_observation.inside_park",
        [{"lat": 11.73, "lon": 109.17}, {"lat": 12.25, "lon": 109.19}, {"lat": 12.03, "lon": 108.74}], "2026-03", [2],
    ),
    "a hotel far from its commune, the special zone apart": (
        "tourism_establishment.inside_commune",
        [{"commune_code": "22366", "lat": 12.24, "lon": 109.19}, {"commune_code": "22366", "lat": 11.56, "lon": 108.99},
         {"commune_code": "22736", "lat": 10.0, "lon": 114.0}, {"commune_code": "22366"}], "2026-Q1", [2],
    ),
    "a red-list class that differs from the register": (
        "biodiversity_observation.red_list_agrees",
        [{"species_scientific": "Pygathrix nigripes", "red_list": "CR"},
         {"species_scientific": "Bos gaurus", "red_list": "LC"}],
        "2026-03", [2],
    ),
    "land of a project beyond its park": (
        "industrial_park_project.land_within_park",
        [{"park": "56-KCN01", "land_ha": 12.5}, {"park": "56-KCN01", "land_ha": 500}], "2026-03", [2],
    ),
    "an inland commune with sea farming": (
        "marine_aquaculture.commune_is_coastal", [{"commune_code": "22366"}, {"commune_code": "22708"}], "2026-03", [2],
    ),
    "a task of another unit": (
        "task_progress.task_of_unit",
        [{"task_code": "NV-TB234-05", "lead_unit": "56-SNV"}, {"task_code": "NV-TB234-05", "lead_unit": "56-STC"},
         {"task_code": "NV-TB04-04", "lead_unit": "22366"}, {"task_code": "NV-TB04-01", "lead_unit": "22366"}],
        "2026-03", [2, 4],
    ),
    "a task past its date that is not said to be late": (
        "task_progress.overdue_is_late",
        [{"task_code": "NV-TB234-05", "status": "dang_thuc_hien"}, {"task_code": "NV-TB234-05", "status": "cham"},
         {"task_code": "NV-TB04-01", "status": "dang_thuc_hien"}], "2026-06", [1],
    ),
    "a database of another department": (
        "priority_database_build.database_owner",
        [{"database_code": "CSDL-STP-01", "_reporter": reporter} for reporter in ("56-STP", "56-SCT")],
        "2026-W10", [2],
    ),
    "hours missing in a day": ("environment_station_hourly.hours_present", HOURS[:12], "2026-05-01", [50.0]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_rule_accuses_the_bad_rows_alone(con: duckdb.DuckDBPyConnection, case: str) -> None:
    name, rows, period, expected = CASES[case]
    assert result(con, name, rows, period) == expected


def test_progress_may_fall_only_with_a_reason(con: duckdb.DuckDBPyConnection) -> None:
    rows = [
        {"task_code": "NV-TB04-01", "lead_unit": "56-SKHCN", "percent_done": 40},
        {"task_code": "NV-TB04-05", "lead_unit": "56-SKHCN", "percent_done": 40, "obstacle": "Thiếu kinh phí"},
        {"task_code": "NV-TB04-08", "lead_unit": "56-SKHCN", "percent_done": 80},
    ]
    before = [row | {"percent_done": 60, "obstacle": None} for row in rows]
    assert result(con, "task_progress.percent_never_falls", rows, "2026-03", before) == [1]


def test_spending_may_fall_from_december_to_january_but_not_within_the_year(con: duckdb.DuckDBPyConnection) -> None:
    now, then = [{"project_code": "DA-2026-001", "disbursed": 10}], [{"project_code": "DA-2026-001", "disbursed": 90}]
    rule = "digital_budget_disbursement.disbursed_never_falls"
    assert result(con, rule, now, "2026-01", then) == []
    assert result(con, rule, now, "2026-02", then) == [1]


def test_a_stage_never_goes_back(con: duckdb.DuckDBPyConnection) -> None:
    now = [{"database_code": "CSDL-STP-01", "stage": "thiet_ke"}, {"database_code": "CSDL-STP-02", "stage": "van_hanh"}]
    then = [{"database_code": "CSDL-STP-01", "stage": "lam_sach"}, {"database_code": "CSDL-STP-02", "stage": "ket_noi"}]
    assert result(con, "priority_database_build.stage_never_back", now, "2026-W10", then) == [1]


def test_the_committee_must_have_met_by_the_end_of_a_quarter(con: duckdb.DuckDBPyConnection) -> None:
    rule, helpers = "meeting_record.committee_quarterly", [{"held_on": date(2026, 3, 3), "level": "to_giup_viec"}]
    met = [{"held_on": date(2026, 2, 3), "level": "ban_chi_dao", "_period": "2026-02"}]
    long_ago = [{"held_on": date(2025, 12, 3), "level": "ban_chi_dao", "_period": "2025-12"}]
    assert result(con, rule, helpers, "2026-02") == [1]
    assert result(con, rule, helpers, "2026-03") == [0]
    assert result(con, rule, helpers, "2026-03", long_ago) == [0]
    assert result(con, rule, helpers, "2026-03", met) == [1]


def test_population_of_two_departments_is_compared_in_the_same_month_only(con: duckdb.DuckDBPyConnection) -> None:
    rows = [{"commune_code": "22366", "residents": 9000}, {"commune_code": "22420", "residents": 10100}]
    theirs = [{"commune_code": "22366", "population": 10000}, {"commune_code": "22420", "population": 10000}]
    rule = "civil_status_digitisation.population_agrees"
    assert result(con, rule, rows, "2026-03", others={"mobile_coverage": (theirs, "2026-03")}) == [1]
    assert result(con, rule, rows, "2026-03", others={"mobile_coverage": (theirs, "2026-02")}) == []


def test_rooms_are_compared_with_the_register_of_the_quarter_before(con: duckdb.DuckDBPyConnection) -> None:
    rows = [{"commune_code": "22366", "rooms": 100}, {"commune_code": "22420", "rooms": 100}]
    listed = [{"commune_code": code, "rooms": 90} for code in ("22366", "22366", "22420")]
    rule = "lodging_guests.rooms_against_register"
    for month, expected in (("2026-01", [1]), ("2026-03", [1]), ("2026-04", []), ("2025-12", [])):
        assert result(con, rule, rows, month, others={"tourism_establishment": (listed, "2025-Q4")}) == expected


def test_software_said_to_be_in_use_needs_kpis_once_any_are_there(con: duckdb.DuckDBPyConnection) -> None:
    rows = [{"unit_code": "22366", "kpi_software_in_use": True}, {"unit_code": "22420", "kpi_software_in_use": True}]
    scored = [{"unit_code": "22366", "kpi_code": "KPI-01"}]
    rule = "digital_staff.kpi_reported"
    assert result(con, rule, rows, "2026-Q1", others={"unit_kpi": (scored, "2026-Q1")}) == [2]
    assert result(con, rule, rows, "2026-Q1", others={"unit_kpi": ([], "2026-Q1")}) == []


def test_coverage_reported_in_march_is_compared_with_that_of_february(con: duckdb.DuckDBPyConnection) -> None:
    rows = [{"indicator_code": "population_5g_share", "value": 80}]
    theirs = [{"commune_code": "22366", "population": 1000, "population_5g": 600}]
    rule = "indicator_report.coverage_agrees"
    assert result(con, rule, rows, "2026-Q1", others={"mobile_coverage": (theirs, "2026-02")}) == [1]
    assert result(con, rule, rows, "2026-Q1", others={"mobile_coverage": (theirs, "2025-11")}) == []
