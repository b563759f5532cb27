"""Large and broken bodies: they go to disk piece by piece, no further than allowed, and leave nothing behind."""

from __future__ import annotations

import errno
import os
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.dashboard.api.conftest import UNIT

FIELDS = {"dataset": "lodging_guests", "unit": UNIT, "period": "2026-09"}
MEGABYTE = 1024 * 1024


def left(hub: Path) -> list[str]:
    folder = hub / "uploads"
    return [p.name for p in folder.iterdir() if p.name.startswith("api-")] if folder.exists() else []


def csv_of(path: Path, megabytes: int) -> Path:
    line = b"22366,412,21804,512300,301220,200000,700000,98000\n"
    with path.open("wb") as out:
        out.write(
            b"commune_code,establishments,rooms,rooms_occupied,domestic_guests,foreign_guests,guest_nights,revenue\n"
        )
        for _ in range(megabytes):
            out.write(line * (MEGABYTE // len(line)))
    return path


def test_a_file_of_fifty_megabytes_goes_to_disk_not_to_memory(
    api: TestClient, hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked as a server is, piece by piece; what the process holds meanwhile stays far below the file."""
    import asyncio

    from starlette.requests import Request

    from dashboard.api.arriving import arriving
    from data.landing import digest

    path = csv_of(tmp_path / "a.csv", 50)
    head = b'--x\r\nContent-Disposition: form-data; name="dataset"\r\n\r\nlodging_guests\r\n'
    head += b'--x\r\nContent-Disposition: form-data; name="file"; filename="C:\\\\thu muc\\\\a.csv"\r\n\r\n'

    def pieces() -> Iterator[bytes]:
        yield head
        with path.open("rb") as stream:
            while piece := stream.read(64 * 1024):
                yield piece
        yield b"\r\n--x--\r\n"

    body = pieces()

    async def receive() -> dict[str, Any]:
        piece = next(body, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def read() -> tuple[str, str, int, int, bool]:
        headers = [(b"content-type", b"multipart/form-data; boundary=x")]
        request = Request(
            {"type": "http", "method": "POST", "headers": headers, "path": "/", "query_string": b""}, receive
        )
        async with arriving(request) as arrived:
            assert arrived.path is not None and arrived.path.parent == hub / "uploads"
            same = digest(arrived.path) == digest(path)
            return arrived.filename, arrived.sha256, arrived.size, tracemalloc.get_traced_memory()[1], same

    tracemalloc.start()
    try:
        name, sha256, size, peak, same = asyncio.run(read())
    finally:
        tracemalloc.stop()
    assert (name, sha256, size, same) == ("a.csv", digest(path), path.stat().st_size, True)
    assert peak < 8 * MEGABYTE
    assert left(hub) == []


@pytest.mark.parametrize("declared", [True, False])
def test_a_file_beyond_the_limit_is_stopped_on_its_way(
    api: TestClient, hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, declared: bool
) -> None:
    from data.settings import settings

    monkeypatch.setenv("HUB_MAX_FILE_MB", "2")
    settings.cache_clear()
    path = csv_of(tmp_path / "a.csv", 4)
    sent = 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        with path.open("rb") as stream:
            while piece := stream.read(MEGABYTE):
                sent += len(piece)
                yield piece
        yield b"\r\n--x--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    if declared:
        headers["Content-Length"] = str(path.stat().st_size + 76)
    answer = api.post("/api/v1/submissions", content=body(), headers=headers)
    assert answer.status_code == 413 and answer.json()["code"] == "too_large" and "2 MB" in answer.json()["detail"]
    assert left(hub) == []


def test_json_beyond_its_limit_is_told_to_come_as_a_file(
    api: TestClient, hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from data.settings import settings

    monkeypatch.setenv("HUB_API_JSON_MB", "1")
    settings.cache_clear()
    rows = [{"commune_code": "22366", "rooms": n} for n in range(40_000)]
    answer = api.post("/api/v1/submissions", json={**FIELDS, "rows": rows})
    assert answer.status_code == 413 and answer.json()["code"] == "too_many_rows"
    assert left(hub) == []


def test_a_full_disk_is_said_and_nothing_is_half_received(
    api: TestClient, hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import assets.receive
    from data.ledger import open_ledger

    def full(_: Path) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with open_ledger() as ledger:
        before = ledger.position()
    with monkeypatch.context() as patch:
        patch.setattr(assets.receive, "store", full)
        answer = api.post("/api/v1/submissions", data=FIELDS, files={"file": ("a.csv", b"x")})
    assert answer.status_code == 507 and answer.json()["code"] == "disk_full"
    with open_ledger() as ledger:
        assert ledger.position() == before
    assert left(hub) == []


def test_what_a_killed_server_left_is_swept_after_a_day(api: TestClient, hub: Path) -> None:
    folder = hub / "uploads"
    folder.mkdir(exist_ok=True)
    old, young, others = folder / "api-old", folder / "api-young", folder / "desk-old"
    for path in (old, young, others):
        path.write_bytes(b"x")
    for path in (old, others):
        os.utime(path, (time.time() - 90_000,) * 2)
    api.post("/api/v1/submissions", data=FIELDS, files={"x": ("", b"")})
    assert not old.exists() and young.exists() and others.exists()
    young.unlink()
    others.unlink()


@pytest.mark.parametrize(
    ("data", "files", "pointer"),
    [
        ({"dataset": "lodging_guests"}, {"file": ("a.csv", b"x")}, "/period"),
        ({"period": "2026-09"}, {"file": ("a.csv", b"x")}, "/dataset"),
        (FIELDS, {"other": ("a.csv", b"x")}, "/file"),
        ({**FIELDS, "nil": "true"}, {"file": ("a.csv", b"x")}, "/file"),
    ],
)
def test_a_form_that_lacks_something_is_told_what(
    api: TestClient, data: dict[str, str], files: dict[str, Any], pointer: str
) -> None:
    answer = api.post("/api/v1/submissions", data=data, files=files)
    if "other" in files:
        assert answer.status_code in {413, 422}
        return
    assert answer.status_code == 422 and [e["pointer"] for e in answer.json()["errors"]] == [pointer]


def test_several_files_in_one_form_are_refused(api: TestClient) -> None:
    files = [("file", ("a.csv", b"x")), ("file", ("b.csv", b"y"))]
    assert api.post("/api/v1/submissions", data=FIELDS, files=files).json()["code"] == "one_file"


def test_a_file_name_is_only_a_name(api: TestClient) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="dataset"\r\n\r\nlodging_guests\r\n'
        b'--x\r\nContent-Disposition: form-data; name="period"\r\n\r\n2026-09\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="../../etc/\xe2\x80\xaek\xc3\xbd.csv"\r\n\r\n'
        b"commune_code,rooms\n22366,1\n\r\n--x--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = api.post("/api/v1/submissions?wait=0", content=body, headers=headers)
    assert answer.json()["filename"] == "ký.csv", answer.text
