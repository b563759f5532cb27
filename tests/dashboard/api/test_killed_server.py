"""The server killed (SIGKILL) while a submission is on its way: nothing received is lost, nothing counts twice."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.dashboard.api.conftest import UNIT, token

SERVER = """
import os, signal, sys
import uvicorn
from fastapi import FastAPI
from dashboard.api import sending
from dashboard.api.v1 import add_api
from dashboard.sign_in.identity import IdentityMiddleware

if sys.argv[2] == "killed":
    # The moment that hurts most: it is in the ledger, and nobody has been told.
    sending._answer = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
app = FastAPI(openapi_url=None)
add_api(app)
app.add_middleware(IdentityMiddleware)
uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
"""


def serve(port: int, how: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(port), how], env=dict(os.environ))
    until = time.monotonic() + 90
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return process
        except OSError:
            assert process.poll() is None
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def test_a_killed_server_loses_nothing_and_counts_nothing_twice(
    hub_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from data.landing import path_of
    from data.ledger import open_ledger

    who = {**token("department", UNIT), "Idempotency-Key": "phan-mem-so-0001"}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/api/v1/submissions?wait=0"
    fields = {"dataset": "lodging_guests", "period": "2026-10"}
    content = b"commune_code,rooms\n22366,1\n"
    first = serve(port, "killed")
    try:
        with pytest.raises(httpx.TransportError):
            httpx.post(address, data=fields, files={"file": ("a.csv", content)}, headers=who, timeout=60)
        assert first.wait(30) == -signal.SIGKILL
    finally:
        first.kill()
    with open_ledger() as ledger:
        kept = ledger.submissions(dataset="lodging_guests")
        assert [path_of(s.sha256).read_bytes() for s in kept] == [content]
        assert [s.submission_id for s in ledger.pending()] == [kept[0].submission_id]
    second = serve(port, "well")
    try:
        answer = httpx.post(address, data=fields, files={"file": ("a.csv", content)}, headers=who, timeout=60)
    finally:
        second.terminate()
        second.wait(30)
    assert answer.status_code in {201, 202} and answer.json()["receipt"] == kept[0].receipt
    assert answer.json()["duplicate"] is False
    with open_ledger() as ledger:
        assert len(ledger.submissions(dataset="lodging_guests")) == 1
