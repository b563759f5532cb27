"""Arriving: a request's body goes to disk as it comes, never whole into memory, and no further than allowed.

Sources: RFC 7578 (multipart/form-data); RFC 9110, 15.5.14 (413) and 15.5.16 (415).
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from dashboard.api.problem import problem
from data.settings import settings

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartParser

__all__ = ["Arrived", "arriving", "uploads_folder"]

_FIELD_BYTES = 1000
_FRAME_BYTES = 64 * 1024
"""What the fields and boundaries around the file may take."""
_LONGEST_NAME = 200
_LEFT_OVER_SECONDS = 24 * 3600
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(slots=True)
class Arrived:
    """What a request brought: its fields, and its file on disk for as long as the request lasts.

    kind: "form" or "json"; a JSON body is the file itself. sha256: of the file's bytes, "" where there is none.
    """

    kind: str
    fields: dict[str, str] = field(default_factory=dict)
    path: Path | None = None
    filename: str = ""
    size: int = 0
    sha256: str = ""


def uploads_folder() -> Path:
    """Where bodies lie while they arrive; what a killed server left behind is swept out after a day."""
    folder = settings().home / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("api-*"):
        if left.stat().st_mtime < time.time() - _LEFT_OVER_SECONDS:
            left.unlink(missing_ok=True)
    return folder


def _megabytes(number: int) -> int:
    return number * 1024 * 1024


class _Landing:
    """One file on its way to disk: counted, hashed, stopped at the limit."""

    def __init__(self, folder: Path, most: int, code: str) -> None:
        self._most, self._code = most, code
        self._seen = hashlib.sha256()
        self.size = 0
        self._out: IO[bytes] = tempfile.NamedTemporaryFile(prefix="api-", dir=folder, delete=False)  # noqa: SIM115
        self.path = Path(self._out.name)

    def write(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > self._most:
            raise problem(413, self._code, megabytes=self._most // _megabytes(1))
        self._seen.update(piece)
        self._out.write(piece)

    def close(self) -> str:
        self._out.close()
        return self._seen.hexdigest()

    def remove(self) -> None:
        # A full disk may refuse even what closing writes out; the file goes all the same.
        try:
            self._out.close()
        except OSError:
            pass
        finally:
            self.path.unlink(missing_ok=True)


def _clean_name(given: str) -> str:
    """The last part of a file's name, without signs that would hide what it is."""
    return _UNSEEN.sub("", re.split(r"[/\\]", given)[-1]).strip()[-_LONGEST_NAME:]


class _Form:
    """A multipart body read piece by piece: the part called "file" goes to disk, short fields are kept."""

    def __init__(self, boundary: bytes, landing: _Landing) -> None:
        from python_multipart.multipart import MultipartParser

        self.arrived = Arrived("form")
        self.has_file = False
        self._landing = landing
        self._header, self._value = b"", b""
        self._headers: dict[str, str] = {}
        self._name, self._text = "", b""
        self.ended = False
        self._parser: MultipartParser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
                "on_part_end": self._end,
                "on_end": self._all,
            },
        )

    def write(self, piece: bytes) -> None:
        self._parser.write(piece)

    def _begin(self) -> None:
        self._headers, self._header, self._value, self._name, self._text = {}, b"", b"", "", b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._header.decode("latin-1").lower()] = self._value.decode("utf-8", "replace")
        self._header, self._value = b"", b""

    def _headers_finished(self) -> None:
        disposition = self._headers.get("content-disposition", "")
        self._name = _option(disposition, "name")
        if self._name == "file":
            if self.has_file:
                raise problem(422, "one_file")
            self.has_file = True
            self.arrived.filename = _clean_name(_option(disposition, "filename"))

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._name == "file":
            self._landing.write(data[start:end])
            return
        self._text += data[start:end]
        if len(self._text) > _FIELD_BYTES:
            raise problem(413, "long_field", name=self._name[:40])

    def _end(self) -> None:
        if self._name and self._name != "file":
            self.arrived.fields[self._name] = self._text.decode("utf-8", "replace").strip()

    def _all(self) -> None:
        self.ended = True


def _option(disposition: str, name: str) -> str:
    """A parameter of Content-Disposition; browsers and clients write UTF-8 within the quotes (RFC 7578, 4.2)."""
    found = re.search(rf';\s*{name}=(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))', disposition, re.IGNORECASE)
    if found is None:
        return ""
    return re.sub(r"\\(.)", r"\1", found[1]) if found[1] is not None else found[2]


def _boundary(kind: str) -> bytes:
    found = re.search(r'boundary=(?:"([^"]{1,200})"|([^;\s]{1,200}))', kind, re.IGNORECASE)
    if found is None:
        raise problem(400, "no_form")
    return (found[1] or found[2]).encode("latin-1", "replace")


@asynccontextmanager
async def arriving(request: Request) -> AsyncIterator[Arrived]:
    """The body of a request, on disk until the block ends; then it is gone, whatever happened.

    Raises ProblemError: 413 beyond HUB_MAX_FILE_MB, 415 for a body that is neither form nor JSON, 400 for a broken one.
    """
    kind = request.headers.get("content-type", "")
    plain = kind.partition(";")[0].strip().lower()
    if plain not in {"multipart/form-data", "application/json"}:
        raise problem(415, "no_such_kind")
    chosen = settings()
    form = plain == "multipart/form-data"
    most = _megabytes(chosen.max_file_mb if form else chosen.api_json_mb)
    too_large = "too_large" if form else "too_many_rows"
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most + _FRAME_BYTES:
        raise problem(413, too_large, megabytes=most // _megabytes(1))
    landing = _Landing(await run_in_threadpool(uploads_folder), most, too_large)
    try:
        arrived = await (_form(request, kind, landing, most) if form else _json(request, landing))
        yield arrived
    finally:
        await run_in_threadpool(landing.remove)


async def _json(request: Request, landing: _Landing) -> Arrived:
    async for piece in request.stream():
        await run_in_threadpool(landing.write, piece)
    sha256 = await run_in_threadpool(landing.close)
    return Arrived("json", {}, landing.path, "", landing.size, sha256)


async def _form(request: Request, kind: str, landing: _Landing, most: int) -> Arrived:
    from python_multipart.exceptions import FormParserError

    received = 0
    try:
        reading: Any = _Form(_boundary(kind), landing)
        async for piece in request.stream():
            received += len(piece)
            if received > most + _FRAME_BYTES:
                raise problem(413, "too_large", megabytes=most // _megabytes(1))
            if piece:
                await run_in_threadpool(reading.write, piece)
    except FormParserError as error:
        raise problem(400, "no_form") from error
    if not reading.ended:
        raise problem(400, "broken_off")
    sha256 = await run_in_threadpool(landing.close)
    arrived: Arrived = reading.arrived
    if reading.has_file:
        arrived.path, arrived.size, arrived.sha256 = landing.path, landing.size, sha256
    return arrived
