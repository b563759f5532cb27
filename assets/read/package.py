"""Opens zip packages safely: bombs, path tricks and encrypted members are refused before anything is unpacked."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from itertools import pairwise
from pathlib import PurePosixPath

from assets.read.limits import Limits
from assets.read.refusal import refuse

__all__ = ["open_package", "read_member", "repacked", "single_member"]

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
_SMALL = 50 * 1024**2
_STEP = 4 * 1024**2
_ENTRY = b"PK\x01\x02"
_IGNORED = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def open_package(raw: bytes, name: str, limits: Limits) -> zipfile.ZipFile:
    """Open a zip whose declared content stays within the limits and does not contradict itself.

    Raises UnreadableError damaged, encrypted or too_large.
    """
    if raw.count(_ENTRY) > limits.members:
        raise refuse("too_large", name, "có quá nhiều tệp bên trong", "it holds too many files")
    try:
        package = zipfile.ZipFile(io.BytesIO(raw))
    except _BROKEN as error:
        raise refuse("damaged", name) from error
    total = 0
    for member in package.infolist():
        total += member.file_size
        ratio = member.file_size / max(1, member.compress_size)
        if total > limits.unpacked_bytes or (member.file_size > _SMALL and ratio > limits.unpacked_ratio):
            raise refuse("too_large", name, "nội dung nén phình quá lớn", "its packed content grows too large")
        if member.flag_bits & 0x1:
            raise refuse("encrypted", name)
        # Deflate never makes anything much larger: such a member is longer than it says.
        if member.compress_size > member.file_size + member.file_size // 8 + 1024:
            raise refuse("damaged", name, "kích thước khai không đúng", "a declared size is wrong")
    placed = sorted(package.infolist(), key=lambda m: m.header_offset)
    if any(one.header_offset + one.compress_size > other.header_offset for one, other in pairwise(placed)):
        raise refuse("damaged", name, "các phần chồng lên nhau", "its members overlap")
    return package


def read_member(package: zipfile.ZipFile, member: str, name: str, limits: Limits) -> bytes:
    """Unpack one member, never more than the limits allow, whatever size it declares."""
    parts: list[bytes] = []
    size = 0
    try:
        with package.open(member) as stream:
            while part := stream.read(_STEP):
                parts.append(part)
                size += len(part)
                if size > limits.unpacked_bytes:
                    raise refuse("too_large", name)
    except _BROKEN as error:
        raise refuse("damaged", name) from error
    return b"".join(parts)


def repacked(package: zipfile.ZipFile, changed: Mapping[str, bytes], name: str, limits: Limits) -> bytes:
    """The package once more, in memory, with some of its members changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as copy:
        for member in dict.fromkeys(package.namelist()):
            copy.writestr(member, changed[member] if member in changed else read_member(package, member, name, limits))
    return out.getvalue()


def single_member(package: zipfile.ZipFile, name: str) -> str:
    """Name of the only real file inside an archive; raises UnreadableError many_files, empty or damaged."""
    members = [
        m.filename
        for m in package.infolist()
        if not m.is_dir() and not any(part in m.filename for part in _IGNORED) and m.filename
    ]
    if not members:
        raise refuse("empty", name, "tệp nén rỗng", "the archive is empty")
    if len(members) > 1:
        raise refuse("many_files", name, f"có {len(members)} tệp bên trong", f"{len(members)} files inside")
    path = PurePosixPath(members[0].replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or (path.parts and ":" in path.parts[0]):
        raise refuse("damaged", name, "đường dẫn bên trong không an toàn", "it holds an unsafe path")
    return members[0]
