"""Purging leaves nothing of what was sent anywhere in the hub's home, and the rest as if it had never come."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assets.purge import REMOVED, Purged, PurgeError, purge
from assets.receive import Incoming, receive
from assets.upkeep import crowded_tables, put_together
from data.attachments import attach, attachments
from data.audit import entries, verify
from data.contract import load_contracts
from data.landing import path_of
from data.ledger import Ledger, open_ledger
from data.notices import NewNotice, enter
from data.period import Period
from data.person import HUB, Person
from data.settings import REPOSITORY, settings
from data.submission import Submission
from data.warehouse import open_warehouse
from pipelines.queue_worker import work_once

pytestmark = pytest.mark.usefixtures("small_hub")

SECRET = "ZZMATZZ"
"""Planted in cells of every kind, in the file's name and in what people wrote about it."""
UNIT = "56-SKHCN"
CLERK = Person(7, "lan", "Lan", "department", UNIT)


@pytest.fixture
def small_hub(hub_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub of one dataset: what is owed is short."""
    folder = tmp_path / "contracts"
    folder.mkdir()
    shutil.copy(REPOSITORY / "data" / "contracts" / "task_progress.odcs.yaml", folder)
    monkeypatch.setenv("HUB_CONTRACTS", str(folder))
    settings.cache_clear()


def send(
    folder: Path, period: str, note: str, phone: str = "0258 3822 001", name: str = "bao_cao.csv", work: bool = True
) -> Submission:
    contract = load_contracts(settings().contracts)["task_progress"]
    names = ("task_code", "lead_unit", "percent_done", "status", "contact_phone", "contact_name", "result")
    lines = [";".join(contract.column(n).title for n in names)]
    who = "Sở Khoa học và Công nghệ"
    lines += [f"NV-TB234-0{n};{who};{n}0;đang thực hiện;{phone};{note} {n};{note} xong" for n in range(1, 5)]
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with open_ledger() as ledger:
        sent = receive(ledger, [Incoming(contract, UNIT, Period.parse(period), path)])[0]
    if work:
        work_once()
    return sent


def take_out(ledger: Ledger, submission: Submission, reason: str = "  gửi nhầm\ndữ liệu mật ") -> Purged:
    return purge(ledger, load_contracts(settings().contracts), HUB, submission, reason)


def holding(secret: str = SECRET) -> list[str]:
    """Files of the home in which the secret stands, as text or within Parquet (which is written uncompressed here)."""
    import polars as pl

    found = []
    for path in sorted(p for p in settings().home.rglob("*") if p.is_file()):
        texts = [path.read_bytes()]
        if path.suffix == ".parquet":
            texts.append(pl.read_parquet(path).write_ndjson().encode())
        if any(secret.encode() in text for text in texts):
            found.append(str(path.relative_to(settings().home)))
    return found


def rows(query: str) -> list[tuple[object, ...]]:
    with open_warehouse(read_only=True) as con:
        return con.execute(query).fetchall()


def test_a_planted_secret_is_found_nowhere_afterwards(tmp_path: Path) -> None:
    send(tmp_path, "2026-08", "Bình")
    bad = send(tmp_path, "2026-10", SECRET, phone=f"{SECRET} 12", name=f"danh_sach_{SECRET}.csv")
    send(tmp_path, "2026-09", "An")
    with open_warehouse() as con:
        # Its rows also lie in files put together with those of others, and in states before that.
        for crowded in crowded_tables(con, 2):
            put_together(con, crowded)
    kept = settings().home / "verdicts" / f"{bad.submission_id}.json.gz"
    kept.parent.mkdir()
    kept.write_text(SECRET)
    (settings().home / "uploads").mkdir()
    (settings().home / "uploads" / "api-abc").write_bytes(path_of(bad.sha256).read_bytes())
    with open_ledger() as ledger:
        paper = tmp_path / f"{SECRET}.pdf"
        paper.write_bytes(b"%PDF-1.7\n" + SECRET.encode())
        attach(ledger, CLERK, bad.submission_id, paper, paper.name, ())
        key = f"told:{bad.receipt}:judged:mail:a@b"
        enter(ledger, [NewNotice(key, "told", "mail", "a@b", SECRET, SECRET, bad.received_at)])
        before = holding()
        assert {p.split("/")[0] for p in before} >= {"landing", "lake", "verdicts", "uploads"}
        done = take_out(ledger, bad)
        assert holding() == []
        assert done.files == 4 and done.left == () and done.shared_with == ()
        assert done.rows["staging.task_progress"] == 4 and done.rows["quality.verdict"] == 1
        assert not attachments(ledger, bad.submission_id)
        assert ledger.submissions(receipt=bad.receipt)[0].filename == REMOVED
        # The tombstone: who, when, why, how much.
        entry = entries(ledger, action="submission.purge")[0]
        assert entry.actor == "hub" and entry.object == f"submission:{bad.receipt}"
        assert entry.detail["reason"] == "gửi nhầm dữ liệu mật" and entry.detail["sha256"] == bad.sha256
        assert entry.detail["rows"]["staging.task_progress"] == 4
        assert verify(ledger) is None
        assert [e.kind for e in ledger.events(bad.submission_id)][-2:] == ["purged", "settled"]
        assert ledger.pending() == []
        assert rows("SELECT count(*) FROM lake.core.task_progress") == [(8,)], "the others are as they were"


def test_nothing_comes_back_with_what_is_sent_later(tmp_path: Path) -> None:
    with open_warehouse() as long_open:
        bad = send(tmp_path, "2026-10", SECRET)
        long_open.execute("SELECT count(*) FROM lake.staging.task_progress").fetchall()
        with open_ledger() as ledger:
            take_out(ledger, bad)
        send(tmp_path, "2026-11", "Chi")
    work_once()
    assert holding() == []
    assert rows("SELECT count(*) FROM lake.core.task_progress") == [(4,)]
    # The narrowed statistics hide no row.
    assert rows("SELECT count(*) FROM lake.core.task_progress WHERE contact_name = 'Chi 3'") == [(1,)]


def test_the_version_before_counts_again_and_marts_follow(tmp_path: Path) -> None:
    first = send(tmp_path, "2026-10", "An")
    second = send(tmp_path, "2026-10", SECRET, phone="0258 3822 002")
    force = "SELECT DISTINCT _submission_id FROM lake.core.task_progress"
    assert rows(force) == [(second.submission_id,)]
    mean = "SELECT value FROM lake.marts.measure_value WHERE measure = 'percent_done' AND subject IS NULL"
    before = rows(mean)
    with open_ledger() as ledger:
        take_out(ledger, second)
    assert rows(force) == [(first.submission_id,)]
    assert rows(mean) == before and holding() == []


def test_bytes_that_another_submission_needs_stay_and_are_named(tmp_path: Path) -> None:
    one, other = send(tmp_path, "2026-10", SECRET), send(tmp_path, "2026-09", SECRET)
    assert one.sha256 == other.sha256
    with open_ledger() as ledger:
        done = take_out(ledger, one)
        assert done.shared_with == (other.receipt,) and path_of(one.sha256).is_file()
        assert rows("SELECT DISTINCT _submission_id FROM lake.staging.task_progress") == [(other.submission_id,)]
        assert take_out(ledger, other).shared_with == ()
    assert holding() == []


def test_what_was_received_and_not_worked_off_is_purged_and_never_published(tmp_path: Path) -> None:
    send(tmp_path, "2026-08", "An")
    waiting = send(tmp_path, "2026-10", SECRET, work=False)
    with open_ledger() as ledger:
        take_out(ledger, waiting)
    work_once()
    assert holding() == [] and rows("SELECT count(*) FROM lake.landing.submission") == [(1,)]


def test_only_administrators_and_only_with_a_reason(tmp_path: Path) -> None:
    sent = send(tmp_path, "2026-10", "An", work=False)
    registry = load_contracts(settings().contracts)
    with open_ledger() as ledger:
        for person in (CLERK, Person(8, "op", "Op", "operator"), Person(9, "eng", "Eng", "engineer")):
            with pytest.raises(PurgeError, match="quản trị"):
                purge(ledger, registry, person, sent, "vì sao")
        with pytest.raises(PurgeError, match="lý do"):
            purge(ledger, registry, HUB, sent, "  ")
        assert path_of(sent.sha256).is_file() and entries(ledger, action="submission.purge") == []
