"""Builds the reference files of each province profile: python -m data.reference.build [--boundaries 56=FILE.geojson].

From the package vietnamadminunits come communes, coordinates and the mapping of the divisions before 1 July 2025;
agencies.yaml, facilities.csv and indicators.yaml are kept by hand. Needed only when one of these changes: the hub reads
the files that it writes.
"""

from __future__ import annotations

import argparse
import csv
import json
import sqlite3
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from data.boundaries import load_boundaries, simplify_boundaries

HERE = Path(__file__).parent
PROVINCES = {"56": "Khánh Hòa", "42": "Hà Tĩnh"}
UNIT_COLUMNS = (
    "code", "name", "level", "kind", "type", "parent", "province", "sector", "aliases", "lat", "lon", "coastal",
    "area_km2", "source",
)  # fmt: skip
SMALLEST_ISLET = 2e-5
LARGEST_FILE = 190_000

# Communes on the sea or a bay of it, judged from their outlines and the map.
COASTAL = {
    "56": "Bắc Nha Trang|Nha Trang|Nam Nha Trang|Bắc Cam Ranh|Cam Ranh|Ba Ngòi|Cam Linh|Nam Cam Ranh|Cam Lâm|Vạn Ninh"
    "|Tu Bông|Đại Lãnh|Vạn Thắng|Vạn Hưng|Bắc Ninh Hòa|Đông Ninh Hòa|Hòa Thắng|Nam Ninh Hòa|Trường Sa|Công Hải"
    "|Vĩnh Hải|Ninh Hải|Ninh Chử|Đông Hải|Phước Dinh|Cà Ná",
    "42": "Hoành Sơn|Cổ Đạm|Đan Hải|Thạch Khê|Kỳ Xuân|Vũng Áng|Yên Hòa|Lộc Hà|Kỳ Anh|Hải Ninh|Đồng Tiến|Thiên Cầm"
    "|Tiên Điền|Kỳ Khang|Thạch Lạc",
}


def _write(name: str, columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def _package() -> Path:
    spec = find_spec("vietnamadminunits")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("cần gói vietnamadminunits / the package vietnamadminunits is needed")
    return Path(spec.submodule_search_locations[0]) / "data"


def _agencies(province: str, name: str) -> list[dict[str, Any]]:
    entries = yaml.safe_load((HERE / "agencies.yaml").read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = [
        {
            "code": province, "name": f"Tỉnh {name}", "level": "province", "kind": "province", "province": province,
            "aliases": f"{name}|Toàn tỉnh|tỉnh", "source": "vietnamadminunits",
        }
    ]  # fmt: skip
    for entry in entries:
        if province not in entry.get("only", PROVINCES):
            continue
        rows.append(
            {
                "code": f"{province}-{entry['code']}",
                "name": entry["name"],
                "level": "province",
                "kind": entry["kind"],
                "parent": f"{province}-{entry['parent']}" if "parent" in entry else province,
                "province": province,
                "sector": entry["sector"],
                "aliases": "|".join(alias.replace("{tinh}", name) for alias in entry.get("aliases", [])),
                "source": "agencies.yaml",
            }
        )
    return rows


def _communes(database: sqlite3.Connection, province: str) -> list[dict[str, Any]]:
    query = "SELECT * FROM admin_units WHERE provinceCode = ? ORDER BY wardCode"
    coastal = set(COASTAL[province].split("|"))
    rows = []
    for unit in database.execute(query, (province,)):
        kind = unit["wardType"].lower()
        rows.append(
            {
                "code": unit["wardCode"],
                "name": unit["ward"],
                "level": "commune",
                "kind": "commune",
                "type": kind,
                "parent": province,
                "province": province,
                "aliases": f"{unit['wardShort']}|UBND {kind} {unit['wardShort']}",
                "lat": unit["wardLat"],
                "lon": unit["wardLon"],
                "coastal": "yes" if unit["wardShort"] in coastal else "no",
                "area_km2": unit["wardAreaKm2"],
                "source": "vietnamadminunits",
            }
        )
        coastal.discard(unit["wardShort"])
    if coastal:
        raise SystemExit(f"xã ven biển không có trong danh mục: {coastal} / unknown coastal communes")
    return rows


def _facilities(province: str, communes: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    places = {str(commune["aliases"]).split("|")[0]: commune for commune in communes}
    registers: dict[str, list[dict[str, Any]]] = {}
    with (HERE / "facilities.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["province"] != province:
                continue
            place = places[row["commune"]]
            entry = row | {
                "parent": f"{province}-{row['parent']}",
                "commune_code": place["code"],
                "lat": place["lat"],
                "lon": place["lon"],
                "level": "facility",
            }
            registers.setdefault(row["register"], []).append(entry)
    return registers


def _conversion(database: sqlite3.Connection, province: str, name: str) -> list[dict[str, Any]]:
    """Every commune before 1 July 2025 with the commune, or communes, that it became."""
    mapping = json.loads((_package() / "converter_2025.json").read_text(encoding="utf-8"))
    row = database.execute("SELECT provinceKey FROM admin_units WHERE provinceCode = ? LIMIT 1", (province,)).fetchone()
    key = row["provinceKey"]
    new = {
        unit["wardKey"]: unit for unit in database.execute("SELECT * FROM admin_units WHERE provinceKey = ?", (key,))
    }
    old = {
        f"{unit['provinceKey']}_{unit['districtKey']}_{unit['wardKey']}": unit
        for unit in database.execute("SELECT * FROM admin_units_legacy")
    }
    whole = mapping["DICT_PROVINCE_WARD_NO_DIVIDED"][key]
    part = mapping["DICT_PROVINCE_WARD_DIVIDED"].get(key, {})
    pairs = [(before, after, "whole") for after, several in whole.items() for before in several]
    pairs += [(before, after["newWardKey"], "part") for before, several in part.items() for after in several]
    rows = [
        {
            "old_code": old[before]["wardCode"] or "",
            "old_name": old[before]["ward"] or "",
            "old_district_code": old[before]["districtCode"],
            "old_district": old[before]["district"],
            "old_province_code": old[before]["provinceCode"],
            "old_province": old[before]["province"],
            "new_code": new[after]["wardCode"],
            "new_name": new[after]["ward"],
            "extent": extent,
        }
        for before, after, extent in pairs
    ]
    return sorted(rows, key=lambda row: (row["old_code"], row["old_district_code"], row["new_code"]))


def _boundaries(province: str, source: Path, codes: set[str]) -> None:
    collection = load_boundaries(source, codes)
    for step in range(1, 40):
        simple = simplify_boundaries(collection, step * 0.0003, smallest=SMALLEST_ISLET)
        written = json.dumps(simple, ensure_ascii=False, separators=(",", ":"))
        if len(written.encode()) < LARGEST_FILE:
            break
    (HERE / f"communes_{province}.geojson").write_text(written + "\n", encoding="utf-8")


def _documents() -> list[dict[str, Any]]:
    documents: list[dict[str, Any]] = yaml.safe_load((HERE / "documents.yaml").read_text(encoding="utf-8"))
    return documents


def _indicators() -> None:
    entries = yaml.safe_load((HERE / "indicators.yaml").read_text(encoding="utf-8"))
    columns = ("code", "name_vi", "name_en", "unit", "measure", "better", "sector", "owner", "source")
    numbers = {document["short"]: document["number"] for document in _documents()}
    for entry in entries:
        used = dict.fromkeys(numbers[fact["source"]] for fact in entry.get("facts", []))
        entry["source"] = "; ".join(used)
    _write("indicators.csv", columns, entries)


def build(province: str, boundaries: Path | None = None) -> None:
    """Write all files of one province."""
    name = PROVINCES[province]
    with sqlite3.connect(f"file:{_package() / 'dataset.db'}?mode=ro", uri=True) as database:
        database.row_factory = sqlite3.Row
        communes = _communes(database, province)
        registers = _facilities(province, communes)
        conversion = _conversion(database, province, name)
    facilities = [
        entry | {"kind": register.removesuffix("s"), "type": entry["kind"]}
        for register, entries in registers.items()
        for entry in entries
    ]
    _write(f"units_{province}.csv", UNIT_COLUMNS, [*_agencies(province, name), *communes, *facilities])
    _write(f"conversion_{province}.csv", conversion[0], conversion)
    for register, entries in registers.items():
        columns = ("code", "name", "parent", "kind", "detail", "commune_code", "lat", "lon", "aliases", "source")
        _write(f"{register}_{province}.csv", columns, entries)
    if boundaries is not None:
        _boundaries(province, boundaries, {str(commune["code"]) for commune in communes})


def main() -> None:
    """Command line of the builder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boundaries", action="append", default=[], metavar="CODE=FILE")
    given = dict(pair.split("=", 1) for pair in parser.parse_args().boundaries)
    _indicators()
    for province in PROVINCES:
        build(province, Path(given[province]) if province in given else None)


if __name__ == "__main__":
    main()
