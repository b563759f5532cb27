"""Two people who send the same period at once, and a hub whose pipeline is down: all is kept, each counts once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import httpx
import pytest

from data.audit import verify
from data.ledger import open_ledger
from data.settings import settings
from tests.faults.served import UNIT, Served, audited, counted, page, received, served, token, until, working
from tests.workbooks import GOOD_ROWS, lodging_workbook, with_cell

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A hub's server alone: no worker takes what it receives any further."""
    home = tmp_path_factory.mktemp("alone") / "hub"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUB_HOME", str(home))
        settings.cache_clear()
        with served() as started:
            yield started
    settings.cache_clear()


def workbook(folder: Path, rooms: int, month: int) -> Path:
    return lodging_workbook(folder / f"{month}-{rooms}.xlsx", with_cell(0, 1, rooms), title=f"THÁNG {month}/2026")


def at_desk(client: httpx.Client, path: Path, period: str) -> str:
    """The receipt that a browser is led to."""
    hints = {"name": path.name, "dataset": "lodging_guests", "unit": UNIT, "period": period}
    assert client.post("/desk/upload", params=hints, content=path.read_bytes()).status_code == 200
    return client.post("/desk/send").headers["location"].rpartition("/")[2]


def by_program(server: Served, path: Path, period: str, who: dict[str, str]) -> str:
    fields = {"dataset": "lodging_guests", "unit": UNIT, "period": period}
    files = {"file": (path.name, path.read_bytes())}
    answer = httpx.post(
        f"{server.address}/api/v1/submissions?wait=0", data=fields, files=files, headers=who, timeout=60
    )
    assert answer.status_code in {201, 202}, answer.text
    return str(answer.json()["receipt"])


def together(*deeds: Callable[[], str]) -> list[str]:
    start = Barrier(len(deeds))

    def deed(one: Callable[[], str]) -> str:
        start.wait()
        return one()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(deed, deeds))


def kinds(submission_id: int) -> list[str]:
    with open_ledger() as ledger:
        return [e.kind for e in ledger.events(submission_id)]


def test_two_people_at_once_make_versions_one_after_the_other(server: Served, tmp_path: Path) -> None:
    an, binh = server.client(login="an"), server.client(login="binh")
    who = dict(token(login="phan.mem"))
    files = [workbook(tmp_path, 400 + n, 8) for n in range(4)]
    receipts = together(
        lambda: at_desk(an, files[0], "2026-08"),
        lambda: at_desk(binh, files[1], "2026-08"),
        lambda: by_program(server, files[2], "2026-08", who),
        lambda: by_program(server, files[3], "2026-08", who),
    )
    sent = received("2026-08")
    assert sorted(s.version for s in sent) == [1, 2, 3, 4]
    assert {s.receipt for s in sent} == set(receipts) and len(set(receipts)) == 4
    assert {s.sender for s in sent} == {"an", "binh", "phan.mem"}
    assert all(audited(s.receipt) == [s.sender] for s in sent)
    with open_ledger() as ledger:
        assert verify(ledger) is None, "the audit's chain holds"


def test_the_same_file_sent_by_two_at_once_is_one_submission(server: Served, tmp_path: Path) -> None:
    an, binh = server.client(login="an"), server.client(login="binh")
    path = workbook(tmp_path, 412, 9)
    receipts = together(lambda: at_desk(an, path, "2026-09"), lambda: at_desk(binh, path, "2026-09"))
    (one,) = received("2026-09")
    assert receipts == [one.receipt, one.receipt] and one.version == 1
    assert sorted(audited(one.receipt)) == ["an", "binh"]


def test_without_a_pipeline_people_have_their_verdict_and_with_it_each_counts_once(
    server: Served, tmp_path: Path
) -> None:
    client = server.client(login="an")
    wrong = [list(r) for r in GOOD_ROWS]
    wrong[2][3] = 9_000_000
    path = lodging_workbook(tmp_path / "t10.xlsx", wrong)
    receipt = at_desk(client, path, "2026-10")
    shown = page(client, f"/submissions/{receipt}")
    assert "chờ đưa vào kho" in "".join(shown.values()) and "9.000.000" in "".join(shown.values())
    told = httpx.get(
        f"{server.address}/api/v1/submissions/{receipt}/verdict", headers=token(login="an"), timeout=30
    ).json()
    assert told["verdict"] == "partly_accepted" and told["counts"]["quarantined"] == 1
    (waiting,) = received("2026-10")
    assert kinds(waiting.submission_id) == ["received"]

    with working():
        until(lambda: all("published" in kinds(s.submission_id) for s in received()), 150)
        until(lambda: "chờ đưa vào kho" not in "".join(page(client, f"/submissions/{receipt}").values()))
        with open_ledger() as ledger:
            assert ledger.pending() == []
    assert "9.000.000" in "".join(page(client, f"/submissions/{receipt}").values())
    august = sorted(received("2026-08"), key=lambda s: s.version)
    in_force = [s.version for s in august if kinds(s.submission_id)[-1] != "superseded"]
    if august:
        assert in_force == [4]
    # One version a period counts, and of October's rows the four good ones.
    periods = {s.period for s in received()}
    assert counted() == (len(GOOD_ROWS) * len(periods) - 1, len(received()), len(periods))
