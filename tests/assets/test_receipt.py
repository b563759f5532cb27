"""A receipt is one page in Vietnamese that proves what was received; its bytes follow from its facts."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from assets.receipt import ReceiptFacts, facts_of, write_receipt
from checks.finding import Counts, Verdict
from data.clock import LOCAL_TIME
from data.contract import load_contracts
from data.settings import settings
from data.submission import Submission

pytestmark = pytest.mark.usefixtures("hub_home")
SHA = "0123456789abcdef" * 4
SUBMISSION = Submission(
    12, "2026-11-000012", "lodging_guests", "56-SVHTTDL", "2026-10", 2, SHA, "Báo cáo ữ ợ ẵ ỹ Đ.xlsx", 1_234_567,
    datetime(2026, 11, 3, 14, 31, 7, tzinfo=LOCAL_TIME), "desk", "hoa", False,
)  # fmt: skip
VERDICT = Verdict(
    "a.xlsx", "lodging_guests", "56-SVHTTDL", "2026-10", "1.2.0", "partly_accepted", Counts(65, 61, 4),
    scores={"dung": 97.3, "du": 100.0, "sach": 82.1, "song": 100.0, "thong_nhat": 64.0, "dung_chung": None},
)  # fmt: skip


@pytest.fixture
def facts(hub_home: Path) -> ReceiptFacts:
    contract = load_contracts(settings().contracts)["lodging_guests"]
    return facts_of(SUBMISSION, contract, VERDICT, sender="Nguyễn Thị Ngọc Ánh", state="đang có hiệu lực")


def text_of(path: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not here")
    return subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True
    ).stdout  # fmt: skip


def pages(path: Path) -> int:
    from pyhanko.pdf_utils.reader import PdfFileReader

    with path.open("rb") as stream:
        return int(PdfFileReader(stream).root["/Pages"]["/Count"])


def test_everything_that_proves_the_receipt_stands_on_one_page(facts: ReceiptFacts, tmp_path: Path) -> None:
    write_receipt(facts, tmp_path / "a.pdf")
    text = text_of(tmp_path / "a.pdf")
    assert pages(tmp_path / "a.pdf") == 1
    for words in (
        "TỈNH KHÁNH HÒA", "Số 2026-11-000012", "56-SVHTTDL", facts.dataset, "tháng 10/2026", "14:31:07 ngày 03/11/2026",
        "Nguyễn Thị Ngọc Ánh", "Báo cáo ữ ợ ẵ ỹ Đ.xlsx", "1.234.567 byte", SHA[:32], SHA[32:], "Đã nhận một phần",
        "65 dòng", "61 dòng được nhận", "4 dòng chờ sửa", "97,3", "82,1", "Thống nhất", "đang có hiệu lực", "1.2.0",
    ):  # fmt: skip
        assert words in text, words


def test_the_same_facts_give_the_same_bytes(facts: ReceiptFacts, tmp_path: Path) -> None:
    write_receipt(facts, tmp_path / "a.pdf")
    write_receipt(facts, tmp_path / "b.pdf")
    write_receipt(replace(facts, version=3), tmp_path / "c.pdf")
    a, b, c = ((tmp_path / f"{name}.pdf").read_bytes() for name in "abc")
    assert a == b != c


def test_a_nil_report_has_a_receipt_without_a_file(facts: ReceiptFacts, tmp_path: Path) -> None:
    write_receipt(replace(facts, nil=True, verdict="accepted", filename="", size=0), tmp_path / "a.pdf")
    text = text_of(tmp_path / "a.pdf")
    assert "không phát sinh" in text and SHA[:32] not in text and "Đã nhận" in text


def test_a_submission_that_is_not_judged_yet_has_a_receipt(tmp_path: Path) -> None:
    contract = load_contracts(settings().contracts)["lodging_guests"]
    write_receipt(facts_of(SUBMISSION, contract, None), tmp_path / "a.pdf")
    assert "Đang kiểm tra" in text_of(tmp_path / "a.pdf")


def test_long_names_stay_on_the_page(facts: ReceiptFacts, tmp_path: Path) -> None:
    long = replace(facts, filename="báo_cáo_" * 200, unit="Sở " * 300, reason="lý do " * 500, sender="x" * 4000)
    write_receipt(long, tmp_path / "a.pdf")
    assert pages(tmp_path / "a.pdf") == 1 and "Kiểm tra lại" in text_of(tmp_path / "a.pdf")


def test_letters_that_the_font_lacks_do_not_stop_it(facts: ReceiptFacts, tmp_path: Path) -> None:
    write_receipt(replace(facts, filename="報告 😀 \x07 ‮xslx.xlsx"), tmp_path / "a.pdf")
    assert pages(tmp_path / "a.pdf") == 1
