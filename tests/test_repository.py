"""The house in order: imports point one way, locks carry hashes and no address, nothing heavy is loaded or kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def test_imports_point_one_way() -> None:
    done = subprocess.run([Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-bench.lock"])
def test_locks_pin_every_package_with_hashes_and_name_no_index(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    pinned = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert all("==" in line for line in pinned)
    assert text.count("--hash=sha256:") >= len(pinned)
    assert "://" not in text and "index-url" not in text


def test_no_tracked_file_is_larger_than_200_kilobytes_but_the_locks() -> None:
    large = [p.name for p in tracked() if p.stat().st_size > 200_000 and p.suffix != ".lock"]
    assert large == []


def test_no_address_of_a_package_registry_stands_in_the_repository() -> None:
    words = ("pypi." + "org", "files.python" + "hosted", "registry.npm" + "js", "deb.deb" + "ian")
    text_files = [p for p in tracked() if p.suffix in {".py", ".toml", ".md", ".yaml", ".lock", ".js", ".css", ""}]
    named = [p.name for p in text_files for w in words if w in p.read_text(encoding="utf-8", errors="ignore")]
    assert named == []


@pytest.mark.parametrize("heavy", ["great_expectations", "dagster", "dash", "vietnamadminunits", "pandas"])
def test_judging_a_file_from_the_shell_loads_nothing_heavy(heavy: str, tmp_path: Path) -> None:
    from tests.workbooks import lodging_workbook

    path = lodging_workbook(tmp_path / "a.xlsx")
    code = (
        "import sys; from pipelines.cli import main; "
        f"sys.argv = ['hub', 'check', {str(path)!r}, '--dataset', 'lodging_guests', '--unit', 'SVHTTDL', "
        "'--period', '2026-10', '--format', 'json']\n"
        "try: main()\nexcept SystemExit: pass\n"
        f"print('loaded' if sys.modules.get({heavy!r}) else 'absent', file=sys.stderr)"
    )
    env = {"HUB_HOME": str(tmp_path / "hub"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=env)
    assert done.stderr.strip().endswith("absent"), done.stderr
