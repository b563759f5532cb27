"""A real server process with a hub of its own: started, asked as browsers and programs ask, killed, started again."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from data.settings import REPOSITORY, settings
from tests.dashboard.test_app import panels
from tests.e2e.test_wall import HUB, free_port
from tests.people import PASSWORD, account

__all__ = [
    "UNIT", "Served", "audited", "counted", "desk_files", "landed", "page", "received", "served", "token", "until",
    "working",
]  # fmt: skip

UNIT = "56-SVHTTDL"

_SERVER = """
import os, signal, sys
moment, port = sys.argv[1], int(sys.argv[2])

def killed(before=None):
    def die(*given, **named):
        if before is not None:
            before(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)
    return die

if moment == "landed":
    import assets.receive as receiving
    receiving.store = killed(receiving.store)
elif moment == "entered":
    from data.ledger import Ledger
    Ledger.receive = killed(Ledger.receive)
elif moment == "sent":
    from dashboard.desk import uploading
    uploading.discard = killed()
elif moment == "judged":
    from dashboard.api import sending
    sending._answer = killed()
    from dashboard.desk import uploading
    uploading._judged = killed(uploading._judged)

import uvicorn
from dashboard.app import create_app
uvicorn.run(create_app(), port=port, log_level="warning")
"""


class Served:
    """A server on a port of its own. `moment`: where it kills itself (SIGKILL), "" for one that lives."""

    def __init__(self, moment: str = "", *, largest_file: int | None = None) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        # The limit stands for a full disk where none can be mounted: writing beyond it fails as it does there.
        limit = None if largest_file is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file,) * 2)
        self.process = subprocess.Popen(
            [sys.executable, "-c", _SERVER, moment or "-", str(self.port)], cwd=REPOSITORY, env=dict(os.environ),
            preexec_fn=limit,
        )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 120
        while True:
            assert self.process.poll() is None, "the server did not start"
            try:
                # Not /readyz: that asks for the lake, which a hub does not have before its first file.
                if httpx.get(f"{self.address}/healthz", timeout=5).status_code < 500:
                    return
            except httpx.TransportError:
                assert time.monotonic() < until
            time.sleep(0.1)

    def client(self, role: str = "department", unit: str = "", *, login: str = "") -> httpx.Client:
        """A browser at which somebody signed in."""
        name = account(role, unit, login=login)
        client = httpx.Client(base_url=self.address, timeout=60, headers={"Accept": "text/html"})
        answer = client.post("/sign-in", data={"login": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.process.kill()
        self.process.wait(30)

    def died(self) -> bool:
        """Whether it killed itself at its moment."""
        return self.process.wait(60) == -signal.SIGKILL

    def stop(self) -> None:
        """End it in order."""
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()


@contextmanager
def served(moment: str = "", *, largest_file: int | None = None) -> Iterator[Served]:
    """A server for the block."""
    server = Served(moment, largest_file=largest_file)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def working() -> Iterator[subprocess.Popen[bytes]]:
    """The pipeline's worker for the block, as `hub up` starts it."""
    process = subprocess.Popen([*HUB, "worker"], cwd=REPOSITORY, env=dict(os.environ))
    try:
        yield process
    finally:
        process.kill()
        process.wait(60)


def token(login: str = "", unit: str = UNIT) -> Mapping[str, str]:
    """The header of a department's token."""
    from data.accounts import accounts
    from data.ledger import open_ledger
    from data.tokens import create_token

    name = account("department", unit, login=login)
    with open_ledger() as ledger:
        person = next(a.person for a in accounts(ledger) if a.login == name)
        return {
            "Authorization": f"Bearer {create_token(ledger, person, 'thử', ('read.own', 'submit'), 30)}",
            "Accept": "application/json",
        }


def page(client: httpx.Client, address: str) -> Mapping[str, str]:
    """A page's panels, as a browser gets them."""
    return panels(client, address)  # type: ignore[arg-type]


def desk_files(home: Path) -> list[str]:
    """Bytes of uploads that lie about: of the desk, and of the API's requests."""
    folder = home / "uploads"
    return sorted(
        str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and p.name != "about.json"
    ) if folder.exists() else []  # fmt: skip


def landed() -> list[str]:
    """What lies in landing, half-written files among it."""
    return sorted(p.name for p in settings().landing_folder.rglob("*") if p.is_file())


def received(period: str | None = None) -> list[Any]:
    """What the ledger says was received, each with its bytes there and whole."""
    from data.landing import digest, path_of
    from data.ledger import open_ledger

    with open_ledger() as ledger:
        found = ledger.submissions(dataset="lodging_guests", period=period)
    for one in found:
        assert one.nil or digest(path_of(one.sha256)) == one.sha256, "a receipt without its bytes"
    return found


def audited(receipt: str) -> list[str]:
    """Who is said to have sent it."""
    from data.audit import entries
    from data.ledger import open_ledger

    with open_ledger() as ledger:
        return [e.actor for e in entries(ledger, object_=f"submission:{receipt}") if e.action == "submission.send"]


def counted() -> tuple[int, int, int]:
    """Rows in core, verdicts, and versions that count."""
    from data.warehouse import open_warehouse

    with open_warehouse(read_only=True) as con:
        row = con.execute(
            "SELECT (SELECT count(*) FROM lake.core.lodging_guests), (SELECT count(*) FROM lake.quality.verdict), "
            "(SELECT count(DISTINCT _submission_id) FROM lake.core.lodging_guests)"
        ).fetchone()
    assert row is not None
    return row[0], row[1], row[2]


def until(done: Any, seconds: float = 90) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.2)
