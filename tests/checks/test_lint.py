"""`hub contracts lint`: each kind of fault is found at its line, and a sound contract gives nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from checks.lint import LintFinding, lint_contracts
from pipelines.verbs.contracts import command

SOUND = """\
apiVersion: v3.2.0
kind: DataContract
id: beehives
name: Đàn ong
version: 1.0.0
status: active
domain: agriculture
schema:
  - name: beehives
    businessName: Đàn ong
    logicalType: object
    properties:
      - name: commune_code
        businessName: Xã
        logicalType: string
        primaryKey: true
        relationships:
          - {type: foreignKey, to: reference.communes.code}
        synonyms:
          - {synonym: Địa bàn, locale: vi}
      - name: kind
        businessName: Loại ong
        logicalType: string
        logicalTypeOptions: {pattern: "^[a-z_]+$"}
        enum:
          - {value: mat, label: Ong mật}
          - {value: du, label: Ong dú}
      - name: hives
        businessName: Số đàn
        logicalType: integer
        customProperties:
          - {property: measure, value: stock}
      - name: honey_kg
        businessName: Mật ong
        logicalType: number
        customProperties:
          - {property: measure, value: flow}
      - name: kg_per_hive
        businessName: Mật một đàn
        logicalType: number
        customProperties:
          - {property: measure, value: ratio}
          - {property: numerator, value: honey_kg}
          - {property: denominator, value: hives}
    quality:
      - id: honey_needs_hives
        name: Có mật thì có đàn
        type: sql
        dimension: accuracy
        severity: error
        query: SELECT count(*) FROM beehives WHERE honey_kg > 60 * hives
        mustBe: 0
        customProperties:
          - {property: principle, value: dung}
          - {property: kind, value: row}
          - {property: column, value: honey_kg}
          - {property: message_vi, value: "{honey_kg} kg mật từ {hives} đàn trong {_period_days} ngày"}
          - {property: message_en, value: "{honey_kg} kg of honey from {hives} hives in {_period_days} days"}
          - {property: expected, value: 60 * hives}
      - id: copied
        name: Không chép
        type: sql
        dimension: uniqueness
        severity: warning
        query: SELECT count(*) FROM beehives QUALIFY count(*) OVER (PARTITION BY hives, honey_kg) > 1
        mustBe: 0
        customProperties:
          - {property: principle, value: sach}
          - {property: kind, value: set}
          - {property: column, value: hives}
          - {property: message_vi, value: Chép lại}
          - {property: message_en, value: Copied}
      - id: jump
        name: Không tăng vọt
        type: sql
        dimension: accuracy
        severity: warning
        query: SELECT count(*) FROM beehives JOIN previous USING (commune_code, kind) WHERE beehives.hives > 3 * previous.hives
        mustBe: 0
        customProperties:
          - {property: principle, value: dung}
          - {property: kind, value: history}
          - {property: column, value: hives}
          - {property: message_vi, value: "{hives} đàn, kỳ trước {previous.hives}"}
          - {property: message_en, value: "{hives} hives, {previous.hives} before"}
          - {property: expected, value: previous.hives}
      - id: not_at_sea
        name: Không ở biển
        type: sql
        dimension: consistency
        severity: warning
        query: SELECT count(*) FROM beehives JOIN reference.communes AS place ON place.code = beehives.commune_code WHERE place.coastal = 'yes' AND beehives.hives > 100000
        mustBe: 0
        customProperties:
          - {property: principle, value: thong_nhat}
          - {property: kind, value: cross}
          - {property: column, value: hives}
          - {property: message_vi, value: "{hives} đàn ở {place.name}"}
          - {property: message_en, value: "{hives} hives in {place.name}"}
      - id: some_honey
        name: Có mật
        type: sql
        dimension: completeness
        severity: warning
        query: SELECT sum(honey_kg) FROM beehives
        mustBeGreaterThan: 0
        customProperties:
          - {property: principle, value: du}
          - {property: kind, value: dataset}
          - {property: message_vi, value: Không có mật}
          - {property: message_en, value: No honey}
team:
  name: Sở Nông nghiệp và Môi trường
  customProperties:
    - {property: unit, value: SNNMT}
slaProperties:
  - {property: frequency, value: 1, unit: month}
  - {property: timeOfAvailability, value: "10 17:00"}
customProperties:
  - {property: validFrom, value: "2026-08"}
  - {property: reportingUnits, value: {units: [owner, SCT], each: [commune]}}
  - {property: expectedKeys, value: {column: commune_code, each: coastal_commune}}
  - {property: subject, value: commune_code}
  - {property: headline, value: [hives]}
  - property: indicators
    value:
      - {indicator: lodging_guests_total, sum: hives + honey_kg}
"""  # noqa: E501 - a rule's SQL stands in one line here

FAULTS = {
    "unknown reference table": ("reference.communes.code}", "reference.villages.code}", "villages"),
    "unknown reference column": ("reference.communes.code}", "reference.communes.postcode}", "postcode"),
    "unknown column in a row rule": ("WHERE honey_kg > 60", "WHERE honey_tons > 60", "honey_tons"),
    "unknown column in a set rule": ("(PARTITION BY hives, honey_kg)", "(PARTITION BY hives, wax)", "wax"),
    "unknown column in a history rule": ("3 * previous.hives", "3 * previous.swarms", "swarms"),
    "unknown key in USING": ("USING (commune_code, kind)", "USING (commune_code, breed)", "breed"),
    "unknown column of a register": ("place.coastal = 'yes'", "place.seaside = 'yes'", "seaside"),
    "unknown table": ("JOIN reference.communes AS place", "JOIN reference.hamlets AS place", "reference.hamlets"),
    "unknown column in a dataset rule": ("SELECT sum(honey_kg) FROM", "SELECT sum(syrup) FROM", "syrup"),
    "SQL that cannot be read": ("WHERE honey_kg > 60 * hives", "WHERE honey_kg > > hives", "SQL"),
    "accused column": ("{property: column, value: honey_kg}", "{property: column, value: bees}", "bees"),
    "placeholder of a message": ('"{honey_kg} kg mật', '"{wax_kg} kg sáp', "wax_kg"),
    "placeholder of another table": ('"{hives} hives in {place.name}"', '"In {place.title}"', "title"),
    "expected": ("{property: expected, value: 60 * hives}", "{property: expected, value: 60 * swarms}", "swarms"),
    "expectedKeys column": ("{column: commune_code, each: coastal", "{column: village, each: coastal", "village"),
    "expectedKeys register": ("each: coastal_commune", "each: hamlets", "hamlets"),
    "subject": ("{property: subject, value: commune_code}", "{property: subject, value: village}", "village"),
    "headline": ("value: [hives]}", "value: [swarms]}", "swarms"),
    "headline that is no measure": ("value: [hives]}", "value: [kind]}", "kind"),
    "unknown indicator": ("indicator: lodging_guests_total", "indicator: beekeeping", "beekeeping"),
    "unknown column of an indicator": ("sum: hives + honey_kg", "sum: hives + wax", "wax"),
    "row rule with a window": (
        "WHERE honey_kg > 60 * hives", "WHERE honey_kg > sum(hives) OVER ()", "quy tắc dòng",
    ),
    "row rule that looks elsewhere": (
        "WHERE honey_kg > 60", "WHERE kind IN (SELECT code FROM reference.vsic) AND honey_kg > 60", "quy tắc dòng",
    ),
    "unknown function": ("WHERE honey_kg > 60 * hives", "WHERE weigh(honey_kg) > hives", "weigh"),
    "values that cannot be compared": ("WHERE honey_kg > 60 * hives", "WHERE kind + 1 > hives", "VARCHAR"),
    "set rule without a window": (
        "QUALIFY count(*) OVER (PARTITION BY hives, honey_kg) > 1", "WHERE hives > 1", "hàm cửa sổ",
    ),
    "history rule without history": ("value: set}", "value: history}", "quy tắc lịch sử"),
    "history rule without USING": (
        "JOIN previous USING (commune_code, kind)", "JOIN previous ON previous.kind = beehives.kind", "USING",
    ),
    "cross rule without another table": ("value: set}", "value: cross}", "quy tắc chéo"),
    "overlapping synonyms": ("{synonym: Địa bàn, locale: vi}", '{synonym: "SO DAN", locale: vi}', "cột commune_code"),
    "overlapping titles": ("businessName: Mật ong", "businessName: Loại Ông", "trùng"),
    "frequency": ("unit: month}", "unit: fortnight}", "fortnight"),
    "due moment": ('value: "10 17:00"', 'value: "sometime"', "sometime"),
    "validFrom of another kind": ('value: "2026-08"', 'value: "2026-W08"', "2026-W08"),
    "message missing in English": ('          - {property: message_en, value: Copied}\n', "", "message_en"),
    "message missing in Vietnamese": ('          - {property: message_vi, value: Chép lại}\n', "", "message_vi"),
    "principle missing": ("          - {property: principle, value: sach}\n", "", "principle"),
    "principle unknown": ("value: sach}", "value: dep}", "dep"),
    "severity missing": ("uniqueness\n        severity: warning\n", "uniqueness\n", "severity"),
    "severity unknown": ("accuracy\n        severity: error", "accuracy\n        severity: fatal", "fatal"),
    "dimension unknown": ("dimension: uniqueness", "dimension: beauty", "beauty"),
    "kind unknown": ("value: set}", "value: row_set}", "row_set"),
    "duplicate rule id": ("- id: copied", "- id: jump", "jump"),
    "rule id of a derived rule": ("- id: copied", "- id: key.unique", "key.unique"),
    "operator missing": ("        mustBeGreaterThan: 0\n", "", "mustBe"),
    "wrong operator": ("previous.hives\n        mustBe: 0", "previous.hives\n        mustBe: 5", "mustBe: 0"),
    "id that is not the file's name": ("id: beehives", "id: hives", "tên tệp"),
    "table that is not the id": ("  - name: beehives\n", "  - name: hives\n", "tên bảng"),
    "unknown owner": ("value: SNNMT}", "value: SONG}", "SONG"),
    "unknown reporting unit": ("[owner, SCT]", "[owner, SXYZ]", "SXYZ"),
    "unknown kind of unit": ("each: [commune]", "each: [hamlet]", "hamlet"),
    "bad pattern": ('pattern: "^[a-z_]+$"', 'pattern: "^[a-z_+$"', "mẫu"),
    "enum without label": ("{value: du, label: Ong dú}", "{value: du}", "label"),
    "enum label twice": ("{value: du, label: Ong dú}", "{value: du, label: ong mat}", "ong mat"),
    "ratio without denominator": ("denominator, value: hives}", "denominator, value: boxes}", "boxes"),
    "unknown measure": ("{property: measure, value: flow}", "{property: measure, value: speed}", "speed"),
    "unknown type": ("logicalType: number", "logicalType: decimal", "decimal"),
    "twice the same column": ("- name: honey_kg", "- name: hives", "hai lần"),
    "no key": ("        primaryKey: true\n", "", "primaryKey"),
    "not ODCS": ("status: active", "status: active\ncolour: yellow", "ODCS"),
    "not YAML": ("status: active", "status: [active", "YAML"),
}  # fmt: skip


def lint(folder: Path, text: str) -> list[LintFinding]:
    (folder / "beehives.odcs.yaml").write_text(text, encoding="utf-8")
    return lint_contracts(folder)


def test_a_sound_contract_gives_nothing(tmp_path: Path) -> None:
    assert lint(tmp_path, SOUND) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_in_both_languages_with_its_file_and_line(tmp_path: Path, fault: str) -> None:
    before, after, word = FAULTS[fault]
    assert before in SOUND
    found = lint(tmp_path, SOUND.replace(before, after, 1))
    assert any(word in f.reason_vi for f in found), found
    for finding in found:
        assert finding.reason_vi and finding.reason_en
        assert finding.file.name == "beehives.odcs.yaml"
        assert 1 <= finding.line <= SOUND.count("\n") + 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("WHERE honey_kg > 60", "WHERE honey_tons > 60"),
        ("{property: column, value: honey_kg}", "{property: column, value: bees}"),
        ("{synonym: Địa bàn, locale: vi}", "{synonym: Địa bàn, locale: vi}\n          - {synonym: Xa, locale: vi}\n"
         "          - {synonym: Số đàn, locale: vi}"),
        ("{property: subject, value: commune_code}", "{property: subject, value: village}"),
    ],
)  # fmt: skip
def test_the_line_is_where_the_fault_stands(tmp_path: Path, before: str, after: str) -> None:
    text = SOUND.replace(before, after, 1)
    (finding,) = lint(tmp_path, text)
    last = after.splitlines()[-1].strip()
    if "synonym" in after:  # the title that the synonym collides with comes later in the file
        assert "Số đàn" in text.splitlines()[finding.line - 1]
    else:
        assert last in text.splitlines()[finding.line - 1]


def test_a_file_that_is_no_contract_is_one_finding(tmp_path: Path) -> None:
    assert len(lint(tmp_path, "- just\n- a list\n")) == 1
    assert len(lint(tmp_path, "")) == 1
    assert len(lint(tmp_path, "id: beehives\nname: Đàn ong\n")) == 1


def test_the_command_prints_file_line_and_reason_and_exits_1(tmp_path: Path) -> None:
    text = SOUND.replace("value: sach}", "value: dep}")
    lint(tmp_path, text)
    line = next(n for n, words in enumerate(text.splitlines(), 1) if "value: dep}" in words)
    result = CliRunner().invoke(command, ["lint", str(tmp_path)])
    assert result.exit_code == 1
    assert f"beehives.odcs.yaml:{line}: " in result.output and "dep" in result.output and " / " in result.output


def test_the_command_exits_0_where_nothing_is_wrong(tmp_path: Path) -> None:
    lint(tmp_path, SOUND)
    result = CliRunner().invoke(command, ["lint", str(tmp_path)])
    assert (result.exit_code, result.output) == (0, "")
    assert "beehives" in CliRunner().invoke(command, ["list", str(tmp_path)]).output
