"""A browser closed in the middle of an upload: nothing half is kept, and the next visit says what happened."""

from __future__ import annotations

import socket
import struct
from pathlib import Path

import httpx
import pytest

from data.ledger import open_ledger
from tests.faults.served import UNIT, Served, desk_files, landed, page, received, served, token, until
from tests.workbooks import lodging_workbook

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("hub_home")]


def half_sent(server: Served, home: Path, head: str, sent: bytes, announced: int, *, reset: bool) -> None:
    """Send some of a body that was announced longer, then close the line, or break it as a lost network does."""
    assert desk_files(home) == []
    line = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    line.sendall(f"{head}\r\nHost: 127.0.0.1\r\nContent-Length: {announced}\r\n\r\n".encode() + sent)
    until(lambda: desk_files(home) != [])
    if reset:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def cookie(client: httpx.Client) -> str:
    return "Cookie: " + "; ".join(f"{c.name}={c.value}" for c in client.cookies.jar)


def test_what_a_closed_browser_left_half_is_gone_and_told(hub_home: Path, tmp_path: Path) -> None:
    path = lodging_workbook(tmp_path / "t10.xlsx")
    with served() as server:
        client = server.client()
        for number, reset in enumerate((True, False), 1):
            head = f"POST /desk/upload?name=thang-{number}.xlsx HTTP/1.1\r\n{cookie(client)}"
            half_sent(server, hub_home, head, b"x" * 3_000_000, 8_000_000, reset=reset)
            until(lambda n=number: f"thang-{n}.xlsx" in "".join(page(client, "/desk/send").values()))
        shown = "".join(page(client, "/desk/send").values())
        assert shown.count("dừng giữa chừng") == 2 and "chưa có gì được gửi" in shown
        assert desk_files(hub_home) == [] and landed() == [] and received() == []
        answer = client.post("/desk/send")
        assert answer.status_code == 303 and received() == []

        assert client.post("/desk/upload", params={"name": path.name}, content=path.read_bytes()).status_code == 200
        client.post("/desk/send")
        (one,) = received("2026-10")
        assert one.version == 1 and desk_files(hub_home) == []


@pytest.mark.parametrize("reset", [True, False])
def test_a_program_whose_line_breaks_has_sent_nothing_and_its_key_is_free(hub_home: Path, reset: bool) -> None:
    who = token()
    with served() as server:
        body = (
            b'--x\r\nContent-Disposition: form-data; name="dataset"\r\n\r\nlodging_guests\r\n'
            b'--x\r\nContent-Disposition: form-data; name="period"\r\n\r\n2026-10\r\n'
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        )
        head = (
            "POST /api/v1/submissions HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            f"Authorization: {who['Authorization']}\r\nIdempotency-Key: phan-mem-0001"
        )
        half_sent(server, hub_home, head, body + b"22366;1\n" * 200_000, 9_000_000, reset=reset)
        until(lambda: desk_files(hub_home) == [])
        assert received() == [] and landed() == []
        with open_ledger() as ledger, ledger.reading() as con:
            assert con.exec_driver_sql("SELECT count(*) FROM idempotency").scalar() == 0
        fields = {"dataset": "lodging_guests", "unit": UNIT, "period": "2026-10"}
        answer = httpx.post(
            f"{server.address}/api/v1/submissions?wait=0", data=fields, files={"file": ("a.csv", b"x;y\n1;2\n")},
            headers={**who, "Idempotency-Key": "phan-mem-0001"}, timeout=60,
        )  # fmt: skip
        assert answer.status_code in {201, 202} and len(received()) == 1
