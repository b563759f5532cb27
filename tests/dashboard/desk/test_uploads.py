"""Files on their way in: in pieces, whole or not at all, their owner's only, sent with a verdict at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dashboard.desk.uploads import TooLargeError, discard, keep, path_of, save, take_in, uploads
from data.clock import now
from data.person import Person
from data.settings import settings
from tests.dashboard.desk.conftest import UNIT, submissions, upload
from tests.dashboard.test_app import panels
from tests.people import signed_in
from tests.workbooks import lodging_workbook

WHO = Person(900, "van.thu", "Văn thư", "department", UNIT)


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def taken(*parts: bytes, name: str = "a.csv", expected: int = 0) -> object:
    one = keep(WHO, name, expected)
    return asyncio.run(take_in(WHO, one, pieces(*parts)))


def test_pieces_become_the_file_and_its_bare_name(hub_home: Path) -> None:
    one = taken(b"a" * 700_000, b"b" * 900_000, b"c", name="C:\\Người dùng\\báo cáo\n.xlsx")
    (found,) = uploads(WHO)
    assert found == one and found.name == "báo cáo.xlsx" and found.size == 1_600_001
    assert path_of(WHO, found).read_bytes() == b"a" * 700_000 + b"b" * 900_000 + b"c"


def test_too_large_a_file_is_stopped_while_it_comes_and_leaves_nothing(
    hub_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_MAX_FILE_MB", "1")
    settings.cache_clear()
    seen = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            seen.append(1)
            yield b"x" * 65_536

    with pytest.raises(TooLargeError):
        asyncio.run(take_in(WHO, keep(WHO, "a.csv", 0), endless()))
    assert len(seen) == 17 and uploads(WHO) == ()
    with pytest.raises(TooLargeError):
        keep(WHO, "b.csv", 1024 * 1024 + 1)


def test_a_broken_upload_leaves_no_bytes_and_is_told_at_the_next_visit(hub_home: Path) -> None:
    async def breaks() -> AsyncIterator[bytes]:
        yield b"x" * 2_000_000
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        asyncio.run(take_in(WHO, keep(WHO, "a.csv", 5_000_000), breaks()))
    (found,) = uploads(WHO)
    assert (found.state, found.size, found.expected) == ("broken", 2_000_000, 5_000_000)
    assert not path_of(WHO, found).exists()
    discard(WHO, found.key)
    assert uploads(WHO) == ()


def test_what_a_killed_server_left_half_is_cleaned_up(hub_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = keep(WHO, "a.csv", 100)
    path_of(WHO, one).write_bytes(b"half")
    assert uploads(WHO) == ()  # still coming
    monkeypatch.setattr("dashboard.desk.uploads._arriving", set())  # a new process knows of none
    (found,) = uploads(WHO)
    assert found.state == "broken" and found.size == 4 and not path_of(WHO, found).exists()


def test_a_file_waits_for_a_day_and_no_longer(hub_home: Path) -> None:
    one = taken(b"x")
    assert len(uploads(WHO)) == 1
    save(WHO, replace(one, at=now() - timedelta(hours=25)))  # type: ignore[type-var]
    assert uploads(WHO) == () and not path_of(WHO, one).parent.exists()  # type: ignore[arg-type]


def test_a_file_is_recognised_shown_for_confirmation_and_sent_with_its_verdict(
    department: TestClient, tmp_path: Path
) -> None:
    path = lodging_workbook(tmp_path / "khach luu tru.xlsx", title="BÁO CÁO KHÁCH LƯU TRÚ THÁNG 9/2026")
    found = upload(department, path)
    assert found["dataset"] == {
        "value": "lodging_guests",
        "how": "columns",
        "alternatives": found["dataset"]["alternatives"],
    }
    assert (found["unit"]["value"], found["period"]["value"]) == (UNIT, "2026-09")
    shown = panels(department, "/desk/send")
    assert "theo nội dung tệp" in shown[f"upload-{found['upload']}"] and "Gửi tệp này" in shown["go"]

    answer = department.post("/desk/send", follow_redirects=False)
    (entered,) = submissions(period="2026-09")
    assert answer.headers["location"] == f"/submissions/{entered.receipt}"
    assert (entered.filename, entered.channel, entered.sender) == (path.name, "desk", "department.56-svhttdl")
    from dashboard.verdict.quick import verdict_of

    verdict = verdict_of(entered)
    assert verdict is not None and verdict.counts.rows == 5
    assert panels(department, "/desk/send").keys() == {"header", "side", "head", "drop"}


def test_several_files_make_one_list_and_what_cannot_go_says_why(department: TestClient, tmp_path: Path) -> None:
    first = lodging_workbook(tmp_path / "t7.xlsx", title="BÁO CÁO KHÁCH LƯU TRÚ THÁNG 7/2026")
    second = lodging_workbook(tmp_path / "t6.xlsx", title="BÁO CÁO KHÁCH LƯU TRÚ THÁNG 6/2026")
    third = lodging_workbook(tmp_path / "t1.xlsx", title="BÁO CÁO KHÁCH LƯU TRÚ THÁNG 5/2026")
    keys = [upload(department, path)["upload"] for path in (first, second, third)]
    chosen = {"dataset": "lodging_guests", "unit": UNIT, "period": ""}
    assert department.post(f"/desk/upload/{keys[2]}/choose", json=chosen).json()["period"]["value"] is None
    answer = department.post("/desk/send", follow_redirects=False)
    shown = panels(department, answer.headers["location"])
    assert shown["sent"].count('class="result"') == 2 and "tháng 7/2026" in shown["sent"]
    assert "Chưa chọn kỳ" in shown[f"upload-{keys[2]}"]
    department.post(f"/desk/upload/{keys[2]}/discard")
    assert "upload-" not in " ".join(panels(department, "/desk/send"))


def test_an_unknown_header_is_mapped_by_hand_and_remembered(department: TestClient, tmp_path: Path) -> None:
    import openpyxl

    from dashboard.ledger_access import the_ledger
    from data.column_choices import column_choices

    path = lodging_workbook(tmp_path / "t8.xlsx", title="BÁO CÁO KHÁCH LƯU TRÚ THÁNG 8/2026")
    book = openpyxl.load_workbook(path)
    book.active["I4"] = "Thu được trong kỳ"
    book.save(path)
    found = upload(department, path)
    assert found["unknown"] == ["Thu được trong kỳ"]
    said = {"dataset": "lodging_guests", "unit": UNIT, "period": "2026-08", "columns": {"Thu được trong kỳ": "revenue"}}
    department.post(f"/desk/upload/{found['upload']}/choose", json=said)
    department.post("/desk/send")
    assert dict(column_choices(the_ledger(), "lodging_guests", UNIT)) == {"thu duoc trong ky": "revenue"}
    assert upload(department, path)["unknown"] == []
    department.post(f"/desk/upload/{upload(department, path)['upload']}/discard")


def test_a_dataset_chosen_by_hand_brings_its_own_periods(department: TestClient, tmp_path: Path) -> None:
    path = tmp_path / "bang.csv"
    path.write_text("một,hai\n1,2\n3,4\n", encoding="utf-8")
    key = upload(department, path)["upload"]
    department.post(f"/desk/upload/{key}/choose", json={"dataset": "task_progress", "unit": "", "period": "2026-Q1"})
    shown = panels(department, "/desk/send")[f"upload-{key}"]
    assert 'value="2026-10"' in shown and "2026-Q1" not in shown
    department.post(f"/desk/upload/{key}/discard")


def test_the_page_that_a_file_was_dropped_on_says_what_the_file_does_not(
    department: TestClient, tmp_path: Path
) -> None:
    path = tmp_path / "bang.csv"
    path.write_text("một,hai\n1,2\n3,4\n", encoding="utf-8")
    found = upload(department, path, dataset="task_progress", unit=UNIT, period="2026-10")
    assert [found[name]["value"] for name in ("dataset", "unit", "period")] == ["task_progress", UNIT, "2026-10"]
    assert found["dataset"]["how"] == "page"
    department.post(f"/desk/upload/{found['upload']}/discard")


def test_nobody_reaches_anothers_file(department: TestClient, served: TestClient, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    key = upload(department, path)["upload"]
    signed_in(served, "department", "56-SKHCN")
    assert f"upload-{key}" not in panels(served, "/desk/send")
    assert served.post(f"/desk/upload/{key}/choose", json={"dataset": "x"}).status_code == 404
    served.post(f"/desk/upload/{key}/discard")
    signed_in(served, "department", UNIT)
    assert f"upload-{key}" in panels(served, "/desk/send")
    served.post(f"/desk/upload/{key}/discard")


@pytest.mark.parametrize("key", ["..", "%2e%2e", "0" * 15, "../../ledger"])
def test_a_key_that_is_none_reaches_nothing(department: TestClient, key: str) -> None:
    assert department.post(f"/desk/upload/{key}/choose", json={}).status_code in {404, 405}


def test_an_empty_file_and_too_large_a_one_are_refused_in_both_languages(
    department: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = department.post("/desk/upload", params={"name": "a.csv"}, content=b"")
    assert answer.status_code == 422 and set(answer.json()) == {"vi", "en"}
    monkeypatch.setenv("HUB_MAX_FILE_MB", "1")
    settings.cache_clear()
    answer = department.post("/desk/upload", params={"name": "a.csv"}, content=b"x" * 1_100_000)
    assert answer.status_code == 413 and "1 MB" in answer.json()["vi"]
