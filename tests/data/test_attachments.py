"""The signed paper report is kept beside its submission: bytes in the landing, signatures and who added it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from data.attachments import AttachmentError, attach, attachments
from data.audit import entries
from data.landing import path_of
from data.ledger import Ledger, open_ledger
from data.person import Person
from data.settings import settings
from data.submission import NewSubmission

pytestmark = pytest.mark.usefixtures("hub_home")
HOA = Person(1, "hoa", "Hoa", "department", "56-SVHTTDL")
STRANGER = Person(2, "ba", "Ba", "department", "56-SKHCN")


@dataclass(frozen=True)
class Sign:
    signer: str
    result: str


@pytest.fixture
def ledger(hub_home: Path) -> Iterator[Ledger]:
    with open_ledger() as opened:
        opened.receive([NewSubmission("lodging_guests", "56-SVHTTDL", "2026-10", "0" * 64, "a.xlsx", 5)])
        yield opened


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "bao-cao.pdf"
    path.write_bytes(b"%PDF-1.7\n" + b"x" * 100)
    return path


def test_an_attachment_is_kept_with_its_signatures_and_recorded(ledger: Ledger, pdf: Path) -> None:
    made = attach(ledger, HOA, 1, pdf, "Báo cáo đã ký.pdf", (Sign("Ánh", "valid"),), address="10.0.0.7")
    assert attachments(ledger, 1) == (made,)
    assert (made.filename, made.size, made.added_by) == ("Báo cáo đã ký.pdf", 109, "hoa")
    assert made.signatures == ({"signer": "Ánh", "result": "valid"},)
    assert path_of(made.sha256).read_bytes() == pdf.read_bytes()
    entry = entries(ledger)[0]
    assert (entry.action, entry.actor, entry.address) == ("submission.attach", "hoa", "10.0.0.7")
    assert entry.detail["sha256"] == made.sha256


def test_the_same_bytes_are_attached_once(ledger: Ledger, pdf: Path) -> None:
    first = attach(ledger, HOA, 1, pdf, "a.pdf", ())
    assert attach(ledger, HOA, 1, pdf, "b.pdf", ()) == first and len(attachments(ledger, 1)) == 1


def refusal(ledger: Ledger, person: Person, number: int, path: Path) -> str:
    with pytest.raises(AttachmentError) as refused:
        attach(ledger, person, number, path, path.name, ())
    assert attachments(ledger, 1) == () and refused.value.vi and refused.value.en
    return refused.value.code


def test_who_may_not_send_may_not_attach(ledger: Ledger, pdf: Path) -> None:
    assert refusal(ledger, STRANGER, 1, pdf) == "not_yours"
    assert refusal(ledger, Person(3, "x", "X", "leader"), 1, pdf) == "not_yours"


def test_what_is_no_pdf_too_large_or_of_no_submission_is_refused(
    ledger: Ledger, pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.exe").write_bytes(b"MZ" + b"%PDF" * 5)
    assert refusal(ledger, HOA, 1, tmp_path / "a.exe") == "not_a_pdf"
    assert refusal(ledger, HOA, 99, pdf) == "no_submission"
    monkeypatch.setenv("HUB_MAX_FILE_MB", "0")
    settings.cache_clear()
    assert refusal(ledger, HOA, 1, pdf) == "too_large"
