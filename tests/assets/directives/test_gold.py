"""Against hand-made tables and published figures, where ../shared is here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.directive_figures import compare, invented


@pytest.mark.slow
def test_tasks_of_hand_read_notices_are_right(shared: Path) -> None:
    command = f"{Path(sys.executable).with_name('hub')} directives {{}} --format json"
    script = [sys.executable, str(shared / "gold" / "score_directives.py"), "--command", command, "--bar", "0.95"]
    scored = subprocess.run(script, capture_output=True, text=True, timeout=300, check=False)
    assert scored.returncode == 0, scored.stdout + scored.stderr


def test_every_published_figure_is_found_and_none_is_invented(shared: Path) -> None:
    found, missed, read = compare(shared / "design" / "programme.md", shared / "seeds")
    assert len(found) > 40 and missed == []
    assert [i for document in read.values() for i in invented(document)] == []
