"""The server killed (SIGKILL) at several moments of a submission: after the next start it is there once, or clearly
not, and whoever sends it again makes no second one."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from data.settings import settings
from pipelines.queue_worker import work_once
from tests.faults.served import UNIT, Served, audited, counted, desk_files, page, received, served, token, until
from tests.workbooks import GOOD_ROWS, lodging_workbook, with_cell

pytestmark = pytest.mark.slow

MOMENTS = {"landed": 1, "entered": 2, "judged": 3}
"""Its bytes are kept and nothing else; it is in the ledger; it is judged and nobody was told. Each has its month."""


@dataclass
class After:
    """A hub whose server was killed at every moment, and the server that was started after that."""

    home: Path
    folder: Path
    server: Served
    seen: dict[str, list[Any]] = field(default_factory=dict)

    def file(self, way: str, moment: str) -> Path:
        return workbook(self.folder, way, moment)


def period(way: str, moment: str) -> str:
    return f"2026-{MOMENTS[moment] + (3 if way == 'desk' else 0):02}"


def workbook(folder: Path, way: str, moment: str) -> Path:
    path = folder / f"{way}-{moment}.xlsx"
    month = period(way, moment)
    rows = with_cell(0, 1, 400 + MOMENTS[moment])
    return path if path.exists() else lodging_workbook(path, rows, title=f"THÁNG {month[5:]}/{month[:4]}")


def by_program(address: str, path: Path, month: str) -> httpx.Response:
    who = {**token(), "Idempotency-Key": f"phan-mem-{month}"}
    fields = {"dataset": "lodging_guests", "unit": UNIT, "period": month}
    files = {"file": (path.name, path.read_bytes())}
    return httpx.post(f"{address}/api/v1/submissions?wait=20", data=fields, files=files, headers=who, timeout=60)


def at_desk(client: httpx.Client, path: Path, month: str) -> httpx.Response:
    hints = {"name": path.name, "dataset": "lodging_guests", "unit": UNIT, "period": month}
    assert client.post("/desk/upload", params=hints, content=path.read_bytes()).status_code == 200
    return client.post("/desk/send")


def killed_at(moment: str, way: str, folder: Path) -> list[Any]:
    """Send until the server kills itself; gives what the ledger then holds of it."""
    path, month = workbook(folder, way, moment), period(way, moment)
    with served(moment) as server:
        with pytest.raises(httpx.TransportError):
            if way == "api":
                by_program(server.address, path, month)
            else:
                at_desk(server.client(login=f"desk.{moment}"), path, month)
        assert server.died()
    return received(month)


def killed_while_it_comes(home: Path) -> None:
    """Kill the server from outside while a desk's upload and a program's are half there."""
    with served() as server:
        client = server.client(login="desk.arriving")
        cookie = "; ".join(f"{c.name}={c.value}" for c in client.cookies.jar)
        lines = []
        for head in (
            f"POST /desk/upload?name=nua-chung.xlsx HTTP/1.1\r\nCookie: {cookie}",
            "POST /api/v1/submissions HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            f"Authorization: {token()['Authorization']}",
        ):
            line = socket.create_connection(("127.0.0.1", server.port), timeout=30)
            line.sendall(f"{head}\r\nHost: 127.0.0.1\r\nContent-Length: 9000000\r\n\r\n".encode() + b"x" * 2_000_000)
            lines.append(line)
        until(lambda: len(desk_files(home)) >= 2)
        server.kill()
        for line in lines:
            line.close()


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Iterator[After]:
    folder = tmp_path_factory.mktemp("killed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUB_HOME", str(folder / "hub"))
        settings.cache_clear()
        killed_while_it_comes(folder / "hub")
        seen = {f"{way}-{moment}": killed_at(moment, way, folder) for way in ("api", "desk") for moment in MOMENTS}
        with served() as server:
            yield After(folder / "hub", folder, server, seen)
    settings.cache_clear()


def test_what_came_half_is_not_there_and_its_sender_is_told(after: After) -> None:
    shown = "".join(page(after.server.client(login="desk.arriving"), "/desk/send").values())
    assert "nua-chung.xlsx" in shown and "chưa có gì được gửi" in shown
    assert not [name for name in desk_files(after.home) if not name.startswith("api-") and "bytes" not in name]
    assert received("2026-10") == []


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_program_that_sends_again_under_its_key_makes_no_second_one(after: After, moment: str) -> None:
    before = after.seen[f"api-{moment}"]
    assert len(before) == (0 if moment == "landed" else 1)
    answer = by_program(after.server.address, after.file("api", moment), period("api", moment))
    assert answer.status_code == 201, answer.text
    (one,) = received(period("api", moment))
    assert (answer.json()["receipt"], answer.json()["duplicate"]) == (one.receipt, False)
    assert [s.receipt for s in before] in ([], [one.receipt]) and one.version == 1
    assert audited(one.receipt) == ["department.56-svhttdl"], "who sent it is recorded, once"


@pytest.mark.parametrize("moment", MOMENTS)
def test_at_the_desk_it_still_lies_there_or_was_sent(after: After, moment: str) -> None:
    before = after.seen[f"desk-{moment}"]
    assert len(before) == (0 if moment == "landed" else 1)
    client = after.server.client(login=f"desk.{moment}")
    name = after.file("desk", moment).name
    lies = name in "".join(page(client, "/desk/send").values())
    assert lies is (moment != "judged")
    if lies:
        answer = client.post("/desk/send")
        (one,) = received(period("desk", moment))
        assert answer.headers["location"] == f"/submissions/{one.receipt}"
        assert name not in "".join(page(client, "/desk/send").values())
    (one,) = received(period("desk", moment))
    assert one.version == 1 and set(audited(one.receipt)) == {f"desk.{moment}"}
    shown = page(client, f"/submissions/{one.receipt}")
    assert "5 trên 5 dòng" in shown["head"] or "5 dòng" in "".join(shown.values())


def test_in_the_end_each_counts_once(after: After) -> None:
    for moment in MOMENTS:
        by_program(after.server.address, after.file("api", moment), period("api", moment))
        after.server.client(login=f"desk.{moment}").post("/desk/send")
    assert len(received()) == 2 * len(MOMENTS)
    work_once()
    assert counted() == (2 * len(MOMENTS) * len(GOOD_ROWS), 2 * len(MOMENTS), 2 * len(MOMENTS))
    work_once()
    assert counted()[1] == 2 * len(MOMENTS)
