"""A signed paper report is checked: who signed, whether it was changed, whether the signer's root is known here."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assets.signatures import Signature, signatures_of
from data.settings import settings
from tests.assets.signing import Authority, plain_pdf

pytestmark = pytest.mark.usefixtures("hub_home")
PERSON = "Nguyễn Thị Ngọc Ánh"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def signed(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signed")
    authority.sign(plain_pdf(folder / "a.pdf"), folder / "b.pdf", PERSON)
    return folder / "b.pdf"


def only(pdf: Path, roots: Path | None) -> Signature:
    found = signatures_of(pdf, roots)
    assert len(found) == 1
    return found[0]


def test_a_signature_under_a_known_root_is_valid(authority: Authority, signed: Path, tmp_path: Path) -> None:
    found = only(signed, authority.trust(tmp_path / "roots"))
    assert (found.result, found.signer, found.organisation) == ("valid", PERSON, "Sở Văn hóa, Thể thao và Du lịch")
    assert (
        found.intact and found.whole and found.trusted and not (found.changed or found.revoked or found.expired_since)
    )
    assert found.issuer == "CA thử nghiệm" and found.signed_at is not None and not found.timestamped
    assert abs(datetime.now(UTC) - found.signed_at) < timedelta(days=400)


def test_an_unknown_root_is_said_to_be_unknown_and_not_invalid(signed: Path) -> None:
    found = only(signed, None)
    assert (found.result, found.intact, found.trusted) == ("unknown_root", True, False)
    assert "không rõ gốc tin cậy" in found.vi


def test_the_roots_come_from_the_settings(
    authority: Authority, signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_TRUST_ROOTS", str(authority.trust(tmp_path / "roots")))
    settings.cache_clear()
    assert only(signed, None).result == "valid"


def test_changed_bytes_break_the_signature(authority: Authority, signed: Path, tmp_path: Path) -> None:
    raw = signed.read_bytes()
    assert b"Bao cao thang 10" in raw
    (tmp_path / "t.pdf").write_bytes(raw.replace(b"Bao cao thang 10", b"Bao cao thang 11"))
    found = only(tmp_path / "t.pdf", authority.trust(tmp_path / "roots"))
    assert (found.result, found.intact, found.trusted) == ("broken", False, False)


def test_a_page_changed_after_signing_shows(authority: Authority, signed: Path, tmp_path: Path) -> None:
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    with signed.open("rb") as stream, (tmp_path / "t.pdf").open("wb") as out:
        writer = IncrementalPdfFileWriter(stream)
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT (Gia mao) Tj ET"))
        writer.update_container(page)
        writer.write(out)
    found = only(tmp_path / "t.pdf", authority.trust(tmp_path / "roots"))
    assert (found.result, found.intact, found.whole, found.changed) == ("changed", True, False, True)


def test_a_second_signature_is_no_change_of_the_first(authority: Authority, signed: Path, tmp_path: Path) -> None:
    authority.sign(signed, tmp_path / "two.pdf", "Trần Văn Ba", field="ChuKy2")
    found = signatures_of(tmp_path / "two.pdf", authority.trust(tmp_path / "roots"))
    assert [(s.signer, s.result, s.whole) for s in found] == [(PERSON, "valid", False), ("Trần Văn Ba", "valid", True)]


def test_a_revoked_certificate_is_told(authority: Authority, tmp_path: Path) -> None:
    certificate = authority.sign(plain_pdf(tmp_path / "a.pdf"), tmp_path / "b.pdf", PERSON)
    roots = authority.trust(tmp_path / "roots")
    authority.revoke(roots, certificate.serial_number)
    found = only(tmp_path / "b.pdf", roots)
    assert (found.result, found.revoked, found.trusted) == ("revoked", True, False)


def test_a_certificate_that_had_run_out_when_it_signed_is_told(authority: Authority, tmp_path: Path) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=800)
    authority.sign(plain_pdf(tmp_path / "a.pdf"), tmp_path / "b.pdf", PERSON, begin=long_ago, days=365)
    found = only(tmp_path / "b.pdf", authority.trust(tmp_path / "roots"))
    assert (found.result, found.trusted) == ("expired", False) and found.intact


def test_a_pdf_without_signatures_and_what_is_no_pdf_have_none(tmp_path: Path) -> None:
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7\nrubbish")
    assert signatures_of(plain_pdf(tmp_path / "a.pdf")) == () == signatures_of(tmp_path / "b.pdf")


def test_nothing_is_asked_of_the_network_and_a_running_loop_is_no_hindrance(
    authority: Authority, signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)

    async def inside() -> str:
        return only(signed, authority.trust(tmp_path / "roots")).result

    assert asyncio.run(inside()) == "valid"
