"""The reference data of both province profiles is whole and agrees with itself."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
import yaml

from data.boundaries import load_boundaries, simplify_boundaries
from data.period import Period
from data.units import load_former_agencies, load_old_communes, load_units

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "reference"
PROVINCES = ["56", "42"]


def rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_khanh_hoa_has_48_communes_16_wards_and_truong_sa() -> None:
    types = [unit.type for unit in load_units("56").communes()]
    assert (types.count("xã"), types.count("phường"), types.count("đặc khu")) == (48, 16, 1)
    assert load_units("56")["22736"].name == "Đặc khu Trường Sa"


def test_ha_tinh_has_69_communes() -> None:
    assert len(load_units("42").communes()) == 69


def test_the_six_late_units_of_the_notice_and_the_programmes_offices_are_there() -> None:
    units = load_units("56")
    late = {"SVHTTDL", "SNNMT", "SCT", "STP", "BQLKKT", "BQLVQG"}
    others = {"SKHCN", "SNV", "STC", "SXD", "SGDDT", "SYT", "CA", "VPUB", "VPTU", "UBMTTQ", "BTGDV"}
    assert {units.expand(short) for short in late | others} <= {unit.code for unit in units}


@pytest.mark.parametrize("province", PROVINCES)
def test_codes_are_unique_and_parents_exist(province: str) -> None:
    codes = [row["code"] for row in rows(f"units_{province}.csv")]
    units = load_units(province)
    assert len(codes) == len(set(codes)) == len(units)
    assert [unit.code for unit in units if unit.parent is not None and unit.parent not in units] == []
    assert [unit.code for unit in units if unit.parent is None] == [province]


@pytest.mark.parametrize("province", PROVINCES)
def test_every_commune_has_a_place_in_the_country(province: str) -> None:
    for unit in load_units(province).communes():
        assert unit.lat is not None and unit.lon is not None
        assert 7 < unit.lat < 20 and 104 < unit.lon < 118


@pytest.mark.parametrize("province", PROVINCES)
def test_old_communes_became_communes_of_today(province: str) -> None:
    units = load_units(province)
    old = load_old_communes(province)
    assert {code for commune in old for code in commune.became} == {unit.code for unit in units.communes()}
    assert all(commune.whole == (len(commune.became) == 1) for commune in old if not commune.became[1:])
    assert load_former_agencies(province)


@pytest.mark.parametrize("province", PROVINCES)
def test_outlines_match_the_communes_and_stay_small(province: str) -> None:
    path = REFERENCE / f"communes_{province}.geojson"
    assert path.stat().st_size < 190_000
    load_boundaries(path, [unit.code for unit in load_units(province).communes()])


def test_a_missing_outline_is_named() -> None:
    with pytest.raises(ValueError, match="99999"):
        load_boundaries(REFERENCE / "communes_42.geojson", ["99999"])


def test_simplified_neighbours_share_their_border() -> None:
    border = [(1.0, y / 10) for y in range(11)]
    bumpy = [(x + (0.001 if i % 2 else 0), y) for i, (x, y) in enumerate(border)]
    west = [(0.0, 0.0), *bumpy, (0.0, 1.0), (0.0, 0.0)]
    east = [(2.0, 1.0), *reversed(bumpy), (2.0, 0.0), (2.0, 1.0)]
    shapes = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"code": c}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
            for c, ring in (("w", west), ("e", east))
        ],
    }
    simple = simplify_boundaries(json.loads(json.dumps(shapes)), tolerance=0.01)
    points = [
        {tuple(p) for p in feature["geometry"]["coordinates"][0][0] if p[0] >= 1 and p[0] < 1.5}
        for feature in simple["features"]
    ]
    assert points[0] == points[1] == {(1.0, 0.0), (1.0, 1.0)}


def test_an_unknown_province_names_those_that_exist() -> None:
    with pytest.raises(FileNotFoundError, match="42, 56"):
        load_units("99")


def test_every_indicator_is_named_in_both_languages_and_its_facts_have_a_document() -> None:
    documents = {d["short"] for d in yaml.safe_load((REFERENCE / "documents.yaml").read_text(encoding="utf-8"))}
    entries = yaml.safe_load((REFERENCE / "indicators.yaml").read_text(encoding="utf-8"))
    owners = load_units("56")
    assert len(documents) == 5
    assert len({entry["code"] for entry in entries}) == len(entries) == len(rows("indicators.csv"))
    for entry in entries:
        assert entry["name_vi"] and entry["name_en"] and entry["unit"]
        assert entry["better"] in ("higher", "lower")
        assert owners.expand(entry["owner"]) in owners
        for fact in entry["facts"]:
            assert fact["source"] in documents
            assert fact["kind"] in ("target", "result", "rank")
            assert fact["comparator"] in ("=", ">", ">=", "<=", "between")
            assert ("upper" in fact) == (fact["comparator"] == "between")
            assert fact["kind"] != "rank" or fact["of"] in (34, 63)


def test_the_registry_keeps_what_the_documents_contradict_each_other_in() -> None:
    entries = {e["code"]: e for e in yaml.safe_load((REFERENCE / "indicators.yaml").read_text(encoding="utf-8"))}
    for code, values in {
        "budget_share_science_digital": {3, 2},
        "science_digital_standing": {15, 10},
        "task_approval_time_cut": {50, 33.33},
        "communes_connected": {60, 64},
    }.items():
        assert {fact["value"] for fact in entries[code]["facts"]} == values


@pytest.mark.parametrize("register", ["databases", "projects", "procedures", "tasks", "criteria", "vsic"])
def test_code_lists_have_unique_codes_and_owners_that_exist(register: str) -> None:
    found = rows(f"{register}.csv")
    units = load_units("56")
    assert len({row["code"] for row in found}) == len(found)
    for row in found:
        if register in ("databases", "projects", "procedures"):
            assert units.expand(row["parent"]) in units
        for lead in filter(None, row.get("lead", "").split("|")):
            assert units.expand(lead) in units
        if row.get("due"):
            assert Period.containing("day", date.fromisoformat(row["due"]))


@pytest.mark.parametrize("province", PROVINCES)
def test_the_built_files_are_what_the_builder_makes(
    province: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from data.reference import build

    for name in ("agencies.yaml", "facilities.csv", "documents.yaml", "indicators.yaml"):
        (tmp_path / name).write_bytes((REFERENCE / name).read_bytes())
    monkeypatch.setattr(build, "HERE", tmp_path)
    build.build(province)
    made = sorted(path.name for path in tmp_path.glob("*.csv") if path.name != "facilities.csv")
    assert f"units_{province}.csv" in made and f"conversion_{province}.csv" in made
    assert [name for name in made if (tmp_path / name).read_bytes() != (REFERENCE / name).read_bytes()] == []
