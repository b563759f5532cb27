"""`hub submit --url`: a real server over a real line that breaks, refuses, and cannot be trusted."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from click.testing import CliRunner, Result
from fastapi import FastAPI

from tests.people import account
from tests.workbooks import lodging_workbook, with_cell

UNIT = "56-SVHTTDL"


@pytest.fixture
def address(hub_home: Path) -> Iterator[str]:
    """The API of the present hub, served over TCP."""
    from dashboard.api.v1 import add_api
    from dashboard.sign_in.identity import IdentityMiddleware

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add_api(app)
    app.add_middleware(IdentityMiddleware)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture
def secret(hub_home: Path) -> str:
    return token("read.own", "submit")


def token(*scope: str, login: str = "") -> str:
    from data.accounts import accounts
    from data.ledger import open_ledger
    from data.tokens import create_token

    name = account("department", UNIT, login=login)
    with open_ledger() as ledger:
        person = next(a.person for a in accounts(ledger) if a.login == name)
        return create_token(ledger, person, "thử", scope, 30)


def submit(*given: str, secret: str = "") -> Result:
    from pipelines.verbs.submit import command

    options = ["--dataset", "lodging_guests", "--unit", UNIT, "--period", "2026-10", *given]
    return CliRunner(env={"HUB_TOKEN": secret}).invoke(command, options)


def versions() -> int:
    from data.ledger import open_ledger

    with open_ledger() as ledger:
        return len(ledger.submissions(dataset="lodging_guests"))


def test_it_prints_what_the_local_command_prints(address: str, secret: str, tmp_path: Path) -> None:
    path = lodging_workbook(tmp_path / "khách T10.xlsx")
    done = submit(str(path), "--url", address, secret=secret)
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Biên nhận 20") and lines[0].endswith("lần nộp 1")
    assert lines[1].startswith("● accepted: 5/5 dòng")
    again = submit(str(path), "--url", address, "--no-run", secret=secret)
    assert again.exit_code == 0 and "đã nhận tệp này từ trước" in again.stdout and versions() == 1


def test_a_returned_file_has_the_local_exit_code_and_json(
    address: str, secret: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pipelines.remote_submit

    monkeypatch.setattr(pipelines.remote_submit, "_SETTLED_PATIENCE", 0.0)
    wrong = lodging_workbook(tmp_path / "a.xlsx", title="BÁO CÁO THÁNG 9/2026")
    done = submit(str(wrong), "--url", address, "--format", "json", secret=secret)
    told = json.loads(done.stdout)
    assert done.exit_code == 1 and told["verdict"] == "rejected" and told["in_force"] is False
    assert set(told) == {
        "receipt", "verdict", "rows", "accepted", "quarantined", "in_force", "reason_vi", "reason_en", "state",
    }  # fmt: skip
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.4 nothing")
    assert submit(str(tmp_path / "b.pdf"), "--url", address, secret=secret).exit_code == 2


def test_a_nil_report_goes_the_same_way(address: str, secret: str) -> None:
    done = submit("--nil", "--url", f"{address}/api/v1/", secret=secret)
    assert done.exit_code == 0 and "lần nộp 1" in done.stdout


def test_an_answer_lost_on_the_line_is_fetched_again_and_nothing_is_sent_twice(
    address: str, secret: str, tmp_path: Path
) -> None:
    path = lodging_workbook(tmp_path / "a.xlsx", with_cell(0, 1, 500))
    cutting = _cutting_line(address, cuts=2)
    with cutting as line:
        done = submit(str(path), "--url", line, "--no-run", secret=secret)
    assert cutting.cuts <= 0
    assert done.exit_code == 0, done.output
    assert "lần nộp 1" in done.stdout and "từ trước" not in done.stdout and versions() == 1


def test_a_token_that_is_none_is_said(address: str, tmp_path: Path) -> None:
    path = lodging_workbook(tmp_path / "a.xlsx")
    refused = submit(str(path), "--url", address, secret="hub_wrong")
    assert refused.exit_code == 77 and "Mã truy cập" in refused.stderr and "token" in refused.stderr
    assert submit(str(path), "--url", address).exit_code == 64


def test_a_scope_that_does_not_send_is_said(address: str, tmp_path: Path) -> None:
    refused = submit(str(lodging_workbook(tmp_path / "a.xlsx")), "--url", address, secret=token("read.own"))
    assert refused.exit_code == 77 and "phạm vi" in refused.stderr and versions() == 0


def test_a_wrong_dataset_or_period_is_wrong_usage(address: str, secret: str, tmp_path: Path) -> None:
    path = str(lodging_workbook(tmp_path / "a.xlsx"))
    assert submit(path, "--url", address, "--dataset", "none", secret=secret).exit_code == 64
    late = submit(path, "--url", address, "--period", "2026-W43", secret=secret)
    assert late.exit_code == 64 and "2026-W43" in late.stderr


def test_too_many_requests_are_waited_for_and_then_said(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pipelines.remote_submit
    from data.settings import settings

    monkeypatch.setenv("HUB_API_SEND_LIMIT", "1/hour")
    settings.cache_clear()
    pauses: list[float] = []
    monkeypatch.setattr(pipelines.remote_submit.time, "sleep", pauses.append)
    secret = token("read.own", "submit", login="voi.vang")
    path = str(lodging_workbook(tmp_path / "a.xlsx"))
    assert submit(path, "--url", address, "--no-run", secret=secret).exit_code == 0
    refused = submit(path, "--url", address, "--no-run", secret=secret)
    assert refused.exit_code == 75 and "yêu cầu" in refused.stderr
    assert pauses and max(pauses) == 60.0


def test_a_server_that_is_not_there_is_said(secret: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pipelines.remote_submit

    monkeypatch.setattr(pipelines.remote_submit.time, "sleep", lambda _: None)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = str(lodging_workbook(tmp_path / "a.xlsx"))
    done = submit(path, "--url", f"http://127.0.0.1:{port}", secret=secret)
    assert done.exit_code == 69 and "Không nối được" in done.stderr and "Traceback" not in done.output
    assert submit(path, "--url", "hub.example", secret=secret).exit_code == 64


def test_a_certificate_nobody_vouches_for_is_said(secret: str, tmp_path: Path) -> None:
    with _untrusted(tmp_path) as line:
        done = submit(str(lodging_workbook(tmp_path / "a.xlsx")), "--url", line, secret=secret)
    assert done.exit_code == 69 and "Chứng thư" in done.stderr and "SSL_CERT_FILE" in done.stderr


class _cutting_line:  # noqa: N801
    """A line to a server that is cut so many times just when the answer comes."""

    def __init__(self, address: str, cuts: int) -> None:
        self._target = int(address.rpartition(":")[2])
        self.cuts = cuts
        self._listening = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> str:
        threading.Thread(target=self._serve, daemon=True).start()
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            cut, self.cuts = self.cuts > 0, self.cuts - 1
            far = socket.create_connection(("127.0.0.1", self._target))
            threading.Thread(target=self._pass, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, near, cut), daemon=True).start()

    @staticmethod
    def _pass(source: socket.socket, target: socket.socket, cut: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                if cut:
                    break
                target.sendall(piece)
        for end in (target, source) if cut else (target,):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class _untrusted:  # noqa: N801
    """A TLS server with a certificate that it signed itself."""

    def __init__(self, folder: Path) -> None:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import NameOID

        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(datetime.now(UTC) - timedelta(days=1))
            .not_valid_after(datetime.now(UTC) + timedelta(days=1))
            .sign(key, hashes.SHA256())
        )
        plain = serialization.NoEncryption()
        both = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        (folder / "both.pem").write_bytes(both + made.public_bytes(serialization.Encoding.PEM))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(folder / "both.pem")
        self._listening = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> str:
        threading.Thread(target=self._serve, daemon=True).start()
        return f"https://127.0.0.1:{self._listening.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
                self._context.wrap_socket(near, server_side=True)
            except ssl.SSLError:
                continue
            except OSError:
                return
