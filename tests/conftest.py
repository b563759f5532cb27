"""What every test may ask for: an empty hub in a temporary folder, and workbooks as departments send them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sqlalchemy import Engine

os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


_lock = Lock()
_empty: list[bytes] = []


def _as_migrated(engine: Engine) -> None:
    """Give a fresh ledger the tables that the migrations make, made by them once a process.

    Alembic works on its modules' globals: Dagster's own migrations in another thread would meet ours there, and a
    thousand tests would each wait for it.
    """
    from data import ledger_schema
    from data.ledger import migrate

    path = engine.url.database
    with _lock:
        fresh = path is not None and (not Path(path).exists() or not Path(path).stat().st_size)
        if fresh and _empty:
            con = sqlite3.connect(str(path))
            source = sqlite3.connect(":memory:")
            source.deserialize(_empty[0])
            source.backup(con)
            source.close()
            con.close()
            return
        migrate(engine)
        if fresh and not _empty:
            con = sqlite3.connect(str(path))
            found = con.execute("SELECT version_num FROM alembic_version").fetchone()
            assert found == (ledger_schema.HEAD,)
            copy = sqlite3.connect(":memory:")
            con.backup(copy)
            # Bytes 18 and 19 ask for a log beside the file, which a copy in memory cannot have.
            whole = bytearray(copy.serialize())
            whole[18:20] = b"\x01\x01"
            _empty.append(bytes(whole))
            copy.close()
            con.close()


@pytest.fixture
def fresh_ledgers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every ledger of the test is made by the migrations themselves."""
    from data import ledger

    monkeypatch.setattr(ledger, "made_ready", ledger.migrate)


@pytest.fixture
def hub_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A hub of its own: settings point into the test's folder."""
    from data import ledger
    from data.settings import settings

    monkeypatch.setattr(ledger, "made_ready", _as_migrated)
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
