"""The disk full, on a small file system of the test's own: people are told, nothing half stays, nothing is lost, and
all goes on once there is room. Where nothing can be mounted a limit on the size of files stands for it."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from data.settings import settings
from pipelines.queue_worker import work_once
from tests.faults.served import (
    UNIT,
    Served,
    counted,
    desk_files,
    landed,
    page,
    received,
    served,
    token,
)  # fmt: skip
from tests.workbooks import GOOD_ROWS, lodging_workbook

pytestmark = pytest.mark.slow
MEGABYTE = 1 << 20
HINTS = {"dataset": "lodging_guests", "unit": UNIT}


@dataclass
class Disk:
    """A mounted file system that can be filled up and given room again."""

    at: Path

    @property
    def _filler(self) -> Path:
        return self.at / "filler"

    def leave(self, free: int) -> None:
        """Fill it so that so many bytes are left."""
        stat = os.statvfs(self.at)
        with self._filler.open("ab") as out:
            left = stat.f_bavail * stat.f_frsize - free
            assert left >= 0
            os.posix_fallocate(out.fileno(), out.tell(), max(1, left))

    def clear(self) -> None:
        """Give all the room back."""
        self._filler.unlink()


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """The hub's home on a tmpfs of 96 MB; skipped where this account may not mount one."""
    at = tmp_path / "disk"
    at.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", str(at)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    monkeypatch.setenv("HUB_HOME", str(at / "hub"))
    settings.cache_clear()
    try:
        yield Disk(at)
    finally:
        settings.cache_clear()
        subprocess.run(["umount", "-l", str(at)], check=True)


def noise(size: int) -> bytes:
    return random.Random(7).randbytes(size)


def by_program(server: Served, content: bytes, period: str) -> httpx.Response:
    return httpx.post(
        f"{server.address}/api/v1/submissions?wait=0", data={**HINTS, "period": period},
        files={"file": ("a.xlsx", content)}, headers=token(), timeout=60,
    )  # fmt: skip


def nothing(server: Served, client: httpx.Client, period: str, *, program: Mapping[str, str]) -> httpx.Response:
    """A nil report, by a program where its header is given, else at the desk."""
    if program:
        given = {**HINTS, "period": period, "nil": True}
        return httpx.post(f"{server.address}/api/v1/submissions?wait=0", json=given, headers=program, timeout=60)
    return client.post("/desk/nil", data={**HINTS, "period": period})


def test_a_full_disk_is_told_keeps_nothing_half_and_loses_nothing(disk: Disk, tmp_path: Path) -> None:
    path = lodging_workbook(tmp_path / "t10.xlsx")
    who = token()
    with served() as server:
        client = server.client()

        # No room for what comes.
        disk.leave(2 * MEGABYTE)
        answer = client.post("/desk/upload", params={"name": "lon.csv", **HINTS}, content=noise(6 * MEGABYTE))
        assert answer.status_code == 507
        assert "hết chỗ chứa" in answer.json()["vi"] and "no room" in answer.json()["en"]
        answer = by_program(server, noise(6 * MEGABYTE), "2026-10")
        assert answer.status_code == 507 and answer.json()["code"] == "disk_full", answer.text
        assert "hết chỗ" in answer.json()["detail"] and "no room" in answer.json()["detail_en"]
        assert (desk_files(disk.at / "hub"), landed(), received()) == ([], [], [])

        # Room for the upload, none for keeping it: it stays at the desk, and says why.
        sent = client.post("/desk/upload", params={"name": path.name, **HINTS}, content=path.read_bytes())
        assert sent.status_code == 200
        disk.leave(0)
        answer = client.post("/desk/send")
        assert received() == [] and landed() == []
        assert "hết chỗ chứa" in "".join(page(client, answer.headers["location"]).values())
        assert len(desk_files(disk.at / "hub")) == 1
        assert path.name in "".join(page(client, "/desk/send").values())

        # No room in the ledger either: each nil report is entered whole, or refused in words.
        answers = {}
        for number in range(24):
            period = f"{2024 + number // 12}-{number % 12 + 1:02}"
            answers[period] = nothing(server, client, period, program=who if number % 2 else {})
        refused = {p: a for p, a in answers.items() if a.status_code == 507}
        assert refused, "the ledger never ran out of room"
        assert {a.status_code for a in answers.values()} <= {201, 202, 303, 507}
        assert all("hết chỗ chứa" in a.text for a in refused.values())
        assert {s.period for s in received()} == set(answers) - set(refused)
        # People still read.
        assert "Tỉnh Khánh Hòa" in "".join(page(client, "/desk").values())

        disk.clear()
        answer = client.post("/desk/send")
        (one,) = received("2026-10")
        assert answer.headers["location"] == f"/submissions/{one.receipt}"
        assert "5 dòng" in "".join(page(client, answer.headers["location"]).values())
        for period in refused:
            assert nothing(server, client, period, program={}).status_code == 303
    assert len(received()) == 25
    work_once()
    assert counted() == (len(GOOD_ROWS), 25, 1)


def test_a_worker_that_finds_no_room_takes_it_up_again_when_there_is_some(disk: Disk, tmp_path: Path) -> None:
    with served() as server:
        september = lodging_workbook(tmp_path / "a.xlsx", title="THÁNG 9/2026")
        assert by_program(server, september.read_bytes(), "2026-09").status_code < 300
        work_once()
        assert (before := counted()) == (len(GOOD_ROWS), 1, 1)
        assert by_program(server, lodging_workbook(tmp_path / "b.xlsx").read_bytes(), "2026-10").status_code < 300
    disk.leave(0)
    with pytest.raises(Exception, match=r"(?i)space|full|room"):
        work_once()
    assert counted() == before
    disk.clear()
    work_once()
    assert counted() == (2 * len(GOOD_ROWS), 2, 2)


def test_beyond_a_limit_on_files_it_is_the_same(hub_home: Path) -> None:
    with served(largest_file=4 * MEGABYTE) as server:
        client = server.client()
        answer = client.post("/desk/upload", params={"name": "lon.csv", **HINTS}, content=noise(6 * MEGABYTE))
        assert answer.status_code == 507 and "hết chỗ chứa" in answer.json()["vi"]
        answer = by_program(server, noise(6 * MEGABYTE), "2026-10")
        assert answer.status_code == 507 and answer.json()["code"] == "disk_full"
        assert (desk_files(hub_home), landed(), received()) == ([], [], [])
        assert by_program(server, b"x;y\n1;2\n", "2026-10").status_code < 300 and len(received()) == 1
