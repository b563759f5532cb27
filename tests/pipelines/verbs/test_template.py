"""`hub template`: a workbook on disk, or one line that says why not."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from assets.template import Stamp, stamp_of
from pipelines.cli import main


def _asked(*words: str) -> tuple[int, str]:
    outcome = CliRunner().invoke(main, ["template", *words])
    return outcome.exit_code, outcome.output + outcome.stderr


def test_a_template_is_written_for_the_unit_by_any_of_its_names(hub_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "bieu.xlsx"
    code, _ = _asked("--dataset", "digital_staff", "--unit", "Xã Cam Lâm", "--period", "2026-Q3", "-o", str(path))
    assert code == 0
    assert stamp_of(path) == Stamp("digital_staff", "1.0.0", "22453", "2026-Q3")
    assert not hub_home.exists(), "nothing is kept"


def test_a_wrong_period_and_a_place_that_cannot_be_written_are_named(hub_home: Path, tmp_path: Path) -> None:
    given = ("--dataset", "digital_staff", "--unit", "22453")
    code, said = _asked(*given, "--period", "2026-10", "-o", str(tmp_path / "x.xlsx"))
    assert code == 64 and "2026-10" in said
    code, said = _asked(*given, "--period", "2026-Q3", "-o", str(tmp_path / "none" / "x.xlsx"))
    assert code == 64 and "Không ghi được" in said
