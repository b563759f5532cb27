"""Updates by push: a watcher looks at the lake's version, and every open page hears of a new one over a websocket."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlparse

from fastapi import FastAPI, WebSocket, WebSocketDisconnect

__all__ = ["BEAT_SECONDS", "LOOK_SECONDS", "Updates", "version_token"]

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
"""Pause between two looks at the lake's version: one small query each."""
BEAT_SECONDS = 10.0
"""Longest silence on a connection, so that a browser can tell a quiet hour from a dead line."""
_STALE_SECONDS = 600
"""Pages are drawn anew after this time even without new data: what is overdue grows with the clock."""


def version_token(snapshot: int, now: float | None = None) -> str:
    """What a page's figures depend on: the data's version and, coarsely, the clock."""
    return f"{snapshot}-{int((now or time.time()) // _STALE_SECONDS)}"


class Updates:
    """Knows the present version and tells every connected page."""

    def __init__(self, look: Callable[[], int], deeds: Callable[[], int] = lambda: 0) -> None:
        self._look = look
        self._deeds = deeds
        self.deed = 0
        self._open: set[WebSocket] = set()
        self._changed_at = datetime.now(UTC)
        self.snapshot = 0
        self.failing = ""

    @property
    def token(self) -> str:
        """The version that the lake's figures depend on."""
        return version_token(self.snapshot)

    @property
    def newest(self) -> str:
        """The version that every open page hears of: of the lake, and of what people did at the desk."""
        return f"{self.token}.{self.deed}"

    async def look(self) -> None:
        """One look at the lake and the desk; where one is out of reach, its last known version stays."""
        snapshot, deed = self.snapshot, self.deed
        try:
            deed = await asyncio.to_thread(self._deeds)
            snapshot = await asyncio.to_thread(self._look)
            self.failing = ""
        except Exception as error:
            # Whatever the reason: readers keep what they have, /readyz tells, and the next look tries again.
            if str(error) != self.failing:
                log.warning("lake out of reach: %s", error)
            self.failing = str(error)
        if (snapshot, deed) != (self.snapshot, self.deed):
            self.snapshot, self.deed = snapshot, deed
            self._changed_at = datetime.now(UTC)

    async def watch(self) -> None:
        """Look, tell, pause; until cancelled."""
        told, last_beat = "", time.monotonic()
        while True:
            await self.look()
            if self.newest != told:
                told = self.newest
                await self._tell(self._news())
                last_beat = time.monotonic()
            elif time.monotonic() - last_beat >= BEAT_SECONDS:
                await self._tell({"beat": True})
                last_beat = time.monotonic()
            await asyncio.sleep(LOOK_SECONDS)

    def _news(self) -> dict[str, Any]:
        return {"version": self.newest, "at": self._changed_at.isoformat()}

    async def _tell(self, message: dict[str, Any]) -> None:
        async def send(socket: WebSocket) -> None:
            try:
                await asyncio.wait_for(socket.send_json(message), timeout=5)
            except (RuntimeError, WebSocketDisconnect, TimeoutError, OSError):
                self._open.discard(socket)

        await asyncio.gather(*(send(s) for s in tuple(self._open)))

    def serve(self, server: FastAPI, path: str = "/ws/updates") -> None:
        """Add the websocket route. Only pages of this host may connect."""

        async def updates(socket: WebSocket) -> None:
            origin = socket.headers.get("origin")
            if origin and urlparse(origin).netloc != socket.headers.get("host"):
                await socket.close(code=4003)
                return
            await socket.accept()
            self._open.add(socket)
            try:
                await socket.send_json(self._news())
                while True:
                    await socket.receive_text()
            except (WebSocketDisconnect, RuntimeError):
                pass
            finally:
                self._open.discard(socket)

        server.add_api_websocket_route(path, updates)

    @contextlib.asynccontextmanager
    async def lifespan(self, _server: FastAPI) -> Any:
        """Watch for as long as the server runs."""
        task = asyncio.create_task(self.watch())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
