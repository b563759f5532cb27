"""What every test may ask for: an empty hub in a temporary folder, and workbooks as departments send them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture
def hub_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A hub of its own: settings point into the test's folder."""
    from data.settings import settings

    home = tmp_path / "hub"
    monkeypatch.setenv("HUB_HOME", str(home))
    settings.cache_clear()
    yield home
    settings.cache_clear()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public test input; tests that need it say so where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not here")
    return SHARED
