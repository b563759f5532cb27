"""Sending to a hub elsewhere through its API: one safe order, sent again where the line breaks, and its verdict."""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import urlparse

if TYPE_CHECKING:
    import httpx

__all__ = ["NOT_ALLOWED", "TRY_LATER", "UNREACHABLE", "Order", "RemoteError", "RemoteHub"]

UNREACHABLE, TRY_LATER, NOT_ALLOWED = 69, 75, 77
"""Exit codes as sysexits.h has them: EX_UNAVAILABLE, EX_TEMPFAIL, EX_NOPERM."""
_WRONG, _UNREADABLE = 64, 2
_TRIES = 5
_LONGEST_PAUSE = 60.0
_VERDICT_PATIENCE = 300.0
_SETTLED_PATIENCE = 15.0
_HOMES = frozenset({"localhost", "127.0.0.1", "::1"})


class RemoteError(Exception):
    """Why the hub elsewhere did not take it, in both languages, and the exit code that says so."""

    def __init__(self, exit_code: int, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")
        self.exit_code, self.vi, self.en = exit_code, vi, en


@dataclass(frozen=True, slots=True)
class Order:
    """What is sent: a file, or (None) a nil report."""

    dataset: str
    unit: str
    period: str
    file: Path | None


class RemoteHub:
    """One hub elsewhere, asked in the name of a token's owner."""

    def __init__(self, url: str, token: str, *, patience: float = _VERDICT_PATIENCE) -> None:
        """Raises RemoteError for an address that is none, or that would show the token to the line."""
        self._base = url.rstrip("/").removesuffix("/api/v1") + "/api/v1"
        host = urlparse(self._base)
        if host.scheme not in {"http", "https"} or not host.hostname:
            raise RemoteError(
                _WRONG, f"Địa chỉ “{url}” không đúng, ví dụ https://hub.tinh.gov.vn", f"{url} is no address of a hub"
            )
        if not token.isascii() or not token.isprintable() or not token.strip():
            raise RemoteError(
                _WRONG,
                "Cần mã truy cập: --token hoặc biến HUB_TOKEN (tạo ở trang Tài khoản của tôi)",
                "a token is needed: --token or HUB_TOKEN (make one on the page My account)",
            )
        self.in_the_clear = host.scheme == "http" and host.hostname not in _HOMES
        self._headers = {"Authorization": f"Bearer {token.strip()}", "Accept": "application/json"}
        self._patience = patience

    def submit(self, order: Order, *, wait: int = 10) -> dict[str, Any]:
        """Send it once, however often the line breaks; gives the hub's answer. Raises RemoteError."""
        key = str(uuid.uuid4())
        fields = {"dataset": order.dataset, "unit": order.unit, "period": order.period}
        with self._client() as client:

            def send() -> httpx.Response:
                headers = {"Idempotency-Key": key}
                if order.file is None:
                    body = {**fields, "nil": True}
                    return client.post("/submissions", params={"wait": wait}, json=body, headers=headers)
                with order.file.open("rb") as stream, _shown(order.file) as moved:
                    # httpx asks for a file, and reads, seeks and measures it: no more than _Told does.
                    told = cast("IO[bytes]", _Told(stream, moved))
                    files = {"file": (order.file.name, told, "application/octet-stream")}
                    return client.post("/submissions", params={"wait": wait}, data=fields, files=files, headers=headers)

            answer: dict[str, Any] = self._tried(send).json()
            return answer

    def verdict(self, answer: Mapping[str, Any], *, settled: bool = False) -> dict[str, Any] | None:
        """The submission with its verdict, waited for; None where the hub takes longer than one's patience.

        settled: wait a little longer, until the hub says whether the version is in force.
        """
        receipt, begun = str(answer["receipt"]), time.monotonic()
        found = dict(answer)
        with self._client() as client:
            while True:
                waited = time.monotonic() - begun
                judged = found.get("outcome") is not None
                moving = found["state"]["code"] == "received"
                if judged and (not settled or not moving or waited > _SETTLED_PATIENCE):
                    return found
                if not judged and waited > self._patience:
                    return None
                time.sleep(min(0.5 + waited / 10, 3.0))
                found = self._tried(lambda: client.get(f"/submissions/{receipt}")).json()

    @contextmanager
    def _client(self) -> Iterator[httpx.Client]:
        import httpx

        # The hub may wait for the verdict before it answers; sending itself only has to keep moving.
        timeout = httpx.Timeout(60.0, connect=10.0)
        with httpx.Client(base_url=self._base, headers=self._headers, timeout=timeout) as client:
            yield client

    def _tried(self, ask: Any) -> httpx.Response:
        """The answer, asked for again where the hub is busy or the line broke: the key makes that safe."""
        import httpx

        pause = 0.5
        for attempt in range(1, _TRIES + 1):
            last = attempt == _TRIES
            try:
                answer: httpx.Response = ask()
            except httpx.TransportError as error:
                if last or _for_good(error):
                    raise self._unreachable(error) from error
            else:
                if answer.status_code < 300:
                    return answer
                if last or answer.status_code not in {409, 429, 502, 503, 504} or not _again(answer):
                    raise _refused(answer)
                pause = max(pause, min(_LONGEST_PAUSE, _seconds(answer)))
            time.sleep(pause)
            pause = min(pause * 2, 8.0)
        raise AssertionError("unreachable")

    def _unreachable(self, error: Exception) -> RemoteError:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return RemoteError(
                UNREACHABLE,
                f"Chứng thư của {self._base} không tin được: {error}. Nếu tỉnh dùng chứng thư riêng, hãy đặt "
                "SSL_CERT_FILE trỏ tới chứng thư gốc; đừng bỏ qua kiểm tra",
                f"the certificate of {self._base} is not trusted; set SSL_CERT_FILE to the province's root",
            )
        return RemoteError(
            UNREACHABLE,
            f"Không nối được tới {self._base}: {str(error) or type(error).__name__}; chưa chắc đã gửi, hãy gửi lại "
            "(gửi trùng không tạo bản mới)",
            f"cannot reach {self._base}; send again, the same bytes make no second version",
        )


def _for_good(error: Exception) -> bool:
    """Whether trying again would meet the same."""
    import httpx

    return "CERTIFICATE_VERIFY_FAILED" in str(error) or isinstance(error, httpx.UnsupportedProtocol)


def _again(answer: httpx.Response) -> bool:
    """Of conflicts only the one that says so passes by itself."""
    return answer.status_code != 409 or "retry-after" in answer.headers


def _seconds(answer: httpx.Response) -> float:
    told = answer.headers.get("retry-after", "")
    return float(told) if told.isdigit() else 0.0


def _refused(answer: httpx.Response) -> RemoteError:
    """The hub's own words where it has some, with the exit code that fits."""
    status = answer.status_code
    code = {
        401: NOT_ALLOWED, 403: NOT_ALLOWED, 429: TRY_LATER, 503: TRY_LATER, 507: TRY_LATER, 413: _UNREADABLE,
    }.get(status, _WRONG if 400 <= status < 500 else UNREACHABLE)  # fmt: skip
    try:
        body = answer.json()
        vi, en = str(body["detail"]), str(body.get("detail_en", ""))
        for error in body.get("errors", []):
            vi += f"; {error['pointer']}: {error['detail']}"
            en += f"; {error['pointer']}: {error['detail_en']}"
    except (ValueError, KeyError, TypeError):
        vi, en = f"Máy chủ trả lời {status}", f"the server answered {status}"
    if status == 401:
        vi = "Mã truy cập không đúng, hết hạn hoặc đã thu hồi; hãy tạo mã mới ở trang Tài khoản của tôi"
        en = "the token is not valid, has expired or was revoked; make a new one on the page My account"
    elif status == 429:
        vi += " Đã thử lại nhiều lần"
        en += " (tried again several times)"
    return RemoteError(code, vi, en or f"the server answered {status}")


class _Told:
    """A file that tells how far it has been read."""

    def __init__(self, stream: IO[bytes], moved: Any) -> None:
        self._stream, self._moved = stream, moved

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self._moved(len(piece))
        return piece

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def fileno(self) -> int:
        return self._stream.fileno()


_LARGE = 1024 * 1024
_EVERY = 0.2


@contextmanager
def _shown(file: Path) -> Iterator[Any]:
    """A line on a terminal that says how much of a large file is sent."""
    total, sent, shown_at = file.stat().st_size, 0, 0.0
    shows = sys.stderr.isatty() and total >= _LARGE
    name = " ".join(file.name.split())

    def moved(size: int) -> None:
        nonlocal sent, shown_at
        sent += size
        if shows and (time.monotonic() - shown_at >= _EVERY or sent >= total):
            shown_at = time.monotonic()
            share = min(100, sent * 100 // max(1, total))
            said = f"Đang gửi / sending {name}: {share} % · {sent / 1024**2:.1f}/{total / 1024**2:.1f} MB"
            sys.stderr.write(f"\r\x1b[K{said}")
            sys.stderr.flush()

    try:
        yield moved
    finally:
        if shows:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
