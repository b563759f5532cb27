"""Files that cannot be read are refused with one clear reason, and never unpacked blindly."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from assets.read import Limits, read_bytes, read_file
from data.table import UnreadableError
from tests.assets.read.books import write


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, raw in members.items():
            package.writestr(name, raw)
    return out.getvalue()


def code(raw: bytes, name: str = "tep.xlsx", limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableError) as raised:
        read_bytes(raw, name, limits=limits or Limits())
    assert name in raised.value.vi and name in raised.value.en
    return raised.value.code


@pytest.mark.parametrize("raw", [b"", b"  \r\n", b"\xef\xbb\xbf", b"\x00" * 20, b",,,\n,,,\n"])
def test_nothing_in_it(raw: bytes) -> None:
    assert code(raw, "a.csv") == "empty"


@pytest.mark.parametrize("raw", [b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n", b"{\\rtf1 text}", b"\xff\xd8\xff\xe0"])
def test_files_of_other_kinds(raw: bytes) -> None:
    assert code(raw) == "not_a_table"


def test_a_word_document() -> None:
    assert code(zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}), "a.docx") == "not_a_table"


def test_a_workbook_cut_short(tmp_path: Path) -> None:
    raw = write(tmp_path / "a.xlsx", "xlsx", {"S": [["a", "b"], [1, 2]]}).read_bytes()
    assert code(raw[: len(raw) // 2]) == "damaged"


def test_a_workbook_without_values(tmp_path: Path) -> None:
    assert code(write(tmp_path / "a.xlsx", "xlsx", {"S": []}).read_bytes()) == "empty"


def test_an_encrypted_workbook() -> None:
    raw = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 40
    assert code(raw) == "encrypted"


def test_json_that_does_not_parse() -> None:
    assert code(b'{"data": [{"a": 1}, {"a": ', "a.json") == "damaged"


def test_json_without_records() -> None:
    assert code(b"[1, 2, 3]", "a.json") == "not_a_table"


def test_one_table_inside_a_zip() -> None:
    reading = read_bytes(zipped({"bao_cao/so_lieu.csv": "Xã,Số\nA,1\nB,2\n".encode()}), "a.zip")
    assert reading.member == "bao_cao/so_lieu.csv" and reading.tables[0].header == ("Xã", "Số")


def test_several_files_inside_a_zip() -> None:
    assert code(zipped({"a.csv": b"a,b\n1,2\n", "b.csv": b"a,b\n1,2\n"}), "a.zip") == "many_files"


@pytest.mark.parametrize("member", ["../../etc/passwd", "/etc/passwd", "C:\\temp\\a.csv"])
def test_paths_that_leave_the_archive(member: str) -> None:
    assert code(zipped({member: b"a,b\n1,2\n"}), "a.zip") == "damaged"


def test_an_archive_that_grows_too_large() -> None:
    raw = zipped({"a.csv": b"0,0\n" * 500_000})
    assert code(raw, "a.zip", Limits(unpacked_bytes=1_000_000)) == "too_large"


def test_a_file_over_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,2\n" * 100)
    with pytest.raises(UnreadableError) as raised:
        read_file(path, limits=Limits(file_bytes=100))
    assert raised.value.code == "too_large"


def test_the_name_given_is_the_name_said(tmp_path: Path) -> None:
    path = tmp_path / "0a1b2c"
    path.write_bytes(b"a,b\n1,2\n")
    assert read_file(path, name="bao-cao.csv").file == "bao-cao.csv"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        read_file(tmp_path / "none.xlsx")
