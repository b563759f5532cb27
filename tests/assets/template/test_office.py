"""Templates in LibreOffice: they open as they are, and what it saves is still known and accepted."""

from __future__ import annotations

import subprocess
from pathlib import Path

import openpyxl
import pytest

from assets.check_file import check_file
from assets.demo.world import World
from assets.read import read_file
from assets.template import stamp_of, write_template
from data.contract import ContractRegistry
from data.period import Period
from tests.assets.template.filling import fill, good_rows
from tests.second_opinion.libreoffice import installed

pytestmark = pytest.mark.skipif(not installed(), reason="LibreOffice (soffice) is not installed here")
PERIOD, REPORTER = Period.parse("2026-10"), "56-SNNMT"


def _saved_as(form: str, path: Path, folder: Path) -> Path:
    profile = f"-env:UserInstallation={(folder.parent / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--norestore", "--convert-to", form, "--outdir", str(folder)]
    subprocess.run([*command, str(path)], timeout=120, capture_output=True, check=True)
    return folder / f"{path.stem}.{form}"


def test_what_libreoffice_saves_of_a_template_is_the_same_table_with_the_same_stamp(
    hub_home: Path, registry: ContractRegistry, tmp_path: Path
) -> None:
    contract, path = registry["marine_aquaculture"], tmp_path / "nuoi-bien.xlsx"
    write_template(contract, REPORTER, PERIOD, path)
    with World(5) as world:
        rows = good_rows(world, contract, REPORTER, PERIOD)
    fill(path, contract, rows)
    before = next(t for t in read_file(path).tables if t.sheet == "Số liệu")
    for form in ("xlsx", "ods", "xls"):
        saved = _saved_as(form, path, tmp_path / form)
        assert stamp_of(saved) == stamp_of(path), form
        after = next(t for t in read_file(saved).tables if t.sheet == "Số liệu")
        assert after.header == before.header
        assert after.frame.rows() == before.frame.rows(), form
        _, verdict = check_file(saved, contract, registry, REPORTER, PERIOD)
        assert verdict.verdict == "accepted"
        assert [f for f in verdict.findings if f.rule != "timeliness"] == []
    kept = openpyxl.load_workbook(tmp_path / "xlsx" / path.name)
    assert kept.worksheets[0].protection.sheet
    lists = [v for v in kept.worksheets[0].data_validations.dataValidation if v.type == "list"]
    assert {v.formula1 for v in lists} > {"hub_list_1"}
    assert kept.defined_names["hub_list_1"].attr_text.endswith("$A$1:$A$65")
